# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..phases import CLOSED
from ..words import INTERNAL

ACTIVITY = "openip_incident.mail_activity_type_outage_suggested"

# What may name the service of an incident anew.
NAMING = {"service_id", "partner_id", "integrator_id", "incident_service"}
SITE, KIND = "site", "kind"
# Dates of creation have fractions of a second, what is now has none.
TICK = timedelta(seconds=1)


class HelpdeskTicket(models.Model):
    """Several services of one site or kind, reported together: perhaps an outage.

    One query for what has just got its service, none for anything else. The team
    leader is told once, by the incident with which there were enough.
    """

    _inherit = "helpdesk.ticket"

    incident_outage_cluster = fields.Char(
        string="Told of an outage",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="What was reported together when the team leader was told: a site or a "
        "kind of service.",
    )
    incident_outage_suggested = fields.Boolean(
        string="Perhaps an outage",
        compute="_compute_incident_outage_suggested",
        search="_search_incident_outage_suggested",
        groups=INTERNAL,
        help="Other services of the same site or kind were reported at the same time.",
    )

    _incident_outage_cluster_idx = models.Index(
        "(create_date) WHERE service_id IS NOT NULL AND outage_id IS NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Think of an outage when enough is reported together."""
        tickets = super().create(vals_list)
        tickets._incident_suggest_outage()
        return tickets

    def write(self, vals):
        """Think of an outage when it becomes known which service it is."""
        if NAMING.isdisjoint(vals):
            return super().write(vals)
        former = {ticket.id: ticket.service_id for ticket in self}
        res = super().write(vals)
        self.filtered(
            lambda ticket: ticket.service_id != former[ticket.id]
        )._incident_suggest_outage()
        return res

    # What comes together

    def _get_outage_clusters(self):
        """Return what an incident may have in common with others: list of keys."""
        self.ensure_one()
        # SUDO: the site and the kind of what is on the incident.
        service = self.sudo().service_id
        site = (service.site or "").strip().lower()
        keys = [(SITE, site)] if site else []
        return keys + ([(KIND, service.kind_id.id)] if service.kind_id else [])

    @api.model
    def _read_reports(self, company, begin, end):
        """Return what was reported of which services, and belongs to no outage.

        :return: list of (id, service id, site, kind id, cluster that was told)
        """
        self.flush_model(
            [
                "active",
                "company_id",
                "incident_outage_cluster",
                "incident_phase",
                "is_incident",
                "outage_id",
                "service_id",
            ]
        )
        self.env["incident.service"].flush_model(["kind_id", "site"])
        return self.env.execute_query(
            SQL(
                """
                SELECT ticket.id, service.id, LOWER(TRIM(service.site)),
                       service.kind_id, ticket.incident_outage_cluster
                  FROM helpdesk_ticket AS ticket
                  JOIN incident_service AS service ON service.id = ticket.service_id
                 WHERE ticket.create_date BETWEEN %(begin)s AND %(end)s
                   AND ticket.outage_id IS NULL AND ticket.service_id IS NOT NULL
                   AND ticket.company_id = %(company)s
                   AND ticket.is_incident AND ticket.active
                   AND ticket.incident_phase != %(closed)s
                """,
                begin=begin,
                end=end,
                company=company.id,
                closed=CLOSED,
            )
        )

    @api.model
    def _find_outage_clusters(self, company, begin, end):
        """Return what enough services were reported of: dict of key: rows.

        :return: dict of (kind of key, value): list of rows of :meth:`_read_reports`
        """
        clusters = defaultdict(list)
        for row in self._read_reports(company, begin, end):
            _id, _service, site, kind, _told = row
            for key in ((SITE, site), (KIND, kind)):
                if key[1]:
                    clusters[key].append(row)
        enough = company.incident_outage_count
        return {
            key: rows
            for key, rows in clusters.items()
            if len({row[1] for row in rows}) >= enough
        }

    def _get_outage_window(self):
        """Return around when others must have been reported, with this one."""
        minutes = timedelta(minutes=max(self.company_id.incident_outage_minutes, 0))
        moment = self.create_date or fields.Datetime.now()
        return moment - minutes, moment + minutes

    # The team leader

    def _incident_suggest_outage(self):
        """Tell the team leader, once for all that comes together."""
        asking = self.filtered(
            lambda ticket: (
                ticket.is_incident
                and ticket.service_id
                and not ticket.outage_id
                and ticket._get_outage_clusters()
            )
        )
        now = fields.Datetime.now()
        # SUDO: the whole of a site counts, whoever may read which incident.
        for company, tickets in asking.sudo().grouped("company_id").items():
            if company.incident_outage_count > 1:
                begin = now - timedelta(minutes=company.incident_outage_minutes)
                clusters = tickets._find_outage_clusters(company, begin, now + TICK)
                for ticket in tickets:
                    ticket._incident_tell_cluster(clusters)

    def _incident_tell_cluster(self, clusters):
        """Plan an activity for what is told the first time.

        :param clusters: of :meth:`_find_outage_clusters`; what is told is marked there
        """
        for key in self._get_outage_clusters():
            rows = clusters.get(key, [])
            name = f"{key[0]}:{key[1]}"
            if not rows or any(row[4] == name for row in rows):
                continue
            clusters.pop(key)
            self.env["incident.outage.cluster"]._note_told(self.company_id, name)
            self.incident_outage_cluster = name
            self = self.with_context(lang=self._get_correspondence_lang())
            self._incident_alert_leader(
                self.env._(
                    "Perhaps an outage: %(count)s services of %(what)s",
                    count=len({row[1] for row in rows}),
                    what=self._name_cluster(key),
                )
            )
            return

    def _incident_alert_leader(self, summary):
        leader = self.team_id.user_id.filtered("active")
        leader = leader or self._get_incident_contact()
        if leader:
            self.activity_schedule(ACTIVITY, summary=summary, user_id=leader.id)

    def _name_cluster(self, key):
        """Return how people call what came together.

        :param key: (kind of key, value)
        """
        service = self.sudo().service_id  # SUDO: of what is on the incident.
        return service.site if key[0] == SITE else service.kind_id.name

    # The filter

    @api.depends("service_id", "outage_id")
    def _compute_incident_outage_suggested(self):
        suggested = self.search([("incident_outage_suggested", "=", True)])
        for ticket in self:
            ticket.incident_outage_suggested = ticket._origin in suggested

    @api.model
    def _search_incident_outage_suggested(self, operator, value):
        if operator != "in":
            return NotImplemented
        now, ids = fields.Datetime.now(), set()
        for company in self.env.companies.filtered(
            lambda one: one.incident_outage_count > 1
        ):
            begin = now - timedelta(minutes=company.incident_outage_minutes)
            # SUDO: ids only, of which the search shows what the user may read.
            clusters = self.sudo()._find_outage_clusters(company, begin, now + TICK)
            ids |= {row[0] for rows in clusters.values() for row in rows}
        domain = Domain("id", "in", list(ids))
        return domain if True in value else ~domain
