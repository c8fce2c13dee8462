# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools.share_fields import tells_of_conversation


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _has_field_access(self, field, operation):
        """Let people outside neither read nor search the ticket by its conversation.

        They read messages one by one: these relations bypass all rules, and counts and
        dates made of them tell of notes.
        """
        if (
            tells_of_conversation(field.name, field.comodel_name)
            and not self.env.su
            and self.env.user.share
        ):
            return False
        return super()._has_field_access(field, operation)
