"""Odoo gives a scheduled action up that fails for a week: Health says so, one click
has it run again.
"""

from .system.waking import waking
from .test_inbound_server import serving, wait_until

NAME = "ir_cron_followup_remind"
CRON = "SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND name = %s"
ACTION = f"SELECT ir_actions_server_id FROM ir_cron WHERE id = ({CRON})"
CODE = f"SELECT code FROM ir_act_server WHERE id = ({ACTION})"
WRITE = f"UPDATE ir_act_server SET code = %s WHERE id = ({ACTION})"
# As after four failures in eight days.
FAILED = f"""
    UPDATE ir_cron SET failure_count = 4,
           first_failure_date = now() AT TIME ZONE 'UTC' - interval '8 days'
     WHERE ir_actions_server_id = ({ACTION})
"""
STATE = f"""
    SELECT active, failure_count FROM ir_cron WHERE ir_actions_server_id = ({ACTION})
"""


def test_an_action_that_odoo_gave_up_is_shown_and_started(workers, ledger, smtp):
    numbers, _solved = workers.run(("prepare", {"waiting": 3}))
    with serving(workers, smtp, crons=True) as server, waking(workers.database):
        ledger.run_until_quiet()
        [kept] = ledger.query(CODE, NAME)
        ledger.query(WRITE, "1 / 0", NAME)
        ledger.query(FAILED, NAME)
        assert read_check(server, ledger)["state"] == "alarm"
        ledger.let_pass(hours=24, minutes=1)
        wait_until(lambda: not ledger.query(STATE, NAME)[0]["active"])
        ledger.let_pass(hours=24)
        check = read_check(server, ledger)
        assert (check["state"], check["can_run"]) == ("alarm", True)
        assert set(map(len, ledger.steps().values())) == {1}
        # What was wrong is mended; the action stays off until somebody looks.
        ledger.query(WRITE, kept["code"], NAME)
        server.rpc("incident.health", "action_run", [check["id"]])
        wait_until(lambda: set(map(len, ledger.steps().values())) == {2})
        ledger.run_until_quiet()
        assert read_check(server, ledger)["state"] == "good"
    assert ledger.query(STATE, NAME) == [{"active": True, "failure_count": 0}]
    reminded = [("start", "sent"), ("remind", "sent")]
    assert ledger.steps() == dict.fromkeys(numbers, reminded)


def read_check(server, ledger):
    """Return what Health says of the reminders."""
    [cron] = ledger.query(CRON, NAME)
    domain = [("cron_id", "=", cron["res_id"])]
    names = ["state", "can_run"]
    [check] = server.rpc("incident.health", "search_read", domain, names)
    return check
