# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reports that name no mail of ours find whom they are about, and nobody else."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, IncidentCommon
from .data import MAIL_BOUNCE
from .followup_common import UNREACHABLE_TYPE

COMPLAINT_TYPE = "openip_incident.mail_activity_type_complaint"
SWITCH = "openip_incident.signed_return_path"

FRENCH = (
    'From: "Système de messagerie" <postmaster@smtp-fournisseur.example>\n'
    "To: {to}\nSubject: Message non distribué\nReturn-Path: <>\n"
    "Message-ID: <r1@x.example>\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    "Votre message n'a pas pu être distribué à <{address}> : la boîte est "
    "inexistante. (550 5.1.1)\n"
)
# Without anything that names our mail.
ANONYMOUS = MAIL_BOUNCE.replace("Message-Id: {message_id}\n", "").replace(
    "From: Operator <{to}>\n", ""
)
DELAY = ANONYMOUS.replace("Action: failed", "Action: delayed").replace(
    "Undelivered Mail Returned", "Delayed Mail"
)
INTERNAL = (
    ANONYMOUS.replace("Final-Recipient: rfc822; {recipient}", "Final-Recipient: x; y")
    .replace("Original-Recipient: rfc822;{recipient}", "X-Note: none")
    .replace("<{recipient}>: host", "box17@internal.example: host")
)
COMPLAINT = (
    "From: staff@plaintes.example\nTo: {to}\nMessage-ID: <c1@plaintes.example>\n"
    "Subject: complaint about message from 192.0.2.10\nMIME-Version: 1.0\n"
    'Content-Type: multipart/mixed; boundary="b"\n\n--b\n'
    "Content-Type: message/rfc822\nContent-Disposition: inline\n\n"
    "X-HmXmrOriginalRecipient: {address}\nFrom: Voice <{to}>\n"
    "Message-ID: {message_id}\nSubject: x\n\nx\n--b--\n"
)


@tagged("post_install", "-at_install")
class TestReportAttribution(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.bounce_address = f"{self.alias_bounce}@{self.alias_domain}"
        self.incident = self._open()

    def _open(self, **values):
        incident = self._create_incident(**values)
        with self.capture_letters() as letters:
            incident.action_incident_open()
        self.paths = {
            self._recipients([letter])[0]: letter["headers"].get("Return-Path")
            for letter in letters
        }
        return incident

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def _report(self, template, address, to=None, **values):
        raw = template.format(
            **{
                "to": to or self.bounce_address,
                "address": address,
                "recipient": address,
                "message_id": "<unknown@elsewhere.example>",
                "subject": "Your line",
                "bounce_id": "b1",
                **values,
            }
        )
        before = self.env["incident.inbound"].search([], order="id desc", limit=1).id
        with self.capture_letters() as letters:
            self.env["mail.thread"].message_process(False, raw.encode())
        self.env.invalidate_all()
        inbound = self.env["incident.inbound"].search([("id", ">", before or 0)])
        self.assertEqual(len(inbound), 1)
        outside = [
            letter
            for letter in letters
            if "@operator.example.com" not in str(letter["email_to"])
        ]
        self.assertNoLetters(outside)
        return inbound

    def _get_status(self, party, incident=None):
        notices = (incident or self.incident).sudo().notice_ids
        return notices.filtered(lambda notice: notice.partner_id == party).status

    def assertFlagged(self, *parties):
        for party in (self.customer, self.integrator):
            flagged = party in parties
            status = "bounced" if flagged else "sent"
            self.assertEqual(self._get_status(party), status, party.name)
            self.assertEqual(bool(party.incident_unreachable_date), flagged)
        activity = self.env.ref(UNREACHABLE_TYPE)
        activities = self.incident.sudo().activity_ids.activity_type_id
        self.assertEqual(activity in activities, bool(parties))

    # By the address

    def test_a_report_that_names_no_mail_flags_whom_it_names(self):
        for name, template in (("fields", ANONYMOUS), ("words", FRENCH)):
            for to in (self.bounce_address, self.team.alias_full_name):
                with self.subTest(name=name, to=to), self.undone():
                    inbound = self._report(template, CUSTOMER_MAIL, to)
                    self.assertFlagged(self.customer)
                    self.assertEqual(inbound.reason, "reported")
                    self.assertTrue(inbound.raw)

    def test_the_catchall_takes_reports_too(self):
        catchall = f"{self.alias_catchall}@{self.alias_domain}"
        inbound = self._report(FRENCH, INTEGRATOR_MAIL, catchall)
        self.assertFlagged(self.integrator)
        self.assertEqual(inbound.reason, "reported")

    def test_the_recipient_of_the_returned_mail_is_known(self):
        self._report(INTERNAL, CUSTOMER_MAIL)
        self.assertFlagged(self.customer)

    def test_a_former_address_is_known(self):
        self.customer.email = "new@boulangerie.example.com"
        self._report(ANONYMOUS, CUSTOMER_MAIL)
        self.assertEqual(self._get_status(self.customer), "bounced")
        self.assertFalse(self.customer.incident_unreachable_date)

    def test_who_belongs_to_nobody_flags_nobody(self):
        inbound = self._report(ANONYMOUS, "nobody@elsewhere.example.com")
        self.assertFlagged()
        self.assertEqual((inbound.state, inbound.reason), ("aside", "unattributed"))

    def test_a_party_without_a_mail_of_these_days_is_not_flagged(self):
        notices = self.incident.sudo().notice_ids
        old = fields.Datetime.now() - timedelta(days=11)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE incident_notice SET create_date = %s WHERE id IN %s",
            (old, tuple(notices.ids)),
        )
        self.env.invalidate_all()
        inbound = self._report(ANONYMOUS, CUSTOMER_MAIL)
        self.assertFlagged()
        self.assertEqual(inbound.reason, "unattributed")

    def test_a_mail_that_is_not_ours_flags_nobody(self):
        """Whoever forges our address meets our parties, too."""
        foreign = MAIL_BOUNCE.replace("From: Operator <{to}>", "From: x@spam.example")
        inbound = self._report(foreign, CUSTOMER_MAIL)
        self.assertFlagged()
        self.assertEqual(inbound.reason, "unattributed")

    def test_a_mail_whose_id_a_server_has_replaced_is_ours(self):
        self._report(MAIL_BOUNCE, CUSTOMER_MAIL)
        self.assertFlagged(self.customer)

    def test_delays_flag_nobody(self):
        for to in (self.bounce_address, self.team.alias_full_name):
            with self.subTest(to=to), self.undone():
                self._report(DELAY, CUSTOMER_MAIL, to)
                self.assertFlagged()

    def test_the_number_in_the_subject_chooses_the_incident(self):
        other = self._open(name="Noise")
        report = FRENCH.replace(
            "non distribué", f"non distribué: {self.incident.number}"
        )
        self._report(report, CUSTOMER_MAIL)
        self.assertFlagged(self.customer)
        self.assertEqual(self._get_status(self.customer, other), "sent")

    def test_without_a_number_the_last_mail_it_is(self):
        other = self._open(name="Noise")
        self._report(FRENCH, CUSTOMER_MAIL)
        self.assertEqual(self._get_status(self.customer, other), "bounced")
        self.assertEqual(self._get_status(self.customer), "sent")

    def test_a_full_mailbox_may_say_so_itself(self):
        own = (
            "From: Boulangerie <{address}>\nTo: {to}\nMessage-ID: <o1@x.example>\n"
            "Subject: Boîte aux lettres pleine\nIn-Reply-To: {message_id}\n"
            "Content-Type: text/plain; charset=utf-8\n\nMa boîte aux lettres est "
            "pleine, votre message n'a pas été enregistré.\n"
        )
        self._report(
            own,
            CUSTOMER_MAIL,
            self.team.alias_full_name,
            message_id=self._hidden_message(self.incident, self.customer).message_id,
        )
        self.assertFlagged(self.customer)

    def test_the_agent_is_told_in_its_language(self):
        self.leader.lang = "fr_FR"
        self._report(ANONYMOUS, CUSTOMER_MAIL)
        kind = self.env.ref(UNREACHABLE_TYPE)
        activity = self.incident.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        self.assertEqual(activity.user_id, self.leader)
        self.assertIn("Boulangerie Martin", activity.summary)
        self.assertNotIn("was not delivered", activity.summary)

    def test_a_colleague_whose_mail_stays_inside_is_told_in_its_language(self):
        """Who answers a notification by mail believes that the party reads it."""
        self.agent.lang = "fr_FR"
        self._report(
            "From: Agathe <{address}>\nTo: {to}\nMessage-ID: <a1@x.example>\n"
            "In-Reply-To: {message_id}\nSubject: RE: Your line\n\nTomorrow.\n",
            self.agent.email,
            self.team.alias_full_name,
            message_id=self._hidden_message(self.incident, self.customer).message_id,
        )
        kind = self.env.ref("openip_incident.mail_activity_type_kept_inside")
        activity = self.incident.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        self.assertEqual(activity.user_id, self.agent)
        self.assertIn(self.incident.number, activity.note)

    def test_the_answer_of_a_party_is_told_in_the_agents_language(self):
        self.leader.lang = "fr_FR"
        with self.capture_letters():
            self._reply(self.incident, self.customer)
        kind = self.env.ref("openip_incident.mail_activity_type_answer")
        activity = self.incident.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        self.assertEqual(activity.summary, "Réponse de Boulangerie Martin")

    # By the return path

    def test_by_default_all_mails_have_one_return_path(self):
        self.assertEqual(set(self.paths.values()), {self.bounce_address})

    def _sign(self):
        self.env["ir.config_parameter"].set_param(SWITCH, "1")
        self.incident = self._open()
        return self.paths

    def test_a_signed_return_path_knows_its_mail(self):
        paths = self._sign()
        self.assertEqual(len(set(paths.values())), 2)
        for party in (self.customer, self.integrator):
            with self.subTest(party=party.name), self.undone():
                path = paths[party.email]
                self.assertRegex(path, rf"^{self.alias_bounce}\+\d+-[a-z2-7]{{16}}@")
                # The report names somebody who has never heard of us.
                inbound = self._report(
                    ANONYMOUS, "x@elsewhere.example.com", path.upper()
                )
                self.assertFlagged(party)
                self.assertEqual(inbound.reason, "reported")

    def test_a_forged_return_path_flags_nobody(self):
        path = self._sign()[CUSTOMER_MAIL]
        notice = self.incident.sudo().notice_ids.filtered(
            lambda notice: notice.partner_id == self.integrator
        )
        mark = path.partition("-")[2]
        for forged in (
            f"{self.alias_bounce}+{notice.id}-{mark}",
            path.replace(mark[:4], "aaaa"),
        ):
            with self.subTest(forged=forged), self.undone():
                inbound = self._report(ANONYMOUS, CUSTOMER_MAIL, forged)
                self.assertFlagged()
                self.assertEqual(inbound.reason, "unattributed")

    def test_a_delay_at_a_signed_return_path_flags_nobody(self):
        path = self._sign()[CUSTOMER_MAIL]
        self._report(DELAY, CUSTOMER_MAIL, path)
        self.assertFlagged()

    def test_what_else_comes_to_a_signed_return_path_goes_to_its_incident(self):
        """Vacation replies do (RFC 3834); they answer nothing and flag nobody."""
        path = self._sign()[CUSTOMER_MAIL]
        before = self.incident.sudo().message_ids
        self._report(
            "Return-Path: <{address}>\nFrom: {address}\nTo: {to}\n"
            "Message-ID: <v1@x.example>\nSubject: Out of office\n"
            "Auto-Submitted: auto-replied\n\nI am away.\n",
            CUSTOMER_MAIL,
            path,
        )
        kept = self.incident.sudo().message_ids - before
        kept = kept.filtered(lambda item: item.message_type == "email")
        self.assertEqual(kept.incident_disregard, "auto_reply")
        self.assertFlagged()

    # Complaints

    def _get_complaint_activity(self):
        kind = self.env.ref(COMPLAINT_TYPE)
        activities = self.incident.sudo().activity_ids
        return activities.filtered(lambda item: item.activity_type_id == kind)

    def test_a_complaint_is_kept_and_a_manager_told(self):
        message = self._hidden_message(self.incident, self.customer)
        for message_id in (message.message_id, "<unknown@elsewhere.example>"):
            with self.subTest(message_id=message_id), self.undone():
                before = self.incident.sudo().message_ids
                self._report(
                    COMPLAINT,
                    CUSTOMER_MAIL,
                    self.team.alias_full_name,
                    message_id=message_id,
                )
                kept = self.incident.sudo().message_ids - before
                kept = kept.filtered(lambda item: item.message_type == "email")
                self.assertEqual(len(kept), 1)
                self.assertTrue(kept.incident_disregard)
                self.assertTrue(kept.subtype_id.internal)
                self.assertFalse(self.incident.sudo().last_answer_date)
                activity = self._get_complaint_activity()
                managers = self.env["res.users"]._get_incident_managers()
                self.assertIn(activity.user_id, managers)
                self.assertFlagged()

    def test_a_complaint_about_an_unknown_mail_shows_in_health(self):
        inbound = self._report(
            COMPLAINT, "nobody@elsewhere.example.com", self.team.alias_full_name
        )
        self.assertEqual((inbound.state, inbound.reason), ("aside", "complaint"))
        check = self.env.ref("openip_incident.health_complaints")
        self.assertEqual((check.count, check.state), (1, "alarm"))
        inbound.action_discard()
        check.invalidate_recordset()
        self.assertEqual((check.count, check.state), (0, "good"))

    def test_unattributed_reports_are_counted_in_health(self):
        check = self.env.ref("openip_incident.health_reports")
        before = check.count
        self._report(ANONYMOUS, "nobody@elsewhere.example.com")
        check.invalidate_recordset()
        self.assertEqual((check.count, check.state), (before + 1, "good"))
