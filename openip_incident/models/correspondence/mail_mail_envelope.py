# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import consteq, email_normalize, hmac

from ...tools.reply_address import add_tag, read_tag, shorten

SWITCH = "openip_incident.signed_return_path"
SCOPE = "openip_incident.return_path"
RETURN_PATH = "Return-Path"


class MailMail(models.Model):
    """Gives each mail to a party a return path of its own, where mail comes back to.

    Whatever a report says of the mail that failed, it arrives where that mail is named
    (variable envelope return path).
    """

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        emails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        sending = self._get_sending()
        notice = sending and sending.notices.get(self.mail_message_id.id, ())[:1]
        notices = self.env["incident.notice"]
        tracked = notice and notice.id in sending.tracked
        if tracked and notices._signs_return_path():
            for email in emails:
                path = email_normalize(email["headers"].get(RETURN_PATH) or "")
                signed = path and notices._sign_return_path(path, notice.id)
                email["headers"] = {**email["headers"], RETURN_PATH: signed or path}
        return emails


class IncidentNotice(models.Model):
    _inherit = "incident.notice"

    @api.model
    def _signs_return_path(self):
        # SUDO: one setting is read.
        return bool(self.env["ir.config_parameter"].sudo().get_param(SWITCH))

    @api.model
    def _sign_return_path(self, address, notice_id):
        return add_tag(address, str(notice_id), self._get_path_signature(notice_id))

    @api.model
    def _get_path_signature(self, notice_id):
        # SUDO: the secret of the database signs, and is shown to nobody.
        return shorten(hmac(self.sudo().env, SCOPE, notice_id))

    @api.model
    def _read_return_path(self, tags):
        """Return whose return path a mail has come back to.

        :param tags: what stands behind the plus of our addresses that it was sent to
        :return: the notice, empty for a return path that is not genuine; None where
            there is none
        """
        for tag in tags:
            name, signature = read_tag(tag)
            # What the address of a team carries is something else.
            if name.isdecimal():
                notice_id = int(name)
                genuine = consteq(self._get_path_signature(notice_id), signature)
                return self.browse(notice_id if genuine else ()).exists()
        return None


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_signed_return_path = fields.Boolean(
        string="Return path of its own for each mail",
        config_parameter=SWITCH,
        help="Mails to parties leave with a return path of their own, as"
        " bounce+42-...@: every report of a failure is known for the mail that it is"
        " about. The mail server must deliver such addresses to the bounce address"
        " (Postfix: recipient_delimiter = +).",
    )
