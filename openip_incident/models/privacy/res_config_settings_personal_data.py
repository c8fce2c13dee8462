# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .personal_data_keeping import KEEPING_DAYS, PARAMETER

PREFIX = "incident_keep_"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_keep_notices = fields.Integer(
        string="Mails to the parties, after closure",
        default=KEEPING_DAYS["notices"],
        config_parameter=PARAMETER % "notices",
        help="Days after closure for which the delivery of mails can be shown.",
    )
    incident_keep_inbound_done = fields.Integer(
        string="Evidence of processed mails",
        default=KEEPING_DAYS["inbound_done"],
        config_parameter=PARAMETER % "inbound_done",
        help="Days for which it can be shown that a mail was processed.",
    )
    incident_keep_inbound_aside = fields.Integer(
        string="Mails set aside or discarded",
        default=KEEPING_DAYS["inbound_aside"],
        config_parameter=PARAMETER % "inbound_aside",
        help="Days after which mails that nobody needs are deleted.",
    )
    incident_keep_quarantine = fields.Integer(
        string="Mails in quarantine that nobody has judged",
        default=KEEPING_DAYS["quarantine"],
        config_parameter=PARAMETER % "quarantine",
        help="Days after which an unjudged mail is deleted.",
    )

    @api.model
    def _get_keeping_fields(self):
        return [
            name
            for name, field in self._fields.items()
            if name.startswith(PREFIX) and field.type == "integer"
        ]

    def set_values(self):
        """Store 0, too: core takes it for nothing set, which is the default again."""
        for name in self._get_keeping_fields():
            if self[name] < 0:
                raise ValidationError(
                    self.env._(
                        "%(field)s: please enter a number of days, 0 to keep them for "
                        "ever.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
        res = super().set_values()
        # SUDO: only administrators save settings.
        parameters = self.env["ir.config_parameter"].sudo()
        for name in self._get_keeping_fields():
            if not self[name]:
                parameters.set_param(self._fields[name].config_parameter, "0")
        return res
