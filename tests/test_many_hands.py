"""Several people and machines at one incident, at one server, in the same moment."""

import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from .system.server import RpcError
from .system.waking import waking
from .test_inbound_server import assert_heard, count_states, hand_over, serving

REQUESTS = """
    SELECT t.number, n.email, count(*)
      FROM incident_notice n JOIN helpdesk_ticket t ON t.id = n.ticket_id
      JOIN incident_followup_event e ON e.id = n.event_id
      JOIN incident_followup f ON f.id = e.followup_id
      JOIN incident_followup_plan p ON p.id = f.plan_id
     WHERE e.step_id IS NULL AND f.state = 'running'
     GROUP BY 1, 2
"""
PRIORITIES = "SELECT id, priority FROM helpdesk_ticket"


def test_two_agents_solve_at_once(workers, ledger, smtp):
    """One of both has solved it; the other hears so, and nobody is asked twice."""
    count = 5
    numbers, _solved = workers.run(("prepare", {"waiting": count}))
    ids = [row["id"] for row in ledger.incidents().values()]
    with serving(workers, smtp, crons=True) as server, waking(workers.database):
        ledger.run_until_quiet()
        known = len(smtp.mails)
        with ThreadPoolExecutor(2) as hands:
            for ticket_id in ids:
                meeting = threading.Barrier(2)
                acts = [
                    hands.submit(solve, server, ticket_id, meeting) for _agent in "ab"
                ]
                done = Counter(str(act.result()) for act in acts)
                assert done["True"] == 1, done
        ledger.run_until_quiet()
    assert {row["phase"] for row in ledger.incidents().values()} == {"closure"}
    assert len(numbers) == count
    # Both parties of each, once.
    rows = ledger.query(REQUESTS)
    assert [row["count"] for row in rows] == [1] * 2 * count
    assert len(smtp.mails) - known == 2 * count


def solve(server, ticket_id, meeting):
    """Solve an incident, and return what the server said."""
    meeting.wait(30)
    try:
        return server.rpc("helpdesk.ticket", "action_incident_resolve", [ticket_id])
    except RpcError as error:
        name, message = error.args
        assert name.endswith("UserError"), (name, message)
        return message


def test_agents_save_while_answers_arrive(workers, ledger, smtp):
    """Whatever was said to be saved is, and each answer is heard."""
    count = 12
    ticket_ids, answers = workers.run(("await_answers", {"count": count}))
    done = threading.Event()
    saved = Counter()

    def save(server):
        for number in itertools.count():
            if done.is_set():
                return
            ticket_id = ticket_ids[number % count]
            priority = str(1 + number // count % 2)
            assert server.rpc(
                "helpdesk.ticket", "write", [ticket_id], {"priority": priority}
            )
            saved[ticket_id] = priority

    with serving(workers, smtp) as server, ThreadPoolExecutor(3) as hands:
        agent = hands.submit(save, server)
        try:
            codes = list(hands.map(lambda mail: hand_over(server, mail), answers))
        finally:
            done.set()
        assert agent.result(60) is None
    assert Counter(codes) == {0: count}
    assert count_states(ledger) == {("done", None): count}
    assert_heard(ledger, ticket_ids)
    kept = {row["id"]: row["priority"] for row in ledger.query(PRIORITIES)}
    assert {ticket_id: kept[ticket_id] for ticket_id in saved} == dict(saved)
