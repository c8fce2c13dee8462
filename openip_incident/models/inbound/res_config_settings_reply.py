# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from ..incident_address_mixin import REPLY_TAGS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_reply_tags = fields.Boolean(
        string="Answers carry their incident",
        config_parameter=REPLY_TAGS,
        help="The address that a party answers to names the incident: an answer "
        "finds it even without the number in its subject.",
    )
    incident_reply_proven = fields.Char(
        string="Came back",
        compute="_compute_incident_reply",
        help="Teams whose mail domain was seen to deliver addresses with a mark.",
    )
    incident_reply_unproven = fields.Char(
        string="Has not come back",
        compute="_compute_incident_reply",
        help="Teams for which the trial mail has not come back yet.",
    )

    def _compute_incident_reply(self):
        addresses = self.env["incident.address.mixin"]
        used = set(addresses._get_team_addresses().values())
        proven = addresses._get_proven_addresses()
        for settings in self:
            settings.incident_reply_proven = ", ".join(sorted(used & proven))
            settings.incident_reply_unproven = ", ".join(sorted(used - proven))

    def action_incident_test_reply(self):
        """Send the user a mail that proves, once answered, that tags are delivered."""
        count = self.env["incident.mail.gateway"]._send_trials()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Sent to %(address)s: %(count)s. Answer each of these mails, then"
                    " come back.",
                    count=count,
                    address=self.env.user.email,
                ),
            },
        }

    def set_values(self):
        """Switch on nothing that has not been tried.

        :raises UserError: where no mail with a tag has come back
        """
        # SUDO: the setting is read.
        parameters = self.env["ir.config_parameter"].sudo()
        new = self.incident_reply_tags and not parameters.get_param(REPLY_TAGS)
        if new and not self.incident_reply_proven:
            raise UserError(
                self.env._(
                    "No answer to a test has come back yet. Press Send me a test, and"
                    " answer the mail."
                )
            )
        return super().set_values()
