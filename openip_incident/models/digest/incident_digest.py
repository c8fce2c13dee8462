# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..correspondence.incident_notice import CANCELLED
from ..correspondence.letter import Letter


class IncidentDigest(models.Model):
    """One morning mail to one person, and the updates that it tells."""

    _name = "incident.digest"
    _inherit = "incident.correspondence.mixin"
    _description = "Morning Mail"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Reader",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Who wants to read updates each morning.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="In whose name it is written.",
    )
    notice_ids = fields.One2many(
        comodel_name="incident.notice",
        inverse_name="digest_id",
        string="Updates",
        help="What it tells.",
    )
    mail_notice_ids = fields.One2many(
        comodel_name="incident.notice",
        inverse_name="mailed_digest_id",
        string="Delivery",
        help="What became of the mail.",
    )

    def _write_digests(self, template):
        """Write the mails; who has no address any more is told by nobody's silence.

        :param template: ``mail.template``
        """
        now, nowhere = fields.Datetime.now(), self.env["mail.message"]
        self._correspond(
            template,
            [
                Letter(
                    digest,
                    digest.partner_id,
                    {
                        "digest": now,
                        "preference_url": digest._get_preference_url(),
                    },
                    # What it tells stands in the chatters already.
                    entry=nowhere,
                )
                for digest in self
            ],
        )
        for digest in self.filtered(lambda one: not one.mail_notice_ids):
            reason = self.env._("This contact has no e-mail address any more.")
            digest.notice_ids.write({"status": CANCELLED, "failure": reason})
            for notices in digest.notice_ids.grouped("ticket_id").values():
                notices[:1]._alert_undelivered(reason)

    def _get_preference_url(self):
        return self.partner_id._get_incident_preference_url()

    # What the writer of letters asks for

    def _get_correspondents(self):
        return self.partner_id

    def _get_correspondence_company(self):
        self.ensure_one()
        return self.company_id

    def _get_correspondence_sender(self):
        """Write as the team of the latest news does: whoever answers is heard."""
        return {
            digest.id: ticket._get_correspondence_sender()[ticket.id]
            for digest in self
            if (ticket := digest._get_told_incidents()[:1])
        }

    def _get_reply_address(self, party, sender):
        """Lead an answer to the incident where there is but one."""
        tickets = self._get_told_incidents()
        if len(tickets) == 1:
            return tickets._get_reply_address(party, sender)
        return super()._get_reply_address(party, sender)

    def _get_told_incidents(self):
        """Return the incidents of its updates, those with the latest news first."""
        return self.notice_ids.sorted("id", reverse=True).ticket_id

    def _prepare_reader_facts(self, facts, party):
        known = super()._prepare_reader_facts(facts, party)
        return {"updates": self._prepare_updates(party), **known}

    def _prepare_updates(self, party):
        """Return what is told: each incident with its news, the oldest first.

        The words are those that were written for this reader, and for no other.

        :param party: the reader
        """
        lang = self.env.lang or self._get_correspondence_lang()
        notices = self.notice_ids.sorted("id")
        return [
            {
                "number": ticket.number,
                "name": ticket.name,
                "url": ticket._get_correspondence_url(party) or "",
                "news": [
                    {
                        "date": self._format_correspondence_date(
                            notice.message_id.date, party, lang
                        ),
                        "subject": notice.subject or "",
                        "text": notice.message_id.body,
                    }
                    for notice in told
                ],
            }
            for ticket, told in notices.grouped("ticket_id").items()
        ]

    def _prepare_letter_message_vals(self, draft):
        """Keep no second copy of what it tells.

        An answer is one on the incident; of several, none can be guessed.
        """
        vals = super()._prepare_letter_message_vals(draft)
        tickets = self._get_told_incidents()
        one = len(tickets) == 1
        model, res_id = (tickets._name, tickets.id) if one else (False, False)
        return {**vals, "model": model, "res_id": res_id, "body": ""}

    def _prepare_notice_vals(self, draft):
        return {
            "mailed_digest_id": self.id,
            "partner_id": draft.party.id,
            "email": draft.address,
            "channel": draft.channel,
            "message_id": draft.message.id,
        }
