# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

# By xml id: the domain that was shipped, without white space, and the present one.
RULES = {
    "incident_notice_rule_incident": (
        "[('ticket_id','!=',False)]",
        "['|', ('ticket_id', '!=', False), ('outage_id', '!=', False)]",
    ),
    "incident_notice_rule_company": (
        "[('ticket_id.company_id','in',company_ids+[False]),]",
        "['|', ('ticket_id', '=', False), "
        "('ticket_id.company_id', 'in', company_ids + [False])]",
    ),
}


def migrate(cr, version):
    """Let agents read the mails about outages, unless a rule was changed."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (former, present) in RULES.items():
        rule = env.ref(f"openip_incident.{name}", raise_if_not_found=False)
        if rule and "".join((rule.domain_force or "").split()) == former:
            rule.domain_force = present
