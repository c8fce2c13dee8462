# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain

from odoo.addons.openip_incident.tools.file_address import (
    get_shown_ids,
    read_file_address,
)
from odoo.addons.openip_incident.tools.own_links import strip_own_links
from odoo.addons.openip_incident.tools.picture import SIGNATURES
from odoo.addons.openip_incident.tools.remote_content import (
    clean_remote,
    get_picture_text,
)


class HelpdeskTicket(models.Model):
    """The pictures of an incident on its pages, under the link of the page itself."""

    _inherit = "helpdesk.ticket"

    def _get_page_body(self, body, files, token):
        """Return a text as a page shows it, and the files that it shows itself.

        Whatever the text says, nothing is loaded but these files, by the page's key.

        :param body: HTML
        :param files: ``ir.attachment`` that the text may show
        :param token: of the link that the page was opened by
        :return: ``Markup`` and ``ir.attachment``
        """
        known, hosts = {file.id: file for file in files}, self._get_own_hosts()
        shown = files.browse()

        def find(address):
            found = read_file_address(address, hosts)
            return found and known.get(found.file_id, files.browse())

        def show(source, alt):
            nonlocal shown
            file = find(source)
            if not file:
                return None
            name = get_picture_text(alt)[1:-1] or file.name
            if file.mimetype not in SIGNATURES:
                return f"[{name}]"
            shown |= file
            path = self._get_page_file_path(file, token)
            return {"src": path, "alt": name, "loading": "lazy"}

        def link(href):
            file = find(href)
            if file is None:
                return href
            return self._get_page_file_path(file, token) if file else None

        # Before our own addresses are written into it.
        text = strip_own_links(body, self.get_base_url())
        return clean_remote(text, show, link, local=False), shown

    def _get_described_files(self):
        """Return the pictures in the report, those that an agent has put there, too."""
        ids = get_shown_ids(self.description)
        if not ids:
            return self.env["ir.attachment"]
        # Files of this incident only: the text was held to them when it was written.
        own = Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id)
        return self.env["ir.attachment"].search(own & Domain("id", "in", list(ids)))
