# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""No mail by accident: what a screen offers says first what it would mail."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    REGISTERED,
    WAITING,
)
from .dialog_common import DialogCommon


@tagged("post_install", "-at_install")
class TestConfirm(DialogCommon):
    def _fill(self, form):
        """Give an act what it needs."""
        if form.act == "escalate":
            form.level_id = self.level
        elif form.act == "answer":
            form.partner_id = self.baker
        if form.act in ("request", "update", "answer", "reject"):
            form.body = "<p>Words</p>"

    def _dialogs(self):
        """Return what the screens offer: dict of name: phase, act, mails."""
        enter = "action_incident_enter_dialog"

        def into(stage):
            return lambda ticket: getattr(ticket, enter)(stage.id)

        return {
            "open": (REGISTERED, lambda t: t.action_incident_open_dialog(), 2),
            "solve": (OPENED, lambda t: t.action_incident_resolve_dialog(), 2),
            "close": (OPENED, lambda t: t.action_incident_close_dialog(), 2),
            "confirmed": (
                CLOSURE,
                lambda t: t.action_incident_close_dialog("confirmed"),
                2,
            ),
            "reject": (REGISTERED, lambda t: t.action_incident_reject(), 2),
            "reopen": (CLOSED, lambda t: t.action_incident_reopen(), 0),
            "request": (OPENED, lambda t: t.incident_request(), 2),
            "ask again": (WAITING, lambda t: t.incident_request(), 2),
            "update": (OPENED, lambda t: t.incident_update(), 2),
            "answer": (WAITING, lambda t: t.incident_record_answer(), 1),
            "escalate": (OPENED, lambda t: t.action_incident_escalate(), 2),
            "drag to opened": (REGISTERED, into(self.stages[OPENED]), 2),
            "drag to closed": (REGISTERED, into(self.stages[CLOSED]), 2),
            "drag to waiting": (IN_PROGRESS, into(self.stage_action), 2),
            "drag to closure": (WAITING, into(self.stages[CLOSURE]), 2),
            "drag closure to closed": (CLOSURE, into(self.stages[CLOSED]), 2),
            "drag to escalated": (IN_PROGRESS, into(self.stages[ESCALATED]), 2),
        }

    def test_what_is_said_is_what_is_mailed(self):
        for name, (phase, act, mails) in self._dialogs().items():
            with self.subTest(act=name):
                incident = self._create_incident_in(phase)
                with self.capture_letters() as letters:
                    action = act(incident)
                self.assertEqual(incident.incident_phase, phase, "nothing yet")
                self.assertNoLetters(letters)
                form = self.open_form(action)
                self._fill(form)
                self.assertEqual(self.read_counts(form), (1, mails, mails))
                self.assertEqual(len(self.confirm(form)), mails)

    def test_several_incidents_with_shared_recipients(self):
        incidents = self._create_incident() | self._create_incident()
        incidents |= self._create_incident(partner_id=self.stranger.id)
        with self.capture_letters() as letters:
            action = incidents.action_incident_open_dialog()
        form = self.assertAsks(action, letters, 3, 5, 3)
        self.assertLettersTo(
            self.confirm(form),
            *[CUSTOMER_MAIL, INTEGRATOR_MAIL] * 2,
            "stan@stranger.example.com",
        )

    def test_one_address_for_both_parties_is_one_mail(self):
        self.integrator.email = CUSTOMER_MAIL.upper()
        incident = self._create_incident()
        action = incident.action_incident_open_dialog()
        form = self.assertAsks(action, [], 1, 1, 1)
        self.assertLettersTo(self.confirm(form), CUSTOMER_MAIL)

    def test_party_without_address_is_not_counted(self):
        self.customer.email = False
        incident = self._create_incident_in(OPENED)
        action = incident.action_incident_resolve_dialog()
        form = self.assertAsks(action, [], 1, 1, 1)
        self.assertLettersTo(self.confirm(form), INTEGRATOR_MAIL)

    def test_act_that_mails_nothing_is_done_at_once(self):
        incident = self._create_incident_in(OPENED)
        with self.capture_letters() as letters:
            self.assertIs(incident.action_incident_start_dialog(), True)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertNoLetters(letters)

    def test_start_asks_where_an_admin_made_it_mail(self):
        template = self.env.ref("openip_incident.mail_template_update")
        self.stages[IN_PROGRESS].mail_template_id = template
        dialogs = {
            "button": lambda ticket: ticket.action_incident_start_dialog(),
            "card": lambda ticket: ticket.action_incident_enter_dialog(
                self.stages[IN_PROGRESS].id
            ),
        }
        for name, dialog in dialogs.items():
            incident = self._create_incident_in(ESCALATED)
            with self.subTest(act=name), self.capture_letters() as letters:
                action = dialog(incident)
                self.assertEqual(incident.incident_phase, ESCALATED)
            form = self.assertAsks(action, letters, 1, 2, 2)
            self.assertBothInformed(self.confirm(form))
            self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_stage_without_an_act_asks_where_it_mails(self):
        """A second stage of a phase, with a mail of its own."""
        stage = self.stages[IN_PROGRESS].copy(
            {
                "name": "Technician on site",
                "sequence": 99,
                "mail_template_id": self.env.ref(
                    "openip_incident.mail_template_update"
                ).id,
                "team_ids": self.team.ids,
            }
        )
        incident = self._create_incident_in(OPENED)
        with self.capture_letters() as letters:
            action = incident.action_incident_enter_dialog(stage.id)
            self.assertEqual(incident.incident_phase, OPENED)
        form = self.assertAsks(action, letters, 1, 2, 2)
        self.assertBothInformed(self.confirm(form))
        self.assertEqual(incident.stage_id, stage)

    def test_way_back_mails_nothing_and_asks_nothing(self):
        self.stages[IN_PROGRESS].mail_template_id = self.env.ref(
            "openip_incident.mail_template_update"
        )
        incident = self._create_incident_in(WAITING)
        with self.capture_letters() as letters:
            incident.action_incident_enter_dialog(self.stages[IN_PROGRESS].id)
        self.assertNoLetters(letters)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_freezing_by_hand_mails_nothing_and_asks_nothing(self):
        incident = self._create_incident_in(WAITING)
        self.assertIs(
            incident.action_incident_enter_dialog(self.stages[FROZEN].id), True
        )
        self.assertEqual(incident.incident_phase, FROZEN)

    def test_illegal_act_is_refused_before_it_asks(self):
        registered, closed = self._create_incident(), self._create_incident_in(CLOSED)
        for incident, act in (
            (closed, "action_incident_open_dialog"),
            (registered, "action_incident_resolve_dialog"),
            (registered, "action_incident_close_dialog"),
        ):
            with self.subTest(act=act), self.assertRaises(UserError):
                getattr(incident, act)()

    def test_stranger_to_the_incident_cannot_ask(self):
        ticket = self._create_plain_ticket()
        with self.assertRaises(UserError):
            ticket.action_incident_open_dialog()

    def test_answer_of_a_lone_party_is_passed_on_to_nobody(self):
        self.customer.integrator_id = False
        incident = self._create_incident_in(WAITING)
        form = self.open_form(incident.incident_record_answer())
        self._fill(form)
        self.assertEqual(self.read_counts(form), (1, 0, 0))
        self.assertNoLetters(self.confirm(form))

    def test_methods_act_at_once_for_programs(self):
        incident = self._create_incident()
        for act, phase in (
            ("action_incident_open", OPENED),
            ("action_incident_resolve", CLOSURE),
            ("action_incident_start", IN_PROGRESS),
        ):
            self.assertIs(getattr(incident, act)(), True)
            self.assertEqual(incident.incident_phase, phase)
        with self.capture_letters() as letters:
            incident.write({"stage_id": self.stages[CLOSURE].id})
        self.assertBothInformed(letters)

    # Mails and duplicates

    def test_mail_that_is_counted_after_all_is_announced(self):
        incident = self._create_incident_in(WAITING)
        self.flush_tracking()
        self._reply(
            incident,
            self.customer,
            headers={"Auto-Submitted": "auto-replied"},
            html="<p>The lamp is red.</p>",
        )
        message = incident.sudo().message_ids.filtered("incident_disregard")
        message = message.with_user(self.agent)
        with self.capture_letters() as letters:
            action = message.action_count_as_answer_dialog()
        form = self.assertAsks(action, letters, 1, 1, 1)
        self.assertLettersTo(self.confirm(form), INTEGRATOR_MAIL)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_duplicate_says_what_its_closure_mails(self):
        self.company.helpdesk_mgmt_duplicate_ticket_stage_id = self.plain_done
        wizards = self.env["helpdesk.ticket.duplicate.wizard"].with_user(self.agent)
        for phase in (REGISTERED, IN_PROGRESS):
            duplicate = self._create_incident_in(phase)
            action = duplicate.action_open_duplicate_wizard()
            wizard = wizards.with_context(**action["context"]).new({})
            self.assertEqual(
                wizard.incident_summary, "1 incident, 2 mails to 2 recipients"
            )

    # Lists, files and foreign forms

    def _edit(self, tickets, vals):
        """Write as the web client does where a field is edited in place."""
        if len(tickets) > 1:
            tickets.web_save_multi([vals] * len(tickets), {"stage_id": {}})
        else:
            tickets.web_save(vals, {"stage_id": {}})

    def test_stage_typed_into_a_screen_never_mails(self):
        cases = (
            (REGISTERED, OPENED, "Open"),
            (REGISTERED, WAITING, "Ask the parties"),
            (REGISTERED, CLOSED, "Reject"),
            (OPENED, ESCALATED, "Escalate"),
            (IN_PROGRESS, CLOSURE, "Solved"),
            (CLOSURE, CLOSED, "Close"),
        )
        for origin, target, act in cases:
            for count in (1, 2):
                tickets = self.env["helpdesk.ticket"].union(
                    *(self._create_incident_in(origin) for _index in range(count))
                )
                with (
                    self.subTest(target=target, count=count),
                    self.capture_letters() as letters,
                    self.assertRaises(UserError) as refusal,
                ):
                    self._edit(tickets, {"stage_id": self.stages[target].id})
                self.assertNoLetters(letters)
                self.assertIn(act, str(refusal.exception))
                self.assertIn("2 mails to 2 recipients", str(refusal.exception))
                self.assertEqual(set(tickets.mapped("incident_phase")), {origin})

    def test_stage_that_mails_nothing_may_be_typed(self):
        incident = self._create_incident_in(OPENED)
        self._edit(incident, {"stage_id": self.stages[IN_PROGRESS].id})
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_other_values_and_teams_are_saved_as_ever(self):
        incident = self._create_incident_in(IN_PROGRESS)
        stage = self.other_team._get_incident_stage(IN_PROGRESS)
        self._edit(incident, {"priority": "3", "stage_id": incident.stage_id.id})
        self._edit(incident, {"team_id": self.other_team.id, "stage_id": stage.id})
        self.assertEqual(incident.team_id, self.other_team)
        self.assertEqual(incident.priority, "3")

    def test_plain_tickets_are_edited_as_ever(self):
        ticket = self._create_plain_ticket()
        self._edit(ticket, {"stage_id": self.plain_done.id})
        self.assertEqual(ticket.stage_id, self.plain_done)

    def _import(self, *rows):
        header = list(rows[0])
        data = [[str(row[name]) for name in header] for row in rows]
        tickets = self.env["helpdesk.ticket"].with_user(self.leader)
        return tickets.load(header, data)

    def test_file_never_moves_an_incident_with_a_mail(self):
        for origin, target in ((REGISTERED, OPENED), (IN_PROGRESS, CLOSURE)):
            incident = self._create_incident_in(origin)
            with self.subTest(target=target), self.capture_letters() as letters:
                result = self._import(
                    {".id": incident.id, "stage_id/.id": self.stages[target].id}
                )
            self.assertFalse(result["ids"])
            [message] = result["messages"]
            self.assertEqual(message["type"], "error")
            self.assertIn(incident.number, message["message"])
            self.assertNoLetters(letters)
            self.assertEqual(incident.incident_phase, origin)

    def test_file_may_change_the_rest(self):
        incident = self._create_incident_in(IN_PROGRESS)
        row = {".id": incident.id, "priority": "Very High"}
        row["stage_id/.id"] = incident.stage_id.id
        with self.capture_letters() as letters:
            result = self._import(row)
        self.assertEqual(result["ids"], incident.ids, result["messages"])
        self.assertEqual(incident.priority, "3")
        self.assertNoLetters(letters)

    def test_new_incidents_of_a_file_start_where_the_process_starts(self):
        row = {
            "name": "From a file",
            "description": "Dead",
            "team_id/.id": self.team.id,
            "partner_id/.id": self.customer.id,
        }
        for phase in (OPENED, WAITING, CLOSURE, CLOSED):
            with self.subTest(phase=phase), self.capture_letters() as letters:
                result = self._import({**row, "stage_id/.id": self.stages[phase].id})
            self.assertFalse(result["ids"])
            self.assertIn("registered first", result["messages"][0]["message"])
            self.assertNoLetters(letters)
        with self.capture_letters() as letters:
            result = self._import(row)
        incident = self.env["helpdesk.ticket"].browse(result["ids"])
        self.assertEqual(incident.incident_phase, REGISTERED, result["messages"])
        self.assertNoLetters(letters)

    def test_said_in_the_language_of_the_agent(self):
        """The words are those of the catalogue, whichever it is."""
        incident = self._create_incident()
        incident = incident.with_context(lang="fr_FR")
        letters = incident._get_incident_letters("open")
        french = incident._describe_incident_letters(letters)
        self.assertNotEqual(french, "1 incident, 2 mails to 2 recipients")
        self.assertIn("2", french)
