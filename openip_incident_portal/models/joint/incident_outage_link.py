# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import dataclass
from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.signed_link import SignedLink

JOINT_LINK = SignedLink(
    "openip_incident_portal.joint",
    "record",
    "party_id",
    "purpose",
    "version",
    "until",
    "issued",
    "generation",
)
CLOSURE = "closure"


@dataclass(frozen=True)
class JointLink:
    """What a link to a page of an outage says that we have signed."""

    outage: models.BaseModel
    party: models.BaseModel
    # Those of the party that the link opens.
    tickets: models.BaseModel
    until: int
    issued: int
    expired: bool = False


class IncidentOutage(models.Model):
    """Links to the page of one party of an outage, for some days.

    A link is worth nothing for an incident of which its partner is no party any more,
    or whose links were voided since.
    """

    _inherit = "incident.outage"

    incident_link_version = fields.Integer(
        string="Version of its links",
        default=1,
        copy=False,
        readonly=True,
        aggregator=None,
        groups="base.group_user",
        help="Links that were signed under an older version open nothing.",
    )

    def _get_closure_url(self, party):
        return self.get_base_url() + self._get_joint_path(party)

    def _get_joint_path(self, party, until=None, issued=None):
        """Return path and query of a party's link.

        :param until: timestamp of its end, by default the life of a new link
        :param issued: timestamp of the link that has opened the page, if any
        """
        self.ensure_one()
        token = JOINT_LINK.sign(
            self,
            # SUDO: the version is internal.
            self.sudo().incident_link_version,
            until or self.env["helpdesk.ticket"]._get_incident_link_end(),
            party_id=party.id,
            purpose=CLOSURE,
            issued=issued or int(fields.Datetime.now().timestamp()),
            # SUDO: how often a mailbox has changed is internal.
            generation=party.sudo().incident_link_generation,
        )
        return f"/incident/outage/{self.id}/closure?token={token}"

    @api.model
    def _read_joint_link(self, token):
        """Return what a link says, if we have signed it and it opens something.

        :param token: what the browser sent
        :return: :class:`JointLink`, or None
        """
        claim = JOINT_LINK.decode(self.env, token)
        if not claim or claim.facts["purpose"] != CLOSURE:
            return None
        # SUDO: visitors have no rights; what they may see hangs on the signature.
        outage = self.sudo().browse(claim.record_id).exists()
        party = self.env["res.partner"].sudo().browse(claim.facts["party_id"]).exists()
        if not party.active or outage.incident_link_version != claim.version:
            return None
        issued = claim.facts["issued"]
        tickets = outage._get_joint_tickets(party, issued)
        if not tickets:
            return None
        former = claim.facts["generation"] != party.incident_link_generation
        return JointLink(
            outage, party, tickets, claim.until, issued, claim.late or former
        )

    def _get_joint_tickets(self, party, issued):
        """Return the opened incidents of a party, but for those whose links are void.

        :param issued: timestamp of the link
        """
        own = Domain("partner_id", "=", party.id) | Domain(
            "integrator_id", "=", party.id
        )
        since = datetime.fromtimestamp(issued, timezone.utc).replace(tzinfo=None)
        void = Domain("incident_links_void_date", ">=", since)
        members = Domain("outage_id", "=", self.id) & Domain("is_incident", "=", True)
        members &= Domain("validated_date", "!=", False)
        return self.env["helpdesk.ticket"].search(members & own & ~void, order="id")
