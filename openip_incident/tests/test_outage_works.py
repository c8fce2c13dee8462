# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Planned works: announced ahead, each announcement once; changed, cancelled, begun."""

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import hash_sign, mute_logger

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL
from .followup_common import HOUR, START, FollowupCommon
from .ics_reader import read_calendar, read_date
from .outage_common import create_outage

DAY = 24
PETIT_MAIL = "garage@petit.example.com"


class WorksCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.garage = cls.env["res.partner"].create(
            {
                "name": "Garage Petit",
                "is_company": True,
                "email": PETIT_MAIL,
                "lang": "fr_FR",
                "integrator_id": cls.integrator.id,
            }
        )
        cls.trunk, cls.fibre = cls.env["incident.service"].create(
            [
                {"name": "TS-1", "partner_id": cls.customer.id},
                {"name": "FTTO-2", "partner_id": cls.garage.id},
            ]
        )

    def plan(self, begin, hours=4, services=None, **values):
        """Plan works that begin so many hours after the start."""
        services = self.trunk | self.fibre if services is None else services
        return create_outage(
            self,
            kind="works",
            begin_date=START + begin * HOUR,
            expected_end_date=START + (begin + hours) * HOUR,
            service_ids=[(6, 0, services.ids)],
            **values,
        )

    def read_files(self, works, address):
        """Return what the calendar files to an address say, the oldest first."""
        notices = self.env["incident.notice"].sudo()
        found = notices.search(
            [("outage_id", "=", works.id), ("email", "ilike", address)], order="id"
        )
        return [
            read_calendar(file.raw)
            for notice in found
            for file in notice.message_id.attachment_ids
        ]

    def get_dates(self, letters, address):
        """Return after how many hours which letters to an address have left."""
        return [(one.date - START) / HOUR for one in letters if one.address == address]


@tagged("post_install", "-at_install")
class TestOutageWorks(WorksCommon):
    # Announcements

    def test_announced_ten_days_two_days_and_an_hour_before(self):
        with self.moment(0):
            self.plan(20 * DAY)
        letters = self.run_to(25 * DAY)
        for address in (CUSTOMER_MAIL, INTEGRATOR_MAIL, PETIT_MAIL):
            self.assertEqual(
                self.get_dates(letters, address), [10 * DAY, 18 * DAY, 20 * DAY - 1]
            )

    def test_entered_late_it_is_announced_at_once_and_once(self):
        with self.moment(0):
            self.plan(DAY)
        letters = self.run_to(2 * DAY)
        self.assertEqual(self.get_dates(letters, PETIT_MAIL), [0, DAY - 1])

    def test_a_row_per_announcement_each_once(self):
        with self.moment(0):
            works = self.plan(20 * DAY)
        self.run_to(25 * DAY)
        made = works.message_record_ids
        self.assertEqual(set(made.mapped("act")), {"announced"})
        self.assertEqual(len(made.step_id), 3)
        with self.moment(25 * DAY):
            works.sudo()._do_tell_works()
        self.assertEqual(len(works.message_record_ids), 3)

    def test_after_a_downtime_the_last_announcement_alone_leaves(self):
        with self.moment(0):
            works = self.plan(20 * DAY)
        self.clock = START + 19 * DAY * HOUR
        letters = self.run_to(19 * DAY + 12)
        self.assertEqual(len(self.get_dates(letters, PETIT_MAIL)), 1)
        two_days = self.env.ref("openip_incident.outage_step_2_days")
        self.assertEqual(works.message_record_ids.step_id, two_days)

    def test_nothing_is_announced_that_has_begun(self):
        with self.moment(0):
            self.plan(-1)
        self.assertFalse(self.run_to(DAY))

    def test_who_wants_no_announcement_makes_none(self):
        with self.moment(0):
            works = self.plan(DAY, announce=False)
        self.assertFalse(self.run_to(DAY))
        with self.moment(DAY):
            works.action_cancel()
        self.assertFalse(self.run_to(2 * DAY))

    def test_without_services_it_waits_for_them(self):
        with self.moment(0):
            works = self.plan(DAY, services=self.env["incident.service"])
        self.assertFalse(self.run_to(1))
        with self.moment(1):
            works.service_ids = self.fibre
        self.assertEqual(self.get_dates(self.run_to(2), PETIT_MAIL), [1])

    def test_admins_change_the_announcements(self):
        self.env.ref("openip_incident.outage_step_2_days").with_user(
            self.manager
        ).delay = 5
        with self.moment(0):
            works = self.plan(20 * DAY)
        self.env.ref("openip_incident.outage_step_10_days").with_user(
            self.manager
        ).unlink()
        self.assertEqual(works.tell_date, START + 15 * DAY * HOUR)

    # Who reads what

    def test_each_reads_of_its_own_services_alone(self):
        with self.moment(0):
            works = self.plan(DAY)
        letters = {one.address: one.body for one in self.run_to(1)}
        self.assertIn("TS-1", letters[CUSTOMER_MAIL])
        self.assertNotIn("FTTO-2", letters[CUSTOMER_MAIL])
        self.assertNotIn("TS-1", letters[PETIT_MAIL])
        for name in ("TS-1", "FTTO-2", "Garage Petit"):
            self.assertIn(name, letters[INTEGRATOR_MAIL])
        [customer] = self.read_files(works, CUSTOMER_MAIL)
        self.assertEqual(customer["X-MAINTNOTE-OBJECT-ID"][0], ["TS-1"])
        [integrator] = self.read_files(works, INTEGRATOR_MAIL)
        self.assertEqual(integrator["X-MAINTNOTE-OBJECT-ID"][0], ["TS-1", "FTTO-2"])

    def test_one_file_per_account_behind_one_mailbox(self):
        self.garage.email = self.customer.email
        with self.moment(0):
            works = self.plan(DAY)
        letters = self.run_to(1)
        self.assertEqual(len(self.get_dates(letters, CUSTOMER_MAIL)), 1)
        files = self.read_files(works, CUSTOMER_MAIL)
        self.assertEqual(
            sorted(file["X-MAINTNOTE-OBJECT-ID"][0] for file in files),
            [["FTTO-2"], ["TS-1"]],
        )
        self.assertEqual(len({file["UID"][0] for file in files}), 2)

    # The file

    def test_what_the_file_says(self):
        with self.moment(0):
            works = self.plan(DAY, impact="redundancy")
        self.run_to(1)
        [found] = self.read_files(works, PETIT_MAIL)
        said = {
            name: found[f"X-MAINTNOTE-{name}"][0]
            for name in ("MAINTENANCE-ID", "ACCOUNT", "IMPACT", "STATUS")
        }
        self.assertEqual(
            said,
            {
                "MAINTENANCE-ID": works.number,
                "ACCOUNT": str(self.garage.id),
                "IMPACT": "REDUCED-REDUNDANCY",
                "STATUS": "CONFIRMED",
            },
        )
        self.assertTrue(found["X-MAINTNOTE-PROVIDER"][0])
        self.assertEqual(found["METHOD"][0], "PUBLISH")
        self.assertEqual(read_date(found, "DTSTART"), START + DAY * HOUR)
        self.assertEqual(read_date(found, "DTEND"), START + (DAY + 4) * HOUR)

    # Changes

    def test_a_change_is_told_once_with_the_same_identity(self):
        with self.moment(0):
            works = self.plan(15 * DAY)
        self.run_to(6 * DAY)
        with self.moment(6 * DAY):
            works.begin_date = START + (15 * DAY + 1) * HOUR
            works.impact = "degraded"
        letters = self.run_to(6 * DAY + 1)
        self.assertEqual(len(letters), 3)
        self.assertIn("modifiés", self.get_letter(letters, PETIT_MAIL).subject)
        first, second = self.read_files(works, PETIT_MAIL)
        self.assertEqual(first["UID"], second["UID"])
        self.assertEqual([first["SEQUENCE"][0], second["SEQUENCE"][0]], ["0", "1"])
        self.assertEqual(second["X-MAINTNOTE-IMPACT"][0], "DEGRADED")
        self.assertEqual(read_date(second, "DTSTART"), START + (15 * DAY + 1) * HOUR)

    def get_letter(self, letters, address):
        [letter] = [one for one in letters if one.address == address]
        return letter

    def test_a_change_is_told_though_announcements_are_changed_meanwhile(self):
        with self.moment(0):
            works = self.plan(15 * DAY)
        self.run_to(6 * DAY)
        with self.moment(6 * DAY):
            works.impact = "degraded"
            self.env.ref("openip_incident.outage_step_2_days").with_user(
                self.manager
            ).delay = 3
        self.assertEqual(len(self.run_to(6 * DAY + 1)), 3)

    def test_what_is_changed_back_is_no_change(self):
        with self.moment(0):
            works = self.plan(15 * DAY)
        self.run_to(6 * DAY)
        with self.moment(6 * DAY):
            before = works.expected_end_date
            works.expected_end_date = before + HOUR
            works.expected_end_date = before
        self.assertFalse(self.run_to(6 * DAY + 1))

    def test_the_postponed_are_announced_anew_for_their_new_window(self):
        with self.moment(0):
            works = self.plan(5 * DAY)
        self.run_to(1)
        with self.moment(1):
            works.write(
                {
                    "begin_date": START + 30 * DAY * HOUR,
                    "expected_end_date": START + (30 * DAY + 4) * HOUR,
                }
            )
        dates = self.get_dates(self.run_to(31 * DAY), PETIT_MAIL)
        self.assertEqual(len(dates), 4, "the change, then each announcement")
        self.assertEqual(dates[1:], [20 * DAY, 28 * DAY, 30 * DAY - 1])

    def test_services_come_and_go(self):
        with self.moment(0):
            works = self.plan(15 * DAY, services=self.trunk)
        self.run_to(6 * DAY)
        with self.moment(6 * DAY):
            works.service_ids = self.fibre
        letters = self.run_to(6 * DAY + 1)
        self.assertEqual(
            sorted(one.address for one in letters),
            sorted([CUSTOMER_MAIL, INTEGRATOR_MAIL, PETIT_MAIL]),
        )
        (letter,) = [one for one in letters if one.address == CUSTOMER_MAIL]
        self.assertIn("qui ne vous concernent plus", letter.subject)
        self.assertIn("ne concernent plus vos services", letter.body)
        self.assertNotIn("nnulés", letter.subject + letter.body)
        told = self.read_files(works, CUSTOMER_MAIL)[-1]
        self.assertEqual(told["METHOD"][0], "CANCEL")
        self.assertEqual(told["X-MAINTNOTE-OBJECT-ID"][0], ["TS-1"])
        told = self.read_files(works, INTEGRATOR_MAIL)[-1]
        self.assertEqual(told["SEQUENCE"][0], "1")
        self.assertEqual(told["X-MAINTNOTE-OBJECT-ID"][0], ["FTTO-2"])
        told = self.read_files(works, PETIT_MAIL)[-1]
        self.assertEqual((told["SEQUENCE"][0], told["METHOD"][0]), ("0", "PUBLISH"))

    def test_the_end_is_put_off_while_they_last(self):
        with self.moment(0):
            works = self.plan(DAY)
        self.run_to(DAY + 1)
        with self.moment(DAY + 1):
            works.expected_end_date += HOUR
        self.assertEqual(len(self.run_to(DAY + 2)), 3)
        told = self.read_files(works, PETIT_MAIL)[-1]
        self.assertEqual(told["X-MAINTNOTE-STATUS"][0], "IN-PROCESS")

    # Cancelled

    def test_cancelled_is_told_whom_it_was_announced(self):
        with self.moment(0):
            works = self.plan(15 * DAY)
        self.run_to(6 * DAY)
        with self.moment(6 * DAY):
            works.action_cancel()
        letters = self.run_to(30 * DAY)
        self.assertEqual(len(letters), 3, "and no announcement after it")
        (letter,) = [one for one in letters if one.address == CUSTOMER_MAIL]
        self.assertIn("Travaux planifiés annulés", letter.subject)
        self.assertIn("que nous avions annoncés sont annulés", letter.body)
        self.assertNotIn("ne concernent plus", letter.body)
        first, last = self.read_files(works, PETIT_MAIL)
        self.assertEqual(first["UID"], last["UID"])
        self.assertEqual(last["SEQUENCE"][0], "1")
        self.assertEqual(last["METHOD"][0], "CANCEL")
        self.assertEqual(last["STATUS"][0], "CANCELLED")
        self.assertEqual(last["X-MAINTNOTE-STATUS"][0], "CANCELLED")

    def test_cancelled_before_anybody_knew_is_told_nobody(self):
        with self.moment(0):
            works = self.plan(15 * DAY)
        with self.moment(1):
            works.action_cancel()
        self.assertFalse(self.run_to(30 * DAY))

    # Begin and end

    def test_time_begins_them_and_people_end_them(self):
        with self.moment(0):
            works = self.plan(DAY)
        self.run_to(DAY - 0.5)
        self.assertEqual(works.state, "scheduled")
        self.run_to(DAY)
        self.assertEqual(works.state, "in_progress")
        self.assertFalse(works.sudo().activity_ids)
        self.run_to(DAY + 10)
        self.assertEqual(works.state, "in_progress")
        self.assertEqual(len(works.sudo().activity_ids), 1)
        with self.moment(DAY + 10):
            works.action_complete()
        self.assertFalse(works.sudo().activity_ids)
        self.assertEqual(works.end_date, START + (DAY + 10) * HOUR)


@tagged("post_install", "-at_install")
class TestOutageWords(WorksCommon):
    """What somebody has written for each language, and who cannot be mailed."""

    def _plan_in_words(self):
        words = [
            {"lang": "en_US", "name": "New router", "text": "<p>We swap it.</p>"},
            {"lang": "es_ES", "name": "Enrutador nuevo", "text": "<p>Cambio.</p>"},
        ]
        self.env["res.lang"]._activate_lang("es_ES")
        with self.moment(0):
            return self.plan(DAY, words_ids=[(0, 0, vals) for vals in words])

    def test_each_reads_its_own_language(self):
        works = self._plan_in_words()
        self.garage.lang = "es_ES"
        (self.customer | self.integrator).lang = "en_US"
        letters = self.run_to(2)
        for address, own, other in (
            (CUSTOMER_MAIL, ("New router", "We swap it."), ("Enrutador", "Cambio")),
            (PETIT_MAIL, ("Enrutador nuevo", "Cambio."), ("New router", "We swap")),
        ):
            [letter] = [one for one in letters if one.address == address]
            for text in own:
                self.assertIn(text, str(letter))
            for text in (*other, works.name):
                self.assertNotIn(text, str(letter))
        [file] = self.read_files(works, PETIT_MAIL)
        self.assertIn("Enrutador nuevo", str(file))
        told = works.with_context(lang="es_ES")._get_public_messages(self.garage)
        self.assertIn("Cambio.", told[0]["body"])
        self.assertEqual(len(told), 1)

    def test_who_reads_none_of_them_gets_another(self):
        works = self._plan_in_words()
        works.words_ids.filtered(lambda one: one.lang == "es_ES").unlink()
        french = works.with_context(lang="es_ES")
        self.assertEqual(french._get_title(), works.name)
        self.assertIn("We swap it.", french._get_words())

    def test_one_text_for_each_language(self):
        works = self._plan_in_words()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            works.words_ids.create({"outage_id": works.id, "lang": "en_US"})
            self.env.flush_all()

    def test_somebody_is_told_where_no_party_has_an_address(self):
        (self.customer | self.garage | self.integrator).email = False
        with self.moment(0):
            works = self.plan(DAY)
        self.assertFalse(self.run_to(2))
        self.assertEqual(len(works.activity_ids), 1)

    def test_no_link_of_one_party_is_told_to_all(self):
        """It is in the words of works, and in what was done."""
        token = hash_sign(self.env(su=True), "x", [1, "y", 2])
        link = f"{self.customer.get_base_url()}/x?token={token}"
        text = f'<p>See <a href="{link}">this</a> or {link}</p>'
        words = {"lang": "en_US", "name": f"Works {link}", "text": text}
        with self.moment(0):
            works = self.plan(DAY, words_ids=[(0, 0, words)], solution=text)
        works.words_ids.write({"text": text})
        own = works.words_ids
        for told in (own.name, own.text, works.solution):
            self.assertNotIn(token, told)
            self.assertTrue(told)

    def test_who_has_no_address_is_shown_and_called(self):
        self.garage.email = False
        with self.moment(0):
            works = self.plan(DAY)
        self.assertEqual(works.unreached_party_ids, self.garage)
        letters = self.run_to(2)
        self.assertFalse(self.get_dates(letters, PETIT_MAIL))
        activity = works.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn("Garage Petit", activity.note)
        self.run_to(DAY)
        self.assertEqual(works.activity_ids, activity)
