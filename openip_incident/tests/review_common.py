# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that may be answers, and what they hold."""

from unittest.mock import patch

from .followup_common import FollowupCommon

REVIEW_TYPE = "openip_incident.mail_activity_type_review"
GATEWAY_LOG = "odoo.addons.openip_incident.models.inbound.incident_mail_gateway"
UNKNOWN = "claire.home@freemail.example.com"


class ReviewCommon(FollowupCommon):
    # Mails that arrive

    def write_as(self, incident, address, party=None, **options):
        """Have somebody answer the latest mail to a party, from whatever address."""
        message = self._hidden_message(incident, party or self.customer)
        self._receive(address, message.reply_to, reply_to=message, **options)
        incident.invalidate_recordset()

    def write_new(self, address, **options):
        """Have somebody write to the team without naming what is answered."""
        self._receive(address, self.team.alias_full_name, **options)
        self.env.invalidate_all()

    def judged_as(self, reason):
        """Take every mail for one of a kind."""
        thread = type(self.env["mail.thread"])
        return patch.object(thread, "_get_disregard", lambda *_args, **_options: reason)

    def set_limit(self, text=1):
        """Let no mail in whose text has more than some kilobytes."""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("openip_incident.inbound_text", str(text))

    def unread(self):
        """Return a text that exceeds the limit."""
        return "<p>Red</p>" * 400

    # What is asserted

    def assertHeld(self, incident, count=1):
        incident.invalidate_recordset()
        incident = incident.sudo()
        self.assertTrue(incident.review_pending)
        self.assertEqual(
            (incident.review_count, len(incident.review_ids)), (count,) * 2
        )
        self.assertTrue(incident.our_turn)
        self.assertIn(incident, incident.search([("our_turn", "=", True)]))
        self.assertFalse(incident.answer_unread)

    def assertFree(self, incident):
        incident.invalidate_recordset()
        incident = incident.sudo()
        self.assertFalse(incident.review_pending)
        self.assertFalse(incident.review_ids)
        self.assertFalse(self.get_activities(incident, REVIEW_TYPE))
