# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...tools.form_words import RAW_MAIL


class IncidentIntake(models.Model):
    """What becomes of an intake: submitted by its sender, or handled by an agent."""

    _inherit = "incident.intake"

    # Agents

    def action_resend_dialog(self):
        """Ask before links are sent to the senders of these mails.

        :return: the wizard's action
        """
        self._ensure_may_act("sent", "expired")
        tickets = self.env["helpdesk.ticket"]
        return tickets._open_incident_wizard("resend", default_intake_ids=self.ids)

    def action_resend(self):
        """Send the link anew; the agent knows better than the limits."""
        self._ensure_may_act("sent", "expired")
        # SUDO: the agent may read the intake; the link goes to its sender only.
        for intake in self.sudo():
            if intake._get_address_problem(intake.email_from)[0]:
                raise UserError(
                    self.env._(
                        "Nobody reads mail at %(address)s: no link can be sent.",
                        address=intake.email_from or self.env._("an empty address"),
                    )
                )
            intake._send_form_link()
        return True

    def action_convert(self):
        """Register an incident by hand from what the mail says."""
        self.ensure_one()
        self._ensure_may_act("sent", "expired", "discarded")
        ticket = self.env["helpdesk.ticket"].create(self._prepare_incident_vals())
        self._settle_reviews()
        self._submit(ticket)
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": ticket.id,
            "views": [[False, "form"]],
        }

    def action_discard(self):
        """Put spam aside; its link opens nothing any more."""
        self._ensure_may_act("sent", "expired")
        # SUDO: the agent may read the intake and decides what becomes of it.
        intakes = self.sudo()
        intakes._settle_reviews()
        intakes.write({"state": "discarded", "to_review": False})
        return True

    def action_restore(self):
        """Take back what was discarded; sending the link is another decision."""
        self._ensure_may_act("discarded")
        # SUDO: see above.
        self.sudo().write({"state": "sent", "to_review": True})
        return True

    def action_view_ticket(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [[False, "form"]],
        }

    def _ensure_may_act(self, *states):
        """Let agents act on what they may read, while there is something to do."""
        self.check_access("read")
        # SUDO: a lock writes nothing.
        self.sudo()._lock()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for intake in self:
            if intake.state not in states:
                raise UserError(
                    self.env._(
                        "The intake of %(sender)s is: %(state)s.",
                        sender=intake.email_from,
                        state=labels[intake.state],
                    )
                )

    # Incidents

    def _prepare_incident_vals(self):
        """Return the incident that this mail alone makes."""
        self.ensure_one()
        channel = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_email", raise_if_not_found=False
        )
        return {
            "name": self.subject or self.env._("No subject"),
            "description": self.body or "<p></p>",
            "team_id": self.team_id.id,
            "company_id": self.company_id.id or self.env.company.id,
            "partner_id": self.partner_id.id,
            "partner_name": self.partner_id.name or self.email_from,
            "partner_email": self.email_normalized,
            "channel_id": channel and channel.id,
        }

    def _submit(self, ticket, nonce=False):
        """Note the incident that this mail has become, and hand it the mail.

        Whoever creates the incident calls :meth:`_lock` before.

        :param ticket: the registered incident
        :param nonce: which copy of its form was sent, if one was
        :return: the incident of this intake, an older one if there is one
        """
        self.ensure_one()
        # SUDO: whoever fills in the form has no rights on intakes or incidents; the
        # signed link, or the agent's rights, were checked before.
        intake, ticket = self.sudo(), ticket.sudo()
        if intake.state == "submitted":
            return intake.ticket_id
        # Its sender says that it is new; what it names all the same is for us to judge.
        intake._settle_reviews(named=False)
        # No line in the chatter: date and incident say the same.
        intake.with_context(mail_notrack=True).write(
            {
                "state": "submitted",
                "submitted_date": fields.Datetime.now(),
                "ticket_id": ticket.id,
                "form_nonce": nonce,
                "to_review": False,
            }
        )
        intake._hand_over(ticket)
        return ticket

    def _become_answer(self, ticket, speaker=None):
        """Move this conversation to an incident, which hears it as what it is there.

        :param speaker: the contact whose answer it is, where an agent says so
        """
        self.ensure_one()
        mails = self.message_ids.filtered(
            lambda message: message.message_type == "email"
        )
        if self.state != "submitted":
            # What has become an incident meanwhile stays that incident's mail, too.
            self.with_context(mail_notrack=True).write(
                {
                    "state": "submitted",
                    "submitted_date": fields.Datetime.now(),
                    "ticket_id": ticket.id,
                    "to_review": False,
                }
            )
        for mail in mails.sorted("id"):
            author = speaker or mail.author_id
            disregard = not speaker and mail.incident_disregard
            files = self._filter_handed_files(mail)
            ticket._incident_post_mail(mail, author, disregard, files)

    def _hand_over(self, ticket):
        """Copy the conversation and its files to the incident.

        It is no answer: the parties have not been asked anything. Nobody is notified
        either, as the new incident itself is announced to who follows the team.
        """
        mails = self.message_ids.filtered(
            lambda message: message.message_type == "email"
        )
        sender = ticket._get_correspondence_sender()[ticket.id]
        shared = ticket._prepare_message_vals(sender)
        self._create_messages(
            [
                {
                    **shared,
                    **ticket._incident_keep_inside(
                        self._prepare_handed_vals(mail, ticket)
                    ),
                }
                for mail in mails.sorted("id")
            ]
        )

    def _prepare_handed_vals(self, mail, ticket):
        """Return a mail as the incident keeps it.

        What others than the sender have added stays inside.
        """
        same = email_normalize(mail.email_from or "") == self.email_normalized
        subtype = "mail.mt_comment" if same else "mail.mt_note"
        files = self._filter_handed_files(mail)
        owner = {"res_model": ticket._name, "res_id": ticket.id}
        copies = files.copy({**owner, "access_token": False})
        return {
            "author_id": mail.author_id.id,
            "email_from": mail.email_from,
            "subject": mail.subject,
            "body": ticket._scrub_incident_body(mail.body),
            "message_type": "auto_comment",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id(subtype),
            "attachment_ids": [Command.link(copy.id) for copy in copies],
        }

    def _filter_handed_files(self, mail):
        return mail.attachment_ids.filtered(lambda file: file.name != RAW_MAIL)
