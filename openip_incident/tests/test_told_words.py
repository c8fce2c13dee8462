# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What we say ourselves beside somebody's words: what it is now, in each language."""

from odoo import fields
from odoo.tests import tagged

from ..tools.own_openings import NOTED, OPEN, retell
from .common import CUSTOMER_MAIL, IN_PROGRESS, INTEGRATOR_MAIL, IncidentCommon


@tagged("post_install", "-at_install")
class TestToldWords(IncidentCommon):
    def _request(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters():
            incident.incident_request("information", "<p>When?</p>")
        return incident

    def _to_parties(self, letters):
        parties = {CUSTOMER_MAIL, INTEGRATOR_MAIL}
        return [one for one in letters if parties & set(self._recipients([one]))]

    # Where it stands

    def test_other_party_reads_of_a_closed_incident_that_it_is_open_again(self):
        for author, other, words, state in (
            (
                self.customer,
                self.integrator,
                "The incident has been reopened",
                "We are working on it",
            ),
            (
                self.integrator,
                self.customer,
                "L'incident est rouvert",
                "Nous y travaillons",
            ),
        ):
            with self.subTest(author=author.name):
                incident = self._request()
                with self.capture_letters():
                    incident.action_incident_close("no_answer")
                # However soon after another answer: machines reopen nothing in a ring.
                now = fields.Datetime.now()
                incident.sudo().forward_customer_date = now
                incident.sudo().forward_integrator_date = now
                with self.capture_letters() as letters:
                    self._reply(incident, author)
                self.assertEqual(incident.incident_phase, IN_PROGRESS)
                letters = self._to_parties(letters)
                self.assertLettersTo(letters, other.email)
                said = self._read_words(letters[0])
                self.assertIn(words, said)
                self.assertIn("It works again.", said)
                self.assertIn(state, said)
                self.assertNotRegex(said, "(?i)closed|clôturé")

    def test_what_stays_closed_is_not_said_to_be_open(self):
        incident = self._request()
        with self.capture_letters():
            incident.action_incident_close("support")
        with self.capture_letters() as letters:
            self._reply(incident, self.customer)
        [letter] = self._to_parties(letters)
        said = self._read_words(letter)
        self.assertIn("Closed", said)
        self.assertNotIn("reopened", said)

    def test_escalation_says_so_beside_its_reason(self):
        level = self.env["incident.escalation.level"].search([], limit=1)
        for reason in ("<p>The carrier is asked.</p>", ""):
            with self.subTest(reason=reason):
                incident = self._create_incident_in(IN_PROGRESS)
                with self.capture_letters() as letters:
                    incident.action_incident_escalate(level.id, reason)
                for address, words in (
                    (CUSTOMER_MAIL, "transmis au niveau de support supérieur"),
                    (INTEGRATOR_MAIL, "handed over to the next level of support"),
                ):
                    said = self._read_words(self._letter_to(letters, address))
                    self.assertIn(words, said)
                    self.assertEqual("The carrier is asked." in said, bool(reason))
                    self.assertNotRegex(said, "keep you informed|tiendrons informé")
                with self.capture_letters() as letters:
                    incident.incident_update("<p>On his way</p>")
                said = self._read_words(self._letter_to(letters, INTEGRATOR_MAIL))
                self.assertIn("On his way", said)
                self.assertNotIn("handed over", said)

    # Who noted it

    def test_each_reads_in_its_language_who_noted_an_answer(self):
        incident = self._request()
        for lang, speaker, other, words in (
            ("en_US", self.baker, CUSTOMER_MAIL, None),
            ("en_US", self.integrator, CUSTOMER_MAIL, "Par téléphone, noté par "),
            ("fr_FR", self.baker, INTEGRATOR_MAIL, "By phone, noted by "),
        ):
            with self.subTest(lang=lang, speaker=speaker.name):
                agent = incident.with_context(lang=lang)
                with self.capture_letters() as letters:
                    agent.incident_record_answer(speaker.id, "<p>Since Monday</p>")
                letters = self._to_parties(letters)
                if not words:
                    self.assertNotIn(other, self._recipients(letters))
                    continue
                said = self._read_words(self._letter_to(letters, other))
                self.assertIn(f"{words}{self.agent.name}", said)
                self.assertIn("Since Monday", said)

    def test_file_that_is_passed_on_is_announced_in_the_language_of_its_reader(self):
        incident = self._create_incident_in(IN_PROGRESS).sudo()
        note = incident._message_log(body="Kept", author_id=self.integrator.id)
        file = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"x", "res_model": note._name, "res_id": note.id}
        )
        with self.capture_letters() as letters:
            file._incident_pass_on(incident, "a.txt", b"x")
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        said = self._read_words(letter)
        self.assertIn(f"Fichier de {self.integrator.name} : a.txt", said)
        [entry] = self._entries(incident)[:1]
        self.assertIn(f"File of {self.integrator.name}: a.txt", entry.body)

    def test_only_how_a_text_begins_is_ours(self):
        phrases, own = (
            (f"By phone, {OPEN}:", f"Am Telefon <{OPEN}>:", f"Par tél., {OPEN}\u00a0:"),
            f"Tél. {OPEN} :",
        )
        for said, told in (
            ("By phone, A &amp; B:", "Tél. A &amp; B :"),
            ("Am Telefon &lt;X&gt;:", "Tél. X :"),
            ("Par tél., X&nbsp;:", "Tél. X :"),
        ):
            self.assertEqual(
                retell(f"{NOTED % said}<p>Yes:</p>", NOTED, phrases, own),
                f"{NOTED % told}<p>Yes:</p>",
            )

    def test_what_somebody_has_typed_is_never_reworded(self):
        phrases, own = [f"By phone, {OPEN}:"], f"Tél. {OPEN} :"
        for body in (
            "<p>By phone, X:</p>",
            "<p><em>By phone, X: yes</em></p>",
            "<p><em>By phone, I was told that <b>the</b> line:</em></p>",
            "<p><em>By phone, I was told</em></p><p><em>a:</em></p>",
            "<p>Yes</p><p><em>By phone, X:</em></p>",
            "<p><em>No: By phone, X:</em></p>",
            "<p><em>By phone</em></p>",
            "",
        ):
            self.assertEqual(retell(body, NOTED, phrases, own), body)
