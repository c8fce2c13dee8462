# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.failure import describe_failure
from ..followups import ANNOUNCEMENT_FLOOR, CLOSE
from ..party.res_partner import refuses_recipient
from ..phases import CLOSED
from .letter import MAIL

QUEUED = "queued"
SENT = "sent"
FAILED = "failed"
BOUNCED = "bounced"
CANCELLED = "cancelled"
# Updates, as their readers want them: in the next morning mail, in one that was
# written, left out.
BUNDLED = "bundled"
DIGESTED = "digested"
OMITTED = "omitted"
# None of these was mailed by itself: they say nothing of what arrives (G3).
SET_ASIDE = (BUNDLED, DIGESTED, OMITTED)

# Each attempt to send a refused mail again waits twice as long as the one before.
RETRY_AFTER = timedelta(minutes=2)
RETRY_AT_MOST = timedelta(hours=6)


# Two days, given the waits between the attempts.
MAX_ATTEMPTS = 16
# The queue's own interval: what has not left by then was forgotten, or interrupted.
STUCK_AFTER = timedelta(hours=1)


class IncidentNotice(models.Model):
    """One mail of ours: the evidence of its delivery, and what sends it again.

    To a party, or to an address; about an incident, or about none yet.

    Core stores no date of sending and deletes the mails it sent.
    """

    _name = "incident.notice"
    _description = "Incident Notice"
    _order = "id desc"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "email"]

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        index=True,
        ondelete="cascade",
        help="The incident that the mail is about; empty for a mail about none yet.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Party",
        ondelete="restrict",
        help="Empty for who is on no contact yet.",
    )
    email = fields.Char(help="The address at the time of writing.")
    entry_id = fields.Many2one(
        comodel_name="mail.message",
        string="Entry in the chatter",
        index="btree_not_null",
        ondelete="set null",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Message to the party",
        index="btree_not_null",
        ondelete="set null",
    )
    subject = fields.Char(
        related="message_id.subject",
        help="The subject as the party reads it.",
    )
    status = fields.Selection(
        selection=[
            (QUEUED, "Queued"),
            (SENT, "Sent"),
            (FAILED, "Failed"),
            (BOUNCED, "Bounced"),
            (CANCELLED, "Cancelled"),
            (BUNDLED, "Waits for the morning mail"),
            (DIGESTED, "In the morning mail"),
            (OMITTED, "Left out as the recipient wishes"),
        ],
        required=True,
        default=QUEUED,
        help="Whether the mail waits, left, was refused, came back or was cancelled; or"
        " how its recipient wants to read updates.",
    )
    sent_date = fields.Datetime(
        string="Sent on",
        help="When a mail server accepted the mail.",
    )
    failure = fields.Char(
        help="Why the mail did not arrive, as the mail server says it.",
    )
    event_id = fields.Many2one(
        comodel_name="incident.followup.event",
        string="Step of the follow-up",
        index="btree_not_null",
        ondelete="set null",
    )
    attempts = fields.Integer(readonly=True)
    retry_date = fields.Datetime(string="Next attempt")
    bounce_settled = fields.Boolean(help="The follow-up knows of the bounce.")

    # What a party was written lately, among all that it ever was.
    _partner_idx = models.Index("(partner_id, create_date)")
    _retry_idx = models.Index("(retry_date) WHERE status = 'failed'")
    _bounced_idx = models.Index(
        "(event_id) WHERE status = 'bounced' AND bounce_settled IS NOT TRUE"
    )
    _stuck_idx = models.Index("(create_date) WHERE status = 'queued'")
    _unsent_idx = models.Index("(ticket_id) WHERE status IN ('queued', 'failed')")

    @api.depends("partner_id", "email")
    def _compute_display_name(self):
        """Name who is on no contact by the address."""
        for notice in self:
            notice.display_name = notice.partner_id.display_name or notice.email

    def _set_sent(self):
        """Record that the mail server accepted these notices, and act on it."""
        self._write_sent()
        self._wake_settling()

    def _write_sent(self):
        self.write(
            {"status": SENT, "sent_date": fields.Datetime.now(), "failure": False}
        )

    def _set_failed(self, reason):
        """Record that these notices could not be handed to a mail server."""
        for attempts, notices in self.grouped("attempts").items():
            retry_date = fields.Datetime.now() + min(
                RETRY_AFTER * 2**attempts, RETRY_AT_MOST
            )
            notices.write(
                {
                    "status": FAILED,
                    "failure": reason,
                    "attempts": attempts + 1,
                    "retry_date": retry_date,
                }
            )
            self.env["ir.cron"]._wake("ir_cron_followup_remind", retry_date)
        self._wake_settling()

    def _put_off(self, error):
        """Leave a notice alone for a while that cannot even be tried again.

        :param error: the exception
        """
        self.write(
            {
                "status": FAILED,
                "failure": describe_failure(self.env, error)[:500],
                "retry_date": fields.Datetime.now() + RETRY_AT_MOST,
            }
        )

    def _is_delivered(self):
        """Tell whether a mail was accepted, and nothing says since that it is lost.

        A mailbox that fails after it has accepted this mail has not been read, either,
        though the mail that came back was another one (G3).
        """
        self.ensure_one()
        return self.status == SENT and not self.partner_id._is_unreachable_since(
            self.email, self.sent_date
        )

    def _wake_settling(self):
        """Have the follow-ups settled whose mails are decided."""
        if self.event_id:
            self.env["ir.cron"]._wake("ir_cron_followup_remind", fields.Datetime.now())

    def _set_bounced(self, reason):
        """Record that the other side sent these notices back, and tell support."""
        notices = self._get_of_same_mails()
        notices.write({"status": BOUNCED, "failure": reason, "retry_date": False})
        for notice in notices:
            notice._mark_party_unreachable()
            notice._alert_undelivered(reason)
        notices._wake_settling()

    def _mark_party_unreachable(self):
        """Record on the contacts that their mail does not arrive.

        Where both parties share an address, one mail was written for both.
        """
        self.ensure_one()
        if self.channel != MAIL or not self.ticket_id:
            # What another channel cannot reach says nothing of the mailbox; who is
            # written to before there is an incident is no party.
            return
        parties = self.partner_id | self.ticket_id._get_incident_parties()
        parties._mark_unreachable(self.email, self.failure)

    def _mark_refused(self):
        """Record whose mailbox does not exist, of mails that are given up."""
        for notice in self:
            if notice.status == FAILED and refuses_recipient(notice.failure):
                notice._mark_party_unreachable()

    def _alert_undelivered(self, reason):
        """Tell support that a party does not get what is written to it.

        What is about no incident its own room tells: to be extended.
        """
        self.ensure_one()
        if not self.ticket_id:
            return
        lang = self.ticket_id._get_incident_contact().lang or self.env.lang
        self.ticket_id._incident_alert_support(
            "openip_incident.mail_activity_type_unreachable",
            self.with_context(lang=lang).env._(
                "A mail to %(party)s was not delivered",
                party=self.partner_id.name or self.email,
            ),
            note=reason,
        )

    def _format_delivery(self):
        """Return what the chatter shows of these notices, in their order."""
        labels = dict(self._fields["status"]._description_selection(self.env))
        paused = self._get_pause_reason()
        return [
            {
                "id": notice.id,
                "party": notice.display_name or "",
                "email": notice.email or "",
                "status": notice.status,
                "label": labels[notice.status],
                "sent_date": fields.Datetime.to_string(notice.sent_date) or False,
                "failure": notice.failure
                or (paused if notice.status == QUEUED else ""),
            }
            for notice in self.sorted("id")
        ]

    @api.model
    def _get_pause_reason(self):
        """Return why nothing leaves this database, empty where it does."""
        if self.env["incident.identity"]._is_confirmed():
            return ""
        return self.env._("Waits: this database is not the confirmed one.")

    @api.model
    def _get_retry_domain(self):
        """Return which notices have to be looked at now."""
        now = fields.Datetime.now()
        refused = Domain([("status", "=", "failed"), ("retry_date", "<=", now)])
        stuck = Domain(
            [("status", "=", "queued"), ("create_date", "<=", now - STUCK_AFTER)]
        )
        return refused | stuck

    def _retry(self):
        """Have what was refused travel again, each by its channel.

        The caller holds the lock of these notices.
        """
        given_up = self.filtered(lambda notice: notice._is_given_up())
        waiting = self - given_up
        again = waiting._deliver_again() if waiting else waiting
        (self - again)._give_up()
        again.write({"status": QUEUED, "retry_date": False})

    def _is_given_up(self):
        """Tell whether nobody wants this mail any more, or any server."""
        self.ensure_one()
        tried = self.attempts >= MAX_ATTEMPTS
        return tried or self._is_overtaken() or self._is_too_late()

    def _is_too_late(self):
        """Tell whether a mail would announce closure at too short notice."""
        announced = self.event_id.announced_date
        return bool(announced) and (
            announced < fields.Datetime.now() + ANNOUNCEMENT_FLOOR - STUCK_AFTER
        )

    def _is_overtaken(self):
        """Tell whether a later step says something else: no mail names a past date."""
        followup = self.event_id.followup_id
        if self.event_id.action == CLOSE:
            # The follow-up is over: it is the closure itself that can be undone.
            return self.ticket_id.incident_phase != CLOSED
        return bool(followup) and (
            followup.state not in ("running", "held")
            or self.event_id != followup.event_ids[-1:]
        )

    def _give_up(self):
        """Cancel for good what is not being handed over right now; tell support."""
        if not self._withdraw():
            if len(self) > 1:
                # One of them is: each has its own fate.
                for notice in self:
                    notice._give_up()
            return
        self._mark_refused()
        self.filtered(lambda notice: not notice._is_overtaken())._note_given_up()
        self.message_id.notification_ids.notification_status = "canceled"
        self.write({"status": CANCELLED, "retry_date": False})

    def _note_given_up(self):
        """Say that nobody tries any more: to be extended."""
        for notice in self:
            notice._alert_undelivered(notice.failure)

    def _cancel_unsent(self):
        """Cancel these notices as far as nobody has accepted them.

        :return: False where one is being handed over right now
        """
        unsent = self.filtered(lambda notice: notice.status in (QUEUED, FAILED))
        if not unsent._withdraw():
            return False
        unsent._mark_refused()
        unsent.write({"status": CANCELLED, "retry_date": False})
        return True
