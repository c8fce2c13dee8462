# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.mail_classifier import judge_answer, seems_typed
from ...tools.mail_signs import FLOOD, REPEATED, TOO_FAST, UNAUTHENTICATED
from ...tools.own_words import get_fingerprint

# A machine answers at once, and again; a human may do so once.
AT_ONCE = timedelta(minutes=2)
# As long a sender's mail before is compared with its next one.
REMEMBERED = timedelta(days=30)
# What was written since is older than what a mail answers at once.
LATEST_NOTICES = 30


class MailThread(models.AbstractModel):
    """Judges whether a mail may be the answer of a party.

    By what it says of itself, then by what its sender has written before.
    """

    _inherit = "mail.thread"

    @api.model
    def _get_disregard(self, message, message_dict, ticket_id=False):
        """Tell why a mail for an incident counts as no answer.

        :param message: ``email.message.Message``
        :param message_dict: what the gateway has read of it
        :param ticket_id: the ticket that it goes to, if there is one
        :return: key of ``REASONS``, or False
        """
        # SUDO: the mail gateway finds out whose mail this is.
        env = self.sudo().env
        ticket = env["helpdesk.ticket"].browse(ticket_id or ())
        author = env["res.partner"].browse(message_dict.get("author_id") or ())
        party = ticket._get_incident_party(author) if ticket.is_incident else author
        reason = judge_answer(
            message,
            party=bool(party),
            ours=bool(ticket or message_dict.get("parent_id")),
            numbers=ticket.mapped("number"),
        )
        if not reason and self._is_forged(message, message_dict):
            return UNAUTHENTICATED
        return reason

    @api.model
    def _mark_habit(self, message, message_dict, routes):
        """Mark a mail that says nothing of itself, by its sender's mails before."""
        for model, thread_id, *_rest in routes:
            if thread_id and not message_dict.get("incident_disregard"):
                message_dict["incident_disregard"] = self._judge_habit(
                    message, message_dict, model, thread_id
                )

    @api.model
    def _judge_habit(self, message, message_dict, model, thread_id):
        """Tell what a sender's mails before say of its next one.

        :return: key of ``REASONS``, or False
        """
        writer = self._get_writer(message_dict, thread_id)
        count, limit, before = self._read_habit(writer, model, thread_id)
        if count >= limit and self._count_since_ours(writer, model, thread_id) >= limit:
            return FLOOD
        if not before or model != "helpdesk.ticket":
            return False
        words = get_fingerprint(message_dict.get("body") or "")
        if words and words == get_fingerprint(before["body"] or ""):
            return REPEATED
        if before["res_id"] != thread_id or seems_typed(message):
            return False
        return TOO_FAST if self._is_too_fast(message_dict, before) else False

    @api.model
    def _get_writer(self, message_dict, thread_id):
        """Return the condition that finds what the sender of a mail has written.

        Who is on no contact is looked for on one record: no index finds addresses.
        """
        if message_dict.get("author_id"):
            return SQL("author_id = %s", message_dict["author_id"])
        return SQL(
            "author_id IS NULL AND email_from = %s AND res_id = %s",
            message_dict.get("email_from"),
            thread_id,
        )

    @api.model
    def _read_habit(self, writer, model, thread_id):
        """Return how often somebody wrote lately, the limit, and the last mail.

        By one query: every answer pays for it.

        :param writer: condition from :meth:`_get_writer`
        """
        span, limit = self._get_loop_limits()
        now = self.env.cr.now()
        recent = SQL(
            "SELECT 1 FROM mail_message WHERE %s AND message_type = 'email' "
            "AND model = %s AND res_id = %s AND create_date >= %s LIMIT %s",
            *(writer, model, thread_id, now - span, limit),
        )
        self.env["mail.message"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT counted.number, last.res_id, last.body, last.create_date FROM "
                "(SELECT COUNT(*) AS number FROM (%s) AS recent) AS counted LEFT JOIN "
                "(SELECT res_id, body, create_date FROM mail_message WHERE %s "
                "AND message_type = 'email' AND model = 'helpdesk.ticket' "
                "AND create_date > %s ORDER BY id DESC LIMIT 1) AS last ON TRUE",
                *(recent, writer, now - REMEMBERED),
            )
        )
        [row] = rows
        return row["number"], limit, row["res_id"] and row

    @api.model
    def _get_loop_limits(self):
        """Return within how long how many mails of one sender look like a loop."""
        # SUDO: the limits are those of core's settings.
        parameters = self.env["ir.config_parameter"].sudo()
        minutes = int(parameters.get_param("mail.gateway.loop.minutes", 120))
        limit = int(parameters.get_param("mail.gateway.loop.threshold", 20))
        return timedelta(minutes=minutes), limit

    @api.model
    def _count_since_ours(self, writer, model, thread_id):
        """Count the mails of one sender since we wrote of ourselves.

        Whoever is asked again may answer again. What passes on a party's words has no
        entry of its own in the chatter.
        """
        span, _limit = self._get_loop_limits()
        since = self.env.cr.now() - span
        [[number]] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM mail_message WHERE %(writer)s "
                "AND message_type = 'email' AND model = %(model)s "
                "AND res_id = %(thread_id)s AND create_date >= %(since)s "
                "AND id > COALESCE((SELECT MAX(ours.id) FROM mail_message AS ours "
                "LEFT JOIN res_partner AS colleague ON colleague.id = ours.author_id "
                "WHERE ours.model = %(model)s AND ours.res_id = %(thread_id)s "
                "AND (ours.message_type = 'auto_comment' OR ours.message_type = "
                "'comment' AND NOT colleague.partner_share)), 0)",
                writer=writer,
                model=model,
                thread_id=thread_id,
                since=since,
            )
        )
        return number

    @api.model
    def _is_too_fast(self, message_dict, before):
        """Tell whether a sender answers two mails of ours in a row at once.

        Once alone says nothing: a human answers "yes" from a telephone in seconds.

        :param before: its mail before, to the same incident
        """
        # SUDO: the mail gateway reads the process's own book.
        env = self.sudo().env
        author = env["res.partner"].browse(message_dict.get("author_id") or ())
        notices = env["incident.notice"].search_fetch(
            [("ticket_id", "=", before["res_id"]), ("sent_date", "!=", False)],
            ["partner_id", "sent_date"],
            order="id desc",
            limit=LATEST_NOTICES,
        )
        sent = notices.filtered(
            lambda notice: (
                notice.partner_id.incident_party_id == author.incident_party_id
            )
        ).mapped("sent_date")
        now, then = fields.Datetime.now(), before["create_date"]
        again = [date for date in sent if then <= date <= now]
        first = [date for date in sent if date <= then]
        return bool(
            again
            and first
            and now - max(again) < AT_ONCE
            and then - max(first) < AT_ONCE
        )
