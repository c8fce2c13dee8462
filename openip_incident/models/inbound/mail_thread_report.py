# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import api, models
from odoo.tools import email_normalize, html2plaintext

from ...tools.mail_failure import (
    is_failure_report,
    is_full_in_own_name,
    reports_failure,
)
from ...tools.mail_reader import get_value
from ...tools.mail_report import (
    get_addresses,
    get_failed_addresses,
    get_own_reason,
    get_reported_ids,
    get_returned_heads,
    get_returned_recipients,
)
from ...tools.mail_signs import PROBABLY_AUTOMATIC
from ..inbounds import INBOUND, READING, REPORTED, TAGS, UNATTRIBUTED
from .incident_gateway_refusal import HANDED_BY

_logger = logging.getLogger(__name__)

MAX_REASON = 500


class MailThread(models.AbstractModel):
    """Finds whom the report of a failure is about, in whichever form it comes.

    By the signed return path that it was sent to, else by the mail that it names, else
    by the address that failed, if a mail of ours went there these days.
    """

    _inherit = "mail.thread"

    def _detect_is_bounce(self, message, message_dict):
        """Know a report by what it says, whichever address of ours it came to.

        What comes from the address of a contact, or is said in a mailbox owner's name,
        goes where other mail of the contact goes: a human may have written it.
        """
        if super()._detect_is_bounce(message, message_dict):
            return True
        if not self._reads_reports():
            return False
        if self._find_returned() is not None:
            return True
        if not is_failure_report(message) or is_full_in_own_name(message):
            return False
        sender = email_normalize(message_dict.get("email_from") or "", strict=False)
        # SUDO: whether the sender is known is asked by the gateway.
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        known = [("email_normalized", "=", sender)]
        return not (sender and contacts.search_count(known, limit=1))

    @api.model
    def _reads_reports(self):
        """Tell whether the gateway reads a mail that it has from who may hand it in."""
        context = self.env.context
        return bool(context.get(INBOUND)) and not context.get(HANDED_BY)

    def _message_parse_extract_bounce(self, email_message, message_dict):
        """Read a report as far as core can; what it cannot read we read ourselves."""
        if not self._reads_reports():
            return super()._message_parse_extract_bounce(email_message, message_dict)
        try:
            return super()._message_parse_extract_bounce(email_message, message_dict)
        except Exception as error:
            _logger.info("Report not read by core: %s", error)
            # SUDO: as core looks both up; here nobody is found.
            env = self.sudo().env
            return {
                "is_bounce": True,
                "bounced_email": False,
                "bounced_partner": env["res.partner"],
                "bounced_msg_ids": False,
                "bounced_message": env["mail.message"],
            }

    def message_route(self, message, message_dict, *args, **kwargs):
        """Hear also what is reported in the name of a contact."""
        routes = super().message_route(message, message_dict, *args, **kwargs)
        if not routes or message_dict.get("is_bounce") or not self._reads_reports():
            return routes
        if is_failure_report(message) or is_full_in_own_name(message):
            # SUDO: the mail gateway records what the mail system reports.
            notices = self.env["incident.notice"].sudo()
            addresses = list(get_failed_addresses(message))
            notices = notices._find_failed(addresses, message_dict.get("subject") or "")
            notices._set_bounced(get_own_reason(message))
            if not message_dict.get("incident_disregard"):
                message_dict["incident_disregard"] = PROBABLY_AUTOMATIC
        return routes

    def _routing_handle_bounce(self, email_message, message_dict):
        """Record on the notice that a party could not be reached."""
        res = super()._routing_handle_bounce(email_message, message_dict)
        if reports_failure(email_message):
            notices = self._find_failed_notices(email_message, message_dict)
            notices._set_bounced(self._get_bounce_reason(email_message, message_dict))
            known = bool(notices or message_dict.get("bounced_message"))
            if known:
                message_dict["incident_reported"] = True
            self._note_report(known)
        return res

    def _get_bounce_reason(self, message, message_dict):
        reasons = [
            reason for reason in get_failed_addresses(message).values() if reason
        ]
        text = html2plaintext(message_dict.get("body") or "")
        return (text or next(iter(reasons), ""))[:MAX_REASON]

    def _note_report(self, known):
        """Write down what has become of a report; the gateway keeps it either way."""
        reading = self.env.context.get(READING)
        if reading and self._reads_reports():
            reading.report = REPORTED if known else UNATTRIBUTED

    # Whom a report is about

    def _find_failed_notices(self, message, message_dict):
        """Return the notices whose mail a report says was not delivered."""
        returned = self._find_returned()
        if returned is not None:
            return returned
        # SUDO: the mail gateway records what the mail system reports.
        notices = self.env["incident.notice"].sudo()
        reported = message_dict.get("bounced_message")
        reported = reported or self._get_reported_message(message)
        found = notices.search([("message_id", "in", reported.ids)])
        addresses = () if found else self._get_unnamed_addresses(message)
        return found or notices._find_failed(
            addresses, message_dict.get("subject") or ""
        )

    @api.model
    def _get_unnamed_addresses(self, message):
        """Return who a report may be about that names no mail of ours, best first."""
        if not self._reads_reports() or not reports_failure(message):
            return []
        # Who forges a return path forges the rest as well.
        if self._find_returned() is not None or self._is_foreign(message):
            return []
        return [*get_failed_addresses(message), *get_returned_recipients(message)]

    @api.model
    def _is_foreign(self, message):
        """Tell whether the mail that comes back is none that we have written.

        None of ours has its Message-ID; a server that gave it a new one has left our
        address as its sender.
        """
        heads = get_returned_heads(message)
        named = [head for head in heads if get_value(head, "Message-ID").strip()]
        if not named:
            return False
        addresses = self.env["incident.address.mixin"]
        return not any(
            addresses._is_own_address(sender)
            for head in named[:3]
            for sender in get_addresses(head, "From")[:3]
        )

    def _find_returned(self):
        """Return the notice of a signed return path; None for a mail to none."""
        # SUDO: see above.
        notices = self.env["incident.notice"].sudo()
        return notices._read_return_path(self.env.context.get(TAGS) or ())

    def _get_reported_message(self, message):
        """Return the mail of an incident that a report is about."""
        # SUDO: the mail gateway finds out what the mail system reports on.
        messages = self.env["mail.message"].sudo()
        found = messages.search(
            [
                ("message_id", "in", get_reported_ids(message)),
                ("model", "=", "helpdesk.ticket"),
            ],
            order="id desc",
            limit=1,
        )
        # What a mailbox answers to the return path may name nothing, either.
        returned = None if found else self._find_returned()
        return returned.message_id if returned else found
