# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import formataddr, is_html_empty

from ...tools.own_links import (
    SHORTEST,
    strip_own_links,
    strip_own_links_of_text,
    strip_tokens,
    strip_tokens_of_text,
)
from ..words import AUTOMATIC_TEXT, INTERNAL
from .incident_notice import SET_ASIDE

UNDELIVERED = ("failed", "bounced")


class HelpdeskTicket(models.Model):
    """What an incident says of itself to those who write its mails."""

    _name = "helpdesk.ticket"
    _inherit = ["incident.correspondence.mixin", "helpdesk.ticket"]

    undelivered_party_ids = fields.Many2many(
        comodel_name="res.partner",
        compute="_compute_undelivered_party_ids",
        context={"active_test": False},
        string="Not reached",
        groups=INTERNAL,
        help="Parties to whom the last mail could not be delivered.",
    )
    notice_ids = fields.One2many(
        comodel_name="incident.notice",
        inverse_name="ticket_id",
        groups=INTERNAL,
        help="Every mail to a party, with its delivery.",
    )

    def _get_correspondents(self):
        return self._get_incident_parties()

    def _get_correspondence_url(self, party):
        """Give personal links to parties only: these end when they are replaced."""
        if not self._is_incident_party(party):
            return self._get_incident_login_url(party)
        return self._get_incident_url(party)

    def _get_correspondence_company(self):
        self.ensure_one()
        return self.company_id

    def _get_correspondence_sender(self):
        """Write from the team's alias: whichever header a client uses, we hear it."""
        senders = {}
        # What the gateway compares with every mail is known without a query.
        known = self.env["incident.address.mixin"]._get_team_addresses()
        for team, tickets in self.grouped("team_id").items():
            company = tickets[0].company_id
            address = known.get(team.id) or company.email
            sender = formataddr((company.name, address)) if address else ""
            senders.update(dict.fromkeys(tickets.ids, sender))
        return senders

    def _prepare_notice_vals(self, draft):
        self.ensure_one()
        letter = draft.letter
        return {
            "ticket_id": self.id,
            "partner_id": draft.party.id,
            "email": draft.address,
            "channel": draft.channel,
            "entry_id": letter.entry.id,
            "message_id": draft.message.id,
            "event_id": letter.event and letter.event.id,
        }

    def _after_correspondence(self):
        res = super()._after_correspondence()
        self._incident_alert_of_unreachable()
        return res

    @api.depends("notice_ids.status", "notice_ids.partner_id")
    def _compute_undelivered_party_ids(self):
        for ticket in self:
            last = {
                notice.partner_id: notice
                for notice in ticket.notice_ids.sorted("id")
                if notice.status not in SET_ASIDE
            }
            ticket.undelivered_party_ids = ticket._get_incident_parties().filtered(
                lambda party, last=last: (
                    party in last and last[party].status in UNDELIVERED
                )
            )

    def _incident_correspond_step(self, template, letters, text=None):
        """Write to the parties what a step of their follow-up has to say.

        :param template: the mail of the step, or of the move that starts a follow-up
        :param letters: list of :class:`Letter`, one per incident
        :param text: HTML that the act has to say
        """
        # SUDO: follow-ups are written by the process only.
        events = self.env["incident.followup.event"].sudo()
        started = events.union(*filter(None, (letter.event for letter in letters)))
        # What an agent typed is a human's mail, also when it is written anew later;
        # what a step of a plan says is not, whatever it quotes.
        typed = not is_html_empty(text) and not started.step_id
        for letter in letters if typed else ():
            letter.step = ""
        # What it takes to write the mail anew when it does not leave in time.
        started.filtered(lambda event: not event.step_id).write(
            {"mail_template_id": template.id, "text": text or False}
        )
        self._correspond(
            template,
            letters,
            text,
            automatic=not typed or bool(self.env.context.get(AUTOMATIC_TEXT)),
        )

    @api.model
    def _scrub_incident_body(self, body):
        """Take our personal links out of what a party sends back to us.

        :param body: HTML
        """
        return strip_own_links(body, self.get_base_url())

    @api.model
    def _scrub_incident_text(self, text):
        """Take our personal links out of a plain text: a subject, a title.

        :param text: one line or more, or nothing
        """
        return strip_own_links_of_text(text, self.get_base_url())

    @api.model
    def _scrub_incident_vals(self, vals):
        """Take our tokens out of whatever text a ticket is made of.

        :param vals: values as for ``create``
        """
        texts = {
            name: value
            for name, value in vals.items()
            if isinstance(value, str) and len(value) >= SHORTEST
        }
        return {
            **vals,
            **{
                name: strip_tokens(value)
                if self._fields[name].type == "html"
                else strip_tokens_of_text(value)
                for name, value in texts.items()
                if name in self._fields
            },
        }
