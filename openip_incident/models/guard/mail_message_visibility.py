# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which messages people outside never meet, on whatever way they come.

:meth:`MailMessage._get_search_domain_share` is the one place that says so, as a domain:
core's, which leaves out what is internal or has no subtype. Whoever keeps more from
people outside narrows it; everything below follows.
"""

from odoo import api, models
from odoo.exceptions import MissingError
from odoo.fields import Domain

TICKET = "helpdesk.ticket"

# What leads from a message to others, which the reader may not see.
LINKS = ("child_ids", "parent_id")


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["incident.share.guard.mixin", "mail.message"]

    def _get_share_hidden(self):
        """Return the messages on tickets that people outside must not meet.

        Core shows by id whatever is no comment: mails kept inside, feedback, tracking.

        :return: subset of these messages, for the user who asks, superuser or not
        """
        if not self.env.user.share:
            return self.browse()
        # SUDO: whether a message is kept from its reader must not depend on what that
        # reader may read.
        messages = self.sudo().with_context(active_test=False)
        try:
            on_tickets = messages.filtered(lambda message: message.model == TICKET)
        except MissingError:
            messages = messages.exists()
            on_tickets = messages.filtered(lambda message: message.model == TICKET)
        if not on_tickets:
            return self.browse()
        seen = on_tickets.filtered_domain(self._get_search_domain_share())
        return self.browse((on_tickets - seen).ids)

    # Access

    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        if operation == "create":
            # Core's message_post files what is no comment as a note, whoever writes.
            return forbidden
        return forbidden | (self - forbidden)._get_share_hidden()

    @api.model
    def _get_with_access(self, message_id, mode="read", **kwargs):
        """Open no internal message to who may read its ticket: to react, for instance.

        Core asks for access to the message *or* to its record.
        """
        message = super()._get_with_access(message_id, mode=mode, **kwargs)
        return message - message._get_share_hidden()

    def action_open_document(self):
        self.check_access("read")
        return super().action_open_document()

    # Search

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        """Keep hidden messages out of searches that come over a relation, too.

        Several relations to messages bypass all rules, whoever searches through them.
        """
        if bypass_access and self._is_share_call():
            domain = Domain(domain) & self._get_search_domain_share()
        return super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )

    @api.model
    def _is_share_field(self, field):
        return True

    @api.model
    def _is_share_key(self, name):
        return name not in LINKS and super()._is_share_key(name)

    # Reading

    def _read_format(self, fnames, load="_classic_read"):
        """Name no hidden message next to one that is seen."""
        rows = super()._read_format(fnames, load=load)
        names = [name for name in LINKS if name in fnames]
        if not names or not self._is_share_call():
            return rows
        for message, row in zip(self, rows, strict=True):
            for name in names:
                # SUDO: ids alone, of which those that may not be seen are taken out.
                linked = message.sudo()[name].sudo(False)
                hidden = linked._get_share_hidden()
                if name == "child_ids":
                    row[name] = (linked - hidden).ids
                elif hidden:
                    row[name] = False
        return rows

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Give nobody outside the subject of a hidden message, wherever it is named.

        Core names records with all rights wherever a relation leads to them.
        """
        res = super()._compute_display_name()
        for message in self._get_share_hidden():
            message.display_name = f"{self._name},{message.id}"
        return res

    def _to_store(self, store, fields, **kwargs):
        if not self._is_share_call():
            return super()._to_store(store, fields, **kwargs)
        visible = self - self._get_share_hidden()
        return super(MailMessage, visible)._to_store(store, fields, **kwargs)
