# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import models

from ...tools.foreign_html import tame_html
from ...tools.own_links import strip_quoted_targets
from ...tools.own_openings import NOTED, NOTED_BEGIN, OPEN, retell
from ...tools.quote_forward import get_own_words
from ...tools.quotes import mark_quotes, may_quote

# No blockquote: the chatter folds what it takes for an old mail.
HEADING = "<p>%s</p>"
FORWARD = (
    HEADING + "<div style='padding: 4px 16px; border-left: 4px solid #cccccc;'>%s</div>"
)


class HelpdeskTicket(models.Model):
    """What of an answer are its author's words, and what is quoted of ours."""

    _inherit = "helpdesk.ticket"

    def _scrub_incident_post(self, values):
        values = super()._scrub_incident_post(values)
        if values.get("message_type") == "email" and values.get("body"):
            values["body"] = self._mark_incident_quotes(
                values["body"], values.get("author_id")
            )
        return values

    def _mark_incident_quotes(self, body, author_id):
        """Return a mail in which exactly what we have sent is marked as a quote.

        The chatter folds what is marked, and nobody else gets to read it.

        :param body: HTML as the gateway has read it
        """
        if not may_quote(body, (self.number,)):
            return body
        # SUDO: who has written must not depend on what the gateway's user may read.
        author = self.env["res.partner"].sudo().browse(author_id or [])
        # SUDO: what we have sent is compared, and shown to nobody.
        ticket = self.sudo()
        copies = ticket._get_sent_copies(ticket._get_incident_party(author))
        names = (author.name, author.incident_party_id.name)
        us = ticket._get_sender_names()
        marked = mark_quotes(body, us=us, author=names, copies=copies)
        return strip_quoted_targets(marked)

    def _get_forwarded_text(self, others, message):
        """Return what a party wrote as the other reads it.

        :param others: the readers
        """
        words = self._get_words_for_others(message)
        heading = self._get_answer_heading(others, message, words)
        if words.has_text or words.has_picture:
            body = words.body
            if message.message_type != "email":
                lang = self._get_forward_lang(others)
                body = self._retell_openings(message, body, lang)
            return Markup(FORWARD) % (heading, tame_html(body))
        return Markup(HEADING) % heading

    def _get_forward_lang(self, others):
        return others[0]._get_incident_lang(self._get_correspondence_lang())

    def _get_openings(self, message, body):
        """Return what we may have put before somebody's words: to be extended.

        Next to no message has any, and a page shows many.

        :param message: what says them
        :param body: HTML, of it what is shown
        :return: list of (HTML, text): the text in the language of the context, ``OPEN``
            for what differs, and ``%s`` for it in what the message then begins with
        """
        if not (body or "").startswith(NOTED_BEGIN):
            return []
        return [
            (NOTED, self.env._("By phone, noted by %(user)s:", user=OPEN)),
            (NOTED, self.env._("By mail, read and noted by %(user)s:", user=OPEN)),
        ]

    def _retell_openings(self, message, body, lang):
        """Return somebody's words with what we put before them in a language.

        :param message: what says them
        :param body: HTML, of it what is shown
        :param lang: code of the reader's language
        """
        if not self._get_openings(message, body):
            return body
        own = self.with_context(lang=lang)._get_openings(message, body)
        known = [
            self.with_context(lang=code)._get_openings(message, body)
            for code, _name in self.env["res.lang"].get_installed()
        ]
        for (frame, phrase), said in zip(own, zip(*known, strict=True), strict=True):
            body = retell(body, frame, [text for _frame, text in said], phrase)
        return body

    def _get_words_for_others(self, message):
        """Return what somebody wrote without what everybody has, and addresses.

        :return: :class:`~.quote_forward.Words`
        """
        addresses = self._get_party_addresses() if "@" in message.body else ()
        words = get_own_words(message.body, addresses)
        if words.has_text or message.message_type != "email":
            return words
        # Stored before we marked quotes ourselves, or edited since: read it once more.
        body = self._mark_incident_quotes(message.body, message.author_id.id)
        return get_own_words(body, addresses)

    def _get_answer_heading(self, reader, message, words):
        """Return who said what follows, in the language of its reader.

        :param words: what follows
        """
        lang = self._get_forward_lang(reader)
        author, party = message.author_id, message.author_id.incident_party_id
        name = author.name if author == party else f"{author.name} ({party.name})"
        env = self.with_context(lang=lang).env
        if words.has_text:
            return env._("%(author)s wrote:", author=name)
        if words.has_picture or message.attachment_ids:
            return env._("%(author)s sent files without any text.", author=name)
        return env._("%(author)s answered without any text.", author=name)
