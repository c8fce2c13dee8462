# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What one mail says of several incidents at once."""

from dataclasses import dataclass, field

from ..correspondence.letter import Draft
from ..followups import ANNOUNCE, REMIND

# In the context of what may be told of several incidents in one mail; its value is the
# kind while a mail is rendered.
JOINT = "incident_joint"
# In the context of refusals that are noted on their outage together.
NOTED_TOGETHER = "incident_noted_together"

REQUEST = "request"
CLOSED = "closed"

TEMPLATES = {
    REQUEST: "openip_incident.mail_template_outage_closure_request",
    REMIND: "openip_incident.mail_template_outage_closure_reminder",
    ANNOUNCE: "openip_incident.mail_template_outage_closure_announce",
    CLOSED: "openip_incident.mail_template_outage_closure_closed",
}


@dataclass
class JointDraft(Draft):
    """One mail in place of those that the members' drafts would have been."""

    # Key of ``TEMPLATES``.
    kind: str = REQUEST
    # A draft per incident: each becomes a notice of its own.
    members: list = field(default_factory=list)


def split_joint(drafts):
    """Return the drafts of one incident each, and the joint ones."""
    joint = [draft for draft in drafts if isinstance(draft, JointDraft)]
    return [draft for draft in drafts if not isinstance(draft, JointDraft)], joint
