# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
from datetime import timedelta

from odoo import fields, models
from odoo.tools import plaintext2html

from odoo.addons.openip_incident.models.correspondence.letter import Letter
from odoo.addons.openip_incident.models.followups import ANSWERED
from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE, CONFIRMED
from odoo.addons.openip_incident.models.words import HANDED_LINE

CONFIRM = "confirmed"
REFUSE = "refused"
WITHDRAW = "withdrawn"

DECISIONS = [
    (CONFIRM, "Confirmed"),
    (REFUSE, "Refused"),
    (WITHDRAW, "Taken back"),
]

# Whoever has more to say in an hour is no human.
MAX_ANSWERS = 30
LINK_INTERVAL = timedelta(hours=1)

# How the Message-IDs of what was typed on a page begin.
PAGE_MARK = "incident-page"


class HelpdeskTicket(models.Model):
    """What a party does on its page: answer, confirm closure, ask for a fresh link.

    Records come as superuser, the party from a link that we have signed. Every act
    locks the incident first and looks where it stands then: the first one decides.
    """

    _inherit = "helpdesk.ticket"

    closure_decision = fields.Selection(
        selection=DECISIONS,
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="What a party decided on its page since closure was last requested.",
    )
    closure_decided_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Closure decided by",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="The party that confirmed or refused closure on its page.",
    )
    closure_decision_date = fields.Datetime(
        string="Closure decided on",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="When a party confirmed or refused closure on its page.",
    )

    # Answers

    def _incident_answer_on_page(self, party, text, files, nonce, private=False):
        """Post what a party wrote on its page, however often it is sent.

        :param text: plain text
        :param files: list of (name, content)
        :param nonce: what the form was given, the same for each of its copies
        :param private: whether the form said that nobody but support reads it
        :return: False when the party has written too much lately
        """
        self.ensure_one()
        self._incident_lock()
        if self._has_incident_page_answer(party, text, nonce, files):
            return True
        if self._has_page_flooded(party):
            return False
        self._incident_post_form(party, text, files, nonce, private)
        return True

    def _incident_post_form(
        self, party, text, files, nonce, private=False, mark=PAGE_MARK
    ):
        """Post what a form says, under the mark by which its copies are recognised."""
        message_id = self._get_page_message_id(party, text, files, nonce, mark)
        values = {"message_id": message_id}
        ticket = self
        if private:
            # What was asked alone may have been answered by a colleague meanwhile; what
            # a party says in private by itself answers nothing.
            values["parent_id"] = self._get_private_parent(party).id
            ticket = self.with_context(**{HANDED_LINE: party.incident_party_id.id})
        ticket._incident_post_on_page(party, text, files, **values)

    def _has_incident_page_answer(self, party, text, nonce, files=(), mark=PAGE_MARK):
        """Tell whether a form was sent before; see :meth:`_incident_answer_on_page`."""
        message_id = self._get_page_message_id(party, text, files, nonce, mark)
        known = [("message_id", "=", message_id)]
        return bool(self.env["mail.message"].search_count(known, limit=1))

    def _get_private_parent(self, party):
        """Return the last message of a party's private line, which it answers."""
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("incident_private_party_id", "=", party.incident_party_id.id),
            ],
            order="id desc",
            limit=1,
        )

    def _get_page_message_id(self, party, text, files, nonce, mark=PAGE_MARK):
        """Return the Message-ID of an answer, by which its copies are recognised.

        The text is part of it: who goes back and writes something else says more.

        :param mark: what it begins with, by which kinds of answers are told apart
        """
        digest = hashlib.sha256(f"{self.id}|{party.id}|{nonce}|{text}".encode())
        for name, content in files:
            digest.update(name.encode() + content)
        return f"<{mark}-{digest.hexdigest()}@openip-incident>"

    def _has_page_flooded(self, party):
        written = self.env["mail.message"].search_count(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("author_id", "=", party.id),
                ("message_type", "=", "comment"),
                ("date", ">", fields.Datetime.now() - timedelta(hours=1)),
            ],
            limit=MAX_ANSWERS,
        )
        return written >= MAX_ANSWERS

    def _incident_post_on_page(self, party, text, files, **values):
        """Post what a party typed, as its mail would have been."""
        text = text or self.env._("Please see the files.")
        body = self._scrub_incident_body(plaintext2html(text))
        return self._incident_in_house().message_post(
            author_id=party.id,
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=files,
            **values,
        )

    def _incident_in_house(self):
        """Return the incident in the language of the chatter, not in the visitor's.

        What colleagues are told because of an act is written down once, for them.
        """
        return self.with_context(lang=self._get_correspondence_lang())

    # Closure

    def _incident_confirm_closure(self, party):
        """Close incidents, as a party confirms that everything works (P7).

        Where somebody else has told us meanwhile that it does not, that stands, and
        support reads of both.

        :return: those that are closed by it: not where somebody was faster
        """
        self._incident_lock()
        waiting = self.filtered(lambda ticket: ticket.incident_phase == CLOSURE)
        for ticket in self - waiting:
            ticket._incident_note_late_confirmation(party)
        waiting.followup_id._finish(ANSWERED, party)
        vals = {
            "close_reason": CONFIRMED,
            **self._prepare_decision_vals(CONFIRM, party),
        }
        for lang, tickets in waiting.grouped(
            lambda ticket: ticket._get_correspondence_lang()
        ).items():
            tickets.with_context(lang=lang)._incident_move_to(CLOSED, vals=vals)
        for ticket in waiting:
            ticket._incident_note_decision(party)
        return waiting

    def _may_withdraw_incident_closure(self, party):
        """Tell whether a party has confirmed closure and may still take it back."""
        return bool(
            self.incident_phase == CLOSED
            and self.close_reason == CONFIRMED
            and self._is_incident_confirmed_by(party)
            and self._is_incident_reopenable()
        )

    def _is_incident_confirmed_by(self, party):
        """Tell whether a party has confirmed the closure, and nothing came after."""
        decided_by = self.closure_decided_by_id.incident_party_id
        return (
            self.closure_decision == CONFIRM and decided_by == party.incident_party_id
        )

    def _prepare_decision_vals(self, decision, party):
        return {
            "closure_decision": decision,
            "closure_decided_by_id": party.id,
            "closure_decision_date": fields.Datetime.now(),
            **({"incident_confirmed_by_id": party.id} if decision == CONFIRM else {}),
        }

    def _prepare_incident_move_vals(self, stage):
        """Forget the decision of an earlier closure: this one is asked anew."""
        vals = super()._prepare_incident_move_vals(stage)
        origin, target = self.incident_phase, stage.incident_phase
        if origin != target and (target == CLOSURE or origin == CLOSED):
            vals.update(
                closure_decision=False,
                closure_decided_by_id=False,
                closure_decision_date=False,
            )
        return vals

    def _incident_note_decision(self, party):
        """Tell colleagues, in the language of the chatter, who decided."""
        self._message_log(
            body=self._incident_in_house().env._(
                "%(party)s has confirmed the closure on its page.", party=party.name
            )
        )

    def _incident_note_late_confirmation(self, party):
        """Tell colleagues once who confirms what another has refused before."""
        if self.closure_decision not in (REFUSE, WITHDRAW):
            return
        if self.closure_decided_by_id.incident_party_id == party.incident_party_id:
            return
        decided = int(self.closure_decision_date.timestamp())
        mark = f"<incident-late-{self.id}-{party.id}-{decided}@openip-incident>"
        noted = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_id", "=", mark),
        ]
        if self.env["mail.message"].search_count(noted, limit=1):
            return
        note = self._message_log(
            body=self._incident_in_house().env._(
                "%(party)s has confirmed on its page that everything works, after "
                "%(other)s had told us that it does not.",
                party=party.name,
                other=self.closure_decided_by_id.name,
            )
        )
        note.message_id = mark

    # Fresh links

    def _incident_mail_fresh_link(self, party):
        """Mail a party a link in place of an expired one, once an hour at most.

        Nobody else reads of it: the chatter gets an internal note.
        """
        self.ensure_one()
        self._incident_lock()
        now = fields.Datetime.now()
        asked = self.env["incident.notice"].search_count(
            [
                ("ticket_id", "=", self.id),
                ("partner_id", "=", party.id),
                ("fresh_link_date", ">", now - LINK_INTERVAL),
            ],
            limit=1,
        )
        if asked:
            return False
        note = self._message_log(
            body=self._incident_in_house().env._(
                "%(party)s has asked for a fresh link to its page.", party=party.name
            )
        )
        self._correspond(
            self.env.ref("openip_incident_portal.mail_template_fresh_link"),
            [Letter(self, party, entry=note)],
        )
        note.incident_notice_ids.write({"fresh_link_date": now})
        return True
