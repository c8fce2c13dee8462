# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext
from odoo.tools.mail import email_split_tuples

from ...tools.mail_text import write_text

# Answers quote the latest mails; older ones are cut where they stand below a header.
SENT_LIMIT = 20
LONGEST = 200_000


class HelpdeskTicket(models.Model):
    """What a party has got from us: known, so that it is known again in an answer."""

    _inherit = "helpdesk.ticket"

    def _get_sent_mails(self, party):
        """Return what was mailed on an incident as HTML and as text, the latest first.

        :param party: who got it, nobody for everybody
        :return: two lists of the same length
        """
        messages = self._find_sent_messages(party)
        if not messages:
            return [], []
        reader = (party or self._get_incident_parties())[:1]
        before, after = self.env["incident.mail.renderer"]._render_frame(
            self, reader, reader._get_incident_lang(self._get_correspondence_lang())
        )
        join = self.env["incident.mail.renderer"]._join_pieces
        mails = [join(before, message.body[:LONGEST], after) for message in messages]
        return mails, list(map(self._write_as_quoted, mails))

    @api.model
    def _write_as_quoted(self, mail):
        """Return a mail as our text part says it, and as clients make text of HTML."""
        return f"{write_text(mail)}\n{html2plaintext(mail)}"

    def _find_sent_messages(self, party):
        """Return the hidden messages of the latest mails, in one query."""
        domain = Domain("ticket_id", "=", self.id) & Domain("message_id", "!=", False)
        if party:
            company = party.incident_party_id
            domain &= Domain("partner_id.incident_party_id", "in", company.ids)
        # SUDO: letters are the system's; they are compared with, and shown to nobody.
        notices = self.env["incident.notice"].sudo()
        latest = notices._search(domain, order="id desc", limit=SENT_LIMIT)
        return (
            self.env["mail.message"]
            .sudo()
            .search_fetch(
                [("id", "in", latest.subselect("message_id"))],
                ["body"],
                order="id desc",
            )
        )

    def _get_sender_names(self):
        """Return the names and addresses that this incident writes under."""
        sender = self._get_correspondence_sender()[self.id]
        pairs = email_split_tuples(sender) if sender else []
        return [self.company_id.name, *(text for pair in pairs for text in pair)]
