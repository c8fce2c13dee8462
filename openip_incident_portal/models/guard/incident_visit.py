# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, hmac

from odoo.addons.openip_incident.tools.setting import get_number

SCOPE = "openip_incident_portal.visit"

READ = "read"
SEND = "send"
LINK = "link"

# What one address may do within the period, 0 for no limit: a house full of people
# behind one address never comes near, nor does a scanner of mails.
LIMITS = {
    READ: ("openip_incident_portal.visit_reads", 3000),
    SEND: ("openip_incident_portal.visit_sends", 200),
    LINK: ("openip_incident_portal.visit_links", 20),
}
PERIOD = timedelta(minutes=10)

# A worker writes down what was sent in lots of a twentieth of the limit: most visitors
# cost no query. What is read each worker counts for itself: it changes nothing (G10).
LOTS = 20

# Whoever comes from more addresses than that is not stopped by counting them.
MAX_TALLIES = 10_000
GC_BATCH = 10_000

# What this worker has counted and not written down yet, by database and key.
TALLIES = {}


@dataclass
class Tally:
    """What one worker knows of an address lately."""

    start: datetime
    hits: int = 0
    # Until when it is turned away.
    until: datetime = datetime.min


class IncidentVisit(models.Model):
    """How often network addresses use the public pages, for some minutes.

    Workers share what was sent through the database. Rows are only added, in
    a transaction of their own: no visitor waits for another, and what a request does
    not keep counts none the less. Addresses are stored as keyed hashes.
    """

    _name = "incident.visit"
    _description = "Visits of a Network Address"
    _log_access = False
    _order = "id desc"

    key = fields.Char(required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    hits = fields.Integer(required=True, readonly=True)

    _key_date_idx = models.Index("(key, date)")
    _date_idx = models.Index("(date)")

    @api.model
    def _count_visit(self, kind, address):
        """Count a request of an address.

        :param kind: ``read``, ``send`` or ``link``
        :param address: as the web server knows it
        :return: seconds that the address has to wait, 0 while it is welcome
        """
        limit = get_number(self.env, *LIMITS[kind])
        if not limit:
            return 0
        now = fields.Datetime.now()
        key = self._get_key(kind, address)
        tally = self._get_tally(key, now)
        if tally.until <= now:
            tally.hits += 1
            total, first = tally.hits, tally.start
            if kind != READ and total >= max(1, limit // LOTS):
                tally.hits = 0
                total, first = self._write_lot(key, now, total)
            if total > limit:
                tally.until = first + PERIOD
        return max(0, int((tally.until - now).total_seconds()))

    @api.model
    def _get_key(self, kind, address):
        """Return what an address is stored as.

        Whoever has one IPv6 address has a network of them.
        """
        try:
            network = ip_address(address)
        except ValueError:
            network = address
        if isinstance(network, IPv6Address):
            network = network.ipv4_mapped or int(network) >> 64
        # SUDO: the hash needs the database's secret.
        return hmac(self.env(su=True), SCOPE, (kind, str(network)))

    @api.model
    def _get_tally(self, key, now):
        if len(TALLIES) > MAX_TALLIES:
            TALLIES.clear()
        name = (self.env.cr.dbname, key)
        tally = TALLIES.get(name)
        if not tally or not tally.start <= now < tally.start + PERIOD:
            until = tally.until if tally else datetime.min
            tally = TALLIES[name] = Tally(now, until=min(until, now + PERIOD))
        return tally

    @api.model
    def _write_lot(self, key, now, hits):
        """Write down what was counted.

        :return: requests of all workers within the period, and when they began
        """
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            [(total, first)] = env.execute_query(
                SQL(
                    "WITH lot AS (INSERT INTO incident_visit (key, date, hits) "
                    "VALUES (%(key)s, %(now)s, %(hits)s)) "
                    "SELECT COALESCE(SUM(hits), 0) + %(hits)s, "
                    "COALESCE(MIN(date), %(now)s) "
                    "FROM incident_visit WHERE key = %(key)s AND date > %(start)s",
                    key=key,
                    now=now,
                    hits=hits,
                    start=now - PERIOD,
                )
            )
        return total, first

    @api.autovacuum
    def _gc_visits(self):
        """Forget who came when the period is over.

        :return: how many rows are gone, and whether there may be more
        """
        old = self.search(
            [("date", "<=", fields.Datetime.now() - PERIOD)], limit=GC_BATCH
        )
        done = len(old)
        old.unlink()
        return done, done == GC_BATCH
