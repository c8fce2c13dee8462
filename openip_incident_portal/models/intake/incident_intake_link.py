# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import formataddr

from odoo.addons.openip_incident.models.correspondence.incident_mail_frame import FORM
from odoo.addons.openip_incident.models.correspondence.letter import Letter

from ...tools.mail_screen import FAILURE
from ...tools.signed_link import SignedLink

_logger = logging.getLogger(__name__)

SIGNED_LINK = SignedLink(
    "openip_incident_portal.form_link", "record", "version", "until"
)
FORM_PATH = "/incident/form/"


@dataclass(frozen=True)
class FormLink:
    """What a form link says that we have signed."""

    intake: models.BaseModel
    # ``open``, ``submitted``, ``expired`` or ``discarded``
    state: str


class IncidentIntake(models.Model):
    """The link to the form: signing and reading it, and the mail that carries it."""

    _inherit = "incident.intake"

    # Signing and reading

    def _get_form_url(self):
        """Return the address of the form, under a link of its own."""
        self.ensure_one()
        return f"{self.get_base_url()}{FORM_PATH}{self._sign_form_link()}"

    def _sign_form_link(self):
        # SUDO: the version is internal.
        intake = self.sudo()
        until = intake.expiry_date or fields.Datetime.now()
        return SIGNED_LINK.sign(intake, intake.link_version, int(until.timestamp()))

    @api.model
    def _read_form_link(self, token):
        """Return what a form link says, if we have signed it.

        :param token: what the browser sent
        :return: :class:`FormLink`, or None for what opens nothing
        """
        claim = SIGNED_LINK.decode(self.env, token)
        if not claim:
            return None
        # SUDO: visitors have no rights; what they may see hangs on the signature.
        intake = self.sudo().search_fetch([("id", "=", claim.record_id)])
        if not intake or intake.link_version != claim.version:
            return None
        state = intake._get_form_state()
        if state == "open" and claim.late:
            # A younger link was sent since.
            state = "expired"
        return FormLink(intake, state)

    def _get_form_state(self):
        """Return what the form of this intake is: open, or why it is not.

        :return: ``open``, ``submitted``, ``expired`` or ``discarded``
        """
        self.ensure_one()
        if self.state != "sent":
            return self.state
        expired = not self.expiry_date or self.expiry_date <= fields.Datetime.now()
        return "expired" if expired else "open"

    # Sending

    def _try_to_send_form_link(self, vals=None):
        """Send the link, but keep the mail that asks for it if that fails.

        An exception in the mail gateway loses the mail.

        :param vals: what is to be written of these mails in any case
        """
        vals = vals or {}
        try:
            with self.env.cr.savepoint():
                self._send_form_link(vals)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("No form link for intake %s", self.id)
            self.write({**vals, "hold_reason": FAILURE, "to_review": True})

    def _send_form_link(self, vals=None):
        """Mail the form link to the sender, good from now on.

        :param vals: what else is to be written
        """
        self.ensure_one()
        now = fields.Datetime.now()
        life = timedelta(days=self.team_id.intake_expiry_days)
        remind = self.team_id.intake_reminder and self.team_id.form_reminder_template_id
        self.write(
            {
                **(vals or {}),
                "state": "sent",
                "sent_date": now,
                "expiry_date": now + life,
                "reminder_date": now + life / 2 if remind else False,
                "reminded_date": False,
                "hold_reason": False,
                "to_review": False,
            }
        )
        self._mail_form_link(self.team_id._get_form_link_template())

    def _mail_form_link(self, template):
        """Write to the sender, in its language, as an answer to its mail.

        To the address alone: a sender becomes a contact when support validates.
        """
        letter = Letter(
            self,
            # The mail stands in the chatter itself.
            entry=self.env["mail.message"],
            address=self.email_normalized,
            lang=self.lang,
            answers=self.message_uid or "",
            # SUDO: templates are what admins made them; the gateway chooses none.
            keep=not template.sudo().auto_delete,
        )
        self._correspond(template, [letter])

    def _render_letter_words(self, template, draft):
        return self._render_form_link(template)

    def _render_form_link(self, template):
        """Return subject and text of a mail in the sender's language."""
        renderer = self.env["incident.mail.renderer"]
        # SUDO: templates are what admins made them; the gateway chooses none.
        return renderer._render_words(template.sudo(), self, self.lang)

    def _get_letter_frame(self, draft):
        """Show a button to the form, unless the words lead there already."""
        linked = FORM_PATH in draft.content
        url = "" if linked else self._get_form_url()
        return {"act": FORM, "url": url, "unasked": True}

    def _prepare_letter_message_vals(self, draft):
        return {
            **super()._prepare_letter_message_vals(draft),
            "author_id": self._get_correspondence_company().partner_id.id,
            "message_type": "auto_comment",
            "parent_id": self.original_id.id,
        }

    def _prepare_letter_mail_vals(self, draft):
        address = formataddr((self.partner_id.name or "", draft.address))
        return {**super()._prepare_letter_mail_vals(draft), "email_to": address}

    def _get_form_expiry_text(self):
        """Return until when the link is good, as its reader reads it."""
        self.ensure_one()
        until = self.expiry_date or fields.Datetime.now()
        return self._format_correspondence_date(until, self.partner_id, self.lang)
