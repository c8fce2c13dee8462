# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain
from odoo.tools import html2plaintext
from odoo.tools.mail import email_split_tuples

from ...tools.mail_frame import make_peek
from ...tools.quote_copies import PLACE_HTML, read_framed, read_whole

# Answers quote the latest mails; older ones are cut where they stand below a header.
SENT_LIMIT = 20
LONGEST = 200_000


class HelpdeskTicket(models.Model):
    """What a party has got from us: known, so that it is known again in an answer."""

    _inherit = "helpdesk.ticket"

    def _get_sent_copies(self, party):
        """Return the words of what was mailed on an incident, the latest first.

        :param party: who got it, nobody for everybody
        :return: see :func:`~.quote_copies.read_whole`
        """
        messages = self._find_sent_messages(party)
        if not messages:
            return []
        contents = [(message.body or "")[:LONGEST] for message in messages]
        join = self._get_sent_frame(party)
        framed = read_framed(
            join(PLACE_HTML), contents, map(make_peek, contents), html2plaintext
        )
        if framed is not None:
            return framed
        return read_whole(map(join, contents), html2plaintext)

    def _get_sent_frame(self, party):
        """Return a function that makes of words the mail in which a party got them."""
        renderer = self.env["incident.mail.renderer"]
        reader = (party or self._get_incident_parties())[:1]
        lang = reader._get_incident_lang(self._get_correspondence_lang())
        before, after = renderer._render_frame(self, reader, lang)
        return lambda content: renderer._join_pieces(before, content, after)

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
