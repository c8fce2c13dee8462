# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import mute_logger

from ...tools.phone_numbers import find_phone_numbers
from ...tools.references import fold
from ..words import INTERNAL

_logger = logging.getLogger(__name__)

# Of what was written freely, the beginning is searched.
FREE_TEXT = 500

OWN_FIELDS = (
    "number",
    "former_number",
    "escalation_reference",
    "name",
    "incident_service",
    "partner_name",
    "partner_email",
)
SERVICE_FIELDS = ("name", "label", "site", "phone_digits")
PARTNER_FIELDS = ("name", "phone", "email")
SIDES = ("partner_id", "customer_party_id", "integrator_id", "integrator_party_id")


class HelpdeskTicket(models.Model):
    """What a ticket is found by, in one column with one index.

    An OR over numbers, contacts and services reads tables; one text with a trigram
    index is read in milliseconds. It is written anew when what it is made of changes,
    contacts and services included.
    """

    _inherit = "helpdesk.ticket"

    incident_search_text = fields.Text(
        compute="_compute_incident_search_text",
        store=True,
        index="trigram",
        copy=False,
        groups=INTERNAL,
        help="By what the ticket is found: small letters without accents, telephone "
        "numbers as digits.",
    )

    # A contact's new number is looked up among its tickets.
    _incident_partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")

    def init(self):
        """Have PostgreSQL know trigrams, where whoever owns the database may say so.

        Databases that Odoo has created know them, others as their owner has wished.
        """
        super().init()
        if self.pool.has_trigram:
            return
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self.env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except psycopg2.Error:
            _logger.info("Incidents are searched without an index: no pg_trgm.")
        else:
            self.pool.has_trigram = True

    @api.depends(
        *OWN_FIELDS,
        "incident_onsite",
        *(f"service_id.{name}" for name in SERVICE_FIELDS),
        *(f"{side}.{name}" for side in SIDES for name in PARTNER_FIELDS),
    )
    def _compute_incident_search_text(self):
        for ticket in self:
            ticket.incident_search_text = ticket._get_incident_search_text()

    def _get_incident_search_text(self):
        """Return everything that this ticket may be found by, once each."""
        self.ensure_one()
        onsite = (self.incident_onsite or "")[:FREE_TEXT]
        words = [self[name] for name in OWN_FIELDS] + [onsite]
        words += [self.service_id[name] for name in SERVICE_FIELDS]
        code, digits = self.company_id.partner_id._get_phone_code(), set()
        for partner in self._get_incident_searched_partners():
            words += [partner.name, partner.email]
            digits |= find_phone_numbers(partner.phone, partner._get_phone_code())
        for text in (self.incident_service, onsite):
            digits |= find_phone_numbers(text, code)
        parts = [fold(word) for word in words if word] + sorted(digits)
        return "\n".join(dict.fromkeys(parts))

    def _get_incident_searched_partners(self):
        return (
            self.partner_id
            | self.customer_party_id
            | self.integrator_id
            | self.integrator_party_id
        )
