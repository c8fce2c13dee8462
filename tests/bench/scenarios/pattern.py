"""Makes the incidents that are then copied, by the process itself."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from ..delivery import deliver

TICKET = "helpdesk.ticket"
# Nothing is due by itself while something else is measured.
LATER = "2100-01-01"

DATES = {
    "helpdesk_ticket": "create_date closed_date solved_date wait_start "
    "last_stage_update",
    "incident_followup": "due_date start_date end_date frozen_date",
    "incident_followup_event": "due_date queued_date sent_date announced_date",
    "incident_notice": "create_date sent_date",
}


def configure(session, smtp_port):
    """Set up what every installation has: company, mail server, team.

    :param smtp_port: where mail is sent
    :return: ids that other scenarios need
    """
    with session.environment() as env:
        if "incident.health" in env:
            # A copy writes to nobody before it is confirmed.
            env["incident.health"].action_confirm_database()
        env.company.write({"email": "support@operator.example.com"})
        env["ir.mail_server"].create(
            {
                "name": "Sink",
                "smtp_host": "127.0.0.1",
                "smtp_port": smtp_port,
                "smtp_encryption": "none",
            }
        )
        _add_alias_domain(env)
        return {"customers": _create_parties(env).ids}


def _add_alias_domain(env):
    if not env.company.alias_domain_id:
        domain = env["mail.alias.domain"].create({"name": "operator.example.com"})
        env["res.company"].search(Domain.TRUE).alias_domain_id = domain
    team = env.ref("openip_incident.team_incident", raise_if_not_found=False)
    if team:
        team.write(
            {
                "alias_name": "incidents",
                "incident_intake": True,
                "user_id": env.ref("base.user_admin").id,
            }
        )


def _create_parties(env):
    """Create a French customer with an integrator, and an English one."""
    partners = env["res.partner"]
    ours = "integrator_id" in partners._fields
    integrator = partners.create(
        {
            "name": "Telintegra",
            "is_company": True,
            "email": "support@telintegra.example.com",
            "lang": "en_US",
            **({"is_integrator": True} if ours else {}),
        }
    )
    return partners.create(
        [
            {
                "name": f"Customer {lang}",
                "is_company": True,
                "email": f"{lang}@customer.example.com".lower(),
                "lang": lang,
                **({"integrator_id": integrator.id} if ours else {}),
            }
            for lang in ("fr_FR", "en_US")
        ]
    )


def make_incident(session, customer, story):
    """Lead one incident through the process.

    :param customer: id of the customer
    :param story: ``closed`` after a request that was answered, ``waiting`` for the
        first reminder, ``reminded`` three times, ``announced``
    :return: id of the ticket
    """
    with session.environment() as env:
        ticket = env[TICKET].create(
            {
                "name": "No outgoing calls",
                "description": "<p>Busy tone on every call since this morning.</p>",
                "team_id": env.ref("openip_incident.team_incident").id,
                "partner_id": customer,
                "user_id": env.ref("base.user_admin").id,
            }
        )
        env.flush_all()
        env.cr.precommit.run()
        ticket.action_incident_open()
        deliver(ticket)
        ticket.incident_request("information", "<p>Since when?</p>")
        deliver(ticket)
        ticket.env.cr.precommit.run()
        ticket_id = ticket.id
    STORIES[story](session, ticket_id)
    session.execute(
        "UPDATE incident_followup SET due_date = %s WHERE ticket_id = %s "
        "AND state = 'running'",
        LATER,
        ticket_id,
    )
    return ticket_id


def _advance(session, ticket_id, hours):
    """Let time pass for an incident, then run the scheduled actions and the queue."""
    for table, names in DATES.items():
        key = "ticket_id" if table in ("incident_followup", "incident_notice") else "id"
        if table == "incident_followup_event":
            where = (
                "followup_id IN (SELECT id FROM incident_followup WHERE ticket_id = %s)"
            )
        else:
            where = f"{key} = %s"
        moves = ", ".join(
            f"{name} = {name} - interval '{hours} hours'" for name in names.split()
        )
        session.execute(f"UPDATE {table} SET {moves} WHERE {where}", ticket_id)
    _run(session, ticket_id)


def _run(session, ticket_id):
    with session.environment() as env:
        env["incident.followup"]._cron_remind()
        deliver(env[TICKET].browse(ticket_id))
    with session.environment() as env:
        env["incident.followup"]._cron_remind()


def _close(session, ticket_id):
    """Have the customer answer and support solve and close it, some weeks ago."""
    _run(session, ticket_id)
    with session.environment() as env:
        ticket = env[TICKET].browse(ticket_id)
        ticket.incident_record_answer(ticket.partner_id, "<p>Since noon.</p>")
    with session.environment() as env:
        ticket = env[TICKET].browse(ticket_id)
        ticket.activity_ids.unlink()
        ticket._incident_move_to("closed", vals={"close_reason": "support"})
        deliver(ticket)
    for table, names in DATES.items():
        if table == "helpdesk_ticket":
            moves = ", ".join(
                f"{name} = {name} - interval '30 days'" for name in names.split()
            )
            session.execute(f"UPDATE {table} SET {moves} WHERE id = %s", ticket_id)


def _remind(session, ticket_id, times=3):
    _run(session, ticket_id)
    for _time in range(times):
        _advance(session, ticket_id, 25)


STORIES = {
    "closed": _close,
    "waiting": _run,
    "reminded": _remind,
    "announced": lambda session, ticket_id: (
        _remind(session, ticket_id, times=4),
        _shift(session, ticket_id),
    ),
}


def _shift(session, ticket_id):
    """Make the announcement older than the day that it leaves the parties."""
    start = fields.Datetime.now() - timedelta(hours=30)
    session.execute(
        "UPDATE incident_followup_event SET sent_date = %s, announced_date = %s "
        "WHERE action = 'announce' AND followup_id IN "
        "(SELECT id FROM incident_followup WHERE ticket_id = %s)",
        start,
        start + timedelta(hours=25),
        ticket_id,
    )
    session.execute(
        "UPDATE incident_notice SET sent_date = %s WHERE ticket_id = %s",
        start,
        ticket_id,
    )


def make_plain_ticket(session, customer, closed):
    """Make a ticket of the peer: one that it looks after, or an old one.

    :param customer: id of the customer
    :param closed: whether it is done
    :return: id of the ticket
    """
    stage = "done" if closed else "in_progress"
    with session.environment() as env:
        team = env["helpdesk.ticket.team"].search(
            [("close_inactive_tickets", "=", True)], limit=1
        ) or _create_peer_team(env)
        ticket = env[TICKET].create(
            {
                "name": "No outgoing calls",
                "description": "<p>Busy tone on every call since this morning.</p>",
                "team_id": team.id,
                "partner_id": customer,
                "user_id": env.ref("base.user_admin").id,
            }
        )
        env.flush_all()
        stage_id = env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{stage}").id
        ticket.with_context(tracking_disable=True).write({"stage_id": stage_id})
        ticket_id = ticket.id
    if closed:
        session.execute(
            "UPDATE helpdesk_ticket SET last_stage_update = last_stage_update "
            "- interval '60 days' WHERE id = %s",
            ticket_id,
        )
    return ticket_id


def _create_peer_team(env):
    """Create a team with the peer's settings as it is installed."""
    return env["helpdesk.ticket.team"].create(
        {
            "name": "Support",
            "close_inactive_tickets": True,
            "ticket_stage_ids": [
                (4, env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress").id)
            ],
            "closing_ticket_stage": env.ref(
                "helpdesk_mgmt.helpdesk_ticket_stage_done"
            ).id,
        }
    )
