# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..correspondence.letter import MAIL, Letter
from ..phases import CLOSED as CLOSED_PHASE
from .joint_draft import CLOSED, JOINT, REQUEST, TEMPLATES, JointDraft, split_joint

# More incidents are counted in a mail, not listed.
MOST_LISTED = 100


class HelpdeskTicket(models.Model):
    """Tells a party of several incidents in one mail, where the caller says so."""

    _inherit = "helpdesk.ticket"

    def _prepare_drafts(self, letters, text):
        drafts = super()._prepare_drafts(letters, text)
        return self._join_drafts(drafts) if self.env.context.get(JOINT) else drafts

    def _join_drafts(self, drafts):
        """Replace drafts to the same reader by one; who has one alone keeps it."""
        groups = {}
        for draft in drafts:
            groups.setdefault(draft.record._get_joint_key(draft), []).append(draft)
        alone, joint = groups.pop(None, []), []
        for (kind, *_rest), members in groups.items():
            if len(members) > 1 and self.env.ref(TEMPLATES[kind], False):
                members.sort(key=lambda draft: draft.record.id)
                joint.append(self._make_joint_draft(kind, members))
            else:
                alone += members
        return alone + joint

    def _get_joint_key(self, draft):
        """Return what drafts must share to be one mail, nothing for a mail alone."""
        self.ensure_one()
        outage, party = self.outage_id, draft.party
        if not outage or draft.channel != MAIL:
            return None
        # Third persons are told of what they were to be told of.
        if not self._is_incident_party(party):
            return None
        deadline = draft.facts.get("deadline")
        kind = self._get_joint_kind(draft)
        return kind, outage.id, party.id, draft.address, deadline, self._get_joint_end()

    def _get_joint_kind(self, draft):
        if self.incident_phase == CLOSED_PHASE:
            return CLOSED
        event = draft.letter.event
        return (event and event.step_id.action) or REQUEST

    def _get_joint_end(self):
        """Return why it is closed, which the mail of its closure says."""
        return self.incident_phase == CLOSED_PHASE and self.close_reason

    def _make_joint_draft(self, kind, members):
        first = members[0]
        outage = first.record.outage_id.with_context(**{JOINT: kind})
        rows = [member.record._prepare_joint_row(first.party) for member in members]
        facts = {
            **first.facts,
            "members": rows[:MOST_LISTED],
            "more": max(len(rows) - MOST_LISTED, 0),
            "member_count": len(rows),
            "close_reason": first.record._get_joint_end(),
            "joint": True,
        }
        return JointDraft(
            outage,
            first.party,
            first.lang,
            first.text,
            outage._get_closure_url(first.party) or "",
            facts,
            letter=Letter(outage, first.party, entry=self.env["mail.message"]),
            channel=MAIL,
            address=first.address,
            kind=kind,
            members=members,
        )

    def _prepare_joint_row(self, party):
        """Return what a mail, or a page, lists of an incident.

        :param party: the reader, a party of this incident
        """
        self.ensure_one()
        customer = self.partner_id.incident_party_id
        foreign = customer != party.incident_party_id
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "service": self.service_id.display_name or "",
            "customer": customer.name if foreign else "",
        }

    # The mail instead of many

    def _word_drafts(self, template, drafts):
        alone, joint = split_joint(drafts)
        res = super()._word_drafts(template, alone)
        by_kind = {}
        for draft in joint:
            by_kind.setdefault(draft.kind, []).append(draft)
        for kind, group in by_kind.items():
            words = self.env.ref(TEMPLATES[kind])
            self.env["incident.mail.renderer"]._render_drafts(words, group)
        return res

    def _create_letter_messages(self, drafts):
        alone, joint = split_joint(drafts)
        res = super()._create_letter_messages(alone)
        if joint:
            outages = self.env["incident.outage"].union(
                *(draft.record for draft in joint)
            )
            outages._create_letter_messages(joint)
        return res

    def _thread_drafts(self, drafts):
        """Let a joint mail follow those that its reader has had about the first."""
        alone, joint = split_joint(drafts)
        firsts = [draft.members[0] for draft in joint]
        res = super()._thread_drafts(alone + firsts)
        for draft in joint:
            draft.earlier_ids = draft.members[0].earlier_ids
        return res

    def _create_notices(self, drafts):
        """Write the evidence for each incident of a joint mail."""
        alone, joint = split_joint(drafts)
        for draft in joint:
            for member in draft.members:
                member.message = draft.message
        members = [member for draft in joint for member in draft.members]
        res = super()._create_notices(alone + members)
        for draft in joint:
            draft.notice = draft.members[0].notice
        return res

    def _prepare_notice_vals(self, draft):
        vals = super()._prepare_notice_vals(draft)
        if draft.message and draft.message.model == "incident.outage":
            vals = {**vals, "joint": True, "outage_id": self.outage_id.id}
        return vals
