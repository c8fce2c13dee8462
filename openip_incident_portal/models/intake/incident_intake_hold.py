# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.reviews import SETTLED, UNNAMED, UNTHREADED
from odoo.addons.openip_incident.tools.mail_classifier import DOUBTFUL


class IncidentIntake(models.Model):
    """A mail of a party that names no incident may be the answer on one that waits."""

    _inherit = "incident.intake"

    def _hold_incidents(self, message):
        """Hold the incidents on which a mail of an intake may be an answer (G13).

        :param message: the mail
        """
        self.ensure_one()
        machine = message.incident_disregard
        if self.ticket_id or (machine and machine not in DOUBTFUL):
            return
        # SUDO: the mail gateway finds out whose answer a mail may be.
        env = self.sudo().env
        tickets = env["helpdesk.ticket"]
        senders = env["res.partner"]._find_by_incident_address(message.email_from)
        numbers = tickets._find_named_numbers(message.subject, message.body)
        named = tickets._find_named_incidents(numbers, senders)
        held = named or tickets._find_waiting_incidents(senders)
        speaker = senders.filtered(
            lambda sender: any(ticket._get_incident_party(sender) for ticket in held)
        )[:1]
        held._incident_hold(
            {"intake_id": self.id},
            UNTHREADED if named else UNNAMED,
            speaker,
            named=bool(named),
        )

    def _settle_reviews(self, named=True):
        """Go on with what these mails hold: what they are was decided.

        :param named: also with incidents that the mail itself names
        """
        # SUDO: whoever decides what becomes of a mail need not read all incidents.
        reviews = self.env["incident.review"].sudo()
        found = reviews.search([("intake_id", "in", self.ids)])
        found.filtered(lambda review: named or not review.named)._judge(SETTLED)

    def unlink(self):
        self._settle_reviews()
        return super().unlink()
