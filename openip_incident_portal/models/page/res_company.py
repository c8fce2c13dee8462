# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A page of the web, or of this server.
WEB_PAGE = re.compile(r"(?:https?://[^\s/]|/[^\s/])\S*|/")


class ResCompany(models.Model):
    _inherit = "res.company"

    incident_accessibility = fields.Html(
        string="Accessibility statement",
        translate=True,
        help="What the page of that name says, which every page of an incident leads "
        "to. Empty: the shipped text, which says what was checked and promises nothing "
        "that nobody has audited.",
    )
    incident_privacy_link = fields.Char(
        string="Link to the privacy notice",
        help="Where it says what is done with personal data: every page of an incident "
        "leads there, and the form before it is sent. https://…",
    )
    incident_legal_link = fields.Char(
        string="Link to the legal notice",
        help="Who answers for the pages: every page of an incident leads there. "
        "https://…",
    )

    @api.constrains("incident_privacy_link", "incident_legal_link")
    def _check_incident_links(self):
        for company in self:
            for name in ("incident_privacy_link", "incident_legal_link"):
                link = company[name]
                if link and not WEB_PAGE.fullmatch(link):
                    raise ValidationError(
                        self.env._(
                            "%(link)s is no address of a page: please begin it with "
                            "https://.",
                            link=link,
                        )
                    )
