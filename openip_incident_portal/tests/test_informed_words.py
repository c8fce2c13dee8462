# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What informed contacts read: what the parties were told, and nothing to do."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    IN_PROGRESS,
    OPENED,
    REGISTERED,
    WAITING,
)

from .test_informed import InformedCommon


@tagged("post_install", "-at_install")
class TestInformedWords(InformedCommon):
    def _read_told(self, incident, act, *arguments, **options):
        """Act as an agent; return what each of the informed reads: French, English."""
        with self.capture_letters() as letters:
            getattr(incident.with_user(self.agent), act)(*arguments, **options)
        return [
            self._read_words(self._letter_to(letters, partner.email))
            for partner in (self.third, self.colleague)
        ]

    def _inform_in_two_languages(self, phase=OPENED):
        self.third.lang = "fr_FR"
        incident = self._create_incident_in(phase)
        self._inform_both(incident)
        return incident

    @freeze_time("2026-11-16 10:00:00")
    def test_each_act_is_told_as_what_it_is(self):
        incident = self._inform_in_two_languages()
        self.level = self.env["incident.escalation.level"].search([], limit=1)
        soon, later = datetime(2026, 11, 16, 16), datetime(2026, 11, 17, 16)
        for act, arguments, french, english in (
            (
                "incident_expect_restoration",
                (soon,),
                "Le rétablissement de l'incident est prévu pour lundi 16 novembre",
                "We expect the incident to be restored by Monday 16 November",
            ),
            (
                "incident_expect_restoration",
                (later,),
                "désormais prévu pour mardi 17 novembre",
                "and no longer by Monday 16 November",
            ),
            (
                "incident_expect_restoration",
                (False,),
                "l'incident, mardi 17 novembre à 17 h 00 (heure de Bruxelles), n'est",
                "the incident, Tuesday 17 November at 17:00 (Brussels time), is no",
            ),
            (
                "incident_plan_intervention",
                (soon, later),
                "Une intervention est prévue",
                "An intervention is planned: Monday 16 November at",
            ),
            (
                "incident_change_intervention",
                (None, later, datetime(2026, 11, 17, 18)),
                "L'intervention prévue a été modifiée",
                "It now takes place: Tuesday 17 November at",
            ),
            (
                "incident_cancel_intervention",
                (None,),
                "L'intervention est annulée",
                "The intervention is cancelled. It was planned for: Tuesday",
            ),
            (
                "action_incident_escalate",
                (self.level, "<p>Up</p>"),
                "transmis au niveau de support supérieur",
                "handed over to the next level of support",
            ),
            (
                "incident_update",
                ("<p>On his way</p>",),
                "Message transmis aux personnes concernées : On his way",
                "Those concerned were told: On his way",
            ),
        ):
            if act == "incident_cancel_intervention":
                arguments = (incident.sudo().incident_intervention_ids.id,)
            with self.subTest(act=act, arguments=arguments):
                said = self._read_told(incident, act, *arguments)
                self.assertIn(french, said[0])
                self.assertIn(english, said[1])
                for text in said:
                    self.assertNotRegex(
                        text, "incident est ouvert|has been opened|personal|Answer"
                    )

    def test_what_is_asked_is_asked_of_others(self):
        incident = self._inform_in_two_languages()
        begin = fields.Datetime.now() + timedelta(days=1)
        french, english = self._read_told(
            incident,
            "incident_plan_intervention",
            begin,
            begin + timedelta(hours=2),
            body="<p>Please have the room open.</p>",
        )
        self.assertIn("Those concerned were told: Please have the room open.", english)
        self.assertIn("it asks those concerned: you need not do anything", english)
        self.assertIn("aux personnes concernées : Please have the room open", french)
        self.assertIn("vous n'avez rien à faire", french)
        self.assertNotIn("make sure that somebody is there", english)

    def test_while_it_waits_what_else_is_told_asks_nothing(self):
        incident = self._inform_in_two_languages(IN_PROGRESS)
        said = self._read_told(
            incident, "incident_request", "information", "<p>Which?</p>"
        )
        self.assertIn("wait for their answer: Which?", said[1])
        for phase, act, arguments in (
            ("waiting", None, ()),
            ("closure", "action_incident_resolve", ("<p>Mended</p>",)),
        ):
            with self.subTest(phase=phase):
                if act:
                    said = self._read_told(incident, act, *arguments)
                    self.assertIn("The incident is solved", said[1])
                said = self._read_told(incident, "incident_update", "<p>News</p>")
                self.assertIn("Those concerned were told: News", said[1])
                self.assertNotRegex(said[1], "have asked|is solved")
        said = self._read_told(incident, "action_incident_close", "support")
        self.assertIn("L'incident est clôturé.", said[0])
        said = self._read_told(incident, "incident_update", "<p>By the way</p>")
        self.assertNotIn("is closed", said[1])

    def test_rejected_is_not_called_closed(self):
        incident = self._inform_in_two_languages(REGISTERED)
        said = self._read_told(incident, "action_incident_reject", "<p>As ordered</p>")
        self.assertIn("will not open an incident for it", said[1])
        self.assertIn("As ordered", said[0])

    def test_what_is_followed_elsewhere_was_not_refused(self):
        duplicate = self._inform_in_two_languages(REGISTERED)
        original = self._create_incident_in(
            OPENED, partner_id=self.stranger.id, integrator_id=False
        )
        said = self._read_told(original, "_incident_take_over", duplicate)
        self.assertIn("L'incident est clôturé.", said[0])
        self.assertIn("The incident is closed.", said[1])
        for text in said:
            self.assertIn(original.number, text)

    def test_colon_is_followed_by_what_was_asked(self):
        incident = self._inform_in_two_languages(IN_PROGRESS)
        french, english = self._read_told(
            incident, "write", {"stage_id": self.stages[WAITING].id}
        )
        self.assertIn("attendons leur réponse.", french)
        self.assertIn("wait for their answer.", english)
