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


class IncidentPage(models.AbstractModel):
    """The pictures of an incident on its pages, under the link of the page itself."""

    _inherit = "incident.page"

    def _get_body(self, view, body, files):
        """Return a text as a page shows it, and the files that it shows itself.

        Whatever the text says, nothing is loaded but these files, by the page's key.

        :param body: HTML
        :param files: ``ir.attachment`` that the text may show
        :return: ``Markup`` and ``ir.attachment``
        """
        known, hosts = {file.id: file for file in files}, view.ticket._get_own_hosts()
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
            path = view.get_file_path(file)
            return {"src": path, "alt": name, "loading": "lazy"}

        def link(href):
            file = find(href)
            if file is None:
                return href
            return view.get_file_path(file) if file else None

        # Before our own addresses are written into it.
        text = strip_own_links(body, view.ticket.get_base_url())
        return clean_remote(text, show, link, local=False), shown

    def _get_described_files(self, view):
        """Return the pictures in the report, those that an agent has put there, too."""
        ids = get_shown_ids(view.ticket.description)
        if not ids:
            return self.env["ir.attachment"]
        # Files of this incident only: the text was held to them when it was written.
        own = Domain("res_model", "=", view.ticket._name) & Domain(
            "res_id", "=", view.ticket.id
        )
        return self.env["ir.attachment"].search(own & Domain("id", "in", list(ids)))
