# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The dialogs say which mails leave at once, and which in the morning."""

from odoo.tests import tagged

from .common import CUSTOMER_MAIL, ESCALATED, INTEGRATOR_MAIL, OPENED, WAITING
from .dialog_common import DialogCommon

ALL = "1 incident, 2 mails to 2 recipients"
ONE_LATER = f"{ALL}, 1 of them in the next morning mail"


@tagged("-at_install", "post_install")
class TestConfirmLater(DialogCommon):
    def _say(self, act, phase=OPENED, **filled):
        """Return what the dialog of an act says, and to whom it then mails at once."""
        incident = self._create_incident_in(phase)
        form = self.open_form(act(incident))
        for name, value in filled.items():
            setattr(form, name, value)
        said = form.summary
        return said, self._recipients(self.confirm(form))

    def _update(self, **options):
        return self._say(
            lambda one: one.incident_update(), body="<p>Words</p>", **options
        )

    def test_without_a_preference_everybody_is_mailed_at_once(self):
        said, mailed = self._update()
        self.assertEqual(said, ALL)
        self.assertCountEqual(mailed, [CUSTOMER_MAIL, INTEGRATOR_MAIL])

    def test_update_says_who_reads_it_in_the_morning(self):
        self.integrator.incident_update_preference = "digest"
        self.assertEqual(self._update(), (ONE_LATER, [CUSTOMER_MAIL]))
        self.customer.incident_update_preference = "digest"
        said, mailed = self._update()
        self.assertEqual(said, f"{ALL}, 2 of them in the next morning mail")
        self.assertFalse(mailed)

    def test_who_wants_no_updates_is_not_counted(self):
        self.integrator.incident_update_preference = "none"
        self.assertEqual(
            self._update(), ("1 incident, 1 mail to 1 recipient", [CUSTOMER_MAIL])
        )

    def test_escalation_of_what_waits_is_news(self):
        self.customer.incident_update_preference = "digest"
        said, mailed = self._say(
            lambda one: one.action_incident_escalate(), WAITING, level_id=self.level
        )
        self.assertEqual((said, mailed), (ONE_LATER, [INTEGRATOR_MAIL]))

    def test_card_that_is_dropped_on_a_stage_says_the_same(self):
        self.customer.incident_update_preference = "digest"
        incident = self._create_incident_in(OPENED)
        stage = self.stages[ESCALATED]
        letters = incident._count_incident_later("enter", stage=stage)
        self.assertEqual(letters, 1)

    def test_whoever_is_asked_reads_an_update_at_once(self):
        self.customer.incident_update_preference = "digest"
        said, mailed = self._update(phase=WAITING)
        self.assertEqual(said, ALL)
        self.assertCountEqual(mailed, [CUSTOMER_MAIL, INTEGRATOR_MAIL])

    def test_what_carries_files_does_not_wait(self):
        self.customer.incident_update_preference = "digest"
        incident = self._create_incident_in(OPENED)
        self.assertEqual(incident._count_incident_later("update"), 1)
        self.assertEqual(incident._count_incident_later("update", files=True), 0)

    def test_what_opens_asks_or_closes_leaves_at_once(self):
        parties = self.customer | self.integrator
        for preference in ("digest", "none"):
            parties.incident_update_preference = preference
            with self.subTest(preference=preference):
                said, mailed = self._say(
                    lambda one: one.action_incident_resolve_dialog()
                )
                self.assertEqual(said, ALL)
                self.assertEqual(len(mailed), 2)
