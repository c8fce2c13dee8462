# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL, formataddr

from ..correspondence.incident_notice import CANCELLED

# More of somebody's incidents are counted in a mail, not listed.
MOST_LISTED = 100


class IncidentOutage(models.Model):
    """What an outage says of itself to whoever writes its mails."""

    _name = "incident.outage"
    _inherit = ["incident.correspondence.mixin", "incident.outage"]

    state_words = fields.Char(
        string="State in words",
        compute="_compute_state_words",
        help="The state as mails and pages say it.",
    )

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_state_words(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for outage in self:
            outage.state_words = labels.get(outage.state)

    # What the writer of letters asks for

    def _get_correspondents(self):
        return self.env["res.partner"]

    def _get_correspondence_company(self):
        self.ensure_one()
        return self.company_id

    def _get_correspondence_number(self):
        return self.number

    def _get_correspondence_sender(self):
        """Write from the alias of the team: whichever client answers, we hear it."""
        known = self.env["incident.address.mixin"]._get_team_addresses()
        senders = {}
        for outage in self:
            company, team = outage.company_id, outage.team_id
            address = known.get((team or outage._get_members_team()).id)
            address = address or company.email
            senders[outage.id] = formataddr((company.name, address)) if address else ""
        return senders

    def _get_members_team(self):
        return self.ticket_ids[:1].team_id

    def _get_correspondence_facts(self, party):
        """Return what every message says: its state and dates, as the reader's."""
        lang = self.env.lang
        dates = (
            (self.env._("Since:"), self.begin_date),
            (self.env._("Expected end:"), not self.end_date and self.expected_end_date),
            (self.env._("Ended:"), self.end_date),
            (self.env._("Next message by:"), self.next_message_date),
        )
        return [
            (self.env._("State:"), self.state_words),
            *(
                (label, self._format_correspondence_date(date, party, lang))
                for label, date in dates
                if date
            ),
        ]

    def _prepare_reader_facts(self, facts, party):
        """Name the reader's own incidents and services alone."""
        facts = super()._prepare_reader_facts(facts, party)
        readers = facts.get("readers")
        if readers is None:
            return facts
        facts = {name: value for name, value in facts.items() if name != "readers"}
        reader = readers.get(party.id)
        return {**facts, **(self._prepare_own_facts(reader) if reader else {})}

    def _prepare_own_facts(self, reader):
        """Return the incidents and services of a reader, as the template lists them.

        :param reader: :class:`Reader`
        """
        partner = reader.partner
        own = partner.incident_party_id
        listed = reader.tickets[:MOST_LISTED]
        # A part of records forgets which others are read with it.
        listed = listed.with_prefetch(reader.tickets._prefetch_ids)
        return {
            "incidents": [
                {
                    "number": ticket.number,
                    "name": ticket.name,
                    "service": ticket.service_id.display_name or "",
                    "customer": (
                        ticket.partner_id.incident_party_id.name
                        if ticket.partner_id.incident_party_id != own
                        else ""
                    ),
                    "url": ticket._get_correspondence_url(partner) or "",
                }
                for ticket in listed
            ],
            "more": max(len(reader.tickets) - MOST_LISTED, 0),
            "lasts": self._is_lasting(),
            "services": [
                service.display_name
                for service in reader.services - reader.tickets.service_id
            ],
        }

    def _prepare_drafts(self, letters, text):
        """Give each reader the words of its language, and the page of its incident."""
        drafts = super()._prepare_drafts(letters, text)
        for draft in drafts:
            texts = draft.facts.get("texts") or {}
            draft.text = texts.get(draft.lang, draft.text)
            reader = draft.facts.get("readers", {}).get(draft.party.id)
            if reader and len(reader.tickets) == 1:
                draft.url = reader.tickets._get_correspondence_url(draft.party) or ""
        return drafts

    def _prepare_notice_vals(self, draft):
        message = draft.facts.get("message")
        return {
            "outage_id": self.id,
            "outage_message_id": message and message.id,
            "partner_id": draft.party.id,
            "email": draft.address,
            "channel": draft.channel,
            "entry_id": draft.letter.entry.id,
            "message_id": draft.message.id,
        }

    def _get_threads(self):
        self.env["incident.notice"].flush_model(["status", "outage_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.outage_id, notice.partner_id,
                       (array_agg(message.message_id ORDER BY notice.id))[1],
                       (array_agg(message.message_id ORDER BY notice.id DESC))[1]
                  FROM incident_notice AS notice
                  JOIN mail_message AS message ON message.id = notice.message_id
                 WHERE notice.outage_id IN %s AND notice.partner_id IS NOT NULL
                   AND notice.status != %s
              GROUP BY notice.outage_id, notice.partner_id
                """,
                tuple(self.ids),
                CANCELLED,
            )
        )
        return {(outage, partner): ids for outage, partner, *ids in rows}
