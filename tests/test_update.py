"""A database of a version before is updated: nothing is sent, lost or renumbered.

The databases are those of ``update/populate.py``, whose head says how they are made;
their clock stood in 2036, so that their links still open and nothing is due by itself.
"""

import json
import urllib.request
from dataclasses import dataclass

import pytest

from .system.command_line import confirm_by_command, run_odoo
from .system.ledger import Ledger
from .system.server import (
    CONFIG,
    LOGS,
    OdooServer,
    drop_database,
    new_name,
    wake_crons,
)
from .system.update import FOLDER, REPORT, REPORTED, change, restore, update
from .system.update_indexes import read_fresh_indexes, read_indexes
from .system.update_mails import BOUNCE, BOUNCES, REFUSE_LINK, REFUSED_LINKS
from .system.update_words import ASKED, KINDS, OWN_WORDS, SOLUTION_MAILS, STOPS, TOLD
from .system.waking import waking
from .test_inbound_server import hand_over

# The first that was in use, and the last before this one.
VERSIONS = ["19.0.1.0.0", "19.0.1.6.0"]
# The last whose clocks and mails lack what was noted of them afterwards.
FORMER = "19.0.1.5.0"

STATE = """
    SELECT t.number, t.incident_phase, t.close_reason, t.reminder_count, t.wait_for,
           f.next_action, f.due_date::text, count(DISTINCT m.id)
      FROM helpdesk_ticket t
      LEFT JOIN incident_followup f
             ON f.ticket_id = t.id AND f.state IN ('running', 'held')
      LEFT JOIN mail_message m ON m.model = 'helpdesk.ticket' AND m.res_id = t.id
     WHERE t.is_incident GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1
"""
NOTICES = """
    SELECT t.number, array_agg(n.status ORDER BY n.status)
      FROM incident_notice n JOIN helpdesk_ticket t ON t.id = n.ticket_id
     GROUP BY 1 ORDER BY 1
"""
# A mail amid whose reading the server has ended, before it was noted when it began.
AMID = "<amid-before@client.example.net>"
AMID_MAIL = f"""\
From: Jean Dupont <jean.dupont@client.example.net>
To: incident@support.operator.example.com
Subject: It is dead
Message-ID: {AMID}

Dead.
"""
BEGIN_READING = f"""
    INSERT INTO incident_inbound (key, state, date)
    VALUES ('{AMID}', 'received', now() AT TIME ZONE 'UTC')
"""
RECEIVED = """
    SELECT key, to_jsonb(read_date) AS read FROM incident_inbound
     WHERE state = 'received'
"""
READ = """
    SELECT state, reason, read_date = date AS known FROM incident_inbound
     WHERE key = %s
"""
# What is guaranteed next of what goes on, whichever ends first.
NEXT = """
    SELECT number, incident_clock_deadline IS NOT DISTINCT FROM LEAST(
           CASE WHEN incident_phase IN ('registered', 'opened') THEN gti_deadline END,
           CASE WHEN incident_phase NOT IN ('closure', 'closed') THEN gtr_deadline END
           ) AS known
      FROM helpdesk_ticket WHERE incident_gtr_fact IN ('running', 'missed')
"""
CHANNELS = "SELECT DISTINCT channel FROM incident_notice"
OWNERS = """
    SELECT DISTINCT module FROM ir_model_data
     WHERE name ~ '^field_helpdesk_ticket__incident_(service|since|tried|onsite)$'
        OR name = 'field_helpdesk_ticket__incident_impact'
        OR name ~ '^selection__helpdesk_ticket__incident_impact__'
"""
SEARCHED = """
    SELECT count(*) FROM helpdesk_ticket
     WHERE incident_search_text IS NULL
        OR strpos(incident_search_text, lower(number)) = 0
"""
OTHERS = """
    SELECT (SELECT array_agg(state ORDER BY id) FROM incident_intake),
           (SELECT array_agg(state ORDER BY id) FROM incident_inbound),
           (SELECT array_agg(state ORDER BY id) FROM mail_mail)
"""
# What has come since the first version, each by what tells it from its like.
LATER = {
    "incident_clock_entry": "ticket_id, sequence, kind, date, party, checksum",
    "incident_outage": "number, kind, state, begin_date, end_date, recovery_date",
    "incident_outage_account": "outage_id, partner_id, uid, sequence, begin_date",
    "incident_outage_message": "outage_id, date, mail_count, step_id",
    "helpdesk_ticket": "number, contract_id, outage_id, gtr_deadline",
    "incident_monitoring": "name, kind, token_hash, rate",
    "incident_monitoring_group": "monitoring_id, digest",
    "incident_monitoring_alert": "group_id, fingerprint, started, end_date",
}
MAKE_DUE = """
    UPDATE incident_followup SET due_date = now() AT TIME ZONE 'UTC' - INTERVAL '1 h'
     WHERE due_date IS NOT NULL AND next_action = 'remind'
"""

LASTING = """
    SELECT id FROM incident_outage
     WHERE kind = 'outage' AND state = 'investigating' AND monitoring_id IS NULL
"""
BEGUN = """
    UPDATE incident_outage SET begin_date = now() AT TIME ZONE 'UTC' - INTERVAL '1 h'
     WHERE kind = 'outage'
"""
WRITTEN = "SELECT message_id FROM mail_message WHERE message_id IS NOT NULL"
LEFT_TABLES = "SELECT tablename FROM pg_tables WHERE tablename ~ '^incident_'"
LEFT_ROWS = """
    SELECT model, name FROM ir_model_data WHERE module ~ '^openip_incident'
     UNION ALL
    SELECT 'ir.model', model FROM ir_model WHERE model ~ '^incident[.]'
     UNION ALL
    SELECT 'ir.model.fields', name FROM ir_model_fields
     WHERE name ~ '^(x_)?(incident|gtr|gti)_'
     UNION ALL
    SELECT 'ir.cron', cron_name FROM ir_cron WHERE cron_name ~ '^Incident'
"""
RUN_ACTIONS = """
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - INTERVAL '1 min'
     WHERE active
"""


@dataclass
class Update:
    """A database that was updated, what it held before, and what there was of trouble.

    :param facts: what ``populate.py`` has said of it
    """

    name: str
    facts: dict
    before: list
    trouble: list


@pytest.fixture(scope="module", params=VERSIONS)
def updated(request):
    """Give a database of each version, updated."""
    name = new_name()
    facts = json.loads((FOLDER / f"{request.param}.json").read_text())
    restore(name, request.param)
    try:
        change(name, REPORT)
        change(name, REFUSE_LINK[request.param])
        change(name, OWN_WORDS)
        change(name, BOUNCE)
        before = read(name, bool(facts.get("monitoring")))
        yield Update(name, facts, before, update(name))
    finally:
        drop_database(name)


def test_what_was_not_yet_noted_is_noted(smtp):
    """The next deadline of clocks, and when a mail was begun to be read."""
    name = new_name()
    server = OdooServer(smtp_port=smtp.port, database=name)
    restore(name, FORMER)
    try:
        change(name, BEGIN_READING)
        before = read(name, later=True)
        assert update(name) == []
        assert read(name, later=True) == before
        ledger = Ledger(name)
        clocks = ledger.query(NEXT)
        assert len(clocks) > 1
        assert {row["known"] for row in clocks} == {True}
        [mail] = ledger.query(READ, AMID)
        assert mail == {"state": "received", "reason": None, "known": True}
        # It comes again: it may be what has ended the server.
        server.start()
        assert hand_over(server, AMID_MAIL) == 0
        [mail] = ledger.query(READ, AMID)
        assert (mail["state"], mail["reason"]) == ("quarantined", "killed")
        ledger.close()
    finally:
        server.stop()
        drop_database(name)


def read(name, later):
    """Return what an update must leave as it is.

    :param later: whether the version knew of outages and clocks
    """
    ledger = Ledger(name)
    try:
        queries = [STATE, NOTICES, OTHERS, REPORTED]
        if later:
            queries += [
                f"SELECT ROW({columns})::text FROM {table} ORDER BY id"
                for table, columns in LATER.items()
            ]
        return [ledger.query(query) for query in queries]
    finally:
        ledger.close()


def test_update_is_silent(updated):
    assert updated.trouble == []


def test_indexes_are_those_of_a_fresh_database(updated):
    assert read_indexes(updated.name) == read_fresh_indexes()


def test_nothing_is_sent_lost_or_renumbered(updated):
    assert len(updated.before[0]) == len(updated.facts["tickets"])
    later = bool(updated.facts.get("monitoring"))
    assert read(updated.name, later) == updated.before


def ask(updated, query):
    ledger = Ledger(updated.name)
    try:
        return ledger.query(query)
    finally:
        ledger.close()


def test_mails_of_closure_that_nobody_changed_say_what_was_done(updated):
    """The dump has them as they were shipped, in both languages."""
    rows = ask(updated, SOLUTION_MAILS)
    assert [tuple(row.values()) for row in rows] == [
        ("mail_template_auto_closed", True, True),
        ("mail_template_closed", True, True),
        ("mail_template_closure_request", True, True),
    ]


def test_mails_that_nobody_changed_put_no_stop_behind_a_title(updated):
    rows = ask(updated, STOPS)
    assert len(rows) == 12
    assert not [row for row in rows if row["stops"]]
    own = [(row["name"], row["lang"]) for row in rows if row["own"]]
    assert own == [("mail_template_opened", "fr_FR")]


def test_mails_that_nobody_changed_tell_what_is_news(updated):
    rows = ask(updated, TOLD)
    assert [tuple(row.values()) for row in rows] == [
        ("mail_template_informed", "en_US", True),
        ("mail_template_informed", "fr_FR", True),
        ("mail_template_update", "en_US", True),
        ("mail_template_update", "fr_FR", True),
    ]


def test_mails_that_nobody_changed_say_what_was_asked(updated):
    rows = ask(updated, ASKED)
    assert len(rows) == 6
    assert [row for row in rows if not row["asked"]] == []
    tickets = updated.facts["tickets"]
    asking = ["waiting", "reminded", "announced", "private", "held"]
    assert [(row["number"], row["request_kind"]) for row in ask(updated, KINDS)] == [
        (tickets[name]["number"], "information") for name in asking if name in tickets
    ]


def test_mails_that_came_back_are_settled_where_the_wait_is_over(updated):
    assert [tuple(row.values()) for row in ask(updated, BOUNCES)] == [
        ("INC2036-00003", "running", False),
        ("INC2036-00009", "cancelled", True),
    ]


def test_refused_links_are_sent_again_as_all_mails(updated):
    refused = {"attempts": 3, "failure": "451 Later", "channel": "mail"}
    assert ask(updated, REFUSED_LINKS) == [refused]
    assert ask(updated, CHANNELS) == [{"channel": "mail"}]


def test_what_ended_its_reader_is_known_as_before(updated):
    rows = ask(updated, RECEIVED)
    assert {row["key"]: row["read"] for row in rows} == updated.facts.get(
        "received", {}
    )


def test_what_was_reported_belongs_to_the_core(updated):
    """Uninstalling the portal must not drop it."""
    assert any(row["incident_impact"] for row in updated.before[3])
    assert ask(updated, OWNERS) == [{"module": "openip_incident"}]


def test_every_ticket_is_found(updated):
    assert ask(updated, SEARCHED) == [{"count": 0}]


def test_links_open_and_follow_ups_go_on(updated, smtp):
    name, facts = updated.name, updated.facts
    # Restored here, it is a copy until somebody says that it is the real one.
    confirm_by_command(name)
    server = OdooServer(smtp_port=smtp.port, crons=True, database=name)
    ledger = Ledger(name)
    sent = len(smtp.mails)
    try:
        server.start()
        for link in find_links(facts):
            assert server.get(link).status == 200, link
        ledger.query(MAKE_DUE)
        due = find_due(facts)
        ledger.query(RUN_ACTIONS)
        wake_crons(name)
        smtp.wait_for(sent + facts["outgoing"] + count_reminders(due))
    finally:
        ledger.close()
        server.stop()


def find_due(facts):
    """Return what a reminder is due of; what an outage has hit is reminded of nothing.

    Closure of a whole outage is asked for, and reminded of, by one mail per party.
    """
    return [
        ticket
        for name, ticket in facts["tickets"].items()
        if ticket["next_action"] == "remind" and name not in ("held", "joint too")
    ]


def find_links(facts):
    """Return the personal links and the form's, as paths."""
    links = [
        link
        for ticket in facts["tickets"].values()
        for link in ticket["links"].values()
    ]
    return [
        link.removeprefix("http://operator.example.com")
        for link in [*links, facts["form_link"]]
    ]


def count_reminders(tickets):
    """Return how many mails one reminder of each of these is."""
    return sum(1 if ticket["wait_for"] == "integrator" else 2 for ticket in tickets)


def test_monitors_and_outages_go_on(updated, smtp):
    """The token still counts; what lasted can be ended, and what it held goes on."""
    watched = updated.facts.get("monitoring")
    if not watched:
        return
    confirm_by_command(updated.name)
    server = OdooServer(smtp_port=smtp.port, crons=True, database=updated.name)
    ledger = Ledger(updated.name)
    try:
        server.start()
        told = report(server, watched, {**watched["firing"], "status": "resolved"})
        assert told["number"] == watched["outage"]
        # It began in 2036: nothing ends before it has begun.
        ledger.query(BEGUN)
        [lasting] = ledger.query(LASTING)
        server.rpc("incident.outage", "action_resolve", [lasting["id"]], "<p>Done</p>")
        assert not ledger.query(LASTING)
        with waking(updated.name):
            ledger.run_until_quiet()
        held = updated.facts["tickets"]["held"]["number"]
        assert ledger.incidents()[held]["phase"] == "closure"
    finally:
        ledger.close()
        server.stop()


def report(server, watched, body):
    """Post what a monitor says, and return the answer."""
    request = urllib.request.Request(
        f"{server.url}/incident/monitoring/{watched['id']}",
        json.dumps(body).encode(),
        {
            "Authorization": f"Bearer {watched['token']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


# The last test: it leaves nothing of the addons.


def test_uninstalled_it_leaves_a_working_helpdesk(updated, smtp):
    """With all that runs: follow-ups, outages, works, clocks, monitors and intakes."""
    name = updated.name
    ledger = Ledger(name)
    server = OdooServer(smtp_port=smtp.port, crons=True, database=name)
    known = len(smtp.mails)
    try:
        tickets = ledger.query("SELECT id, number FROM helpdesk_ticket ORDER BY id")
        written = ledger.query(WRITTEN)
        run_odoo(
            *("module", "uninstall", "-c", CONFIG, "-d", name),
            "openip_incident_portal",
            "openip_incident",
        )
        assert ledger.query(LEFT_TABLES) == []
        assert ledger.query(LEFT_ROWS) == []
        kept = ledger.query("SELECT id FROM helpdesk_ticket ORDER BY id")
        assert [row["id"] for row in kept] == [row["id"] for row in tickets]
        logged = len(read_log(name))
        server.start()
        ledger.query(RUN_ACTIONS)
        wake_crons(name)
        ids = [row["id"] for row in kept]
        assert server.rpc("helpdesk.ticket", "read", ids, ["stage_id", "number"])
        [ticket] = server.rpc(
            "helpdesk.ticket", "create", [{"name": "x", "description": "x"}]
        )
        for stage in server.rpc("helpdesk.ticket.stage", "search", []):
            server.rpc("helpdesk.ticket", "write", [ticket], {"stage_id": stage})
        # Of tickets with a customer each stage of the helpdesk would mail.
        server.rpc("helpdesk.ticket", "write", ids, {"priority": "3"})
        ledger.wait_idle()
        assert server.get("/my/tickets").status == 200
        assert [line for line in read_log(name)[logged:] if " ERROR " in line] == []
        # What was written before may leave, and nothing else.
        left = {mail.message["Message-ID"] for mail in smtp.mails[known:]}
        assert left <= {row["message_id"] for row in written}
    finally:
        ledger.close()
        server.stop()


def read_log(name):
    return (LOGS / f"{name}.log").read_text(errors="replace").splitlines()
