# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a party may subscribe to tells it nothing internal."""

import json
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.bus.models import ir_websocket
from odoo.addons.bus.models.bus import channel_with_db, json_dump
from odoo.addons.openip_incident.tests.common import IN_PROGRESS

from .portal_common import IncidentPortalCommon

SECRET = "The carrier has lost the key"


@tagged("post_install", "-at_install")
class TestWebsocket(IncidentPortalCommon):
    def _get_channels(self, user, wanted=()):
        """Return the channels that somebody is subscribed to, as they are stored."""
        asked = SimpleNamespace(
            session=SimpleNamespace(uid=user.id), cookies={}, httprequest=None
        )
        websocket = self.env["ir.websocket"].with_user(user)
        with patch.object(ir_websocket, "request", asked):
            found = websocket._prepare_subscribe_data(list(wanted), 0)["channels"]
        name = self.env.cr.dbname
        return {json_dump(channel_with_db(name, channel)) for channel in found}

    def _live(self, incident):
        """Let colleagues do all that they tell each other."""
        before = self.env["bus.bus"].sudo().search([], order="id desc", limit=1).id
        staff = incident.with_user(self.agent)
        staff.message_subscribe(self.manager.partner_id.ids)
        staff.message_post(
            body=SECRET,
            subtype_xmlid="mail.mt_note",
            partner_ids=self.manager.partner_id.ids,
        )
        staff.activity_schedule(
            "mail.mail_activity_data_todo", summary=SECRET, user_id=self.manager.id
        )
        staff.incident_update("<p>A technician is on the way.</p>")
        staff.incident_request("information", "<p>Since when?</p>")
        self.flush_tracking()
        self.env.cr.precommit.run()
        return self.env["bus.bus"].sudo().search([("id", ">", before)])

    @mute_logger("odoo.addons.mail.models.ir_websocket")
    def test_a_party_hears_nothing_of_what_colleagues_tell_each_other(self):
        self.manager.notification_type = "inbox"
        incident = self._create_incident_in(IN_PROGRESS)
        told = self._live(incident)
        mine = told.filtered(
            lambda one: one.channel in self._get_channels(self.manager)
        )
        self.assertTrue(
            [one for one in mine if SECRET in one.message], "the control says nothing"
        )
        partner = self.manager.partner_id
        wanted = (
            "broadcast",
            f"res.partner_{partner.id}",
            f"res.partner,{partner.id}",
            json.dumps([self.env.cr.dbname, "res.partner", partner.id]),
            f"odoo-presence-res.partner_{partner.id}",
            f"helpdesk.ticket_{incident.id}",
            f"mail.thread-helpdesk.ticket_{incident.id}",
            "discuss.channel_1",
            "base.group_user",
            f"res.groups_{self.env.ref('base.group_user').id}",
        )
        for name, user in self.portal_users.items():
            with self.subTest(user=name):
                channels = self._get_channels(user, wanted)
                self.assertFalse(
                    channels & {one.channel for one in mine} - self._get_channels(user)
                )
                heard = told.filtered(
                    lambda one, channels=channels: one.channel in channels
                )
                for one in heard:
                    self.assertNotIn(SECRET, one.message)
                    self.assertNotIn(incident.number, one.message)
