# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A generated year of incidents: every figure is recomputed in plain Python.

What happened is a list of (moment, phase) per incident, drawn by a seeded chance; the
incidents then live it. Nothing below reads what the reports are made of.
"""

import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import fmean
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo.tests import new_test_user, tagged

from .common import CLOSED, CLOSURE, FROZEN, IN_PROGRESS, OPENED, REGISTERED, WAITING
from .followup_common import FollowupCommon
from .histories_common import FIRST, UTC, count_hours, draw_history, to_month

INCIDENTS = 240
NOW = datetime(2026, 11, 1, 7, 30)
OURS = {REGISTERED, OPENED, IN_PROGRESS}
THEIRS = {WAITING, FROZEN}
PARIS = ZoneInfo("Europe/Paris")


@tagged("post_install", "-at_install")
class TestReports(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "UTC"
        cls.stages_quiet = cls.env["helpdesk.ticket.stage"].search([])
        cls.stages_quiet.write({"mail_template_id": False, "followup_plan_id": False})
        cls.integrators = cls.env["res.partner"].create(
            [
                {"name": f"Integrator {n}", "is_company": True, "is_integrator": True}
                for n in range(3)
            ]
        )
        dice = random.Random(20261101)
        histories = []
        while len(histories) < INCIDENTS:
            history = draw_history(dice)
            if history[-1][0] < NOW:
                histories.append(history)
        cls.histories = {}
        cls._live(histories, dice)

    @classmethod
    def _live(cls, histories, dice):
        """Have incidents made, and moved when their histories say so."""
        moments = sorted(
            (moment, number, phase)
            for number, history in enumerate(histories)
            for moment, phase in history
        )
        tickets = cls.env["helpdesk.ticket"].with_context(tracking_disable=True)
        made = {}
        # One patch for all moments; what follows has a clock of its own.
        with cls.at(cls, NOW), patch("odoo.sql_db.BaseCursor.now", datetime.now):
            for moment, number, phase in moments:
                cls.hands.move_to(moment)
                if phase == REGISTERED:
                    made[number] = tickets.create(
                        {
                            "name": f"Fault {number}",
                            "description": "<p>Silence</p>",
                            "team_id": (cls.team if number % 3 else cls.other_team).id,
                            "partner_id": cls.customer.id,
                            "integrator_id": dice.choice(cls.integrators).id,
                            "user_id": cls.agent.id if number % 2 else cls.leader.id,
                        }
                    )
                else:
                    ticket = made[number]
                    stage = ticket.team_id._get_incident_stage(
                        phase, phase == WAITING and "information"
                    )
                    ticket._incident_move(stage, silent=True)
        cls.env.flush_all()
        cls.histories = {made[n]: history for n, history in enumerate(histories)}
        cls.mine = [("ticket_id", "in", [one.id for one in cls.histories])]

    def _get_solved(self, history):
        """Return when an incident was solved for good, if it was."""
        if not [phase for _moment, phase in history if phase == CLOSURE]:
            return None
        last = [moment for moment, phase in history if phase == CLOSURE][-1]
        after = [phase for moment, phase in history if moment > last]
        return last if after in ([], [CLOSED]) else None

    def _read(self, model, groupby, *measures, domain=(), user=None):
        with self.at(NOW):
            rows = (
                self.env[model]
                .with_user(user or self.manager)
                .with_context(tz="UTC")
                .formatted_read_group(
                    [*self.mine, *domain], groupby, ["__count", *measures]
                )
            )
        return rows

    def _average(self, tickets, count):
        hours = [count(ticket) for ticket in tickets]
        hours = [value for value in hours if value is not None]
        return fmean(hours) if hours else False

    def assertHours(self, found, expected, what):
        self.assertAlmostEqual(found or 0, expected or 0, 6, what)
        self.assertEqual(found is False, expected is False, what)

    # MTTR and the other durations

    def test_durations_by_month_and_team(self):
        def until(phase):
            def hours(ticket):
                history = self.histories[ticket]
                found = [moment for moment, one in history if one == phase]
                start = history[0][0]
                return (found[0] - start).total_seconds() / 3600 if found else None

            return hours

        def gross(ticket):
            history = self.histories[ticket]
            solved = self._get_solved(history)
            return solved and (solved - history[0][0]).total_seconds() / 3600

        def net(ticket):
            history = self.histories[ticket]
            solved = self._get_solved(history)
            lived = [item for item in history if solved and item[0] <= solved]
            return count_hours(lived, OURS, solved) if solved else None

        def during(phases):
            return lambda ticket: count_hours(self.histories[ticket], phases, NOW)

        measures = {
            "incident_hours_to_solve": gross,
            "incident_net_hours_to_solve": net,
            "incident_hours_to_open": until(OPENED),
            "incident_hours_to_close": until(CLOSED),
            "incident_own_hours": during(OURS),
            "incident_waited_hours": during(THEIRS),
            "incident_frozen_hours": during({FROZEN}),
        }
        truth = defaultdict(list)
        for ticket, history in self.histories.items():
            truth[to_month(history[0][0]), ticket.team_id.id].append(ticket)
        rows = self._read(
            "incident.analysis",
            ["create_date:month", "team_id"],
            *(f"{name}:avg" for name in measures),
        )
        self.assertEqual(len(rows), len(truth))
        for row in rows:
            month, team = row["create_date:month"][0][:7], row["team_id"][0]
            tickets = truth[month, team]
            self.assertEqual(row["__count"], len(tickets))
            for name, count in measures.items():
                self.assertHours(
                    row[f"{name}:avg"],
                    self._average(tickets, count),
                    (name, month, team),
                )

    def test_what_pivots_show_is_an_average(self):
        """Whatever measure of time is chosen: a sum of durations says nothing."""
        for model in ("incident.analysis", "incident.followup.analysis"):
            fields = self.env[model].fields_get()
            hours = {name for name in fields if name.endswith("hours")}
            hours |= {name for name in fields if "hours_to" in name}
            self.assertGreater(len(hours), 1)
            for name in hours:
                self.assertEqual(fields[name]["aggregator"], "avg", (model, name))

    def test_technical_numbers_are_no_measures(self):
        fields = self.env["helpdesk.ticket"].with_user(self.manager).fields_get()
        measures = {
            name
            for name, field in fields.items()
            if field["type"] in ("integer", "float", "monetary")
            and field.get("aggregator")
            and field.get("store")
        }
        wrong = {
            name
            for name in measures
            if name.endswith(("_id", "version")) or name in ("color", "sequence", "id")
        }
        self.assertEqual(wrong - {"id"}, set())

    # Counts

    def test_reasons_integrators_and_customers(self):
        reasons, integrators = Counter(), Counter()
        for ticket, history in self.histories.items():
            integrators[ticket.integrator_id.id] += 1
            if history[-1][1] == CLOSED:
                reasons["rejected" if len(history) == 2 else "support"] += 1
        rows = self._read(
            "incident.analysis",
            ["close_reason"],
            domain=[("close_reason", "!=", False)],
        )
        self.assertEqual({row["close_reason"]: row["__count"] for row in rows}, reasons)
        rows = self._read("incident.analysis", ["integrator_party_id"])
        self.assertEqual(
            {row["integrator_party_id"][0]: row["__count"] for row in rows},
            integrators,
        )
        [row] = self._read("incident.analysis", ["customer_party_id"])
        self.assertEqual(row["customer_party_id"][0], self.customer.id)
        self.assertEqual(row["__count"], INCIDENTS)

    def test_causes(self):
        causes = self.env["incident.cause"].create([{"name": "Fibre"}, {"name": "CPE"}])
        truth = Counter()
        for number, ticket in enumerate(self.histories):
            if number % 4:
                cause = causes[number % 2]
                ticket.resolution_cause_id = cause
                truth[cause.id] += 1
        rows = self._read(
            "incident.analysis",
            ["resolution_cause_id"],
            domain=[("resolution_cause_id", "!=", False)],
        )
        self.assertEqual(
            {row["resolution_cause_id"][0]: row["__count"] for row in rows}, truth
        )

    # Backlog

    def _count_backlog(self, tickets):
        """Return what was open at the end of each day in Paris, by phase."""
        today = NOW.replace(tzinfo=UTC).astimezone(PARIS).date()
        day, truth = FIRST.date(), Counter()
        while day <= today:
            midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
            end = midnight.replace(tzinfo=PARIS).astimezone(UTC).replace(tzinfo=None)
            end = min(end, NOW)
            for ticket in tickets:
                phases = [
                    phase for moment, phase in self.histories[ticket] if moment < end
                ]
                if phases and phases[-1] != CLOSED:
                    truth[day.isoformat(), phases[-1]] += 1
            day += timedelta(days=1)
        return truth

    def test_backlog_of_every_day_by_phase(self):
        rows = self._read("incident.backlog", ["date:day", "phase"], "open_count:sum")
        found = {
            (row["date:day"][0], row["phase"]): row["open_count:sum"] for row in rows
        }
        truth = self._count_backlog(self.histories)
        self.assertGreater(len(truth), 500)
        self.assertEqual(found, dict(truth))

    def test_backlog_at_the_end_of_months(self):
        rows = self._read(
            "incident.backlog",
            ["date:day"],
            "open_count:sum",
            domain=[("month_end", "=", True)],
        )
        truth = Counter()
        for (day, _phase), count in self._count_backlog(self.histories).items():
            date = datetime.fromisoformat(day)
            last = (date + timedelta(days=1)).day == 1
            if last or date.date() == NOW.date():
                truth[day] += count
        self.assertEqual(
            {row["date:day"][0]: row["open_count:sum"] for row in rows}, dict(truth)
        )

    # Who sees what

    def test_agents_read_what_they_may(self):
        """In each report as among the tickets: own, the teams', or all."""
        group = "helpdesk_mgmt.group_helpdesk_user_"
        own = new_test_user(self.env, login="reports_own", groups=f"{group}own")
        team = new_test_user(self.env, login="reports_team", groups=f"{group}team")
        for user in (own, team):
            user.company_ids = self.company
            user.company_id = self.company
        self.other_team.user_ids |= team
        for ticket in list(self.histories)[:5]:
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET user_id = %s WHERE id = %s",
                [own.id, ticket.id],
            )
        self.env.invalidate_all()
        for user in (own, team, self.manager):
            seen = self.env["helpdesk.ticket"].with_user(user).search([])
            for model in ("incident.analysis", "incident.backlog"):
                with self.subTest(user=user.login, model=model), self.at(NOW):
                    rows = self.env[model].with_user(user).search(self.mine)
                    self.assertTrue(rows)
                    self.assertLessEqual(rows.ticket_id, seen)
            logs = self.env["incident.phase.log"].with_user(user).search(self.mine)
            self.assertEqual(logs.ticket_id & seen, logs.ticket_id)
        self.assertEqual(
            len(self.env["incident.analysis"].with_user(own).search(self.mine)), 5
        )

    def test_nobody_sees_another_company(self):
        stranger = new_test_user(
            self.env,
            login="reports_c2",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=self.company_2.id,
            company_ids=self.company_2.ids,
        )
        for model in (
            "incident.analysis",
            "incident.backlog",
            "incident.followup.analysis",
            "incident.phase.log",
        ):
            with self.subTest(model=model), self.at(NOW):
                self.assertFalse(self.env[model].with_user(stranger).search(self.mine))

    # Follow-ups

    def _insert_followups(self):
        """Write follow-ups of all kinds, of known length."""
        dice, rows = random.Random(7), []
        plan = self.env.ref("openip_incident.plan_request")
        for number, ticket in enumerate(list(self.histories)[:60]):
            start = NOW - timedelta(minutes=dice.randrange(60, 90000))
            state = dice.choice(["running", "answered", "expired", "cancelled"])
            open_ = state == "running"
            end = None if open_ else start + (NOW - start) * dice.random()
            end = end and end.replace(microsecond=0)
            frozen = start + ((end or NOW) - start) / 2 if number % 2 else None
            frozen = frozen and frozen.replace(microsecond=0)
            phase = dice.choice([CLOSURE, CLOSED, None, IN_PROGRESS])
            phase = phase if state == "cancelled" else None
            row = {
                "ticket_id": ticket.id,
                "plan_id": plan.id,
                "state": state,
                "wait_for": "either",
                "start_date": start,
                "end_date": end,
                "frozen_date": frozen,
                "ended_phase": phase,
                "reminder_count": dice.randrange(4),
            }
            rows.append((ticket, row))
        self.env["incident.followup"].create([row for _ticket, row in rows])
        self.env.flush_all()
        return rows

    def test_follow_ups_running_ones_until_now(self):
        truth = defaultdict(list)
        for _ticket, row in self._insert_followups():
            outcome = row["state"]
            if outcome == "cancelled" and row["ended_phase"] in (CLOSURE, CLOSED):
                outcome = "support"
            truth[outcome].append(row)
        self.assertEqual(len(truth), 5)
        rows = self._read(
            "incident.followup.analysis",
            ["outcome"],
            "waited_hours:avg",
            "frozen_hours:avg",
            "reminder_count:sum",
            "answered_after:avg",
        )
        self.assertEqual({row["outcome"] for row in rows}, set(truth))
        for row in rows:
            members = truth[row["outcome"]]
            ends = [member["end_date"] or NOW for member in members]
            pairs = list(zip(members, ends, strict=True))
            waited = [end - one["start_date"] for one, end in pairs]
            frozen = [
                end - one["frozen_date"] if one["frozen_date"] else timedelta()
                for one, end in pairs
            ]
            counts = [one["reminder_count"] for one in members]
            answered = fmean(counts) if row["outcome"] == "answered" else False
            self.assertEqual(row["__count"], len(members))
            for name, spans in (("waited_hours", waited), ("frozen_hours", frozen)):
                mean = fmean(span.total_seconds() / 3600 for span in spans)
                self.assertHours(row[f"{name}:avg"], mean, (name, row["outcome"]))
            self.assertEqual(row["reminder_count:sum"], sum(counts))
            self.assertHours(row["answered_after:avg"], answered, row["outcome"])

    def test_reminders_per_party(self):
        parties, incidents = Counter(), Counter()
        for ticket, row in self._insert_followups():
            parties[ticket.integrator_id.id] += row["reminder_count"]
            incidents[ticket.integrator_id.id] += row["reminder_count"]
        for model, measure, truth in (
            ("incident.followup.analysis", "reminder_count:sum", parties),
            ("incident.analysis", "incident_reminder_total:sum", incidents),
        ):
            rows = self._read(model, ["integrator_party_id"], measure)
            found = {row["integrator_party_id"][0]: row[measure] for row in rows}
            self.assertEqual(+Counter(found), +truth, model)

    # Screens

    def test_every_report_opens_in_each_of_its_views(self):
        menu = self.env.ref("helpdesk_mgmt.helpdesk_ticket_reporting_menu")
        actions = menu.child_id.mapped("action")
        ours = [one for one in actions if one.res_model.startswith("incident.")]
        self.assertGreaterEqual(len(ours), 8)
        for action in ours:
            for kind in action.view_mode.split(","):
                with self.subTest(action=action.name, view=kind):
                    self.env[action.res_model].with_user(self.manager).get_view(
                        view_type=kind
                    )

    def test_lists_can_be_exported(self):
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        with self.at(NOW):
            rows = self.env["incident.analysis"].with_user(self.manager)
            rows = rows.search(self.mine)
            exported = rows.export_data(["number", "incident_hours_to_solve"])
        unsolved = [
            ticket.number
            for ticket, history in self.histories.items()
            if not self._get_solved(history)
        ]
        values = dict(exported["datas"])
        self.assertTrue(unsolved)
        self.assertEqual({values[number] for number in unsolved}, {""})
