# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..followups import ANNOUNCE, CLOSE, REMIND
from ..phases import CLOSED, CLOSURE, ESCALATED, IN_PROGRESS, OPENED, REGISTERED

STEPS = [
    (REGISTERED, "Registered"),
    (OPENED, "Opened"),
    (IN_PROGRESS, "In progress"),
    (ESCALATED, "Escalated"),
    (REMIND, "Reminder"),
    (ANNOUNCE, "Closure announced"),
    (CLOSURE, "Confirmation asked for"),
    (CLOSED, "Closed"),
    (CLOSE, "Closed automatically"),
]


class MailMessage(models.Model):
    _inherit = "mail.message"

    incident_step = fields.Selection(
        selection=STEPS,
        string="Step of the process",
        readonly=True,
        groups="base.group_user",
        help="What the process said by itself, without a word of a person: shown to "
        "parties as one line.",
    )
