# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Satisfaction: asked where it was confirmed, counted, no answer, for support alone."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common import CLOSED, CLOSURE, IN_PROGRESS, IncidentCommon


class RatingCommon(IncidentCommon):
    def _confirm(self, reason="confirmed", **values):
        incident = self._create_incident_in(CLOSURE, **values)
        with self.capture_letters():
            incident.action_incident_close(reason)
        return incident

    def _rate(self, incident, party, score, word=""):
        with self.capture_letters() as letters:
            incident.sudo()._incident_rate(party, score, word)
        self.assertNoLetters(letters)
        return incident.sudo()._get_incident_rating(party)


@tagged("post_install", "-at_install")
class TestRating(RatingCommon):
    def test_each_party_has_one(self):
        incident = self._confirm()
        first = self._rate(incident, self.customer, 2, "Slow")
        other = self._rate(incident, self.integrator, 5)
        self.assertEqual((first.rating, first.feedback), (2, "Slow"))
        self.assertEqual(other.rating, 5)
        again = self._rate(incident, self.baker, 4, "Better")
        self.assertEqual(again, first)
        self.assertEqual((first.rating, first.feedback), (4, "Better"))
        self.assertEqual(len(incident.sudo().rating_ids), 2)

    def test_it_is_no_answer(self):
        incident = self._confirm()
        answered, count = incident.last_answer_date, incident.reopen_count
        self._rate(incident, self.customer, 1, "Quorblex")
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.last_answer_date, answered)
        self.assertEqual(incident.reopen_count, count)
        self.assertFalse(incident.answer_unread)
        self.assertFalse(incident.sudo().review_pending)
        shown = self._entries(incident)
        self.assertFalse(any("Quorblex" in str(entry.body) for entry in shown))

    def test_refused(self):
        for reason in ("support", "duplicate", "other"):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self._rate(self._confirm(reason), self.customer, 3)
        with self.assertRaises(UserError):
            self._rate(self._create_incident_in(IN_PROGRESS), self.customer, 3)
        incident = self._confirm()
        for score in (0, 6, -1, 2.5):
            with self.subTest(score=score), self.assertRaises(UserError):
                self._rate(incident, self.customer, score)
        with self.assertRaises(UserError):
            self._rate(incident, self.stranger, 3)
        with freeze_time(fields.Datetime.now() + timedelta(days=31)):
            self.assertFalse(incident._is_incident_rated())

    def test_core_asks_nobody(self):
        """Also not by the stage's mail of OCA's helpdesk_mgmt_rating."""
        incident = self._confirm()
        template = self.env.ref("openip_incident.mail_template_update")
        with self.capture_letters() as letters:
            incident.rating_send_request(template)
        self.assertNoLetters(letters)
        self.assertFalse(incident._rating_get_access_token())
        self.assertFalse(incident.sudo().rating_ids)

    def test_no_message_is_written_in_the_name_of_a_party(self):
        incident = self._confirm()
        rating = self._rate(incident, self.customer, 3)
        before = incident.sudo().message_ids
        with self.capture_letters() as letters:
            incident.rating_apply(1, rating=rating, feedback="No")
        self.assertNoLetters(letters)
        self.assertEqual(incident.sudo().message_ids, before)
        self.assertEqual(rating.rating, 1)

    def test_people_outside_read_none(self):
        incident = self._confirm()
        rating = self._rate(incident, self.customer, 3, "Fine")
        user = self._create_portal_user(self.technician, "rating_technician")
        with self.assertRaises(AccessError):
            rating.with_user(user).read(["feedback"])
        for name in ("rating_ids", "rating_last_value", "rating_avg", "rating_count"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                incident.with_user(user).read([name])

    def test_managers_count_it(self):
        one, two, _none = self._confirm(), self._confirm(), self._confirm()
        self._rate(one, self.customer, 1)
        self._rate(one, self.integrator, 5)
        self._rate(two, self.customer, 5)
        self.env.flush_all()
        [(team, average, count)] = self.env["incident.analysis"]._read_group(
            [("ticket_id", "in", (one | two | _none).ids)],
            ["team_id"],
            ["incident_rating:avg", "incident_rating_count:sum"],
        )
        self.assertEqual((team, average, count), (self.team, 4, 3))

    def test_personal_data(self):
        incident = self._confirm()
        rating = self._rate(incident, self.customer, 2, "Mrs Martin was rude")
        data = self.env["incident.personal.data"].sudo()
        subject = data._get_subject(self.customer)
        exported, _files = data._prepare_export(subject, incident.sudo())
        self.assertEqual(exported["ratings"][0]["feedback"], "Mrs Martin was rude")
        data._erase(subject)
        rating.invalidate_recordset()
        self.assertFalse(rating.feedback)


@tagged("post_install", "-at_install")
class TestCoreRating(RatingCommon, HttpCase):
    def test_core_link_opens_no_incident(self):
        incident = self._confirm()
        rating = self._rate(incident, self.customer, 3)
        self.env.flush_all()
        for path in (
            f"/rate/{rating.access_token}/5",
            f"/rate/{rating.access_token}/submit_feedback",
        ):
            with self.subTest(path=path), mute_logger("odoo.http"):
                self.assertEqual(self.url_open(path).status_code, 404)
        self.assertEqual(rating.rating, 3)
