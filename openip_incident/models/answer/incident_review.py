# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...tools.arguments import to_record
from ...tools.mail_signs import UNREADABLE
from ..reviews import COUNTED, DISMISSED, HANDED, PENDING, TICKET_SYSTEM_REASONS


class IncidentReview(models.Model):
    """What agents decide about a mail: it counts, it is nothing, it belongs elsewhere.

    Each kind of mail says by methods of its own, ``_count_<kind>`` and
    ``_hand_<kind>``, what follows.
    """

    _inherit = "incident.review"

    def action_count(
        self, partner=None, body=None, remember=False, ticket_system=False
    ):
        """Count mails as answers after all.

        :param partner: the contact whose answer it is, or its id; none: the proposed
        :param body: HTML, what the mail says, where it could not be read
        :param remember: note that the sender's address is the contact's
        :param ticket_system: note that its company answers through a ticket system
        :raises UserError: when nobody of a party is named, or it was judged already
        """
        partner = to_record(self.env, "res.partner", partner)
        for review in self._check_judge():
            same = review._get_same()
            speaker = review._get_speaker(partner)
            review._do("count", speaker, review.ticket_id._to_said(body))
            same._judge(COUNTED)
            if remember:
                speaker._remember_incident_address(review.sender)
            if ticket_system:
                speaker.incident_party_id.incident_ticket_system = True
        return True

    def action_dismiss(self):
        """Say that these mails answer nothing: what they hold goes on."""
        self._check_judge()._get_same()._judge(DISMISSED)
        return True

    def action_hand_over(self, ticket=None):
        """Hand mails to another incident, which hears them as what they are.

        :param ticket: ``helpdesk.ticket`` or its id
        :raises UserError: when it is no other incident
        """
        target = to_record(self.env, "helpdesk.ticket", ticket)
        reviews = self._check_judge()
        target.ensure_one()._ensure_may_act()
        if target in reviews.ticket_id:
            raise UserError(
                self.env._("%(number)s has this mail already.", number=target.number)
            )
        for review in reviews:
            same = review._get_same()
            # SUDO: the agent may write both incidents, which was checked above.
            review._do("hand", target.sudo())
            same.filtered(lambda other: other.ticket_id != target)._judge(HANDED)
            review._log_handed(target)
        return True

    def _check_judge(self):
        """Let agents judge what holds the incidents that they may write.

        :return: these, as the process writes them
        :raises UserError: when one was judged already
        """
        self.ticket_id._ensure_may_act()
        self.ticket_id._incident_lock()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for review in self:
            if review.state != PENDING:
                raise UserError(
                    self.env._(
                        "This mail was judged already: %(state)s.",
                        state=labels[review.state],
                    )
                )
        # SUDO: only the process writes them; the right to write their incidents was
        # checked above.
        return self.sudo()

    def _do(self, act, *arguments):
        name, _thing = self._get_thing()
        return getattr(self, f"_{act}_{name.removesuffix('_id')}")(*arguments)

    def _get_speaker(self, partner):
        """Return the contact whose answer a mail is.

        :param partner: whom the agent names, or nobody
        :raises UserError: unless it speaks for a party
        """
        speaker = partner or self.partner_id
        if not self.ticket_id._get_incident_party(speaker):
            raise UserError(
                self.env._(
                    "Whose answer is it? Choose a contact of a party of %(number)s.",
                    number=self.ticket_id.number,
                )
            )
        # SUDO: see _check_judge; whose mail it is was checked above.
        return speaker.sudo()

    def _is_ticket_system(self):
        """Tell whether a mail was not counted for what ticket systems put on it."""
        # SUDO: whoever may judge a mail may know why.
        message = self.sudo().message_id
        return message.incident_disregard in TICKET_SYSTEM_REASONS

    def _log_handed(self, target):
        self.ticket_id._message_log(
            body=self.env._(
                "The mail of %(sender)s was handed to %(number)s.",
                sender=self.sender or "?",
                number=target.number,
            )
        )

    # Mails that only a human can read

    def _needs_words(self):
        """Tell whether somebody has to write down what a mail says."""
        # SUDO: whoever may judge a mail may know why.
        message = self.sudo().message_id
        return message.incident_disregard == UNREADABLE

    def _count_read(self, speaker, body):
        """Count a mail by what a human says that it says.

        :param body: HTML
        :raises UserError: for nothing
        """
        if is_html_empty(body):
            raise UserError(
                self.env._("Please write what the mail says: it could not be read.")
            )
        heading = self.env._(
            "By mail, read and noted by %(user)s:", user=self.env.user.name
        )
        self.ticket_id._incident_post_answer(speaker, body, heading)

    # Mails in the chatter

    def _count_message(self, speaker, body):
        message, ticket = self.message_id, self.ticket_id
        if self._needs_words():
            self._count_read(speaker, body)
        elif (message.model, message.res_id) == (ticket._name, ticket.id):
            message._count_as(speaker, ticket)
        else:
            ticket._incident_post_mail(message, speaker)

    def _hand_message(self, target):
        message = self.message_id
        target._incident_post_mail(
            message, message.author_id, message.incident_disregard
        )
