# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.fields import Domain

from .models.identity.incident_identity import CONFIRMED


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
    _delete_followups(env, stages)
    # Another installation confirms its database anew.
    env["ir.config_parameter"].set_param(CONFIRMED, False)
    env["incident.health"]._forget_copy()


def _delete_followups(env, stages):
    """Delete what would keep Odoo from deleting the shipped plans and mails."""
    stages.search([("followup_plan_id", "!=", False)]).followup_plan_id = False
    env["incident.followup"].search([]).unlink()
    env["incident.followup.plan"].with_context(active_test=False).search([]).unlink()


def _get_plain_stage(env, closed):
    """Return Done or In Progress, or what stands for them where they were deleted."""
    name = "done" if closed else "in_progress"
    stage = env.ref(
        f"helpdesk_mgmt.helpdesk_ticket_stage_{name}", raise_if_not_found=False
    )
    plain = env["helpdesk.ticket.team"]._get_applicable_stages()
    return stage or plain.filtered(lambda stage: stage.closed == closed)[:1]
