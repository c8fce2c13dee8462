# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails whose reading has ended amid: by themselves, or by the database."""

from contextlib import contextmanager
from unittest.mock import patch

import psycopg2
from psycopg2.errors import AdminShutdown

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.inbound import incident_inbound_cut
from ..models.inbound.incident_inbound_cut import MOST_CUTS
from ..models.inbounds import KILLED, QUARANTINED, RECEIVED
from .common import IncidentCommon

START_OF_YEAR = "2026-01-01 00:00:00"
KEY = "<cut@example.com>"
HOLD = (
    "odoo.addons.openip_incident.models.inbound.incident_mail_gateway"
    ".IncidentMailGateway._hold"
)
SLEEP = "odoo.addons.openip_incident.models.inbound.incident_mail_cut.time.sleep"
MAIL = """\
From: %s\r
To: %s\r
Subject: No calls\r
Message-ID: <cut@example.com>\r
\r
Nothing works.
"""
START = f"{incident_inbound_cut.BEGIN.code} AT TIME ZONE 'UTC'"


@tagged("post_install", "-at_install")
class TestInboundCut(IncidentCommon):
    def _take_in(self):
        """Hand the mail over and return what became of it."""
        mail = MAIL % (self.customer.email_formatted, self.team.alias_full_name)
        self.env["mail.thread"].message_process(False, mail)
        return self._find()

    def _fail(self, kind):
        """Hand the mail over; tell whether that failed; undo nothing."""
        try:
            self._take_in()
        except kind:
            self.env.invalidate_all()
            return True
        return False

    def test_nothing_is_taken_up_of_no_mail(self):
        inbounds = self.env["incident.inbound"]
        self.assertEqual(inbounds._take_up(), inbounds)

    def test_only_mail_that_is_being_read_is_cut_off(self):
        inbounds, read = self.env["incident.inbound"], START_OF_YEAR
        states = [state for state, _label in inbounds._fields["state"].selection]
        kept = inbounds.create(
            [{"key": one, "state": one, "read_date": read} for one in states]
        )
        inbounds._note_cut(states)
        kept.invalidate_recordset()
        cut = kept.filtered(lambda one: not one.read_date)
        self.assertEqual(cut.mapped("state"), [RECEIVED])
        self.assertGreater(len(kept), 2)

    def _find(self):
        return self.env["incident.inbound"].search([("key", "=", KEY)])

    def _begin(self, moment, cuts=0):
        """Leave a mail behind that somebody has begun to read, and not ended."""
        inbound = self.env["incident.inbound"].create(
            {"key": KEY, "state": RECEIVED, "cut_count": cuts}
        )
        self.env.cr.execute(
            SQL(
                "UPDATE incident_inbound SET read_date = %s WHERE id = %s",
                SQL(moment),
                inbound.id,
            )
        )
        inbound.invalidate_recordset()
        return inbound

    def assertKilled(self, inbound):
        self.assertEqual((inbound.state, inbound.reason), (QUARANTINED, KILLED))

    def test_what_a_restarted_database_cut_off_is_processed(self):
        self._begin(f"{START} - interval '1 second'")
        inbound = self._take_in()
        self.assertEqual((inbound.state, inbound.cut_count), ("done", 1))
        self.assertTrue(inbound.read_date)

    def test_what_ended_its_reader_is_kept(self):
        self._begin(f"{START} + interval '1 second'")
        self.assertKilled(self._take_in())

    def test_what_ended_its_reader_after_it_was_cut_off_is_kept(self):
        self._begin(f"{START} - interval '1 second'")
        gateway = type(self.env["incident.mail.gateway"])
        with patch.object(gateway, "_process", return_value=False):
            inbound = self._take_in()
        self.assertEqual((inbound.state, inbound.cut_count), (RECEIVED, 1))
        self.assertKilled(self._take_in())

    def test_what_is_always_cut_off_is_kept_in_the_end(self):
        self._begin("NULL", cuts=MOST_CUTS - 1)
        gateway = type(self.env["incident.mail.gateway"])
        with patch.object(gateway, "_process", side_effect=AdminShutdown("Ended")):
            self.assertTrue(self._fail(AdminShutdown))
        self.assertEqual(self._find().state, RECEIVED)
        self.assertFalse(self._find().read_date)
        self.assertKilled(self._take_in())

    def test_a_lost_connection_is_noted_by_who_lives_on(self):
        for lost in (
            AdminShutdown("terminating connection"),
            psycopg2.InterfaceError("connection already closed"),
            psycopg2.OperationalError("server closed the connection unexpectedly"),
        ):
            with self.subTest(type(lost).__name__):
                self._begin("now() AT TIME ZONE 'UTC'")
                with patch(HOLD, self._hold_until(lost)):
                    self.assertTrue(self._fail(type(lost)))
                self.assertFalse(self._find().read_date)
                self._find().unlink()

    def test_it_is_noted_once_the_database_has_recovered(self):
        """One of its processes has died: it is not started anew, and takes a while."""
        self._begin("now() AT TIME ZONE 'UTC'")
        recovers = psycopg2.OperationalError("the database system is in recovery mode")
        gateway = type(self.env["incident.mail.gateway"])
        connect = gateway._open_connection
        answers = iter([connect, None, None, connect])

        @contextmanager
        def open_connection(one):
            answer = next(answers)
            if not answer:
                raise recovers
            with answer(one) as other:
                yield other

        with (
            patch.object(gateway, "_open_connection", open_connection),
            patch(HOLD, self._hold_until(AdminShutdown("terminating"))),
            patch(SLEEP) as slept,
        ):
            self.assertTrue(self._fail(AdminShutdown))
        self.assertFalse(self._find().read_date)
        self.assertEqual([one.args for one in slept.call_args_list], [(0,), (1,), (2,)])

    def test_what_ended_with_a_database_that_recovered_is_processed(self):
        """It was not started anew, and nobody was left to say that it was cut off."""
        self._begin("now() AT TIME ZONE 'UTC'")
        later = SQL("(clock_timestamp() + interval '1 second')")
        with patch.object(incident_inbound_cut, "BEGIN", later):
            inbound = self._take_in()
        self.assertEqual((inbound.state, inbound.cut_count), ("done", 1))

    def test_any_other_error_is_none(self):
        """Others may be reading the mail: it is not ours."""
        inbound = self._begin("now() AT TIME ZONE 'UTC'")
        for error in (psycopg2.errors.LockNotAvailable("busy"), ValueError("What")):
            with patch(HOLD, self._hold_until(error)):
                self.assertTrue(self._fail(type(error)))
            inbound.invalidate_recordset()
            self.assertTrue(inbound.read_date)

    def test_what_is_over_is_never_taken_up(self):
        for state in ("done", QUARANTINED, "aside", "discarded"):
            inbound = self._begin("NULL")
            inbound.state = state
            self.env.flush_all()
            self.assertFalse(inbound._take_up())
            inbound.unlink()

    def _hold_until(self, error):
        """Return a gateway's hold that ends with an error before it begins."""

        @contextmanager
        def hold(_gateway, _key):
            if error:
                raise error
            yield

        return hold
