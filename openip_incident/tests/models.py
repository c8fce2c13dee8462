# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A record with two correspondents and nothing else of an incident."""

from odoo import fields, models


class FakeCorrespondence(models.Model):
    # No module: it belongs to a test, not to the registries of the addon.
    _module = None
    _name = "fake.correspondence"
    _description = "Fake Correspondence"
    _inherit = ["mail.thread", "incident.correspondence.mixin"]

    name = fields.Char()
    number = fields.Char(default="F-1")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    first_id = fields.Many2one("res.partner")
    second_id = fields.Many2one("res.partner")

    def _get_correspondents(self):
        return self.first_id | self.second_id

    def _get_correspondence_url(self, party):
        return f"https://fake.example.com/{party.id}"
