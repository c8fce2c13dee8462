# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import _generate_routing_rules
from odoo.tests import TransactionCase, tagged

ADDON = "odoo.addons.openip_incident_portal."


@tagged("post_install", "-at_install")
class TestRouteLimits(TransactionCase):
    def test_every_form_of_ours_says_how_much_it_may_send(self):
        """Without a limit of its own a route reads 128 MiB of anybody."""
        modules = sorted(self.env.registry._init_modules)
        limits = {
            path: endpoint.routing.get("max_content_length")
            for path, endpoint in _generate_routing_rules(modules, nodb_only=False)
            # Core's own are none of ours, wherever we extend them.
            if path.startswith(("/incident/", "/my/"))
            and "POST" in (endpoint.routing.get("methods") or ())
            and endpoint.original_endpoint.__module__.startswith(ADDON)
        }
        self.assertIn("/incident/<int:ticket_id>/link", limits)
        self.assertGreater(len(limits), 10)
        self.assertFalse([path for path, limit in limits.items() if not limit])
