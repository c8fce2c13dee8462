# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HelpdeskTicket(models.Model):
    """Shows the stages of a list as it shows other groups: closed, with their counts.

    Core opens them in a list as in a kanban, 80 rows each: a megabyte that hides how
    many there are. A list whose view says ``expand`` is opened as core does it.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    @api.readonly
    def web_read_group(self, domain, groupby, *args, auto_unfold=False, **kwargs):
        tickets = self
        stages = self.env.context.get("incident_stages") and "stage_id" in groupby
        if stages and not auto_unfold:
            # By this core looks for stages without incidents, and opens all groups.
            tickets = self.with_context(read_group_expand=False)
        return super(HelpdeskTicket, tickets).web_read_group(
            domain, groupby, *args, auto_unfold=auto_unfold, **kwargs
        )
