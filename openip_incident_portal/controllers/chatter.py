# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.openip_incident.tools.arguments import read_id
from odoo.addons.portal.controllers.thread import PortalThreadController


def is_ticket_id(value):
    """Tell whether what a browser sent can be the id of a ticket."""
    return read_id(str(value)) is not None


def is_incident(model, res_id):
    """Tell whether a record is an incident, whoever asks."""
    if model != "helpdesk.ticket" or not is_ticket_id(res_id):
        return False
    # SUDO: what it is must not depend on who may read it.
    return request.env[model].sudo().browse(int(res_id)).exists().is_incident


class IncidentThread(PortalThreadController):
    """Core's chatter on incidents, for people outside: text and files."""

    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        values = super()._prepare_message_data(post_data, thread=thread, **kwargs)
        if not request.env.user.share or not is_incident(thread._name, thread.id):
            return values
        return thread.sudo(False)._prepare_share_post(
            {
                name: values[name]
                for name in ("body", "attachment_ids")
                if name in values
            }
        )

    @classmethod
    def _can_edit_message(cls, message, **kwargs):
        """Keep what a party has said as it was said: it was mailed to the other."""
        # SUDO: only to which record the message belongs is read.
        sudo_message = message.sudo()
        if request.env.user.share and is_incident(
            sudo_message.model, sudo_message.res_id
        ):
            return False
        return super()._can_edit_message(message, **kwargs)


class IncidentAttachment(AttachmentController):
    @http.route()
    def mail_attachment_upload(
        self, ufile, thread_id, thread_model, is_pending=False, **kwargs
    ):
        """Take files on incidents with the message that they belong to only."""
        if thread_model == "helpdesk.ticket" and not is_ticket_id(thread_id):
            raise NotFound()
        filed = not is_pending or is_pending == "false"
        if filed and request.env.user.share and is_incident(thread_model, thread_id):
            raise NotFound()
        return super().mail_attachment_upload(
            ufile, thread_id, thread_model, is_pending=is_pending, **kwargs
        )
