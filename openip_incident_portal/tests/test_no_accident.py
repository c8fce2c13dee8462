# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""No mail by accident, whatever button, key, card, list or file: all are looked at.

Every button of every view is pressed on records in every state. What mails a party
without asking first is red here, also the button that somebody adds next year.
"""

import json
import re
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.modules import Manifest
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.openip_incident.tests.common import PHASES
from odoo.addons.openip_incident.tests.followup_common import START, FollowupCommon
from odoo.addons.openip_incident.tests.outage_common import create_outage

OURS = ("openip_incident", "openip_incident_portal")
MODULES = (*OURS, "helpdesk_mgmt")
TICKETS = "helpdesk.ticket"

# Each opens what it shows: no browser, and no other command of Odoo, has them.
HOTKEYS = {"g", "l", "y", "q", "x"}

# Alt and these open menus, the address bar or another page in Chromium, Edge and
# Firefox, in English or in French, or are commands of Odoo's own forms.
TAKEN = {*"abcdefhijmnoprstuvz", "home", "left", "right", "enter", "1"}


@tagged("post_install", "-at_install")
class TestNoAccident(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"incident_intake": True, "intake_known_only": False})
        cls.agent.group_ids += cls.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        cls.agent.group_ids += cls.env.ref("base.group_partner_manager")
        cls.prepare_once()

    def prepare(self):
        self.records = self._prepare_records()

    # What there is to press

    @classmethod
    def _get_views(cls, modules=MODULES):
        names = cls.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "in", modules)]
        )
        views = cls.env["ir.ui.view"].browse(names.mapped("res_id")).exists()
        return views.filtered(lambda view: view.type != "qweb")

    def _get_archs(self):
        """Return all views as they are shown: list of (model, type, arch)."""
        roots = self.env["ir.ui.view"]
        for view in self._get_views():
            while view.mode == "extension":
                view = view.inherit_id
            roots |= view
        return [
            (root.model, root.type, etree.fromstring(root.get_combined_arch()))
            for root in roots
        ]

    def _get_model(self, node, model):
        """Return the model that a node belongs to, also in lists within forms."""
        fields = [
            above.get("name") for above in node.iterancestors("field") if len(above)
        ]
        for name in reversed(fields):
            model = self.env[model]._fields[name].comodel_name or model
        return model

    def _get_buttons(self):
        """Return what can be pressed: set of (model, method, args, confirmation)."""
        buttons = set()
        for model, _type, arch in self._get_archs():
            for node in arch.xpath("//button | //a[@type]"):
                name, kind = node.get("name"), node.get("type")
                if kind == "action":
                    actions = self.env["ir.actions.actions"]
                    known = name.isdigit()
                    action = actions.browse(int(name)) if known else self.env.ref(name)
                    self.assertNotEqual(action.type, "ir.actions.server", name)
                if kind == "object":
                    found = self._get_model(node, model), name, node.get("args")
                    buttons.add((*found, node.get("confirm") or ""))
        # Transient records are the dialogs themselves.
        return {button for button in buttons if not self.env[button[0]]._transient}

    # On what it is pressed

    def _prepare_records(self):
        """Return records in every state: dict of model: recordset."""
        incidents = self.env[TICKETS].union(
            *(self._create_incident_in(phase) for phase in PHASES)
        )
        incidents |= self._create_followed_up()
        self.judged = [self._create_followed_up_to_judge() for _index in range(2)]
        incidents |= self.env[TICKETS].union(*self.judged)
        with self.mock_mail_gateway():
            self._receive_in()
        self.send_queue()
        return {
            TICKETS: incidents.with_user(self.agent),
            "helpdesk.ticket.team": self.team,
            "incident.followup": incidents.followup_id.with_user(self.agent),
            "incident.followup.plan": incidents.followup_id.plan_id,
            "incident.inbound": self.inbounds.with_user(self.agent),
            "incident.intake": self.intakes.with_user(self.agent),
            "incident.health": self.env["incident.health"].search([]),
            "incident.review": self.env["incident.review"]
            .sudo()
            .search([("state", "=", "pending")])
            .with_user(self.agent),
            # Files kept inside are passed on in the tests of our links; their button
            # has a fixed question, as it is for one mail about one file.
            "ir.attachment": self.env["ir.attachment"],
            "res.partner": self.customer | self.integrator,
            "incident.service": self.env["incident.service"].create(
                {"name": "Line 7", "partner_id": self.customer.id}
            ),
            "incident.intervention": self._plan_intervention(incidents),
            "incident.invitation": self.env["incident.invitation"].create(
                {
                    "party_id": self.integrator.id,
                    "name": "Théo",
                    "email": "theo@telintegra.example.com",
                    "inviter_id": self.integrator.id,
                    "state": "requested",
                }
            ),
            **self._prepare_outages(),
        }

    def _prepare_outages(self):
        """Return an outage that lasts and one that is over, works, and a monitor."""
        lasting, resolved = create_outage(self), create_outage(self)
        works = create_outage(self, kind="works")
        with self.mock_mail_gateway():
            lasting.action_attach(self._create_incident_in("in_progress"))
            resolved.action_attach(self._create_incident())
            lasting.publish("<p>Calls fail.</p>")
            resolved.action_resolve()
        self.send_queue()
        monitoring = self.env["incident.monitoring"].create(
            {"name": "Prometheus", "team_id": self.team.id}
        )
        return {
            "incident.outage": lasting | resolved | works,
            "incident.outage.message": lasting.message_record_ids,
            "incident.monitoring": monitoring,
            "incident.monitoring.post": self.env["incident.monitoring.post"].create(
                {
                    "monitoring_id": monitoring.id,
                    "reason": "error",
                    "digest": "0",
                    "body": "{}",
                }
            ),
        }

    def _plan_intervention(self, incidents):
        """Return a visit that is still to come."""
        opened = incidents.filtered(lambda one: one.incident_phase == "in_progress")[:1]
        begin = self.clock + timedelta(days=2)
        with self.mock_mail_gateway():
            opened.incident_plan_intervention(begin, begin + timedelta(hours=2))
        self.send_queue()
        visits = self.env["incident.intervention"].search(
            [("ticket_id", "=", opened.id)]
        )
        return visits.with_user(self.agent)

    def _create_followed_up(self):
        """Return incidents that wait in every way there is."""
        incidents = [self.request() for _index in range(4)] + [self.resolve()]
        self.run_to(1)
        held, due, failed, undelivered, confirming = (
            incident.followup_id.sudo() for incident in incidents
        )
        (held | confirming).action_hold()
        due.action_hold()
        due.due_date = due.hold_date - timedelta(hours=1)
        failed.write({"error": "Broken", "due_date": START})
        undelivered.write({"due_date": False, "undelivered": True})
        undelivered.event_id.notice_ids.write({"status": "failed"})
        return self.env[TICKETS].union(*incidents)

    def _create_followed_up_to_judge(self):
        """Return an incident whose closure would be announced now."""
        incident = self.request()
        followup = incident.followup_id.sudo()
        announce = followup.plan_id._get_steps().filtered(
            lambda step: step.action == "announce"
        )
        followup.write(
            {"next_step_id": announce.id, "due_date": START, "event_id": False}
        )
        return incident

    def _receive_in(self):
        """Keep an answer that could not be read, and mails of who has no incident."""
        incident = self._create_incident_in("waiting")
        self.send_queue()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("openip_incident.inbound_text", "1")
        self._reply(incident, self.customer, html="<p>Red</p>" * 200)
        parameters.set_param("openip_incident.inbound_text", "1000")
        inbounds = self.env["incident.inbound"].sudo()
        self.inbounds = inbounds.search([("state", "=", "quarantined")])
        self.assertTrue(self.inbounds)
        for judged in self.judged:
            address = f"who{judged.id}@unknown.example.com"
            message = self._hidden_message(judged, self.customer)
            self._receive(address, message.reply_to, reply_to=message)
        intakes = self.env["incident.intake"]
        before = intakes.search([])
        for name in ("ursula", "umberto", "ulla"):
            self._receive(
                f"{name}@unknown.example.com",
                self.team.alias_full_name,
                html="<p>?</p>",
            )
        self.intakes = intakes.search([("id", "not in", before.ids)])
        self.assertEqual(len(self.intakes), 3)
        self.intakes[0].sudo().state = "expired"
        self.intakes[1].sudo().state = "discarded"

    @contextmanager
    def _hand(self):
        """Have mails collected while buttons are pressed: one mock for all of them."""
        with self.at(self.clock), self.mock_mail_gateway():
            # Whatever is pressed is undone.
            self.clocks = self._get_clocks()
            yield

    def _press(self, record, method, args=None):
        """Return to whom outside mails leave when a button is pressed."""
        self._init_mail_mock()
        with self.undone():
            with suppress(UserError, AccessError):
                getattr(record, method)(*json.loads((args or "[]").replace("'", '"')))
            self.flush_tracking()
            if self._get_clocks() != self.clocks:
                with self.enter_registry_test_mode():
                    self.remind_cron.method_direct_trigger()
                    self.close_cron.method_direct_trigger()
                self.env.invalidate_all()
            letters = self._send_new_mails()
        return [
            address
            for address in self._recipients(letters)
            if not address.endswith("@operator.example.com")
        ]

    def _get_clocks(self):
        """Return what decides whether the scheduled actions have something to do."""
        followups = self.env["incident.followup"].sudo().search([])
        return [
            (row.id, row.state, row.due_date, row.error, row.event_id.renew_date)
            for row in followups
        ]

    # What must be true

    def _assert_silent(self, records):
        """Assert that no button without a question mails, pressed on some records."""
        with self._hand():
            for model, method, args, confirm in sorted(self._get_buttons(), key=str):
                for record in () if confirm else records.get(model, ()):
                    with self.subTest(model=model, button=method, record=record):
                        self.assertEqual(self._press(record, method, args), [])

    def test_no_button_mails_without_asking_in_any_phase(self):
        self._assert_silent({TICKETS: self.records[TICKETS][: len(PHASES)]})

    def test_no_button_mails_without_asking_while_something_waits(self):
        self._assert_silent({TICKETS: self.records[TICKETS][len(PHASES) :]})

    def test_no_other_button_mails_without_asking(self):
        models = {model for model, *_rest in self._get_buttons()}
        self.assertLessEqual(models, self.records.keys())
        others = self.records.items()
        self._assert_silent({key: val for key, val in others if key != TICKETS})

    def _assert_seen(self, expected):
        """Assert that methods that programs call make mails leave under this hand.

        :param expected: dict of (model, method): how many
        """
        with self._hand():
            for (model, method), count in expected.items():
                found = [self._press(record, method) for record in self.records[model]]
                with self.subTest(model=model, method=method):
                    self.assertEqual(max(map(len, found)), count)

    def test_act_that_mails_is_seen(self):
        self._assert_seen(
            {
                (TICKETS, "action_incident_open"): 2,
                (TICKETS, "action_incident_resolve"): 2,
                ("incident.intake", "action_resend"): 1,
                ("incident.inbound", "action_process_again"): 1,
            }
        )

    def test_followup_that_mails_is_seen(self):
        self._assert_seen(
            {
                (TICKETS, "action_followup_send_now"): 2,
                (TICKETS, "action_followup_retry"): 2,
                (TICKETS, "action_followup_resume"): 2,
                ("incident.followup", "action_send_now"): 2,
            }
        )

    def test_confirmations_name_how_many_mails(self):
        """A fixed question cannot count: it is for one mail about one record."""
        asked = 0
        with self._hand():
            for model, method, args, confirm in sorted(self._get_buttons(), key=str):
                for record in self.records[model] if confirm else ():
                    mails = self._press(record, method, args)
                    asked += bool(mails)
                    with self.subTest(model=model, method=method, record=record):
                        self.assertLessEqual(len(mails), 1)
                        if mails:
                            self.assertRegex(confirm, r"^1 mail to 1 recipient")
        self.assertTrue(asked)

    def test_dialog_shows_how_many_for_every_act(self):
        view = self.env.ref("openip_incident.incident_act_wizard_view_form")
        arch = etree.fromstring(view.get_combined_arch())
        [summary] = arch.xpath("//field[@name='summary']")
        self.assertFalse(summary.get("invisible"))
        wizards = self.env["incident.act.wizard"]
        for act in wizards._get_act_labels():
            conditions = [
                node.get("invisible")
                for node in arch.xpath("//footer/button[@name='action_confirm']")
            ]
            shown = [
                condition
                for condition in conditions
                if not safe_eval(condition, {"act": act})
            ]
            with self.subTest(act=act):
                self.assertEqual(len(shown), 1, "one button confirms it")
                self.assertTrue(hasattr(wizards, f"_confirm_{act}"))

    def test_no_key_acts_for_the_browser_or_for_odoo(self):
        self.assertFalse(HOTKEYS & TAKEN)
        for view in self._get_views(OURS):
            keys = etree.fromstring(view.arch_db).xpath(
                "//@data-hotkey | //attribute[@name='data-hotkey']/text()"
            )
            with self.subTest(view=view.xml_id):
                self.assertLessEqual(set(keys), HOTKEYS)
        for module in OURS:
            for path in Path(Manifest.for_addon(module).path, "static/src").rglob("*"):
                if path.suffix in (".js", ".xml"):
                    self.assertNotIn("hotkey", path.read_text().lower(), path)

    def test_keys_of_one_screen_differ(self):
        """Two acts of one phase on one key: the key would press the first it finds."""
        view = self.env.ref("helpdesk_mgmt.ticket_view_form")
        arch = etree.fromstring(view.get_combined_arch())
        nodes = arch.xpath("//*[@data-hotkey]")
        self.assertTrue(nodes)
        conditions = " ".join(node.get("invisible") for node in nodes)
        used = set(re.findall(r"\w+", conditions))
        for phase in PHASES:
            ticket = self.env["helpdesk.ticket"].new({"incident_phase": phase})
            ticket.incident_phase = phase
            names = {name for name in ticket._fields if name.startswith("incident_")}
            facts = {"id": 1, **{name: ticket[name] for name in names & used}}
            keys = [
                node.get("data-hotkey")
                for node in nodes
                if not safe_eval(node.get("invisible"), facts)
            ]
            with self.subTest(phase=phase):
                self.assertEqual(len(keys), len(set(keys)), keys)

    def test_no_list_edits_the_stage(self):
        for model, kind, arch in self._get_archs():
            lists = [arch] if kind == "list" else []
            for node in lists + arch.xpath("//field/list"):
                if self._get_model(node, model) != TICKETS:
                    continue
                if node.get("editable") or node.get("multi_edit"):
                    for field in node.xpath(".//field[@name='stage_id']"):
                        self.assertIn(field.get("readonly"), ("1", "True"))

    def test_cards_and_status_bars_ask(self):
        seen = set()
        for model, kind, arch in self._get_archs():
            if model != TICKETS or kind not in ("kanban", "form"):
                continue
            seen.add(kind)
            if kind == "kanban":
                self.assertEqual(arch.get("js_class"), "incident_kanban")
            for node in (
                arch.xpath("//field[@name='stage_id']") if kind == "form" else ()
            ):
                self.assertEqual(node.get("widget"), "incident_statusbar")
        self.assertEqual(seen, {"kanban", "form"})

    def test_no_menu_of_actions_runs_code_on_incidents(self):
        bindings = self.env["ir.actions.actions"].get_bindings(TICKETS)
        names = self.env["ir.model.data"].search(
            [("model", "=", "ir.actions.server"), ("module", "in", MODULES)]
        )
        bound = {
            action["id"]
            for actions in bindings.values()
            for action in actions
            if action.get("type") == "ir.actions.server"
        }
        self.assertFalse(bound & set(names.mapped("res_id")))
