# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Private lines: what one party and support say to each other, unread by the other."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store

TICKET = "helpdesk.ticket"
SHOWN_TYPES = ("auto_comment", "comment", "email")


class MailMessage(models.Model):
    _inherit = "mail.message"

    def action_incident_pass_on(self):
        """Show messages of private lines to the other party, and mail them there.

        :raises UserError: for a message that is not private, or without another party
        """
        for message in self:
            ticket = self.env[TICKET]
            if message.model == TICKET:
                ticket = ticket.browse(message.res_id)
            ticket._ensure_may_act()
            # SUDO: only the process writes what is on an incident; that the agent may
            # act on it was checked above.
            message, ticket = message.sudo(), ticket.sudo()
            if message.message_type == "user_notification" or not (
                ticket and ticket._get_passing_parties(message)
            ):
                raise UserError(
                    self.env._("There is nobody to pass this message on to.")
                )
            ticket._incident_pass_on(message)
        return True

    # What the chatter says of a message

    def _to_store_defaults(self, target):
        field_names = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            field_names += [self._get_audience_attr()]
        return field_names

    def _get_audience_attr(self):
        return Store.Attr(
            "incident_audience",
            # SUDO: internal users may read whom a message went to that they may read.
            value=lambda message: message.sudo()._prepare_incident_audience(),
            predicate=lambda message: message.model == TICKET,
        )

    def _prepare_incident_audience(self):
        """Return who reads a message besides support, where not simply both parties.

        :return: dict of ``kind``, ``label`` and ``pass_on``, the name of who may be
            told; or False
        """
        self.ensure_one()
        ticket = self.env[TICKET].browse(self.res_id)
        if self.message_type not in SHOWN_TYPES or not ticket.is_incident:
            return False
        line = self.incident_private_party_id
        if line and not self.is_internal and not self.subtype_id.internal:
            label = self.env._("Private: read by %(party)s only", party=line.name)
            others = ticket._get_passing_parties(self)
            pass_on = ", ".join(others.mapped("name"))
            return {"kind": "private", "label": label, "pass_on": pass_on}
        if self._reaches_no_party():
            return {
                "kind": "inside",
                "label": self._get_inside_label(),
                "pass_on": "",
            }
        return False

    def _reaches_no_party(self):
        """Tell whether a message looks like one that has left, and has not."""
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        if self.message_type == "email":
            inside = self.is_internal or self.subtype_id.internal
            return inside and not self.author_id.partner_share
        return self.is_internal and self.subtype_id.id != note

    def _get_inside_label(self):
        outside = self.notified_partner_ids.filtered("partner_share")
        if outside:
            return self.env._(
                "Only to %(names)s: neither party reads it",
                names=", ".join(outside.mapped("name")),
            )
        return self.env._("Reached nobody outside")
