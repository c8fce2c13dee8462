# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models

TICKET = "helpdesk.ticket"


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    incident_readers = fields.Char(
        compute="_compute_incident_readers",
        help="Who reads what is being written, on incidents.",
    )

    @api.depends("composition_mode", "model", "partner_ids", "res_ids", "subtype_id")
    def _compute_incident_readers(self):
        for composer in self:
            incidents = composer._filter_incidents(composer._evaluate_res_ids())
            if not incidents:
                composer.incident_readers = False
            elif composer.subtype_is_log:
                composer.incident_readers = self.env._(
                    "Internal note: nobody outside reads it"
                )
            elif composer.composition_mode == "mass_mail" and not composer.partner_ids:
                composer.incident_readers = self.env._(
                    "Read by both parties of each incident"
                )
            else:
                composer.incident_readers = incidents._get_readers_line(
                    composer.partner_ids
                )

    def _filter_incidents(self, res_ids):
        """Return the incidents among the records that are written about."""
        tickets = self.env[TICKET]
        if self.model != TICKET:
            return tickets
        return tickets.browse(res_ids).exists().filtered("is_incident")

    def _prepare_mail_values_dynamic(self, res_ids):
        """Send what is written about several incidents to whom the screen names.

        Core forgets them where it posts on several records.
        """
        values = super()._prepare_mail_values_dynamic(res_ids)
        if self.composition_mode == "comment":
            for ticket in self._filter_incidents(res_ids):
                named = values[ticket.id].get("partner_ids") or []
                partner_ids = list({*named, *self.partner_ids.ids})
                values[ticket.id]["partner_ids"] = partner_ids
        return values

    def _action_send_mail_mass_mail(self, res_ids, auto_commit=False):
        """Write to the parties of incidents as the chatter does, each by its own mail.

        Core would write one mail with its links to whomever it finds.
        """
        incidents = self._filter_incidents(res_ids)
        for ticket_id, values in self._prepare_incident_posts(incidents.ids).items():
            incidents.browse(ticket_id).message_post(**values)
        others = [res_id for res_id in res_ids if res_id not in set(incidents.ids)]
        return super()._action_send_mail_mass_mail(others, auto_commit=auto_commit)

    def _prepare_incident_posts(self, ticket_ids):
        """Return what is posted instead of core's mails.

        :return: dict of ticket id: arguments of ``message_post``
        """
        if not ticket_ids:
            return {}
        mails = self._manage_mail_values(self._prepare_mail_values(ticket_ids))
        return {
            ticket_id: {
                "attachment_ids": [
                    command[1] for command in values.get("attachment_ids") or []
                ],
                "author_id": values.get("author_id"),
                "body": self._get_posted_body(ticket_id, values),
                "email_add_signature": False,
                "message_type": "comment",
                "partner_ids": [
                    command[1] for command in values.get("recipient_ids") or []
                ],
                "subject": values.get("subject"),
                "subtype_xmlid": "mail.mt_comment",
            }
            for ticket_id, values in mails.items()
        }

    def _get_posted_body(self, ticket_id, values):
        """Return the text of a mail as a post: its pictures at their own addresses.

        Core has written out where our files are, for readers of the mail.
        """
        base_url = self.env[TICKET].browse(ticket_id).get_base_url()
        body = str(values.get("body_html") or "")
        return Markup(body.replace(f'src="{base_url}/', 'src="/'))
