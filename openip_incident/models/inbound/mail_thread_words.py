# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from markupsafe import Markup

from odoo import api, models
from odoo.tools import html_sanitize

from ...tools.mail_body import read_body
from ...tools.mail_limits import TextBudget
from ...tools.mail_repair import remove_unstorable, repair_message
from ...tools.mail_signs import UNREADABLE
from ..inbounds import IN_GATEWAY, INBOUND, READING

# Of what message_parse returns, for message_route.
KEEPS_ORIGINAL = "incident_original_id"

PAGE_FRAME = re.compile(r"</?(?:html|body|head|!\s{0,9}doctype)[^<>]*>", re.I)


class MailThread(models.AbstractModel):
    """Reads the words of mails for incidents, all of them and nobody else's (G15)."""

    _inherit = "mail.thread"

    def message_parse(self, message, save_original=False):
        reading = self._get_reading()
        if not reading:
            return super().message_parse(message, save_original=save_original)
        reading.repaired = repair_message(message)
        values = super().message_parse(message, save_original=save_original)
        return remove_unstorable(values)

    def _get_reading(self):
        """Return the reading of the mail that the gateway takes in, if it does."""
        context = self.env.context
        return context.get(IN_GATEWAY) and context.get(READING)

    def _message_parse_extract_payload(
        self, message, message_dict, save_original=False
    ):
        reading = self._get_reading()
        if not reading:
            return super()._message_parse_extract_payload(
                message, message_dict, save_original=save_original
            )
        # Parts that somebody has changed since are read anew.
        body = reading.look.get_body(message) or self._read_incident_body(message)
        if message_dict.get("is_bounce"):
            # A report: what comes back with it are not its words.
            body.texts, body.files = body.texts[:1], []
        nothing = not body.speaks and not body.files
        reading.unreadable = body.unreadable or nothing
        reading.complete = body.is_complete and not reading.repaired
        files = [self._Attachment(*file) for file in body.files]
        if save_original:
            source = message.as_string()
            files.insert(0, self._Attachment("original_email.eml", source, {}))
        return self._message_parse_extract_payload_postprocess(
            message,
            {"body": self._write_incident_body(body, reading), "attachments": files},
        )

    @api.model
    def _read_incident_body(self, message):
        limits = self.env["incident.mail.gateway"]._get_limits()
        return read_body(message, TextBudget(limits))

    def _write_incident_body(self, body, reading):
        """Return the texts of a mail as one page, or that there are none to read."""
        if reading.unreadable and not body.speaks:
            return Markup("<p><em>%s</em></p>") % self.env._(
                "No readable text; see the original."
            )
        pieces = [self._write_incident_text(text) for text in body.texts]
        if len(pieces) > 1:
            pieces = [PAGE_FRAME.sub("", piece) for piece in pieces]
        return Markup("\n").join(map(Markup, pieces))

    def _write_incident_text(self, text):
        """Return a text as HTML; what cannot be made harmless as its bare words."""
        if text.page:
            try:
                return html_sanitize(
                    text.text, silent=False, sanitize_tags=False, strip_classes=True
                )
            except Exception:
                # Core would put the name of its own error in the place of the words.
                return Markup("\n<pre>%s</pre>\n") % text.visible
        return Markup("\n<pre>%s</pre>\n") % text.text

    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Mark what cannot be read, and what has to be looked up in its source."""
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        reading = self._get_reading()
        if not reading or not routes:
            return routes
        answers = any(route[0] == "helpdesk.ticket" and route[1] for route in routes)
        # Who writes a new mail is asked to say it in the form anyway.
        if reading.unreadable and answers and not message_dict["incident_disregard"]:
            message_dict["incident_disregard"] = UNREADABLE
            reading.doubtful = True
        if not reading.complete and all(route[0] != "mail.thread" for route in routes):
            message_dict[KEEPS_ORIGINAL] = self.env.context.get(INBOUND)
        return routes

    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {KEEPS_ORIGINAL}
