# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the screens of incidents fetch, with every column full."""

import json
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common import WAITING, IncidentCommon

INCIDENTS = 20_000
QUERIES = 20
# With a tag, three of them, for the SLA's addon looks it up; a request takes two more.
FORM_QUERIES = 20
BYTES = 150_000
GROUPS_QUERIES = 3
GROUPS_BYTES = 5_000

FILL = """
    WITH stage AS (
        SELECT id, incident_phase, row_number() OVER (ORDER BY sequence, id) - 1 AS rank
          FROM helpdesk_ticket_stage WHERE id IN %(stages)s
    )
    INSERT INTO helpdesk_ticket (
        number, name, description, team_id, company_id, stage_id, incident_phase,
        is_incident, active, partner_id, integrator_id, customer_party_id,
        integrator_party_id, user_id, priority, sequence, create_date,
        last_stage_update, incident_phase_date, answer_unread, review_pending,
        wait_for, wait_start, reminder_count, escalation_level_id
    )
    SELECT 'INC7' || n, 'No outgoing calls on line ' || n || ', busy tone all day',
           '<p>Busy</p>', %(team)s, %(company)s, stage.id, stage.incident_phase, TRUE,
           TRUE, partner.id, %(integrator)s, partner.id, %(integrator)s,
           CASE WHEN n %% 2 = 0 THEN %(agent)s ELSE %(leader)s END, (n %% 4)::text, 10,
           now() - n * INTERVAL '1 min', now(), now() - n * INTERVAL '1 min',
           n %% 11 = 0, n %% 17 = 0, 'either', now(), n %% 3,
           CASE WHEN stage.incident_phase = 'escalated' THEN %(level)s END
      FROM generate_series(1, %(count)s) n
      JOIN stage ON stage.rank = n %% (SELECT count(*) FROM stage)
      JOIN LATERAL (
           SELECT (%(partners)s::integer[])[1 + n %% 200] AS id
      ) partner ON TRUE
"""
FOLLOW = """
    INSERT INTO incident_followup (
        ticket_id, plan_id, state, wait_for, next_step_id, next_action, due_date,
        start_date, reminder_count, company_id, team_id
    )
    SELECT ticket.id, %(plan)s, 'running', 'either', %(step)s, 'remind',
           now() + INTERVAL '20 h', ticket.wait_start, 0, ticket.company_id,
           ticket.team_id
      FROM helpdesk_ticket ticket
     WHERE ticket.team_id = %(team)s
       AND ticket.incident_phase IN ('waiting', 'frozen', 'closure')
"""
TAG = """
    INSERT INTO helpdesk_ticket_helpdesk_ticket_tag_rel
    SELECT id, %(tag)s FROM helpdesk_ticket WHERE team_id = %(team)s AND id %% 3 = 0
"""
ACTIVITIES = """
    INSERT INTO mail_activity (
        res_model, res_model_id, res_id, activity_type_id, user_id, date_deadline,
        summary, active
    )
    SELECT 'helpdesk.ticket', %(model)s, id, %(type)s, user_id, current_date,
           'Answer of somebody', TRUE
      FROM helpdesk_ticket WHERE team_id = %(team)s AND id %% 3 != 0
"""


@tagged("post_install", "-at_install")
class TestScreenPerformance(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"].create(
            [
                {"name": f"Customer {n}", "email": f"c{n}@example.com"}
                for n in range(200)
            ]
        )
        plan = cls.env.ref("openip_incident.plan_request")
        values = {
            "activity": cls.env["mail.activity.type"].search([], limit=1).id,
            "agent": cls.agent.id,
            "company": cls.company.id,
            "count": INCIDENTS,
            "integrator": cls.integrator.id,
            "leader": cls.leader.id,
            "level": cls.level.id,
            "model": cls.env["ir.model"]._get_id("helpdesk.ticket"),
            "partners": partners.ids,
            "plan": plan.id,
            "stages": tuple(cls.team._get_incident_stages().ids),
            "step": plan._get_steps()[:1].id,
            "tag": cls.env["helpdesk.ticket.tag"].create({"name": "Fibre"}).id,
            "team": cls.team.id,
            "type": cls.env["mail.activity.type"].search([], limit=1).id,
        }
        cls.env.flush_all()
        for statement in (FILL, FOLLOW, TAG, ACTIVITIES):
            cls.env.cr.execute(SQL(statement, **values))
        cls.env.cr.execute("ANALYZE helpdesk_ticket")
        cls.env.invalidate_all()
        cls.domain = [("team_id", "=", cls.team.id), ("is_incident", "=", True)]

    def _get_arch(self, kind):
        view = self.env.ref(f"openip_incident.incident_view_{kind}")
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        return etree.fromstring(tickets.get_view(view.id, kind)["arch"])

    def _prepare_specification(self, arch, hidden=True):
        """Return what the web client asks for of each record of a view.

        :param hidden: with the columns that a user has to choose first
        """
        known = self.env["helpdesk.ticket"]._fields
        specification = {}
        for node in arch.xpath("//field"):
            field = known[node.get("name")]
            if node.get("optional") == "hide" and not hidden:
                continue
            if node.get("widget") in ("kanban_activity", "list_activity"):
                for name in (
                    "activity_exception_decoration",
                    "activity_exception_icon",
                    "activity_state",
                    "activity_summary",
                    "activity_type_icon",
                ):
                    specification[name] = {}
                specification["activity_type_id"] = {"fields": {"display_name": {}}}
            if field.type == "many2one":
                specification[field.name] = {"fields": {"display_name": {}}}
            elif field.name == "tag_ids":
                shown = {"display_name": {}, "color": {}}
                specification[field.name] = {"fields": shown}
            elif field.type in ("one2many", "many2many"):
                specification[field.name] = {"fields": {}}
            else:
                specification[field.name] = {}
        return specification

    def _measure(self, call):
        """Return how many queries a call takes and how many bytes it answers."""
        call()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        answer = call()
        queries = self.cr.sql_log_count - before
        return answer, queries, len(json.dumps(answer, default=str).encode())

    def test_kanban_with_all_columns_full(self):
        arch = self._get_arch("kanban")
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        tickets = tickets.with_context(incident_stages=True, read_group_expand=True)
        answer, queries, size = self._measure(
            lambda: tickets.web_read_group(
                self.domain,
                ["stage_id"],
                [],
                auto_unfold=True,
                unfold_read_specification=self._prepare_specification(arch),
                unfold_read_default_limit=int(arch.get("limit")),
            )
        )
        full = [group for group in answer["groups"] if group.get("__records")]
        # All but the closed ones, whose column is folded.
        self.assertEqual(len(full), len(self.team._get_incident_stages()) - 1)
        self.assertGreater(sum(group["__count"] for group in full), INCIDENTS * 0.8)
        self.assertLessEqual(size, BYTES)
        self.assertLessEqual(queries, QUERIES)

    def _open_groups(self, groupby, context=None, **options):
        """Return what the web client gets for a list in groups, and its cost."""
        context = {
            "incident_stages": True,
            "read_group_expand": True,
            **(context or {}),
        }
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        reading = {
            "limit": 80,
            "auto_unfold": False,
            "opening_info": [],
            "unfold_read_specification": self._prepare_specification(
                self._get_arch("list")
            ),
            "unfold_read_default_limit": 80,
            **options,
        }
        return self._measure(
            lambda: tickets.with_context(**context).web_read_group(
                self.domain, groupby, ["reminder_count:sum"], **reading
            )
        )

    def test_list_by_stage_shows_how_many_there_are(self):
        for groupby in (["stage_id"], ["stage_id", "team_id"], ["team_id", "stage_id"]):
            answer, queries, size = self._open_groups(groupby)
            with self.subTest(groupby=groupby):
                counts = [group["__count"] for group in answer["groups"]]
                self.assertEqual(sum(counts), INCIDENTS)
                self.assertFalse(
                    {"__records", "__groups"} & {*answer["groups"][0]},
                    "A group is opened by whoever looks into it",
                )
                self.assertLessEqual(size, GROUPS_BYTES)
                self.assertLessEqual(queries, GROUPS_QUERIES)

    def test_list_by_stage_keeps_open_what_was_opened(self):
        stages = self.team._get_incident_stages()
        opened = {"value": stages[1].id, "folded": False, "limit": 80, "offset": 0}
        answer, queries, size = self._open_groups(["stage_id"], opening_info=[opened])
        rows = {
            group["stage_id"][0]: group.get("__records") for group in answer["groups"]
        }
        self.assertEqual(len(rows.pop(stages[1].id)), 80)
        self.assertFalse(any(rows.values()))
        self.assertLessEqual(size, BYTES)
        self.assertLessEqual(queries, QUERIES)

    def test_stages_of_a_team_are_closed_in_a_list_by_team(self):
        opened = {"value": self.team.id, "folded": False, "limit": 80, "offset": 0}
        answer, _queries, _size = self._open_groups(
            ["team_id", "stage_id"], opening_info=[opened]
        )
        [team] = answer["groups"]
        self.assertEqual(
            team["__groups"]["length"], len(self.team._get_incident_stages())
        )
        self.assertFalse(
            [one for one in team["__groups"]["groups"] if "__records" in one]
        )

    def test_list_that_expands_and_plain_tickets_are_opened(self):
        for context, options in (
            ({}, {"auto_unfold": True}),
            ({"incident_stages": False}, {}),
        ):
            answer, _queries, _size = self._open_groups(
                ["stage_id"], context, **options
            )
            with self.subTest(context=context, options=options):
                self.assertTrue(
                    [one for one in answer["groups"] if one.get("__records")]
                )

    def test_empty_groups_of_another_addon_are_shown(self):
        """Only stages are closed: what else has empty groups in a list keeps them."""
        field = self.env["helpdesk.ticket"]._fields["user_id"]

        def expand(_tickets, users, _domain):
            return users.sudo().search([])

        with patch.object(field, "group_expand", expand):
            answer, _queries, _size = self._open_groups(["user_id"])
        self.assertIn(0, [group["__count"] for group in answer["groups"]])

    def test_a_column_is_not_sorted(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        stage = self.team._get_incident_stages()[1]
        domain = [*self.domain, ("stage_id", "=", stage.id)]
        order = "priority DESC, sequence ASC, number DESC, id DESC"
        select = tickets._search(domain, order=order, limit=16).select()
        self.env.cr.execute(SQL("EXPLAIN %s", select))
        plan = " ".join(line for [line] in self.env.cr.fetchall())
        self.assertIn("helpdesk_ticket_incident_stage_idx", plan)
        self.assertNotIn("Sort", plan)

    def test_list(self):
        arch = self._get_arch("list")
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        for hidden in (False, True):
            specification = self._prepare_specification(arch, hidden)
            answer, queries, size = self._measure(
                lambda fields=specification: tickets.web_search_read(
                    self.domain, fields, limit=80, count_limit=10001
                )
            )
            with self.subTest(hidden=hidden):
                self.assertEqual(len(answer["records"]), 80)
                self.assertLessEqual(size, BYTES)
                self.assertLessEqual(queries, QUERIES)

    def _open_form(self, user):
        """Return an incident with some history, and what its form asks for."""
        with self.mock_mail_gateway():
            incident = self._create_incident_in(WAITING)
            incident.message_post(body="Looked at", subtype_xmlid="mail.mt_note")
        # As if the mail had left: a countdown runs.
        due = fields.Datetime.now() + timedelta(days=1)
        incident.sudo().followup_id.write({"event_id": False, "due_date": due})
        incident.sudo().tag_ids = self.env["helpdesk.ticket.tag"].search([], limit=1)
        context = {"lang": "en_US", "tz": "Europe/Paris"}
        tickets = incident.with_user(user).with_context(**context)
        found = tickets.get_views([(False, "form")])
        arch = etree.fromstring(found["views"]["form"]["arch"])
        shown = self._prepare_form(arch, "helpdesk.ticket", found["models"])
        # What the status bar and the title need.
        return tickets, {"display_name": {}, "duration_tracking": {}, **shown}

    def test_form(self):
        incident, specification = self._open_form(self.agent)
        answer, queries, size = self._measure(lambda: incident.web_read(specification))
        self.assertTrue(answer[0]["incident_banner"])
        self.assertLessEqual(size, BYTES)
        self.assertLessEqual(queries, FORM_QUERIES)

    def test_form_with_others_of_the_customer(self):
        """What else is open costs the same however many incidents there are."""
        first, _specification = self._open_form(self.agent)
        incident, specification = self._open_form(self.agent)
        answer, queries, _size = self._measure(lambda: incident.web_read(specification))
        [other] = answer[0]["incident_other_ids"]
        self.assertEqual(other["number"], first.number)
        self.assertEqual(answer[0]["incident_customer_open_count"], 1)
        self.assertLessEqual(queries, FORM_QUERIES)
        # Where more are open than are shown, they are counted.
        for _time in range(6):
            self._create_incident()
        answer, queries, _size = self._measure(lambda: incident.web_read(specification))
        self.assertEqual(len(answer[0]["incident_other_ids"]), 5)
        self.assertEqual(answer[0]["incident_customer_open_count"], 7)
        self.assertLessEqual(queries, FORM_QUERIES + 1)

    def test_form_says_what_core_reads(self):
        for user in (self.agent, self.manager):
            incident, specification = self._open_form(user)
            self.env.invalidate_all()
            known = incident.web_read(specification)
            self.assertTrue(known[0]["notice_ids"])
            self.env.invalidate_all()
            asks = patch.object(type(incident), "_incident_asks_lines")
            with asks as asked:
                asked.return_value = False
                self.assertEqual(incident.web_read(specification), known)

    def test_form_that_hands_an_incident_over_is_saved(self):
        """Whoever may see its own incidents alone reads the rest of them no more."""
        incident, specification = self._open_form(self.agent)
        own = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_user")
        self.agent.group_ids = [(3, group.id), (4, own.id)]
        incident.sudo().user_id = self.agent
        self.env.invalidate_all()
        incident.web_save({"user_id": self.leader.id}, specification)
        self.assertEqual(incident.sudo().user_id, self.leader)

    def test_form_leaves_out_no_member(self):
        incident, specification = self._open_form(self.manager)
        team = self.team.with_context(active_test=False)
        members = team.user_ids
        self.leader.active = False
        self.env.invalidate_all()
        incident.web_read(specification)
        self.assertEqual(team.user_ids, members)

    def test_form_of_what_is_gone(self):
        incident, specification = self._open_form(self.manager)
        gone = incident.browse(10**9)
        self.assertEqual(gone.web_read(specification), [])

    def _prepare_form(self, arch, model, models):
        """Return what the web client asks for of a record that a form shows."""
        known, specification = models[model]["fields"], {}
        for node in arch.iterdescendants("field"):
            above = [one for one in node.iterancestors() if one.tag == "field"]
            if above and above[0] is not arch.getparent():
                continue
            field = known[node.get("name")]
            specification[node.get("name")] = wanted = {}
            if node.get("invisible") in ("1", "True"):
                wanted.update({"fields": {}} if field.get("relation") else {})
            elif field["type"] == "many2one":
                wanted["fields"] = {"display_name": {}}
            elif field["type"] in ("one2many", "many2many"):
                shown = [one for one in node if one.tag in ("list", "kanban")][:1]
                wanted["limit"] = 40
                wanted["fields"] = {"display_name": {}}
                for one in shown:
                    relation = field["relation"]
                    wanted["fields"] = self._prepare_form(one, relation, models)
                    wanted["order"] = one.get("default_order") or ""
        return specification

    def test_dashboard(self):
        teams = self.env["helpdesk.ticket.team"].with_user(self.manager)
        arch = etree.fromstring(teams.get_view(view_type="kanban")["arch"])
        names = {node.get("name"): {} for node in arch.iter("field")}
        _answer, queries, size = self._measure(
            lambda: teams.web_search_read([], names, limit=80)
        )
        self.assertLessEqual(queries, QUERIES)
        self.assertLessEqual(size, BYTES)
        _answer, queries, size = self._measure(teams.retrieve_dashboard)
        self.assertLessEqual(queries, QUERIES)
