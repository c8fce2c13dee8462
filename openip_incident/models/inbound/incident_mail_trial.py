# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whether mail leaves, arrives, and comes back: tried with an admin's own mailbox."""

import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, formataddr, hmac

SCOPE = "openip_incident.mail_trial"
# The number of the trial and its signature, as they stand in the subject.
MARK = re.compile(r"\[incident-test-(\d{1,9})-([0-9a-f]{32})\]")
SIGNATURE_LENGTH = 32
EXPIRES_AFTER = timedelta(days=2)
KEPT_FOR = timedelta(days=90)
MACHINES = ("mailer-daemon@", "postmaster@")


class IncidentMailTrial(models.Model):
    """One mail to an admin, which proves both directions once it is answered."""

    _name = "incident.mail.trial"
    _description = "Test of the Mail in Both Directions"
    _order = "id desc"
    _rec_name = "address"

    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        ondelete="cascade",
        help="Who asked for the test, and is sent the mail.",
    )
    address = fields.Char(
        required=True, help="The address of the team that the answer is sent to."
    )
    sent_date = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        help="When the mail was handed to the mail server.",
    )
    answered_date = fields.Datetime(help="When the answer came back.")
    failure = fields.Char(help="Why the mail did not leave, as the mail server says.")
    state = fields.Selection(
        selection=[
            ("sent", "Waits for your answer"),
            ("answered", "The answer has come"),
            ("failed", "The mail did not leave"),
            ("expired", "No answer came"),
        ],
        compute="_compute_state",
        help="How far the test has come.",
    )

    @api.depends("answered_date", "failure", "sent_date")
    def _compute_state(self):
        for trial in self:
            if trial.answered_date:
                trial.state = "answered"
            elif trial.failure:
                trial.state = "failed"
            else:
                trial.state = "expired" if trial._is_expired() else "sent"

    def _is_expired(self):
        return self.sent_date + EXPIRES_AFTER < fields.Datetime.now()

    def _get_signature(self):
        self.ensure_one()
        # SUDO: the secret of the database signs, and is shown to nobody.
        facts = (self.id, self.user_id.id, fields.Datetime.to_string(self.sent_date))
        return hmac(self.sudo().env, SCOPE, facts)[:SIGNATURE_LENGTH]

    @api.model
    def _send_trial(self, address):
        """Mail to the current user, to be answered within two days.

        :param address: where the answer has to arrive: that of a team
        :return: the trial
        :raises UserError: where the user has no address
        """
        user = self.env.user
        if not user.email_formatted:
            raise UserError(self.env._("You have no e-mail address."))
        # SUDO: the caller has checked who asks; the mail goes to the user alone.
        trial = self.sudo().create({"user_id": user.id, "address": address})
        mail = self.env["mail.mail"].sudo().create(trial._prepare_mail_vals())
        mail.send()
        left = mail.exists()
        if left and left.state == "exception":
            trial.failure = left.failure_reason or self.env._("Not sent.")
        return trial

    def _prepare_mail_vals(self):
        company = self.env.company
        sender = formataddr((company.name, self.address))
        text = self.env._(
            "This mail left your Odoo. Please answer it as it is: when your answer has "
            "arrived, mail works in both directions, and the list of first steps says "
            "so."
        )
        return {
            "subject": self.env._(
                "Test of the mail of incidents %(mark)s",
                mark=f"[incident-test-{self.id}-{self._get_signature()}]",
            ),
            "body_html": f"<p>{text}</p>",
            "email_from": sender,
            "email_to": self.user_id.email_formatted,
            "reply_to": sender,
            "auto_delete": True,
        }

    @api.model
    def _find_answered(self, source):
        """Return the trial that a human's mail answers.

        :param source: :class:`MailSource`
        """
        found = MARK.search(source.subject or "")
        if not found or self._is_of_machine(source):
            return self.browse()
        # SUDO: the mail gateway finds out whose mail this is.
        trial = self.sudo().browse(int(found[1])).exists()
        if not trial:
            return self.browse()
        return trial if consteq(trial._get_signature(), found[2]) else self.browse()

    @api.model
    def _is_of_machine(self, source):
        """Tell whether a report or a vacation reply only repeats the subject."""
        automatic = source.get_text("Auto-Submitted").strip().lower()
        report = "multipart/report" in source.get_text("Content-Type").lower()
        nobody = source.get_text("Return-Path").strip() == "<>"
        machine = (source.sender or "").lower().startswith(MACHINES)
        return report or nobody or machine or automatic not in ("", "no")

    @api.autovacuum
    def _gc_trials(self):
        limit = fields.Datetime.now() - KEPT_FOR
        self.sudo().search([("sent_date", "<", limit)], limit=1000).unlink()


class IncidentMailGateway(models.AbstractModel):
    _inherit = "incident.mail.gateway"

    @api.model
    def _take_trials(self, inbound, source):
        """Write down, too, that the answer to an admin's test has come."""
        if super()._take_trials(inbound, source):
            return True
        trial = self.env["incident.mail.trial"]._find_answered(source)
        if trial:
            with self._transaction():
                # A second or a late answer is none, and no incident either.
                if not trial.answered_date and not trial._is_expired():
                    trial.answered_date = fields.Datetime.now()
                inbound.state = "done"
        return bool(trial)
