# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import lru_cache

from odoo import api, models
from odoo.tools.mail import email_domain_extract, generate_tracking_message_id

from .headers import AUTOMATIC_HEADERS, REPLY_HEADERS

# A batch writes from one address, and those of its teams.
_get_domain = lru_cache(maxsize=256)(email_domain_extract)


class IncidentCorrespondenceMixin(models.AbstractModel):
    """The mails to one correspondent about one record are one conversation.

    No mail refers to one of somebody else's: its Message-ID is in no other mailbox.
    """

    _inherit = "incident.correspondence.mixin"

    def _get_threads(self):
        """Return which mails a correspondent has had about these records.

        :return: dict of (id, partner id): Message-IDs of the first and of the last mail
        """
        return {}

    @api.model
    def _prepare_thread_vals(self, message_ids, automatic):
        """Return what a mail says of the mails before it, and of who wrote it.

        :param message_ids: of the first and of the last mail to the same correspondent
        :param automatic: False for what a human typed
        """
        headers = dict(AUTOMATIC_HEADERS) if automatic else {}
        if message_ids:
            headers["In-Reply-To"] = message_ids[-1]
        return {
            "headers": repr(headers) if headers else False,
            "references": " ".join(dict.fromkeys(message_ids)) or False,
        }

    @api.model
    def _prepare_answer_vals(self, answered_id, message_id):
        """Return what a mail says that a machine answers another mail by.

        :param answered_id: Message-ID of the other one, empty where it had none
        :param message_id: of the mail itself, which servers on its way may replace
        """
        # A folded header would break ours.
        answered_id = "".join((answered_id or "").split())
        headers = dict(REPLY_HEADERS)
        if answered_id:
            headers["In-Reply-To"] = answered_id
        return {
            "headers": repr(headers),
            "references": f"{answered_id} {message_id}".strip(),
        }

    @api.model
    def _create_messages(self, vals_list):
        return super()._create_messages(
            [{"message_id": self._make_message_id(vals), **vals} for vals in vals_list]
        )

    @api.model
    def _make_message_id(self, vals):
        """Return a Message-ID in the domain that its mail comes from (RFC 5322).

        Core takes the name of the machine, which is no domain and nobody's business.
        """
        message_id = generate_tracking_message_id("{res_id}-{model}".format(**vals))
        domain = _get_domain(vals.get("reply_to") or "")
        if not domain or not domain.isascii():
            return message_id
        return f"{message_id.rpartition('@')[0]}@{domain}>"
