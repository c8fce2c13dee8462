# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from markupsafe import Markup

from odoo import fields, models

from ...tools.own_openings import NOTED
from ...tools.quotes import strip_quotes
from ..correspondence.letter import Letter
from ..phases import CLOSED, CLOSURE, NO_ANSWER, NOT_CONFIRMED, ON_HOLD
from ..words import HANDED_LINE, INTERNAL, SPOKEN_TYPES


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    last_answer_date = fields.Datetime(
        string="Last answer",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="When a party last gave an answer that counts.",
    )

    def _incident_hear(self, message):
        """Act on a message that has just been posted on an incident.

        A party's answer is passed on and counts; what a colleague, or a rule, writes
        goes to the parties that it names; the rest concerns nobody outside.
        """
        self.ensure_one()
        if message.message_type == "email":
            self._incident_weigh(message)
        if message.is_internal or message.subtype_id.internal:
            return
        if message.incident_disregard:
            return
        party = self._get_incident_party(message.author_id)
        if party and message.message_type in SPOKEN_TYPES:
            self._incident_receive_answer(party, message)
        elif message.message_type != "email":
            self._incident_send_comment(message)

    def _incident_receive_answer(self, party, message):
        """Count a party's answer, tell support and the other party.

        The clock stops here, whatever the rules say; what moves the incident is the
        rule that hears of the answer.
        """
        self._incident_lock()
        speaking = self._get_speaking_parties(party, message.author_id)
        answered = self._is_incident_answered_by(speaking, message.author_id)
        self._incident_stop_clock(answered, message.author_id)
        self.write(
            {
                "last_answer_date": fields.Datetime.now(),
                "answer_unread": True,
                "answer_awaited": self.answer_awaited and not answered,
                "answered_party_id": party.incident_party_id.id,
            }
        )
        self._incident_alert_of_answer(message)
        self._incident_flush_collected()
        # Before the other party reads of it, where it stands then.
        reopened = self._incident_take_up_closed(message)
        self._incident_forward_answer(speaking, message, reopened)
        if message.message_type == "email":
            # SUDO: the mark is written by the process only.
            (party | message.author_id).sudo()._mark_reachable()

    def _incident_stop_clock(self, answered, author):
        """End the follow-up that was answered, hold the one that nobody confirmed."""
        # SUDO: follow-ups are written by the process only.
        followup = self.sudo().followup_id
        if answered:
            followup._finish("answered", author)
        elif self.incident_phase == CLOSURE and followup.state == "running":
            followup._hold()
        elif self.incident_phase == CLOSURE:
            # Held until a date already: now until somebody has read the answer.
            followup.hold_until = False

    def _incident_take_up_closed(self, message):
        """Take up what is closed; return whether it is open again by that."""
        if self.incident_phase != CLOSED:
            return False
        self._incident_take_up(message)
        return self.incident_phase != CLOSED

    def _incident_take_up(self, message):
        """Take up again what a party writes about after it was closed.

        What support or a party closed stays closed within the window until an agent
        has read the answer: a "thank you" reopens nothing. After the window a new
        incident is registered, one at a time.
        """
        if not self._is_incident_reopenable():
            if not self._get_open_successor():
                successor = self._incident_register_successor()
                successor.answer_unread = True
                if message.incident_private_party_id:
                    # Both parties read a description.
                    successor._message_log(body=message.body)
                else:
                    words = self._get_words_for_others(message)
                    successor.description = words.body or successor.description
        elif self.close_reason in (NO_ANSWER, NOT_CONFIRMED):
            self._incident_move_to(self._get_reopen_phase(), silent=True)

    def _get_open_successor(self):
        return self.search(
            [("predecessor_id", "=", self.id), ("incident_phase", "!=", CLOSED)],
            limit=1,
        )

    def _is_incident_answered_by(self, speaking, author):
        """Tell whether an answer is the one that is waited for.

        :param speaking: the parties in whose name it is
        :param author: who wrote it: one address may be that of people of both
        """
        self.ensure_one()
        if self.incident_phase not in ON_HOLD:
            return False
        awaited = self._get_awaited_parties(self.wait_for)
        # Nobody is left of who was asked alone: whoever answers has answered.
        if self._is_answered(awaited, speaking):
            return True
        people = self._find_party_contacts(list(author._get_own_addresses()))
        others = [self._get_incident_party(person) for person in people]
        return self._is_answered(awaited, speaking.union(*others))

    def _is_answered(self, awaited, speaking):
        """Tell whether nobody is waited for any more, these having spoken."""
        if self.wait_for == "both":
            return awaited.incident_party_id <= speaking.incident_party_id
        return bool(awaited & speaking) or not awaited

    def _incident_send_comment(self, message):
        """Mail what was written in the chatter to the parties that it names (P3)."""
        addressees = self._get_party_addressees(message.partner_ids)
        if not addressees:
            return
        self._correspond(
            self.team_id._get_update_template(),
            [Letter(self, addressees, entry=message)],
            message.body,
            automatic=message.message_type != "comment",
        )
        if message.message_type == "comment":
            self._incident_set_read()

    def _incident_post_answer(self, partner, body, heading=None, files=None):
        """Post what a contact said on the phone as its own answer.

        :param heading: how it was said and who noted it, if not by phone
        :param files: ``ir.attachment`` of this incident that belong to it
        """
        self.ensure_one()
        heading = heading or self.env._(
            "By phone, noted by %(user)s:", user=self.env.user.name
        )
        self.message_post(
            author_id=partner.id,
            body=Markup(NOTED + "%s") % (heading, body),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=files.ids if files else [],
        )
        if self.env.user == self._get_incident_contact():
            self._incident_set_read()

    def _incident_post_mail(self, mail, author, disregard=False, files=None):
        """Take in a mail that came elsewhere, and hear it as what it is here.

        What it quotes was said on another incident, to other people: it stays there,
        with its subject. What was for nobody but us and one party still is.

        :param mail: ``mail.message``
        :param author: whose it is
        :param disregard: why it counts as no answer, key of ``REASONS``
        :param files: those of its files that belong to it, instead of all
        """
        self.ensure_one()
        owner = {"res_model": self._name, "res_id": self.id, "access_token": False}
        files = mail.attachment_ids if files is None else files
        body, subject = Markup(mail.body or ""), mail.subject
        if mail.model == self._name:
            body, subject = strip_quotes(body), False
            files = files.filtered(lambda file: not _shows_in_quotes(file, mail, body))
        line = mail.incident_private_party_id
        return self.with_context(**{HANDED_LINE: line.id}).message_post(
            author_id=author.id,
            email_from=mail.email_from,
            subject=subject,
            body=body,
            message_type="email",
            subtype_id=self._get_comment_subtype_id(),
            attachment_ids=files.copy(owner).ids,
            incident_disregard=disregard,
        )

    # Telling support

    def _incident_alert_of_answer(self, message):
        """Plan the activity of an answer.

        Who follows the incident gets the answer itself: no second mail about it.
        """
        colleague = self._get_incident_contact().partner_id
        told = colleague in self.message_partner_ids
        self.with_context(mail_activity_quick_update=told)._incident_alert_support(
            "openip_incident.mail_activity_type_answer",
            self.env._("Answer of %(author)s", author=message.author_id.name),
        )


def _shows_in_quotes(file, mail, words):
    """Tell whether a mail shows a file, and not in its own words."""
    link = re.compile(rf"/web/(?:image|content)/{file.id}\b")
    return bool(link.search(mail.body)) and not link.search(words)
