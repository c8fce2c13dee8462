# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import binascii
import re
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hash_sign, verify_hash_signed

from odoo.addons.openip_incident.models import phases

from ...tools.setting import get_number

SCOPE = "openip_incident_portal.link"

VIEW = "view"
ANSWER = "answer"
CLOSURE = "closure"

PATHS = {
    VIEW: "/incident/%s",
    ANSWER: "/incident/%s/answer",
    CLOSURE: "/incident/%s/closure",
}

# The date until which the link is good by which somebody has come to a page.
UNTIL = "incident_link_until"

# Of a link that was signed before parties and mailboxes were counted: none changed.
FIRST_GENERATION = "0.0"

LIFE_PARAMETER = "openip_incident_portal.link_days"
DEFAULT_LIFE_DAYS = 30


TOKEN = re.compile(r"[A-Za-z0-9_-]{1,400}={0,2}")


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


def read_token(token):
    """Return a token if it is written as we write them.

    Core leaves out what is not in its alphabet: there would be many tokens for one,
    and who looks for ours would not know them all.

    :param token: what the browser sent
    :raises ValueError: for anything else
    """
    if not TOKEN.fullmatch(token or ""):
        raise ValueError("No token")
    return token


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

    def _get_incident_path(self, party, purpose=None):
        """Return path and query of a party's link; see :meth:`_get_incident_url`."""
        purpose = purpose or self._get_incident_link_purpose()
        token = self._sign_incident_link(party, purpose)
        return f"{PATHS[purpose] % self.id}?token={token}"

    def _get_incident_link_purpose(self):
        """Return what the parties are invited to do in this phase."""
        self.ensure_one()
        if self.incident_phase in phases.ON_HOLD:
            return ANSWER
        return CLOSURE if self.incident_phase == phases.CLOSURE else VIEW

    def _sign_incident_link(self, party, purpose):
        # SUDO: the signature needs the database's secret, the version is internal.
        ticket = self.sudo()
        values = [
            ticket.id,
            party.id,
            purpose,
            ticket.incident_link_version,
            self._get_incident_link_end(),
            ticket._get_incident_link_generation(party),
        ]
        return hash_sign(ticket.env, SCOPE, values)

    @api.model
    def _get_incident_link_end(self):
        """Return until when a link that is signed now is good, as a timestamp.

        The links of a page end with the link that has opened it: else whoever once had
        one, by a forwarded mail for instance, could renew it for ever.
        """
        until = self.env.context.get(UNTIL)
        if until:
            return until
        days = timedelta(days=self._get_incident_link_days())
        return int((fields.Datetime.now() + days).timestamp())

    @api.model
    def _get_incident_link_days(self):
        """Return for how many days a link is good."""
        return get_number(self.env, LIFE_PARAMETER, DEFAULT_LIFE_DAYS)

    @api.model
    def _read_incident_link(self, token):
        """Return what a link says, if we have signed it and it is still good.

        Core compares the signature in constant time. The date is ours, because whoever
        comes with an expired link is offered a fresh one.

        :param token: what the browser sent
        :return: :class:`Link`, or None for what opens nothing
        """
        # SUDO: visitors have no rights; what they may see hangs on the signature.
        tickets = self.env["helpdesk.ticket"].sudo()
        try:
            values = verify_hash_signed(tickets.env, SCOPE, read_token(token))
            ticket_id, party_id, purpose, version, until, *generation = values
        except (TypeError, ValueError, IndexError, binascii.Error):
            return None
        ticket = tickets.browse(ticket_id).exists()
        if not ticket._is_incident_link_good(version):
            return None
        party = ticket._get_incident_parties() & self.env["res.partner"].browse(
            party_id
        )
        if not party.active:
            return None
        current = ticket._get_incident_link_generation(party)
        signed = generation[0] if generation else current[0] + FIRST_GENERATION
        late = until < fields.Datetime.now().timestamp()
        return Link(ticket, party, purpose, until, late or signed != current)

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
        for ticket in self.sudo():
            ticket.incident_link_version += 1
        return True
