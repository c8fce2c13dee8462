# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    WAITING,
)

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestAnswerPage(PageCommon):
    def _request(self, wait_for="either"):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.mock_mail_gateway():
            incident.incident_request("information", "<p>Since when?</p>", wait_for)
        return incident

    # The question

    def test_page_shows_what_is_asked(self):
        incident = self._request()
        page = self.visit(self.get_path(incident, self.integrator, "answer"))
        (question,) = page.find_class("o_incident_question")
        self.assertEqual(question.text_content().strip(), "Since when?")

    def test_page_shows_the_latest_question(self):
        incident = self._request()
        with self.mock_mail_gateway():
            incident.incident_request("action", "<p>Restart the box.</p>")
        page = self.visit(self.get_path(incident, self.integrator, "answer"))
        (question,) = page.find_class("o_incident_question")
        self.assertEqual(question.text_content().strip(), "Restart the box.")

    def test_question_without_follow_up_is_the_last_entry(self):
        incident = self._create_incident_in(IN_PROGRESS, followup_exempt=True)
        with self.mock_mail_gateway():
            incident.incident_request("information", "<p>Since when?</p>")
        page = self.visit(self.get_path(incident, self.integrator, "answer"))
        (question,) = page.find_class("o_incident_question")
        self.assertIn("Since when?", question.text_content())

    def test_without_a_question_one_may_add_information(self):
        incident = self._create_incident_in(OPENED)
        page = self.visit(self.get_path(incident, self.integrator, "answer"))
        self.assertFalse(page.find_class("o_incident_question"))
        self.answer(incident, text="It is the red cable.")
        self.assertIn("red cable", self.get_answers(incident).body)

    # The answer

    def test_answer_is_that_of_the_party_and_takes_the_incident_back_to_work(self):
        incident = self._request()
        with self.capture_letters() as letters:
            response = self.answer(incident, text="Since Monday.\nAround noon.")
        self.assertEqual(response.status_code, 303)
        answer = self.get_answers(incident)
        self.assertEqual(answer.author_id, self.customer)
        self.assertEqual(answer.message_type, "comment")
        self.assertEqual(answer.body, "<p>Since Monday.<br>Around noon.</p>")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertTrue(incident.sudo().answer_unread)
        self.assertTrue(incident.sudo().last_answer_date)
        self.assertEqual(incident.sudo().followup_ids.state, "answered")
        # The other party gets it, without the link of the first.
        letter = self._letter_to(letters, self.integrator.email)
        self.assertIn("Since Monday.", letter["body"])
        self.assertNotIn(self.customer.email, self._recipients(letters))

    def test_colleagues_are_told_in_their_own_language(self):
        incident = self._request()
        self.answer(incident, text="Depuis lundi.")
        activity = incident.sudo().activity_ids
        self.assertEqual(activity.summary, "Answer of Boulangerie Martin")

    def test_answer_thaws_a_frozen_incident(self):
        incident = self._create_incident_in(FROZEN)
        self.answer(incident, self.integrator, text="Done.")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_answer_of_who_is_not_awaited_keeps_the_incident_waiting(self):
        incident = self._request(wait_for="customer")
        self.answer(incident, self.integrator, text="I do not know.")
        self.assertEqual(incident.incident_phase, WAITING)

    def test_visitor_is_thanked_on_the_page_of_the_incident(self):
        incident = self._request()
        form = self.get_form(
            self.visit(self.get_path(incident, self.integrator, "answer"))
        )
        page = self.parse(self.send(form, text="Since Monday.", redirects=True))
        self.assertIn("your message has been received", self.read_page(page))
        self.assertIn("Since Monday.", self.read_page(page))
        self.assertIn(f"/incident/{incident.id}?", page.response.url)

    def test_double_submit_posts_once(self):
        incident = self._request()
        form = self.get_form(self.visit(self.get_path(incident, purpose="answer")))
        with self.capture_letters() as letters:
            for _time in range(3):
                response = self.send(
                    form, text="Since Monday.", files=[("a.txt", b"content")]
                )
                self.assertEqual(response.status_code, 303)
        self.assertEqual(len(self.get_answers(incident)), 1)
        self.assertPartiesGot(letters, self.integrator.email)

    def test_who_goes_back_and_writes_more_is_heard(self):
        incident = self._request()
        form = self.get_form(self.visit(self.get_path(incident, purpose="answer")))
        self.send(form, text="Since Monday.")
        self.send(form, text="Since Tuesday, sorry.")
        self.assertEqual(len(self.get_answers(incident)), 2)

    def test_same_words_on_another_day_are_another_answer(self):
        incident = self._request()
        self.answer(incident, text="Still broken.")
        self.answer(incident, text="Still broken.")
        self.assertEqual(len(self.get_answers(incident)), 2)

    def test_empty_answer_is_refused(self):
        incident = self._request()
        for text in ("", "  \n ", None):
            with self.subTest(text=text):
                self.assertRefused(
                    self.answer(incident, self.integrator, text=text),
                    "Please write your answer.",
                )
        self.assertFalse(self.get_answers(incident, self.integrator))
        self.assertEqual(incident.incident_phase, WAITING)

    def test_text_is_kept_when_something_is_wrong(self):
        incident = self._request()
        response = self.answer(
            incident,
            self.integrator,
            text="A long story </textarea>",
            files=[("virus.exe", b"MZ")],
        )
        page = self.assertRefused(response, "virus.exe")
        self.assertIn("Please choose your files again", self.read_page(page))
        (form,) = page.forms
        self.assertEqual(form.fields["text"].strip(), "A long story </textarea>")
        again = self.send(form)
        self.assertEqual(again.status_code, 303)
        self.assertIn("A long story", self.get_answers(incident, self.integrator).body)

    def test_own_link_is_not_passed_on(self):
        incident = self._request()
        url = incident.sudo()._get_incident_url(self.customer, "view")
        self.answer(incident, text=f"See {url} please")
        self.assertNotIn("token=", self.get_answers(incident).body)

    def test_closed_incident_can_be_answered_within_the_window(self):
        incident = self._create_incident_in(CLOSURE)
        incident.action_incident_close("not_confirmed")
        self.answer(incident, text="It is broken again.")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_thanks_after_closure_reopen_nothing(self):
        incident = self._create_incident_in(CLOSED)
        self.answer(incident, text="Thank you!", decision="message")
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertTrue(incident.sudo().answer_unread)

    # Files

    def test_files_come_with_the_answer(self):
        incident = self._request()
        self.answer(
            incident,
            text="See",
            files=[("photo.png", b"\x89PNG content"), ("line.log", b"12:00 down")],
        )
        files = self.get_answers(incident).attachment_ids
        self.assertEqual(set(files.mapped("name")), {"photo.png", "line.log"})
        self.assertEqual(set(files.mapped("res_id")), {incident.id})
        self.assertFalse(any(files.mapped("public")))
        self.assertFalse(any(files.mapped("access_token")))
        page = self.visit(self.get_path(incident, self.integrator))
        links = page.xpath("//a[contains(@href, '/file/')]/@href")
        contents = {self.url_open(link).content for link in links}
        self.assertEqual(contents, {b"\x89PNG content", b"12:00 down"})

    def test_files_alone_are_an_answer(self):
        incident = self._request()
        self.answer(incident, text="", files=[("photo.png", b"\x89PNG content")])
        self.assertEqual(self.get_answers(incident).attachment_ids.name, "photo.png")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_files_that_we_do_not_take(self):
        incident = self._request()
        big = b"x" * (10 * 1024 * 1024 + 1)
        for files, words in (
            ([("big.txt", big)], "larger than 10 MB"),
            ([("empty.txt", b"")], "empty.txt is empty"),
            ([("tool.exe", b"content")], "of a kind that we do not take"),
            ([("page.html", b"<p>")], "of a kind that we do not take"),
            ([("drawing.svg", b"<svg/>")], "of a kind that we do not take"),
            ([("nothing", b"content")], "of a kind that we do not take"),
            ([("tool.pdf", b"MZ\x90")], "not what its name says"),
            ([("page.png", b" <script>")], "not what its name says"),
            ([(f"{i}.txt", b"x") for i in range(6)], "at most 5"),
        ):
            with self.subTest(words=words, name=files[0][0]):
                response = self.answer(
                    incident, self.integrator, text="See", files=files
                )
                self.assertRefused(response, words)
        self.assertFalse(self.get_answers(incident, self.integrator))

    def test_limits_are_settings(self):
        params = self.env["ir.config_parameter"]
        params.set_param("openip_incident_portal.upload_max_files", "1")
        params.set_param("openip_incident_portal.upload_types", "xyz, .ABC")
        incident = self._request()
        two = [("a.xyz", b"x"), ("b.xyz", b"x")]
        response = self.answer(incident, self.integrator, text="See", files=two)
        self.assertRefused(response, "at most 1")
        response = self.answer(
            incident, self.integrator, text="See", files=[("a.pdf", b"x")]
        )
        self.assertRefused(response, "xyz, abc")
        self.answer(incident, text="See", files=[("a.abc", b"x")])
        self.assertEqual(self.get_answers(incident).attachment_ids.name, "a.abc")

    def test_names_of_files_are_harmless(self):
        incident = self._request()
        uploads = self.env["ir.attachment"]
        for name, clean in (
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
            ("line\r\nSet-Cookie: a.txt", "lineSet-Cookie: a.txt"),
            ("tool\u202efdp.exe", "toolfdp.exe"),
            ("nul\x00.txt", "nul.txt"),
            (".txt", "txt"),
            ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
            ("Ünïcodé 文件.pdf", "Ünïcodé 文件.pdf"),
        ):
            with self.subTest(name=name):
                self.assertEqual(uploads._clean_upload_name(name), clean)
        self.answer(
            incident, text="See", files=[("<img src=x onerror=alert(1)>.txt", b"x")]
        )
        page = self.visit(self.get_path(incident, self.integrator))
        self.assertFalse(page.xpath("//img[@onerror]"))
        (link,) = page.xpath("//a[contains(@href, '/file/')]/@href")
        self.assertEqual(self.url_open(link).status_code, 200)
