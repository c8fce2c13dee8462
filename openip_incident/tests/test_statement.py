# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The month's statement says what the ledgers say, to the second (G17)."""

import io
import random
from base64 import b64decode
from datetime import date, datetime, timedelta

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .clock_common import ClockCommon
from .followup_common import HOUR, START

NOVEMBER = date(2026, 11, 1)
DECEMBER = date(2026, 12, 1)
JANUARY = date(2027, 1, 1)
MINUTE = timedelta(minutes=1)

# The same in another language: open hours, stops and downtime as sets of ranges.
FACTS = """
WITH days AS (
    SELECT day::date FROM generate_series(
        timestamp '2025-11-01', timestamp '2027-03-01', interval '1 day') day
    WHERE extract(isodow FROM day) < 6 AND day::date NOT IN (
        SELECT date FROM incident_holiday WHERE subdivision = 'metropolitan')),
hours AS (SELECT range_agg(tsrange(
        (day + time '08:00') AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC',
        (day + time '12:00') AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC')
    ) + range_agg(tsrange(
        (day + time '14:00') AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC',
        (day + time '18:00') AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC')) AS open
    FROM days),
facts AS (SELECT ticket_id,
    min(date) FILTER (WHERE kind = 'start') AS start,
    min(date) FILTER (WHERE kind = 'restored') AS over
    FROM incident_clock_entry WHERE ticket_id IN %(ids)s GROUP BY ticket_id),
stops AS (SELECT s.ticket_id, range_agg(tsrange(s.date, r.date)) AS stopped
    FROM incident_clock_entry s JOIN incident_clock_entry r ON r.entry_id = s.id
    WHERE s.kind = 'stop' AND r.kind = 'resume' AND s.ticket_id IN %(ids)s
    GROUP BY s.ticket_id),
lived AS (SELECT facts.*,
    tsmultirange(tsrange(start, over)) * open AS gross,
    coalesce(stopped, '{}'::tsmultirange) AS stopped
    FROM facts CROSS JOIN hours LEFT JOIN stops USING (ticket_id)),
"""
COUNTED = """
counted AS (SELECT ticket_id, 'gross' AS what, unnest(gross) AS part FROM lived
    UNION ALL SELECT ticket_id, 'stopped', unnest(gross * stopped) FROM lived
    UNION ALL SELECT ticket_id, 'net', unnest(gross - stopped) FROM lived)
SELECT to_char(over AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Paris', 'YYYY-MM'),
    number, what, sum(extract(epoch FROM upper(part) - lower(part)))::int
FROM counted JOIN facts USING (ticket_id)
JOIN helpdesk_ticket ON helpdesk_ticket.id = ticket_id GROUP BY 1, 2, 3
"""
DOWNTIME = """
months AS (SELECT first, tsrange(
    first::timestamp AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC',
    (first + interval '1 month') AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC') AS span
    FROM generate_series(timestamp '2026-01-01', '2026-12-01', interval '1 month')
    AS first),
down AS (SELECT service_id, range_agg(part) AS parts FROM (
    SELECT ticket_id, unnest(gross - stopped) AS part FROM lived) p
    JOIN helpdesk_ticket ON helpdesk_ticket.id = ticket_id
    WHERE incident_impact = 'down' GROUP BY 1)
SELECT to_char(first, 'YYYY-MM'), service_id,
    (SELECT sum(extract(epoch FROM upper(one) - lower(one)))::int
        FROM unnest(open * tsmultirange(span)) one),
    (SELECT sum(extract(epoch FROM upper(one) - lower(one)))::int
        FROM unnest(parts * tsmultirange(span)) one)
FROM months CROSS JOIN down CROSS JOIN hours
WHERE parts && span
"""


class StatementCommon(ClockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls.env["incident.service"].create(
            [
                {"name": f"Line {index} " + "x" * 80, "partner_id": cls.customer.id}
                for index in range(3)
            ]
        )

    def compile(self, month, **values):
        """Return the statement of the customer, as a manager reads it."""
        return self.ask(month, **values)._state()

    def ask(self, month, user=None, **values):
        values = values or {"customer_id": self.customer.id}
        statements = self.env["incident.statement"].with_user(user or self.manager)
        return statements.create({"month": month, "lang": "en_US", **values})

    def write_ledgers(self, ledgers, **values):
        """Create incidents with ledgers, past the process.

        :param ledgers: list of (incident's values, start, list of (stop, resume),
            restored)
        """
        version = self.contract.version_ids
        rows, tickets = {}, self.env["helpdesk.ticket"].sudo()
        for more, start, stops, _restored in ledgers:
            ticket = self._create_incident(**more, **values).sudo()
            ticket._incident_set_version(version)
            begun = {"kind": "start", "date": start, "version_id": version.id}
            rows[ticket] = (
                self.env["incident.clock.entry"].sudo(),
                [begun, {"kind": "work", "date": start + MINUTE}],
            )
            tickets |= ticket
            cause = self.causes["no_access"]
            vals = cause._get_stop_vals(cause.id, frozenset())
            rows[ticket][1].extend(
                {"kind": "stop", "date": one, **vals} for one, _end in stops
            )
        written = tickets._incident_append(rows)
        again = {}
        for (_more, _start, stops, restored), (ticket, entries) in zip(
            ledgers, written.items(), strict=True
        ):
            known = entries.filtered(lambda one: one.kind == "stop")
            facts = [
                {"kind": "resume", "date": end, "entry_id": stop.id}
                for stop, (_begin, end) in zip(known, stops, strict=True)
            ]
            if restored:
                facts.append({"kind": "restored", "date": restored})
            again[ticket] = (entries, facts)
        tickets._incident_append(again)
        return tickets


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    def restore(self, incident, hours):
        with self.at(START + hours * HOUR), self.mock_mail_gateway():
            incident.with_user(self.agent).action_incident_resolve()
            self.flush_tracking()

    def test_an_incident_is_stated_once_in_the_month_of_its_restoration(self):
        incident = self.open()
        self.restore(incident, 200)
        with self.at(datetime(2027, 1, 5)):
            november = self.compile(NOVEMBER)
            december = self.compile(DECEMBER)
            january = self.compile(JANUARY)
        self.assertFalse(november.restored)
        [line] = november.unrestored
        # From Monday, ten in the morning in Paris, to the end of the month there.
        until = datetime(2026, 11, 30, 23) - START
        self.assertEqual(line.counts["gtr"].consumed, until.total_seconds())
        self.assertEqual(line.counts["gtr"].state, "missed")
        self.assertFalse(line.restored)
        [line] = december.restored
        self.assertEqual(line.counts["gtr"].consumed, 200 * 3600)
        self.assertFalse(december.unrestored + january.lines)

    def test_it_says_what_stopped_the_clock_and_what_was_disputed(self):
        incident = self.open(service_id=self.services[0].id)
        agent = incident.with_user(self.agent)
        with self.at(START + 5 * HOUR):
            agent.incident_clock_stop(
                self.causes["no_access"], START + HOUR, "Nobody on site"
            )
            agent.incident_clock_resume(START + 3 * HOUR)
            agent.incident_clock_dispute("Somebody was there")
            agent.incident_clock_dispute("All day")
        self.restore(incident, 5)
        with self.at(START + 6 * HOUR):
            dispute = self.get_entries(incident)._get_alive("dispute")[0]
            dispute.with_user(self.manager).action_refuse_dispute("The log says so")
            statement = self.compile(NOVEMBER)
        [line] = statement.restored
        gtr, cause = line.counts["gtr"], self.causes["no_access"]
        self.assertEqual((gtr.gross, gtr.stopped), (5 * 3600, 2 * 3600))
        self.assertEqual((gtr.consumed, gtr.state), (3 * 3600, "kept"))
        self.assertEqual(gtr.by_cause, {(cause.id, cause.party): 7200})
        self.assertEqual(line.disputes, {"open": 1, "accepted": 0, "denied": 1})
        self.assertEqual(line.checksum, incident.sudo().incident_clock_seal)
        self.assertEqual(statement.count_states("gtr"), (1, 0))

    def test_the_month_begins_where_the_contract_counts(self):
        ends = [datetime(2026, 11, 30, 22, 59, 59), datetime(2026, 11, 30, 23)]
        self.write_ledgers([({}, START, [], end) for end in ends])
        with self.at(datetime(2027, 1, 5)):
            november, december = self.compile(NOVEMBER), self.compile(DECEMBER)
        self.assertEqual([line.restored for line in november.restored], ends[:1])
        self.assertEqual([line.restored for line in december.restored], ends[1:])
        self.assertEqual(len(november.unrestored), 1)

    def test_a_refused_restoration_is_none(self):
        incident = self.open()
        self.restore(incident, 2)
        with self.at(START + 4 * HOUR), self.mock_mail_gateway():
            incident.with_user(self.agent).action_incident_start()
            self.flush_tracking()
        with self.at(datetime(2027, 1, 5)):
            november, december = self.compile(NOVEMBER), self.compile(DECEMBER)
        self.assertFalse(november.restored + december.restored)
        self.assertEqual(len(december.unrestored), 1)

    # How much of the month services worked

    def test_downtime_goes_on_over_new_year(self):
        down = {"service_id": self.services[0].id, "incident_impact": "down"}
        start, end = datetime(2026, 12, 31, 20), datetime(2027, 1, 1, 2)
        self.write_ledgers([(down, start, [], end)])
        with self.at(datetime(2027, 2, 5)):
            december, january = self.compile(DECEMBER), self.compile(JANUARY)
        [before], [after] = december.services, january.services
        self.assertEqual((before.down, after.down), (3 * 3600, 3 * 3600))
        self.assertEqual(before.counted, 31 * 86400)
        self.assertEqual(len(january.restored), 1)

    def test_overlapping_incidents_count_once_and_bad_ones_do_not(self):
        down = {"service_id": self.services[0].id, "incident_impact": "down"}
        slow = {"service_id": self.services[1].id, "incident_impact": "degraded"}
        self.write_ledgers(
            [
                (down, START, [], START + 2 * HOUR),
                (down, START + HOUR, [], START + 3 * HOUR),
                (slow, START, [], START + 2 * HOUR),
            ]
        )
        with self.at(datetime(2026, 12, 5)):
            statement = self.compile(NOVEMBER)
        [service] = statement.services
        self.assertEqual((service.incidents, service.down), (2, 3 * 3600))

    def test_one_second_is_no_full_availability(self):
        down = {"service_id": self.services[0].id, "incident_impact": "down"}
        self.write_ledgers([(down, START, [], START + timedelta(seconds=1))])
        with self.at(datetime(2026, 12, 5)):
            asked = self.ask(NOVEMBER)
            tables = asked._prepare_tables(asked._state())
        [row] = tables[3][2]
        self.assertEqual(row[4], "99.999 %")
        self.assertEqual(row[5:], [30 * 86400, 1])

    # A year

    def test_a_year_equals_sql(self):
        """What SQL makes of the same facts shares no code with the product."""
        calendar = self._create_calendar()
        self.contract = self._create_contract("HO", resource_calendar_id=calendar.id)
        self.customer.incident_contract_id = self.contract
        tickets = self.write_ledgers(self._make_year())
        ids = tuple(tickets.ids)
        self.env.flush_all()
        facts = self.env.execute_query(SQL(FACTS + COUNTED, ids=ids))
        down = self.env.execute_query(SQL(FACTS + DOWNTIME, ids=ids))
        stated, services = [], []
        names = {one.display_name: one.id for one in self.services}
        with self.at(datetime(2027, 2, 5)):
            for month in range(1, 13):
                statement = self.compile(date(2026, month, 1))
                key = f"2026-{month:02}"
                for line in statement.restored:
                    gtr = line.counts["gtr"]
                    self.assertEqual(sum(gtr.by_cause.values()), gtr.stopped)
                    for what, seconds in (
                        ("gross", gtr.gross),
                        ("stopped", gtr.stopped),
                        ("net", gtr.consumed),
                    ):
                        stated += [(key, line.number, what, seconds)] * bool(seconds)
                services += [
                    (key, names[one.service], one.counted, one.down)
                    for one in statement.services
                    if one.down
                ]
        self.assertEqual(sorted(stated), sorted(facts))
        self.assertGreater(len(facts), 150)
        self.assertEqual(sorted(services), sorted(row for row in down if row[3]))
        self.assertGreater(len(services), 20)

    def _create_calendar(self):
        spans = [(str(day), *span) for day in range(5) for span in ((8, 12), (14, 18))]
        lines = [
            {"name": "x", "dayofweek": day, "hour_from": one, "hour_to": two}
            for day, one, two in spans
        ]
        return self.env["resource.calendar"].create(
            {"name": "HO", "attendance_ids": [Command.create(line) for line in lines]}
        )

    def _make_year(self):
        """Return ledgers of a year, with stops that overlap and that lie outside."""
        dice, made = random.Random(18), []
        for _index in range(80):
            start = datetime(2026, 1, 1) + timedelta(seconds=dice.randrange(31_000_000))
            restored = start + timedelta(seconds=dice.randrange(500_000))
            if restored >= datetime(2026, 12, 31, 23):
                continue
            stops = []
            for _stop in range(dice.randrange(4)):
                one = start + timedelta(seconds=dice.randrange(400_000))
                stops.append((one, one + timedelta(seconds=dice.randrange(100_000))))
            more = {
                "service_id": dice.choice(self.services).id,
                "incident_impact": dice.choice(["down", "down", "degraded"]),
            }
            made.append((more, start, stops, restored))
        return made

    # As a file

    def test_the_workbook_equals_the_statement(self):
        self.customer.name = "=1+1"
        self.write_ledgers(
            [
                ({"service_id": self.services[0].id}, START, stops, START + 5 * HOUR)
                for stops in ([], [(START + HOUR, START + 2 * HOUR + MINUTE)])
            ]
        )
        with self.at(datetime(2026, 12, 5)):
            asked = self.ask(NOVEMBER)
            action = asked.action_xlsx()
        self.assertIn("statement-2026-11.xlsx", action["url"])
        book = openpyxl.load_workbook(io.BytesIO(b64decode(asked.xlsx_file)))
        header, *rows = book["Incidents restored"].iter_rows(values_only=True)
        self.assertEqual(rows[0][2], "=1+1")
        cells = [cell for sheet in book for row in sheet for cell in row]
        self.assertFalse([cell for cell in cells if cell.data_type == "f"])
        total = dict(zip(header, rows[-1], strict=True))
        self.assertEqual(total["GTR: Net"], "8:59:00")
        self.assertEqual(total["GTR: Stopped"], "1:01:00")
        header, *rows = book["Seconds"].iter_rows(values_only=True)
        self.assertEqual(sum(row[header.index("GTR: Net")] for row in rows), 32_340)
        causes = list(book["Causes"].iter_rows(values_only=True))
        self.assertEqual(causes[-1][3], "1:01:00")

    def test_it_is_printed(self):
        self.write_ledgers([({}, START, [], START + 5 * HOUR), ({}, START, [], None)])
        with self.at(datetime(2026, 12, 5)):
            asked = self.ask(NOVEMBER)
            self.assertEqual(asked.action_pdf()["type"], "ir.actions.report")
            reports = self.env["ir.actions.report"].with_user(self.manager)
            page, _kind = reports._render_qweb_html(
                "openip_incident.report_incident_statement", asked.ids
            )
        text = page.decode()
        for line in asked._state().lines:
            self.assertIn(line.number, text)
            self.assertIn(line.checksum[:32], text)
        self.assertIn("5:00:00", text)

    # Who

    def test_it_is_a_contract_an_integrator_or_a_customer(self):
        incident = self.open()
        self.restore(incident, 1)
        other = self._create_contract("Other", around_the_clock=True)
        with self.at(datetime(2026, 12, 5)):
            for values, known in (
                ({"contract_id": self.contract.id}, [incident.number]),
                ({"contract_id": other.id}, []),
                ({"integrator_id": self.integrator.id}, [incident.number]),
                ({"customer_id": self.integrator.id}, []),
            ):
                statement = self.compile(NOVEMBER, **values)
                self.assertEqual([one.number for one in statement.lines], known)
            with self.assertRaises(UserError):
                self.compile(NOVEMBER, lang="en_US")

    def test_managers_alone_ask_for_it(self):
        with self.assertRaises(AccessError):
            self.ask(NOVEMBER, user=self.agent)

    def test_an_incident_more_costs_no_query(self):
        counts = []
        for number in (2, 12):
            self.write_ledgers([({}, START, [], START + HOUR)] * number)
            with self.at(datetime(2026, 12, 5)):
                asked = self.ask(NOVEMBER)
                asked._state()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                asked._state()
                counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
