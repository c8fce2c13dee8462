# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from odoo import models
from odoo.tools import ormcache


@dataclass(frozen=True, eq=False)
class MailDocument:
    """A template and the layout around it, one document in one language.

    Two are never equal: each is made once and kept as long as what it is made of.
    """

    element: etree._Element

    def __str__(self):
        return "the mail's template"


class IncidentMailQweb(models.AbstractModel):
    """Compiles each document once, as core does with views.

    What is no view core compiles anew every time, which takes longer than to render a
    mail: the half of opening one incident.
    """

    _name = "incident.mail.qweb"
    _inherit = "ir.qweb"
    _description = "QWeb of Incident Mails"

    def _compile(self, template):
        if isinstance(template, MailDocument):
            return self._compile_document(template)
        # A view that is called: core has compiled it, or does so for all.
        return self.env["ir.qweb"]._compile(template)

    @ormcache(
        "document",
        "tuple(self.env.context.get(key) for key in self._get_template_cache_keys())",
        cache="templates",
    )
    def _compile_document(self, document):
        # Compiling takes the element apart.
        return self._generate_code_uncached(deepcopy(document.element))

    def _post_processing_att(self, tagName, atts):
        """Leave to a mail what its template says, whoever's request compiles it.

        Websites change links into those of the page that is being shown.
        """
        if atts.pop("__is_static_node", False):
            return atts
        return super()._post_processing_att(tagName, atts)
