# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, email_normalize

from ...tools.mail_classifier import classify
from ...tools.mail_signs import UNREADABLE
from ...tools.mail_source import read_source
from ..correspondence.letter import Letter
from ..inbounds import (
    ASIDE,
    DISCARDED,
    DONE,
    KEPT_STATES,
    QUARANTINED,
    REASONS,
    RECEIVED,
)
from ..reviews import SETTLED

_logger = logging.getLogger(__name__)

ACTIVITY = "openip_incident.mail_activity_type_quarantine"
TEMPLATE = "openip_incident.mail_template_not_read"
TEMPLATE_UNREADABLE = "openip_incident.mail_template_unreadable"
TELL_AGAIN_AFTER = timedelta(days=1)
# How many strangers are told within an hour: any of them may have been forged.
TELL_STRANGERS = 60
TRY_AGAIN_LIMIT = 50


class IncidentInbound(models.Model):
    """One mail that arrived for incidents: the evidence that it was not lost.

    The row is there before the mail is parsed. What could not be processed keeps its
    source until a human has looked at it (G4, G6).
    """

    _name = "incident.inbound"
    _inherit = ["incident.correspondence.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Incoming Mail"
    _mail_post_access = "read"
    _order = "id desc"
    _rec_name = "subject"

    key = fields.Char(
        string="Message-ID",
        required=True,
        readonly=True,
        help="Or the hash of the mail, where it has no Message-ID; and both, where"
        " another mail came before it with the same one.",
    )
    content_digest = fields.Char(
        string="Hash of the text",
        readonly=True,
        help="Tells a mail from another one with the same Message-ID.",
    )
    date = fields.Datetime(
        string="Received on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the mail reached Odoo.",
    )
    state = fields.Selection(
        selection=[
            (RECEIVED, "Received"),
            (DONE, "Processed"),
            (ASIDE, "Set aside"),
            (QUARANTINED, "In quarantine"),
            (DISCARDED, "Discarded"),
        ],
        required=True,
        readonly=True,
        default=RECEIVED,
        help="Processed, in quarantine until somebody judges it, or discarded.",
    )
    reason = fields.Selection(
        selection=REASONS,
        readonly=True,
        help="Why the mail was set aside.",
    )
    failure = fields.Char(
        string="What went wrong",
        readonly=True,
        help="The error for which the mail could not be processed.",
    )
    email_from = fields.Char(
        string="Sender",
        readonly=True,
        help="The sender as the mail names it.",
    )
    lang = fields.Char(string="Language of the sender", compute="_compute_lang")
    sender_told_date = fields.Datetime(
        string="Sender told on",
        readonly=True,
        help="When the sender was told that the mail was not taken in.",
    )
    subject = fields.Char(
        readonly=True,
        help="The subject of the mail.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The team to whose address the mail was sent.",
    )
    company_id = fields.Many2one(related="team_id.company_id")
    model = fields.Char(
        readonly=True,
        help="What a mail that fits nowhere becomes, as the mail server is configured.",
    )
    # In the database, not in the file store: a full disk must not lose the mail that
    # is kept because of it.
    raw = fields.Binary(
        string="Mail",
        attachment=False,
        readonly=True,
        help="The mail as it came, to be downloaded.",
    )
    raw_name = fields.Char(compute="_compute_raw_name")
    hold_due = fields.Boolean(
        readonly=True,
        help="The incidents of which this mail may be the answer are not held yet.",
    )

    _key_unique = models.UniqueIndex("(key)", "This mail is already there.")
    _kept_idx = models.Index("(state, date) WHERE state != 'done'")
    _told_idx = models.Index("(sender_told_date) WHERE sender_told_date IS NOT NULL")
    _done_idx = models.Index("(date) WHERE state = 'done'")
    _hold_idx = models.Index("(id) WHERE hold_due IS TRUE")

    @api.model
    def _write_down(self, source, model):
        """Write a mail down that is not known yet, in one statement.

        No rule hears of it before the mail is processed.

        :param source: :class:`MailSource`
        :param model: name of the model for what fits nowhere, or False
        :return: the row, empty for a mail that is known
        """
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO incident_inbound "
                "(key, model, content_digest, state, date, create_date, create_uid,"
                " read_date) "
                "VALUES (%(key)s, %(model)s, %(digest)s, %(state)s, %(now)s, %(now)s,"
                " %(user)s, now() AT TIME ZONE 'UTC') "
                "ON CONFLICT (key) DO NOTHING RETURNING id",
                key=source.key,
                model=model or None,
                digest=source.content_digest,
                state=RECEIVED,
                now=fields.Datetime.now(),
                user=self.env.uid,
            )
        )
        return self.browse(row[0] for row in rows)

    def _compute_raw_name(self):
        for inbound in self:
            inbound.raw_name = f"mail-{inbound.id}.eml"

    @api.depends("subject", "email_from", "key")
    def _compute_display_name(self):
        for inbound in self:
            inbound.display_name = inbound.subject or inbound.email_from or inbound.key

    def _keep(self, source, team, reason, failure=False, state=QUARANTINED):
        """Keep the source of a mail, and have a human look at what is in quarantine.

        :param source: :class:`MailSource`
        :param team: whose business it is, empty if it cannot be told
        :param reason: key of ``REASONS``
        :param failure: what went wrong, as text
        :param state: ``quarantined``, or ``aside`` for what needs nobody
        """
        self.write(
            {
                "state": state,
                "reason": reason,
                "failure": (failure or "").replace("\x00", "")[:500],
                "email_from": source.sender,
                "subject": source.subject[:500],
                "team_id": team.id,
                "raw": base64.b64encode(source.raw),
            }
        )
        if state == QUARANTINED:
            self._alert_team()

    def _keep_original(self, source, team, reason):
        """Keep the source of a mail that was processed, for who has to look it up.

        :param source: :class:`MailSource`
        :param team: whose business it is
        :param reason: key of ``REASONS`` for what cannot be read, or False
        """
        self.write(
            {
                "reason": reason or self.reason,
                "email_from": source.sender,
                "subject": source.subject[:500],
                "team_id": team.id,
                "raw": base64.b64encode(source.raw),
            }
        )

    def _alert_team(self):
        user = self.team_id.user_id or self.team_id.user_ids[:1]
        user = user or self.env["res.users"]._get_incident_managers()[:1]
        if user and not self.activity_ids:
            reader = self.with_context(lang=user.lang or self.env.lang)
            reader.activity_schedule(ACTIVITY, user_id=user.id)

    def _tell_sender(self, source):
        """Tell a human, once a day, that a mail has to be read by hand, or cannot be.

        :param source: :class:`MailSource`
        """
        name = TEMPLATE_UNREADABLE if self.reason == UNREADABLE else TEMPLATE
        template = self.env.ref(name, raise_if_not_found=False)
        if not template or not self._is_told(source):
            return
        self.sender_told_date = fields.Datetime.now()
        letter = Letter(
            self,
            # The mail stands there itself.
            entry=self.env["mail.message"],
            address=source.sender,
            lang=self.lang,
            answers=source.message_id or "",
        )
        self._correspond(template, [letter])

    def _is_told(self, source):
        """Tell whether the sender of a mail is told: no machine, nobody twice."""
        address = email_normalize(source.sender, strict=False)
        if not address or classify(source.headers):
            return False
        if self.env["mail.alias.domain"]._find_aliases([address]):
            return False
        since = fields.Datetime.now() - TELL_AGAIN_AFTER
        told = Domain("email_from", "=", source.sender) & Domain(
            "sender_told_date", ">", since
        )
        # What was processed after all is over; what nobody could read is not.
        open_ones = Domain("state", "!=", DONE) | Domain("reason", "=", UNREADABLE)
        if self.search_count(told & open_ones, limit=1):
            return False
        return bool(self._find_sender()) or not self._tells_too_many()

    @api.model
    def _tells_too_many(self):
        since = fields.Datetime.now() - timedelta(hours=1)
        recent = Domain("sender_told_date", ">", since)
        return self.search_count(recent, limit=TELL_STRANGERS) >= TELL_STRANGERS

    @api.depends("email_from", "team_id")
    def _compute_lang(self):
        for inbound in self:
            sender = inbound._find_sender()
            fallback = inbound.company_id.partner_id.lang or "en_US"
            inbound.lang = sender and sender._get_incident_lang(fallback) or fallback

    def _find_sender(self):
        """Return the contact with the sender's address, if there is one."""
        address = email_normalize(self.email_from or "")
        domain = Domain("email_normalized", "=", address) if address else Domain.FALSE
        return self.env["res.partner"].search(domain, limit=1)

    def action_process_again(self):
        """Give a mail another chance, after what kept it was repaired."""
        self._ensure_may_act()
        # SUDO: the agent may read the mail; the gateway processes it as any other.
        for inbound in self.sudo():
            inbound._process_again()
        return True

    def action_discard(self):
        """Put a mail away that nobody needs; its source is kept for a while."""
        self._ensure_may_act()
        # SUDO: the agent may read the mail and decides what becomes of it.
        self.sudo()._discard()
        return True

    def _discard(self):
        self._settle_reviews()
        self.write({"state": DISCARDED, "hold_due": False})
        self.activity_unlink([ACTIVITY])

    def unlink(self):
        self._settle_reviews()
        return super().unlink()

    def _settle_reviews(self):
        """Go on with what these mails hold: what they are is known, or over."""
        kept = self.filtered(lambda inbound: inbound.state in KEPT_STATES)
        if kept:
            reviews = self.env["incident.review"]
            reviews.search([("inbound_id", "in", kept.ids)])._judge(SETTLED)

    def _ensure_may_act(self):
        self.check_access("read")
        if self.filtered(lambda inbound: inbound.state not in KEPT_STATES):
            raise UserError(
                self.env._("This mail has already been processed or discarded.")
            )

    def _process_again(self):
        """Process a mail anew; what it writes is not in this transaction.

        :raise UserError: if it exceeds a limit
        """
        root = self.env.ref("base.user_root")
        gateway = self.env["incident.mail.gateway"].with_user(root)
        source = read_source(base64.b64decode(self.raw))
        excess = gateway._receive_again(self, source)
        self.invalidate_recordset()
        if excess:
            raise UserError(self._get_excess_message(excess))

    def _forget_source(self):
        """Keep no copy of what has been processed after all, unless it is looked up."""
        if self.state == DONE:
            # SUDO: the gateway looks for the message that it has just made.
            messages = self.env["mail.message"].sudo()
            if not messages.search_count([("incident_original_id", "=", self.id)]):
                self.raw = False
            self.activity_unlink([ACTIVITY])

    def _get_excess_message(self, excess):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        return self.env._(
            "The mail still exceeds a limit (%(reason)s). An administrator can raise"
            " the limits in the settings.",
            reason=reasons[excess],
        )

    @api.model
    def _hold_later(self):
        """Hold what could not be held when the mail came in."""
        for inbound in self.search([("hold_due", "=", True)], limit=TRY_AGAIN_LIMIT):
            try:
                with self.env.cr.savepoint():
                    # By itself: its source may be large.
                    inbound.with_prefetch()._hold_now()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Somebody writes the incident: the next run holds it.
                self.env.cr.rollback()
                continue
            except Exception:
                # One mail that cannot be looked at stops no other (G7).
                _logger.exception("Incoming mail %s holds nothing", inbound.id)
            inbound.hold_due = False
            self.env["ir.cron"]._commit_progress(1)

    def _hold_now(self):
        if self.state == QUARANTINED:
            source = read_source(base64.b64decode(self.raw))
            self.env["incident.mail.gateway"]._hold_incidents(self, source)
