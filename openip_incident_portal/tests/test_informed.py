# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Informed contacts: told what the parties are told, asked and deciding nothing."""

from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSURE, IN_PROGRESS, REGISTERED

from ..models.informed.helpdesk_ticket_informed import HelpdeskTicket
from .page_common import PageCommon
from .portal_common import IncidentPortalCommon

WORDS = "kept informed of the incident"


class InformedCommon(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        town = {"name": "Town Hall", "email": "hall@town.example.com", "lang": "en_US"}
        colleague = {
            "name": "Bastien Colleague",
            "parent_id": cls.integrator.incident_party_id.id,
            "email": "bastien@integrator.example.com",
            "lang": "en_US",
        }
        cls.third, cls.colleague = cls.env["res.partner"].create([town, colleague])
        cls.prepare_once()

    def _inform(self, incident, partner, side=None):
        return self.env["incident.informed"].create(
            {
                "ticket_id": incident.id,
                "partner_id": partner.id,
                "side_id": side and side.incident_party_id.id,
            }
        )

    def _inform_both(self, incident):
        self._inform(incident, self.colleague, self.integrator)
        return self._inform(incident, self.third)

    def _get_path(self, incident, partner):
        return incident.sudo()._get_incident_path(partner, "informed")


@tagged("post_install", "-at_install")
class TestInformedMails(InformedCommon):
    PARTIES = ("customer", "integrator")

    def _addresses(self, *partners):
        parties = [self[name].email for name in self.PARTIES]
        return [*parties, *(partner.email for partner in partners)]

    def __getitem__(self, name):
        return getattr(self, name)

    def _assert_told(self, letters, *partners):
        self.assertPartiesGot(letters, *self._addresses(*partners))
        for partner in partners:
            letter = self._letter_to(letters, partner.email)
            self.assertIn(WORDS, " ".join(letter["body"].split()))
            self.assertIn("For your information", letter["subject"])
        for name in self.PARTIES:
            letter = self._letter_to(letters, self[name].email)
            self.assertNotIn(WORDS, " ".join(letter["body"].split()))

    def test_opening_updates_requests_and_closing_are_told(self):
        incident = self._create_incident_in(REGISTERED)
        self._inform_both(incident)
        agent = incident.with_user(self.agent)
        for act, arguments in (
            ("action_incident_open", ()),
            ("incident_update", ("<p>On his way</p>",)),
            ("incident_request", ("information", "<p>Which line?</p>")),
            ("action_incident_resolve", ()),
            ("action_incident_close", ("support",)),
        ):
            with self.subTest(act=act):
                with self.capture_letters() as letters:
                    getattr(agent, act)(*arguments)
                self._assert_told(letters, self.colleague, self.third)

    def test_reminders_and_announcements_are_for_the_parties(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._inform_both(incident)
        incident.with_user(self.agent).incident_request("information", "<p>Which?</p>")
        followup = incident.sudo().followup_id
        template = self.env.ref("openip_incident.mail_template_reminder")
        step = followup.plan_id.step_ids[:1]
        self.assertEqual(step.action, "remind")
        event = followup.event_ids.create(
            {
                "followup_id": followup.id,
                "step_id": step.id,
                "action": step.action,
            }
        )
        letters = incident.sudo()._prepare_step_letters({incident.id: event}, {})
        with self.capture_letters() as sent:
            incident.sudo()._incident_correspond_step(template, letters)
        self.assertPartiesGot(sent, *self._addresses())

    def test_their_mails_are_evidence_of_no_step(self):
        """However theirs are delivered, no delay begins and nothing is not reached."""
        incident = self._create_incident_in(IN_PROGRESS)
        self._inform_both(incident)
        incident.with_user(self.agent).incident_request("information", "<p>Which?</p>")
        notices = incident.sudo().notice_ids
        theirs = notices.filtered(
            lambda notice: notice.partner_id in self.colleague | self.third
        )
        self.assertEqual(len(theirs), 2)
        self.assertFalse(theirs.event_id)
        theirs._set_failed("No such mailbox")
        self.assertFalse(incident.sudo().undelivered_party_ids)
        followup = incident.sudo().followup_id
        parties = notices.filtered("event_id")
        self.assertEqual(parties.partner_id, self.customer | self.integrator)
        theirs._set_sent()
        self.assertFalse(followup.event_ids.sent_date)

    def test_private_line_stays_private(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._inform_both(incident)
        agent = incident.with_user(self.agent)
        with self.capture_letters() as letters:
            agent.incident_update("<p>Only for you</p>", parties="integrator")
        self.assertPartiesGot(letters, self.integrator.email, self.colleague.email)
        with self.capture_letters() as letters:
            agent.incident_update("<p>Only for you</p>", parties="customer")
        self.assertPartiesGot(letters, self.customer.email)

    def test_answer_of_one_party_is_told_like_to_the_other(self):
        incident = self._create_incident_in(IN_PROGRESS).sudo()
        self._inform_both(incident)
        with self.capture_letters() as letters:
            self.answer(incident, self.customer, text="It is line 2")
        self.assertPartiesGot(
            letters, self.integrator.email, self.colleague.email, self.third.email
        )

    def test_who_has_gone_is_told_nothing(self):
        incident = self._create_incident_in(IN_PROGRESS)
        third = self._inform_both(incident)
        self.colleague.parent_id = False
        third.unlink()
        with self.capture_letters() as letters:
            incident.with_user(self.agent).incident_update("<p>News</p>")
        self.assertPartiesGot(letters, *self._addresses())

    def test_each_reads_its_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.third.lang = "fr_FR"
        incident = self._create_incident_in(IN_PROGRESS)
        self._inform_both(incident)
        incident.with_user(self.agent).incident_update("<p>News</p>")
        notice = incident.sudo().notice_ids.filtered(
            lambda one: one.partner_id == self.third
        )
        mail = (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "=", notice.message_id.id)])
        )
        self.assertIn('lang="fr', mail.body_html)

    def test_reply_of_a_third_person_is_kept_inside(self):
        incident = self._create_incident_in(IN_PROGRESS).sudo()
        self._inform_both(incident)
        incident.with_user(self.agent).incident_update("<p>News</p>")
        notice = incident.notice_ids.filtered(lambda one: one.partner_id == self.third)
        with self.capture_letters() as letters:
            self._receive(
                self.third.email_formatted,
                notice.message_id.reply_to,
                reply_to=notice.message_id,
            )
        self.env.invalidate_all()
        self.assertFalse(incident.last_answer_date)
        self.assertPartiesGot(letters)
        said = self.env["mail.message"].search(
            [("body", "like", "It works again"), ("author_id", "=", self.third.id)]
        )
        self.assertEqual(said.res_id, incident.id, said.read(["model", "body"]))
        self.assertTrue(said.is_internal or said.subtype_id.internal)

    def test_incident_without_them_costs_no_query(self):
        incidents = self.env["helpdesk.ticket"].browse()
        for _index in range(3):
            incidents |= self._create_incident_in(IN_PROGRESS)
        agent = incidents.with_user(self.agent)
        template = self.env.ref("openip_incident.mail_template_update")
        counts = []
        # The first one warms up what Odoo keeps for the second and the third.
        for filtered in (False, False, True):
            tickets = type(incidents)
            asked = patch.object(
                tickets, "_incident_inform", side_effect=AssertionError
            )
            skipped = patch.object(tickets, "_correspond", _correspond_to_parties)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with asked, skipped if filtered else nullcontext():
                agent._correspond(template, text="<p>News</p>")
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


def _correspond_to_parties(self, template, letters=None, text=None, automatic=True):
    """Write to the parties as if nobody else could be informed."""
    return super(HelpdeskTicket, self)._correspond(template, letters, text, automatic)


@tagged("post_install", "-at_install")
class TestInformedPage(InformedCommon):
    def prepare(self):
        self.incident = self._create_incident_in(IN_PROGRESS).sudo()
        self.informed = self._inform(self.incident, self.third)
        self.side = self._inform(self.incident, self.colleague, self.integrator)

    def test_page_is_read_only(self):
        page = self.visit(self._get_path(self.incident, self.third))
        self.assertIn(self.incident.number, self.read_page(page))
        self.assertIn("You are kept informed", self.read_page(page))
        self.assertFalse(page.forms)
        for act in ("answer", "closure"):
            self.assertFalse(page.xpath(f"//a[contains(@href, '/{act}')]"))

    def test_link_opens_nothing_else(self):
        """One purpose: neither a party's pages, nor another incident."""
        path = self._get_path(self.incident, self.third)
        token = parse_qs(urlsplit(path).query)["token"][0]
        other = self._create_incident_in(IN_PROGRESS)
        for target in (
            f"/incident/{self.incident.id}",
            f"/incident/{self.incident.id}/answer",
            f"/incident/{self.incident.id}/closure",
            f"/incident/{other.id}/informed",
        ):
            with self.subTest(target=target):
                self.visit(f"{target}?token={token}", status=404)
        for act in ("answer", "closure"):
            response = self.url_open(
                f"/incident/{self.incident.id}/{act}",
                data={"token": token, "text": "x", "decision": "confirmed"},
            )
            self.assertIn(response.status_code, (400, 404))
        party = self.get_token(self.incident, self.customer)
        self.visit(f"/incident/{self.incident.id}/informed?token={party}", status=404)

    def test_removed_contact_has_no_link_at_once_and_added_again_another(self):
        path = self._get_path(self.incident, self.third)
        self.visit(path)
        self.informed.unlink()
        self.visit(path, status=404)
        self._inform(self.incident, self.third)
        self.visit(path, status=410)
        self.visit(self._get_path(self.incident, self.third))

    def test_who_stops_being_of_the_party_reads_nothing_more(self):
        path = self._get_path(self.incident, self.colleague)
        self.visit(path)
        self.incident.integrator_id = False
        self.visit(path, status=404)

    def test_link_dies_with_its_contact_and_with_all_links(self):
        for change in (
            lambda: self.third.write({"email": "new@town.example.com"}),
            lambda: self.incident.action_incident_void_links(),
            lambda: self.third.write({"active": False}),
        ):
            path = self._get_path(self.incident, self.third)
            self.visit(path)
            change()
            self.env.flush_all()
            response = self.url_open(path)
            self.assertIn(response.status_code, (404, 410))

    def test_each_sees_what_who_added_it_sees(self):
        agent = self.incident.with_user(self.agent)
        agent.incident_update("<p>Said to one</p>", parties="integrator")
        agent.incident_update("<p>Said to other</p>", parties="customer")
        agent.incident_update("<p>Said to both</p>")
        self.incident.message_post(body="Unsaid", message_type="notification")
        for partner, seen in (
            (self.third, {"Said to both"}),
            (self.colleague, {"Said to both", "Said to one"}),
        ):
            text = self.read_page(self.visit(self._get_path(self.incident, partner)))
            for words in ("Said to both", "Said to one", "Said to other", "Unsaid"):
                with self.subTest(partner=partner.name, words=words):
                    self.assertEqual(words in text, words in seen)

    def test_nothing_is_asked_of_it(self):
        solved = self._create_incident_in(CLOSURE).sudo()
        self._inform(solved, self.third)
        text = self.read_page(self.visit(self._get_path(solved, self.third)))
        self.assertNotIn("It is your turn", text)
        self.assertIn("We have asked the parties to confirm it", text)

    def test_every_link_of_the_page_opens(self):
        begin = fields.Datetime.now() + timedelta(days=1)
        self.env["incident.intervention"].create(
            {
                "ticket_id": self.incident.id,
                "begin_date": begin,
                "end_date": begin + timedelta(hours=2),
            }
        )
        page = self.visit(self._get_path(self.incident, self.third))
        links = page.xpath(
            f"//a[contains(@href, '/incident/{self.incident.id}')]/@href"
        )
        self.assertTrue(any("/intervention/" in link for link in links), links)
        for link in links:
            self.assertEqual(self.url_open(link).status_code, 200, link)

    def test_opening_the_page_changes_nothing(self):
        path = self._get_path(self.incident, self.third)
        self.visit(path)
        before = self.get_rows()
        self.visit(path)
        self.assertUnchanged(before)

    def test_mail_carries_the_link(self):
        self.incident.with_user(self.agent).incident_update("<p>News</p>")
        notice = self.incident.notice_ids.filtered(
            lambda one: one.partner_id == self.third
        )
        mail = (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "=", notice.message_id.id)])
        )
        links = html.fromstring(mail.body_html).xpath("//a/@href")
        paths = {urlsplit(link).path for link in links}
        self.assertIn(f"/incident/{self.incident.id}/informed", paths)
        for name in ("answer", "closure"):
            self.assertNotIn(f"/incident/{self.incident.id}/{name}", paths)

    def test_expired_link_is_renewed_by_mail(self):
        until = int((fields.Datetime.now() - timedelta(days=1)).timestamp())
        path = self.incident._get_incident_path(self.third, "informed", until)
        page = self.visit(path, status=410)
        with self.capture_letters() as letters:
            self.send(self.get_form(page), agreed="1")
        letter = self._letter_to(letters, self.third.email)
        self.assertIn("/informed?token=", letter["body"])


@tagged("post_install", "-at_install")
class TestInforming(IncidentPortalCommon):
    def setUp(self):
        super().setUp()
        self.incident = self._create_incident_in(IN_PROGRESS).sudo()
        self.path = f"/my/ticket/{self.incident.id}"
        self.colleague = self.env["res.partner"].create(
            {
                "name": "Bastien Colleague",
                "parent_id": self.technician.incident_party_id.id,
                "email": "bastien@integrator.example.com",
            }
        )

    def _inform(self, email=None, csrf=True, **values):
        email = email or self.colleague.email
        return self._post(f"{self.path}/inform", csrf=csrf, email=email, **values)

    def _who(self):
        self.env.invalidate_all()
        return self.incident.incident_informed_ids.partner_id

    def test_party_informs_its_own_staff_and_takes_it_back(self):
        self._login("technician")
        for _click in range(2):
            self.assertEqual(self._inform().status_code, 303)
        self.assertEqual(self._who(), self.colleague)
        self.assertIn("Bastien Colleague", self._get(self.path).text)
        self.assertTrue(self.incident.incident_informs)
        self._login("baker")
        self.assertNotIn("Bastien Colleague", self._get(self.path).text)
        row = self.incident.incident_informed_ids
        self._post(f"{self.path}/inform", remove=row.id)
        self.assertEqual(self._who(), self.colleague)
        self._login("technician")
        self._post(f"{self.path}/inform", remove=row.id)
        self.assertFalse(self._who())
        self.assertFalse(self.incident.incident_informs)

    def test_party_informs_nobody_else(self):
        self._login("technician")
        for email in (
            self.baker.email,
            self.stranger.email,
            self.agent.email,
            "nobody@nowhere.example.com",
            "no address",
            "%",
        ):
            with self.subTest(email=email):
                response = self._inform(email)
                self.assertEqual(response.status_code, 422)
                # It was no message.
                self.assertIn("Nothing has been done yet.", response.text)
                self.assertNotIn("Your message has not been sent", response.text)
                self.assertFalse(self._who())

    def test_nobody_else_informs(self):
        for name in ("other_integrator", "other_customer", "stranger", None):
            self._login(name)
            with self.subTest(user=name):
                self._inform()
                self.assertFalse(self._who())
        self._login("technician")
        self._inform(csrf=False)
        self.authenticate("incident_agent", "incident_agent")
        self._inform()
        self.assertFalse(self._who())

    def test_by_rpc_nobody_outside_reads_or_writes_them(self):
        rows = self.env["incident.informed"].create(
            {"ticket_id": self.incident.id, "partner_id": self.colleague.id}
        )
        for name in ("technician", "baker", "stranger"):
            user = self.portal_users[name]
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(user=name, operation=operation):
                    self.assertFalse(rows.with_user(user).has_access(operation))
            self.assertNotIn(
                "incident_informed_ids", self.incident.with_user(user).fields_get()
            )

    def test_agents_inform_anybody_with_an_address(self):
        incident = self.incident.with_user(self.agent)
        incident.write(
            {"incident_informed_ids": [(0, 0, {"partner_id": self.stranger.id})]}
        )
        self.assertEqual(self._who(), self.stranger)
        self.assertTrue(self.incident.incident_informs)
