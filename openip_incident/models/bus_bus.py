# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import OrderedSet

from odoo.addons.bus.models.bus import get_notify_payloads

from .ir_cron import notify

# Where core collects the channels of a transaction.
CHANNELS = "bus.bus.channels"


class BusBus(models.Model):
    """Tells browsers over the connection that stays open for the workers.

    Core opens one each time, and takes ours out of the pool instead.
    """

    _inherit = "bus.bus"

    def _ensure_hooks(self):
        data = self.env.cr.postcommit.data
        if CHANNELS not in data:
            # Where core finds its own, it sets nothing off.
            data[CHANNELS] = OrderedSet()
            self.env.cr.postcommit.add(self._notify_channels)
        return super()._ensure_hooks()

    def _notify_channels(self):
        channels = self.env.cr.postcommit.data.pop(CHANNELS)
        notify("imbus", get_notify_payloads(list(channels)))
