# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.openip_incident.models import phases
from odoo.addons.openip_incident.tools.act_memory import answered_once
from odoo.addons.openip_incident.tools.setting import get_number

from ...tools.signed_link import SignedLink
from .page_fields import (
    COMPANY_FIELDS,
    LINK_FIELDS,
    PAGE_FIELDS,
    PARTY_FIELDS,
    READER_FIELDS,
)

# Links that were signed before parties and mailboxes were counted say no generation.
SIGNED_LINK = SignedLink(
    "openip_incident_portal.link",
    "record",
    "party_id",
    "purpose",
    "version",
    "until",
    "generation",
    optional=1,
)

VIEW = "view"
ANSWER = "answer"
CLOSURE = "closure"
INFORMED = "informed"
RATING = "rating"
INFORM = "inform"
CLOCK = "clock"

PATHS = {
    VIEW: "/incident/%s",
    ANSWER: "/incident/%s/answer",
    CLOSURE: "/incident/%s/closure",
    INFORMED: "/incident/%s/informed",
    RATING: "/incident/%s/rating",
    INFORM: "/incident/%s/inform",
    CLOCK: "/incident/%s/clock",
}

# Of a link that was signed before parties and mailboxes were counted: none changed.
FIRST_GENERATION = "0.0"

LIFE_PARAMETER = "openip_incident_portal.link_days"
DEFAULT_LIFE_DAYS = 30


@dataclass(frozen=True)
class Link:
    """What a link says that we have signed.

    It has expired when its date has passed, or what it was made for: the address that
    it was mailed to, or the party's part in the incident.
    """

    ticket: models.BaseModel
    party: models.BaseModel
    purpose: str
    until: int
    expired: bool = False


class HelpdeskTicket(models.Model):
    """Personal links: for one incident, one party and one purpose, for some days.

    A link is worth nothing once its partner is no party any more, once the links of
    the incident were voided, or for anything but its purpose (G9, G10).
    """

    _inherit = "helpdesk.ticket"

    incident_link_version = fields.Integer(
        default=1,
        copy=False,
        readonly=True,
        aggregator=None,
        groups="base.group_user",
        help="Links that were signed under an older version open nothing.",
    )

    def _get_incident_url(self, party, purpose=None):
        """Return the page that a party is invited to, under a link of its own.

        :param party: the customer or the integrator
        :param purpose: ``view``, ``answer`` or ``closure``; by phase if not given
        :return: absolute URL
        """
        self.ensure_one()
        return self.get_base_url() + self._get_incident_path(party, purpose)

    def _get_incident_path(self, party, purpose=None, until=None):
        """Return path and query of a party's link; see :meth:`_get_incident_url`.

        :param until: timestamp of its end, by default the life of a new link
        """
        purpose = purpose or self._get_incident_link_purpose(party)
        token = self._sign_incident_link(party, purpose, until)
        return f"{PATHS[purpose] % self.id}?token={token}"

    def _get_incident_link_purpose(self, party):
        """Return what a party is invited to do in this phase."""
        self.ensure_one()
        if self.incident_phase in phases.ON_HOLD:
            # SUDO: whether a party was asked is what its link says.
            return ANSWER if self.sudo()._is_incident_asked(party) else VIEW
        return CLOSURE if self.incident_phase == phases.CLOSURE else VIEW

    def _sign_incident_link(self, party, purpose, until=None):
        # SUDO: the version is internal.
        ticket = self.sudo()
        return SIGNED_LINK.sign(
            ticket,
            ticket.incident_link_version,
            until or self._get_incident_link_end(),
            party_id=party.id,
            purpose=purpose,
            generation=ticket._get_incident_link_generation(party),
        )

    @api.model
    @answered_once
    def _get_incident_link_end(self):
        """Return until when a new link is good, as a timestamp."""
        days = timedelta(days=self._get_incident_link_days())
        return int((fields.Datetime.now() + days).timestamp())

    @api.model
    def _get_incident_link_days(self):
        """Return for how many days a link is good."""
        return get_number(self.env, LIFE_PARAMETER, DEFAULT_LIFE_DAYS)

    @api.model
    def _read_incident_link(self, token):
        """Return what a link says, if we have signed it and it is still good.

        Whoever comes with an expired link is offered a fresh one.

        :param token: what the browser sent
        :return: :class:`Link`, or None for what opens nothing
        """
        claim = SIGNED_LINK.decode(self.env, token)
        if not claim:
            return None
        # SUDO: visitors have no rights; what they may see hangs on the signature.
        ticket = self.sudo()._find_linked(claim.record_id)
        if not ticket._is_incident_link_good(claim.version):
            return None
        party, merged = ticket._find_incident_link_party(claim.facts["party_id"])
        if not party.active:
            return None
        current = ticket._get_incident_link_generation(party)
        signed = claim.facts.get("generation", current[0] + FIRST_GENERATION)
        return Link(
            ticket,
            party,
            claim.facts["purpose"],
            claim.until,
            claim.late or merged or signed != current,
        )

    def _find_linked(self, ticket_id):
        """Return an incident with what its page reads of it, of its parties and of us.

        :param ticket_id: of a link that we have signed
        """
        found = self.with_context(active_test=False).search_fetch(
            [("id", "=", ticket_id)], [*PAGE_FIELDS, *LINK_FIELDS]
        )
        ticket = found.with_env(self.env)
        if ticket:
            ticket.company_id.fetch(COMPANY_FIELDS)
            people = ticket._get_incident_parties() | ticket.company_id.partner_id
            people.fetch([*PARTY_FIELDS, *READER_FIELDS])
        return ticket

    def _find_incident_link_party(self, party_id):
        """Return whose link it is, and whether it was that of a merged contact.

        What was mailed to another contact opens nothing: the party gets a fresh one.
        """
        parties = self._get_incident_parties()
        party = parties.filtered(lambda party: party.id == party_id)
        if party:
            return party, False
        return parties.filtered(lambda party: party_id in party._get_merged())[:1], True

    def _is_incident_link_good(self, version):
        """Tell whether links of this version open this incident, if it still is one."""
        return bool(
            self
            and self.is_incident
            and self.active
            and self.incident_link_version == version
        )

    def action_incident_void_links(self):
        """Make every link of these incidents worthless that was mailed so far."""
        self._ensure_may_act()
        # SUDO: whoever may write the incident may void its links; nothing else is
        # written.
        tickets = self.sudo()
        for ticket in tickets:
            ticket.incident_link_version += 1
        self.env["incident.identity"]._note_voided(
            {ticket.id: ticket.incident_link_version for ticket in tickets}
        )
        return True
