# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from odoo.addons.openip_incident.models.privacy.personal_data_keeping import PARAMETER

from .incident_intake_keeping import KEEPING_DAYS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_keep_intakes = fields.Integer(
        string="Intakes that expired or were discarded",
        default=KEEPING_DAYS["intakes"],
        config_parameter=PARAMETER % "intakes",
        help="Days after which they are deleted, with their files.",
    )
    incident_keep_intakes_unjudged = fields.Integer(
        string="Intakes that nobody has looked at, before they expire",
        default=KEEPING_DAYS["intakes_unjudged"],
        config_parameter=PARAMETER % "intakes_unjudged",
        help="Days that an agent has to look at them.",
    )
    incident_keep_intake_sources = fields.Integer(
        string="Source of mails that became incidents",
        default=KEEPING_DAYS["intake_sources"],
        config_parameter=PARAMETER % "intake_sources",
        help="Days after which the source of such a mail is deleted; the incident "
        "stays.",
    )
