"""What meets on an outage or before it, in two processes."""

DEADLOCK = "40P01"
SUGGESTED = """
    SELECT activity.id FROM mail_activity AS activity
      JOIN ir_model_data AS name ON name.res_id = activity.activity_type_id
     WHERE name.model = 'mail.activity.type'
       AND name.name = 'mail_activity_type_outage_suggested'
"""
STATES = """
    SELECT outage.state, ticket.incident_phase
      FROM helpdesk_ticket AS ticket
      JOIN incident_outage AS outage ON outage.id = ticket.outage_id
"""


def test_two_reports_at_once_suggest_one_outage(workers, ledger):
    services = workers.run("report_all_but_two")
    workers.run(*(("report_together", {"service_id": one}) for one in services))
    assert len(ledger.query("SELECT id FROM helpdesk_ticket WHERE service_id > 0")) > 2
    assert len(ledger.query(SUGGESTED)) == 1


def test_who_closes_and_who_reopens_the_outage_do_not_wait_for_each_other(
    workers, ledger
):
    [number] = workers.run(
        ("resolve_outage", {"integrators": 1, "customers": 1, "each": 1})
    )
    refused = workers.run(
        ("close_last", {"number": number}), ("reopen_outage", {"number": number})
    )
    assert DEADLOCK not in sum(refused, [])
    [row] = ledger.query(STATES)
    assert row == {"state": "investigating", "incident_phase": "closed"}
