# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models

from .letter import MAIL


class IncidentNotice(models.Model):
    """How a notice travels: by mail, or as an addon makes it travel.

    An addon adds a value to the selection and extends four methods, each for its own
    notices: :meth:`_get_reachable`, :meth:`_deliver`, :meth:`_deliver_again` and
    :meth:`_withdraw`. Who is written to by it, the record says
    (``_get_letter_channel``). What became of a notice the channel reports by
    ``_set_sent``, ``_set_failed`` and ``_set_bounced``; retries, giving up, renewal and
    the promise that nothing closes which was not delivered are the same for all.
    """

    _inherit = "incident.notice"

    channel = fields.Selection(
        selection=[(MAIL, "E-mail")],
        required=True,
        readonly=True,
        default=MAIL,
        help="How it was sent.",
    )

    @api.model
    def _get_reachable(self, channel, parties):
        """Return who is written to by a channel, and where: to be extended.

        :param channel: key of ``channel``
        :param parties: ``res.partner``, the most important first
        :return: list of (party, address), each address once
        """
        if channel != MAIL:
            return []
        return [(party, party.email) for party in parties._filter_distinct_addresses()]

    @api.model
    def _deliver(self, drafts, automatic):
        """Hand drafts over to their channels: to be extended.

        :param drafts: list of :class:`Draft`, each with message and notice
        :param automatic: False for what a human typed
        """
        mails = [draft for draft in drafts if draft.channel == MAIL]
        if mails:
            self._queue_mails(mails, automatic)

    @api.model
    def _follow(self, message, **vals):
        """Have mails that core has written of a message sent again as ours are.

        :param message: ``mail.message``, by mail to whoever wants it by mail
        :param vals: what the notice belongs to
        """
        mails = self.env["mail.mail"].search(
            [
                ("mail_message_id", "=", message.id),
                ("state", "in", ("outgoing", "exception")),
            ]
        )
        notice = mails and self.create({"message_id": message.id, **vals})
        # Core may have tried at once.
        refused = mails.filtered(lambda mail: mail.state == "exception")
        if refused:
            notice._set_failed(refused[0].failure_reason)

    def _deliver_again(self):
        """Put what was refused, or forgotten, back into its channel: to be extended.

        The same message, so that who gets a second copy knows it for one (G2). The
        caller holds the lock of these notices.

        :return: the notices that travel again; nothing is left of the others
        """
        mails = self._get_mails().filtered(lambda mail: mail.state != "cancel")
        mails.filtered(lambda mail: mail.state == "exception").mark_outgoing()
        again = self.filtered(lambda notice: notice.message_id in mails.mail_message_id)
        if again:
            self.env["ir.cron"]._wake_mail_queue()
        return again

    def _withdraw(self):
        """Take back what has not left: to be extended.

        :return: False where something is being handed over right now
        """
        mails = self._get_mails()
        if mails.try_lock_for_update(allow_referencing=True) != mails:
            return False
        mails.cancel()
        return True

    # Mail

    def _get_mails(self):
        return self.env["mail.mail"].search(
            [("mail_message_id", "in", self.message_id.ids)]
        )

    @api.model
    def _queue_mails(self, drafts, automatic):
        """Queue one mail per hidden message and wake the queue once."""
        mails = self.env["mail.mail"].create(
            [self._prepare_mail_vals(draft, automatic) for draft in drafts]
        )
        self.env["mail.notification"].create(
            [
                {
                    "author_id": draft.message.author_id.id,
                    "is_read": True,
                    "mail_mail_id": mail.id,
                    "mail_message_id": draft.message.id,
                    "notification_status": "ready",
                    "notification_type": "email",
                    **self._prepare_recipient_vals(draft),
                }
                for draft, mail in zip(drafts, mails, strict=True)
            ]
        )
        self.env["ir.cron"]._wake_mail_queue()

    @api.model
    def _prepare_mail_vals(self, draft, automatic):
        """Return a mail, its headers included."""
        record, party, letter = draft.record, draft.party, draft.letter
        if letter.answers is None:
            thread = record._prepare_thread_vals(draft.earlier_ids, automatic)
        else:
            message_id = draft.message.message_id
            thread = record._prepare_answer_vals(letter.answers, message_id)
        recipient = (
            {"recipient_ids": [Command.link(party.id)]}
            if party
            else {"email_to": draft.address}
        )
        return {
            "mail_message_id": draft.message.id,
            "body_html": draft.body_html,
            **thread,
            **recipient,
            "auto_delete": not letter.keep,
            **record._prepare_letter_mail_vals(draft),
        }

    @api.model
    def _prepare_recipient_vals(self, draft):
        if draft.party:
            return {"res_partner_id": draft.party.id}
        return {"mail_email_address": draft.address}
