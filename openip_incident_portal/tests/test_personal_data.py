# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSED

from .personal_data_common import ADDRESS, NAME, PersonalDataCommon


@tagged("post_install", "-at_install")
class TestPersonalData(PersonalDataCommon):
    def _open_dialog(self):
        return (
            self.env["incident.anonymise.wizard"]
            .with_user(self.manager)
            .create({"partner_ids": [(6, 0, self.person.ids)]})
        )

    def test_nothing_is_left_but_what_others_wrote(self):
        self.live()
        self.close_all()
        before = self.search_everywhere()
        self.assertGreater(len({table for table, *_rest in before}), 12, before)
        dialog = self._open_dialog()
        self.assertFalse(dialog.blockers)
        _subject, listed = self.env["incident.personal.data"]._rehearse(self.person)
        self.assertEqual(self.search_everywhere(), before, "a rehearsal is undone")
        dialog.action_confirm()
        left = self.search_everywhere()
        written = {
            ("mail_message", "body", self.note.id),
            ("mail_message", "body", self.remark.id),
        }
        self.assertEqual(left, written, self._show(left - written))
        self.assertEqual({(one.table, one.column, one.id) for one in listed}, written)
        self.assertFalse(self.search_files())

    def test_older_notes_of_the_own_company_name_nobody_any_more(self):
        """They carry no mark of the contact, and its row was removed."""
        colleague = self.env["res.partner"].create(
            {
                "name": NAME,
                "parent_id": self.integrator.incident_party_id.id,
                "email": ADDRESS,
            }
        )
        incident, foreign = (
            self._create_incident_in(CLOSED, partner_id=partner.id).sudo()
            for partner in (self.customer, self.stranger)
        )
        foreign.integrator_id = False
        said = f"Théo Technician has {NAME} informed no more."
        note, other = (one._message_log(body=said) for one in (incident, foreign))
        remark = incident.message_post(body=f"Call {NAME}", message_type="comment")
        self.env["incident.personal.data"]._anonymise(colleague)
        self.assertIn("Théo Technician has [removed] informed", note.body)
        self.assertIn(NAME, remark.body)
        # Somebody of the same name, elsewhere.
        self.assertIn(NAME, other.body)

    def _show(self, places):
        return "\n" + "\n".join(f"{place}" for place in sorted(places, key=str))

    def test_links_open_nothing_any_more(self):
        """Nor later, should somebody take the contact out of the archive."""
        incident = self._create_incident_in(CLOSED, partner_id=self.person.id)
        path = self.get_path(incident, self.person)
        self.visit(path)
        self._open_dialog().action_confirm()
        self.assertNotIn(incident.name, self.url_open(path).text)
        self.person.active = True
        self.env.flush_all()
        self.assertNotIn(incident.name, self.url_open(path).text)
