# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.fields import Domain

from .houses import give_dates_back, keep_dates
from .models.identity.incident_identity import CONFIRMED

# Where an uninstallation leaves the numbers that the next incidents would have got.
NEXT_NUMBERS = "openip_incident.next_numbers"


def pre_init_hook(env):
    keep_dates(env)


def post_init_hook(env):
    _continue_numbers(env)
    give_dates_back(env)


def uninstall_hook(env):
    """Leave a working helpdesk behind: no incident stage, no incident team.

    Closed incidents go to Done, the others to In Progress, without a mail. Messages to
    the parties stay, so that an answer to an old mail still finds its ticket.
    """
    tickets = env["helpdesk.ticket"].with_context(
        active_test=False, tracking_disable=True
    )
    stages = env["helpdesk.ticket.stage"].with_context(active_test=False)
    process_stages = stages.search([("incident_phase", "!=", False)])
    incidents = tickets.search(
        Domain("is_incident", "=", True) | Domain("stage_id", "in", process_stages.ids)
    )
    for closed, group in incidents.grouped("closed").items():
        group._incident_apply_leaving({"stage_id": _get_plain_stage(env, closed).id})
    team = env.ref("openip_incident.team_incident", raise_if_not_found=False)
    if team:
        tickets.search([("team_id", "=", team.id)])._incident_apply_leaving(
            {"team_id": False}
        )
    env["helpdesk.ticket.team"].with_context(active_test=False).search(
        [("incident_process", "=", True)]
    ).write({"incident_process": False})
    process_stages.unlink()
    _give_numbers_back(tickets)
    _note_next_numbers(env)
    _delete_followups(env, stages)
    # Another installation confirms its database anew.
    env["ir.config_parameter"].set_param(CONFIRMED, False)
    env["incident.health"]._forget_copy()


def _give_numbers_back(tickets):
    """Call tickets again what they were called before they became incidents.

    The number as an incident is in the subjects of its mails: it stays in the chatter.
    """
    company = tickets.env.company
    tickets = tickets.with_context(lang=company.partner_id.lang or tickets.env.lang)
    renamed = tickets.search([("former_number", "!=", False)])
    renamed._message_log_batch(
        {
            ticket.id: ticket.env._(
                "As an incident this ticket had the number %(number)s.",
                number=ticket.number,
            )
            for ticket in renamed
        }
    )
    tickets.env.flush_all()
    tickets.env.cr.execute(
        "UPDATE helpdesk_ticket SET number = former_number WHERE id = ANY(%s)",
        [renamed.ids],
    )
    renamed.invalidate_recordset(["number"])


def _note_next_numbers(env):
    """Note where counting has come to: a later installation must not count anew."""
    sequence = env.ref("openip_incident.sequence_incident", raise_if_not_found=False)
    numbers = {
        str(period.date_from): period.number_next_actual
        for period in sequence and sequence.date_range_ids or ()
    }
    env["ir.config_parameter"].set_param(NEXT_NUMBERS, json.dumps(numbers))


def _continue_numbers(env):
    """Go on counting where an earlier installation has left off."""
    parameters = env["ir.config_parameter"]
    sequence = env.ref("openip_incident.sequence_incident")
    for date, number in json.loads(parameters.get_param(NEXT_NUMBERS) or "{}").items():
        sequence._get_current_sequence(date).number_next_actual = number
    parameters.set_param(NEXT_NUMBERS, False)


def _delete_followups(env, stages):
    """Delete what would keep Odoo from deleting the shipped plans, mails and team."""
    stages.search([("followup_plan_id", "!=", False)]).followup_plan_id = False
    env["incident.followup"].search([]).unlink()
    env["incident.followup.plan"].with_context(active_test=False).search([]).unlink()
    env["incident.monitoring"].with_context(active_test=False).search([]).unlink()


def _get_plain_stage(env, closed):
    """Return Done or In Progress, or what stands for them where they were deleted."""
    name = "done" if closed else "in_progress"
    stage = env.ref(
        f"helpdesk_mgmt.helpdesk_ticket_stage_{name}", raise_if_not_found=False
    )
    plain = env["helpdesk.ticket.team"]._get_applicable_stages()
    return stage or plain.filtered(lambda stage: stage.closed == closed)[:1]
