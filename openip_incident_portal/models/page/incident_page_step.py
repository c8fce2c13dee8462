# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.followups import ANNOUNCE, CLOSE, REMIND
from odoo.addons.openip_incident.models.phases import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    IN_PROGRESS,
    OPENED,
    REGISTERED,
)


class IncidentPage(models.AbstractModel):
    """What the process said by itself, as one line between the words of people."""

    _inherit = "incident.page"

    def _get_step_line(self, view, message):
        """Return an entry as one line, nothing for what somebody wrote.

        :param message: the entry
        """
        if not message.incident_step or message.attachment_ids:
            return ""
        env = self.env
        line = {
            REGISTERED: env._("Reported on %(date)s"),
            OPENED: env._("Opened on %(date)s"),
            IN_PROGRESS: env._("Work started on %(date)s"),
            ESCALATED: env._("Handed to our specialists on %(date)s"),
            REMIND: env._("Reminder sent on %(date)s"),
            ANNOUNCE: env._("Automatic closure announced on %(date)s"),
            CLOSURE: env._("Confirmation of closure requested on %(date)s"),
            CLOSED: env._("Closed on %(date)s"),
            CLOSE: env._("Closed automatically on %(date)s"),
        }[message.incident_step]
        return line % {"date": self._format_date(view, message.date)}
