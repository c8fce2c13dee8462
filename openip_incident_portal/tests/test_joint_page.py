# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One page for all that a resolved outage has hit of a party."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSED, CLOSURE, IN_PROGRESS
from odoo.addons.openip_incident.tests.outage_common import create_outage

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestJointPage(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.outage = create_outage(self).sudo()
        self.mine = self.incidents
        for _index in range(4):
            self.mine |= self._create_incident_in(IN_PROGRESS).sudo()
        self.foreign = self._create_incident_in(
            IN_PROGRESS, partner_id=self.stranger.id
        ).sudo()
        self.outage.action_attach(self.mine | self.foreign)
        with self.capture_letters() as letters:
            self.outage.with_user(self.agent).action_resolve("<p>Mended.</p>")
        self.asked = letters

    def get_joint_path(self, party=None, **options):
        return self.outage._get_joint_path(party or self.integrator, **options)

    def open(self, party=None):
        return self.visit(self.get_joint_path(party))

    def send_joint(self, page, decision, fails=(), redirects=False, **values):
        """Send the form as a browser does: many values of one name."""
        form = self.get_form(page)
        data = [
            (name, value)
            for name, value in form.form_values()
            if name not in ("decision", "fails") and name not in values
        ]
        data += [("decision", decision)] if decision else []
        data += [("fails", str(ticket.id)) for ticket in fails]
        data += list(values.items())
        response = self.url_open(form.action, data=data, allow_redirects=redirects)
        self.env.invalidate_all()
        return response

    # The page

    def test_mail_leads_to_the_page(self):
        (letter,) = [
            one for one in self.asked if self.integrator.email in one["email_to"][0]
        ]
        self.assertIn(f"/incident/outage/{self.outage.id}/closure?token=", str(letter))
        for incident in self.mine:
            self.assertIn(incident.number, str(letter))

    def test_mail_of_the_end_leads_to_all_of_them(self):
        with self.capture_letters() as letters:
            self.mine.with_user(self.agent)._incident_together().action_incident_close(
                "confirmed"
            )
        letter = self._letter_to(letters, self.integrator.email)
        self.assertIn("View the incidents", letter["body"])
        self.assertIn("reply to this e-mail and name its number", letter["body"])

    def test_message_of_an_outage_leads_to_the_one_incident_of_its_reader(self):
        outage = self.env["incident.outage"].create(
            {"name": "Core switch down", "team_id": self.team.id}
        )
        incident = self._create_incident_in(IN_PROGRESS)
        incident.outage_id = outage
        with self.capture_letters() as letters:
            outage.publish("<p>Calls fail.</p>")
        body = self._letter_to(letters, incident.customer_party_id.email)["body"]
        self.assertIn(f"/incident/{incident.id}?token=", body)
        self.assertNotRegex(body, "View the incidents|Voir les incidents")

    def test_nothing_is_chosen_and_looking_changes_nothing(self):
        path = self.get_joint_path()
        self.visit(path)
        before = self.get_rows()
        page = self.visit(path)
        self.assertUnchanged(before, but=("incident_visit",))
        self.assertFalse(page.xpath("//input[@checked]"))
        self.assertEqual(len(page.xpath("//input[@type='checkbox']")), 4)
        text = self.read_page(page)
        for incident in self.mine:
            self.assertIn(incident.number, text)
        self.assertNotIn(self.foreign.number, text)

    # Decisions

    def test_all_at_once(self):
        page = self.open()
        with self.capture_letters() as letters:
            response = self.send_joint(page, "confirmed")
        self.assertEqual(response.status_code, 303, response.text[:2000])
        self.assertEqual(set(self.mine.mapped("incident_phase")), {CLOSED})
        self.assertEqual(self.mine.closure_decided_by_id, self.integrator)
        self.assertEqual(self.foreign.incident_phase, CLOSURE)
        self.assertPartiesGot(letters, self.customer.email, self.integrator.email)
        self.assertEqual(self.outage.state, "resolved")
        self.foreign._incident_confirm_closure(self.stranger)
        # Nothing is left for the scheduled action but to complete it.
        outages = self.env["incident.outage"]
        self.assertIn(self.outage, outages.search(outages._get_completion_domain()))

    def test_the_chatter_shows_the_party(self):
        known = self.mine.message_ids
        self.send_joint(self.open(), "confirmed")
        notes = (self.mine.message_ids - known).filtered(
            lambda one: "has confirmed the closure" in one.body
        )
        self.assertEqual(len(notes), len(self.mine))
        self.assertEqual(notes.author_id, self.integrator)

    def test_all_but_two(self):
        failing = self.mine[:2]
        reason = {f"reason_{failing[0].id}": "No dial tone"}
        response = self.send_joint(
            self.open(), "refused", failing, text="Still dead", redirects=True, **reason
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(set(failing.mapped("incident_phase")), {IN_PROGRESS})
        self.assertEqual(set(self.mine[2:].mapped("incident_phase")), {CLOSED})
        author = self.integrator
        self.assertIn("No dial tone", self.get_answers(failing[0], author).body)
        self.assertIn("Still dead", self.get_answers(failing[1], author).body)
        self.assertEqual(failing.outage_id, self.outage)
        self.assertTrue(self.outage.activity_ids)
        text = self.read_page(self.parse(response))
        self.assertIn("we have noted your answer", text)
        self.assertIn("that it still does not work", text)

    def test_refusals_are_one_entry_of_the_outage(self):
        known = self.outage.message_ids
        self.send_joint(self.open(), "refused", self.mine[:3], text="Dead")
        notes = (self.outage.message_ids - known).filtered(
            lambda one: "Still not working" in one.body
        )
        self.assertEqual(len(notes), 1, notes.mapped("body"))
        for incident in self.mine[:3]:
            self.assertIn(incident.number, notes.body)

    def test_nothing_is_said_of_a_solution_without_words(self):
        self.assertIn("What was done", self.read_page(self.open()))
        self.outage.solution = "<p><br></p>"
        self.env.flush_all()
        self.assertNotIn("What was done", self.read_page(self.open()))

    def test_sent_twice_it_is_done_once(self):
        page = self.open()
        for _time in range(2):
            response = self.send_joint(page, "refused", self.mine[0], text="Dead")
            self.assertEqual(response.status_code, 303)
        self.assertEqual(len(self.get_answers(self.mine[0], self.integrator)), 1)

    def test_the_first_decision_stands(self):
        page = self.open()
        self.send_joint(self.open(self.customer), "refused", self.mine[0], text="Dead")
        self.send_joint(page, "confirmed")
        self.assertEqual(self.mine[0].incident_phase, IN_PROGRESS)
        self.assertEqual(self.mine[0].closure_decided_by_id, self.customer)
        self.assertEqual(self.mine[1].closure_decided_by_id, self.customer)
        text = self.read_page(self.open())
        self.assertIn("Boulangerie Martin has told us", text)
        self.assertIn("Boulangerie Martin has confirmed", text)

    def test_what_is_missing_is_said(self):
        for decision, fails, values, sentence in (
            (None, (), {}, "choose one"),
            ("refused", (), {"text": "Dead"}, "tick what still fails"),
            ("refused", self.mine[0], {}, "what does not work"),
            ("confirmed", self.mine[0], {"text": "Dead"}, "choose one of both"),
        ):
            with self.subTest(sentence=sentence):
                response = self.send_joint(self.open(), decision, fails, **values)
                self.assertRefused(response, sentence)
        self.assertEqual(set(self.mine.mapped("incident_phase")), {CLOSURE})

    def test_only_what_was_shown_is_confirmed(self):
        page = self.open()
        later = self._create_incident_in(CLOSURE).sudo()
        later.outage_id = self.outage
        self.env.flush_all()
        self.send_joint(page, "confirmed")
        self.assertEqual(later.incident_phase, CLOSURE)

    # Who may

    def test_foreign_ids_are_refused_and_nothing_is_done(self):
        page = self.open()
        response = self.send_joint(
            page, "refused", self.mine[0] | self.foreign, text="Dead"
        )
        self.assertEqual(response.status_code, 400)
        self.assertIn("nothing was done", response.text)
        self.assertNotIn(self.foreign.number, response.text)
        phases = (self.mine | self.foreign).mapped("incident_phase")
        self.assertEqual(set(phases), {CLOSURE})

    def test_what_was_taken_out_meanwhile_is_said(self):
        page = self.open()
        self.outage.action_detach(self.mine[0])
        self.env.flush_all()
        response = self.send_joint(page, "confirmed")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(set(self.mine.mapped("incident_phase")), {CLOSURE})
        self.send_joint(self.parse(response), "confirmed")
        self.assertEqual(set(self.mine[1:].mapped("incident_phase")), {CLOSED})

    def test_links_that_open_nothing(self):
        path = self.get_joint_path()
        token = parse_qs(urlsplit(path).query)["token"][0]
        own = self.get_token(self.mine[0], self.integrator, "closure")
        other = create_outage(self)
        for bad in (
            f"/incident/outage/{self.outage.id}/closure",
            f"/incident/outage/{self.outage.id}/closure?token={token[:-3]}",
            f"/incident/outage/{self.outage.id}/closure?token={own}",
            f"/incident/outage/{other.id}/closure?token={token}",
            f"/incident/{self.mine[0].id}/closure?token={token}",
        ):
            with self.subTest(path=bad):
                self.assertNeutral(self.url_open(bad))

    def test_links_end(self):
        path = self.get_joint_path()
        with freeze_time("2036-01-01"):
            self.visit(path, 410)
        self.integrator.email = "other@integrator.example.com"
        self.visit(path, 410)

    # What comes next

    def test_it_says_when_it_closes_by_itself_and_who_looks(self):
        # As if each mail had left.
        self.mine.followup_id.due_date = fields.Datetime.now() + timedelta(days=1)
        text = self.read_page(self.open())
        self.assertRegex(text, r"hear from you before .+, we will send a reminder\.")
        self.assertRegex(text, r"incidents will be closed automatically on \w+ \d+")
        self.assertIn("You are viewing these incidents as: Telintegra", text)
        # Where the dates differ, each incident is named with its own.
        followup = self.mine[0].followup_id
        followup.due_date += timedelta(days=1)
        text = self.read_page(self.open())
        numbers = ", ".join(self.mine[1:].mapped("number"))
        for named in (self.mine[0].number, numbers):
            self.assertIn(f"{named}: If we do not hear from you before", text)

    def test_it_promises_nothing_where_no_countdown_runs(self):
        self.mine.followup_id._finish("cancelled")
        self.assertNotIn("automatically", self.read_page(self.open()))

    # Fresh links

    def expire(self, party=None):
        with freeze_time(fields.Datetime.now() - timedelta(days=31)):
            return self.get_joint_path(party or self.integrator)

    def test_expired_link_shows_nothing_and_offers_a_fresh_one(self):
        page = self.visit(self.expire(), 410)
        self.assertIn("This link has expired", self.read_page(page))
        for secret in (self.outage.number, self.outage.name, self.mine[0].number):
            self.assertNotIn(secret, page.response.text)

    def test_fresh_link_is_mailed_to_its_party_once_an_hour(self):
        form = self.get_form(self.visit(self.expire(), 410))
        with self.capture_letters() as letters:
            for _time in range(2):
                response = self.send(form, agreed="1")
                self.assertEqual(response.status_code, 200)
                page = self.parse(response)
                self.assertIn("look into your mailbox", self.read_page(page))
        self.assertPartiesGot(letters, self.integrator.email)
        self.assertNotIn(self.customer.email, str(letters))
        path = letters[0]["body"].partition("/incident/outage/")[2].partition('"')[0]
        page = self.visit(f"/incident/outage/{path.partition('#')[0]}")
        self.assertIn(self.mine[0].number, self.read_page(page))
        notice = self.env["incident.notice"].search(
            [("outage_id", "=", self.outage.id), ("fresh_link_date", "!=", False)]
        )
        self.assertEqual(notice.partner_id, self.integrator)
        notice.fresh_link_date -= timedelta(hours=1, minutes=1)
        with self.capture_letters() as letters:
            self.send(form, agreed="1")
        self.assertPartiesGot(letters, self.integrator.email)

    def test_fresh_link_needs_a_tick_and_a_link_of_ours(self):
        form = self.get_form(self.visit(self.expire(), 410))
        with self.capture_letters() as letters:
            self.assertEqual(self.send(form).status_code, 410)
            response = self.send(form, agreed="1", token="forged")
            self.assertNeutral(response)
        self.assertNoLetters(letters)

    def test_voided_links_show_the_incident_no_more(self):
        path = self.get_joint_path()
        self.mine[0].with_user(self.agent).action_incident_void_links()
        text = self.read_page(self.visit(path))
        self.assertNotIn(self.mine[0].number, text)
        self.assertIn(self.mine[1].number, text)

    def test_who_is_no_party_any_more_sees_nothing(self):
        path = self.get_joint_path()
        self.mine.integrator_id = self.stranger
        self.env.flush_all()
        self.assertNeutral(self.url_open(path))
