# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.phone_numbers import split_phone_query
from ...tools.references import fold
from ..words import INTERNAL

LIKE = ("like", "ilike")

# What a pattern of PostgreSQL gives a meaning to.
SPECIAL = re.compile(r"([\\%_])")

# Nobody types more.
MAX_WORDS = 12

TEXT = "incident_search_text"


class HelpdeskTicket(models.Model):
    """Looks for tickets by whatever somebody has typed."""

    _inherit = "helpdesk.ticket"

    incident_find = fields.Char(
        string="Incident, line or caller",
        compute="_compute_incident_find",
        search="_search_incident_find",
        groups=INTERNAL,
        help="Number, title, external reference, service or line, telephone number in "
        "any notation, contact or company.",
    )

    def _compute_incident_find(self):
        self.incident_find = False

    @api.model
    def _search_incident_find(self, operator, value):
        if operator == "in":
            return Domain.OR(self._get_incident_find_domain(one) for one in value)
        if operator not in LIKE:
            return NotImplemented
        return self._get_incident_find_domain(value)

    @api.model
    def _get_incident_find_domain(self, text):
        """Return the domain of the tickets that a text names.

        All its words are in what a ticket is found by; a telephone number is one word,
        however it is written.

        :param text: what somebody has typed
        """
        numbers, rest = split_phone_query(str(text or ""))
        terms = [self._get_incident_word_domain(word) for word in fold(rest).split()]
        for number, digits in numbers:
            pieces = dict.fromkeys((fold(number.strip()), *digits))
            terms.append(Domain.OR(map(self._get_incident_word_domain, pieces)))
        return Domain.AND(terms[:MAX_WORDS])

    @api.model
    def _get_incident_word_domain(self, word):
        # Both are in small letters: comparing them as they are costs a fifth. Core's
        # index is on what ``ilike`` compares, where PostgreSQL takes accents away.
        operator = "ilike" if self.pool.has_unaccent else "like"
        return Domain(TEXT, operator, SPECIAL.sub(r"\\\1", word))

    @api.model
    def _search_display_name(self, operator, value):
        """Find tickets by the same words wherever records are looked for by name."""
        outside = self.env.user.share and not self.env.su
        if operator not in LIKE or not isinstance(value, str) or outside:
            return super()._search_display_name(operator, value)
        return self._get_incident_find_domain(value)

    @api.readonly
    @api.model
    def incident_find_exact(self, text):
        """Return the one incident that is known by exactly this number.

        :param text: a number, a former number, or the reference of a carrier
        :return: id, or False where there is none or more than one
        """
        text = " ".join((text or "").split())
        if not text or not self.browse().has_access("read"):
            return False
        exact = SPECIAL.sub(r"\\\1", text)
        known = Domain.OR(
            Domain(name, "=ilike", exact)
            for name in ("number", "former_number", "escalation_reference")
        )
        # The index finds the few rows that are compared.
        found = self.search(
            Domain("is_incident", "=", True)
            & self._get_incident_word_domain(fold(text))
            & known,
            limit=2,
        )
        return found.id if len(found) == 1 else False
