# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from email.utils import format_datetime
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tools import email_normalize, html2plaintext

from odoo.addons.mail.models.mail_mail import MailMail
from odoo.addons.mail.tests.common import MailCommon

from .data import MAIL_REPLY

REGISTERED = "registered"
OPENED = "opened"
IN_PROGRESS = "in_progress"
ESCALATED = "escalated"
WAITING = "waiting"
FROZEN = "frozen"
CLOSURE = "closure"
CLOSED = "closed"

PHASES = (
    REGISTERED,
    OPENED,
    IN_PROGRESS,
    ESCALATED,
    WAITING,
    FROZEN,
    CLOSURE,
    CLOSED,
)

# The stages that lead a new incident to each phase, one legal move after the other.
ROUTES = {
    REGISTERED: (),
    OPENED: (OPENED,),
    IN_PROGRESS: (OPENED, IN_PROGRESS),
    ESCALATED: (OPENED, ESCALATED),
    WAITING: (OPENED, IN_PROGRESS, WAITING),
    FROZEN: (OPENED, IN_PROGRESS, WAITING, FROZEN),
    CLOSURE: (OPENED, CLOSURE),
    CLOSED: (OPENED, CLOSED),
}

CUSTOMER_MAIL = "accueil@boulangerie.example.com"
INTEGRATOR_MAIL = "support@telintegra.example.com"

# What would let whoever reads a mail act as somebody else.
IDENTITY_MARKS = (
    "access_token",
    "pid=",
    "hash=",
    "signup_token",
    "/web/signup",
    "/mail/view",
    "/mail/unfollow",
    "/web/reset_password",
)


class IncidentCommon(MailCommon):
    """A team with the incident process, two parties and the people around them.

    The company reads English, the customer French and the integrator English.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company = cls.company_admin
        cls.company.partner_id.lang = "en_US"
        cls.company.helpdesk_mgmt_ticket_auto_assign = False
        cls._create_users()
        cls._create_teams()
        cls._create_partners()
        # As they are where the scheduled action has run: the first incident of a year
        # makes its range, and all that is known of addresses is forgotten with it.
        cls._prepare_numbers()

    @classmethod
    def _create_users(cls):
        def create_user(login, group, **values):
            return new_test_user(
                cls.env,
                login=login,
                groups=group,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
                notification_type="email",
                email=f"{login}@operator.example.com",
                **values,
            )

        agent_group = "helpdesk_mgmt.group_helpdesk_user"
        cls.agent = create_user("incident_agent", agent_group, name="Agathe Agent")
        cls.leader = create_user("incident_leader", agent_group, name="Luc Leader")
        cls.manager = create_user(
            "incident_manager",
            "helpdesk_mgmt.group_helpdesk_manager",
            name="Maud Manager",
        )

    @classmethod
    def _create_teams(cls):
        members = [Command.set((cls.agent | cls.leader).ids)]
        teams = cls.env["helpdesk.ticket.team"]
        cls.team = teams.create(
            {
                "name": "Voice support",
                "alias_name": "voice",
                "company_id": cls.company.id,
                "incident_process": True,
                "user_id": cls.leader.id,
                "user_ids": members,
            }
        )
        cls.other_team = teams.create(
            {
                "name": "Network support",
                "alias_name": "network",
                "company_id": cls.company.id,
                "incident_process": True,
                "user_ids": members,
            }
        )
        cls.plain_team = teams.create(
            {
                "name": "Sales questions",
                "alias_name": "sales-questions",
                "company_id": cls.company.id,
                "user_ids": members,
            }
        )
        cls.team_c2 = teams.create(
            {
                "name": "Support of the other company",
                "company_id": cls.company_2.id,
                "incident_process": True,
            }
        )
        cls.stages = {
            phase: cls.team._get_incident_stage(
                phase, "information" if phase == WAITING else False
            )
            for phase in PHASES
        }
        cls.stage_action = cls.team._get_incident_stage(WAITING, "action")
        cls.plain_new = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.plain_progress = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_in_progress"
        )
        cls.plain_done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.level = cls.env.ref("openip_incident.escalation_level_2")

    @classmethod
    def _create_partners(cls):
        partners = cls.env["res.partner"].with_context(lang="en_US")
        cls.integrator = partners.create(
            {
                "name": "Telintegra",
                "is_company": True,
                "is_integrator": True,
                "email": INTEGRATOR_MAIL,
                "lang": "en_US",
            }
        )
        cls.technician = partners.create(
            {
                "name": "Théo Technician",
                "parent_id": cls.integrator.id,
                "email": "theo@telintegra.example.com",
                "lang": "en_US",
            }
        )
        cls.customer = partners.create(
            {
                "name": "Boulangerie Martin",
                "is_company": True,
                "email": CUSTOMER_MAIL,
                "lang": "fr_FR",
                "integrator_id": cls.integrator.id,
            }
        )
        cls.baker = partners.create(
            {
                "name": "Claire Martin",
                "parent_id": cls.customer.id,
                "email": "claire@boulangerie.example.com",
                "lang": "fr_FR",
            }
        )
        cls.stranger = partners.create(
            {
                "name": "Stan Stranger",
                "is_company": True,
                "email": "stan@stranger.example.com",
                "lang": "en_US",
            }
        )

    @classmethod
    def prepare_once(cls):
        """Have each test begin with what :meth:`prepare` makes for all of them.

        A class calls it at the end of its ``setUpClass``.
        """
        case = cls()
        inherent = set(vars(case))
        case._start_test()
        case.prepare()
        case.flush_tracking()
        cls.env.invalidate_all()
        for name, value in vars(case).items():
            if name not in inherent:
                setattr(cls, name, value)

    def _start_test(self):
        """Have what a test finds whatever its class prepares: to be extended."""

    def prepare(self):
        """Make what all tests of a class begin with, as attributes: to be extended."""

    @contextmanager
    def undone(self):
        """Undo what a block did, as if each began with the same incident."""
        with self.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all()

    # Incidents

    @classmethod
    def _prepare_numbers(cls):
        """Have ranges of numbers been there before: nobody else sees new ones."""
        cls.env["ir.sequence"]._prepare_incident_years()
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE ir_sequence_date_range SET write_date = '2020-01-01'"
        )
        cls.env.invalidate_all()
        cls.env.registry.clear_cache()

    def _create_incident(self, **values):
        """Create an incident as an agent, without looking at what is mailed."""
        user = values.pop("user", self.agent)
        return (
            self.env["helpdesk.ticket"]
            .with_user(user)
            .create(
                {
                    "name": "No outgoing calls",
                    "description": "<p>Busy tone on every call.</p>",
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    **values,
                }
            )
        )

    def _create_incidents(self, count):
        """Create incidents of as many customers, half of them French."""
        customers = self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {index}",
                    "email": f"customer{index}@example.com",
                    "is_company": True,
                    "integrator_id": self.integrator.id,
                    "lang": "fr_FR" if index % 2 else "en_US",
                }
                for index in range(count)
            ]
        )
        values = [
            {
                "name": f"No dial tone {index}",
                "description": "<p>Silence on the line.</p>",
                "team_id": self.team.id,
                "partner_id": customer.id,
            }
            for index, customer in enumerate(customers)
        ]
        return self.env["helpdesk.ticket"].with_user(self.agent).create(values)

    def _create_incident_in(self, phase, **values):
        """Create an incident and lead it to a phase by legal moves."""
        incident = self._create_incident(**values)
        stages = values.get("stages") or self.stages
        for step in ROUTES[phase]:
            incident.stage_id = stages[step]
        self.assertEqual(incident.incident_phase, phase)
        self.flush_tracking()
        return incident

    def _create_plain_ticket(self, **values):
        return self._create_incident(team_id=self.plain_team.id, **values)

    def _create_portal_user(self, partner, login):
        return new_test_user(
            self.env,
            login=login,
            groups="base.group_portal",
            partner_id=partner.id,
            name=partner.name,
            email=partner.email,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    # Mail that leaves

    @contextmanager
    def mock_mail_gateway(self, *args, **kwargs):
        """Mock what core mocks but the sending: its mock would be another addon's."""
        sending = patch.object(MailMail, "_send", MailMail._send)
        with super().mock_mail_gateway(*args, **kwargs), sending:
            yield

    @contextmanager
    def capture_letters(self):
        """Collect the mails that leave because of a block, those queued included.

        Only mails written in the block are sent: whatever else the queue of the
        database holds says nothing about the block.
        """
        letters = []
        with self.mock_mail_gateway():
            yield letters
            letters += self._send_new_mails()

    def _send_new_mails(self):
        """Send what was written since the mock began; return all that has left."""
        self.flush_tracking()
        queued = self._new_mails.filtered(lambda mail: mail.state == "outgoing")
        if queued:
            self.env["mail.mail"].sudo().process_email_queue(queued.ids)
        return self._mails

    def _recipients(self, letters):
        """Return the normalised addresses of letters, sorted, with repetitions."""
        return sorted(
            email_normalize(address)
            for letter in letters
            for address in letter["email_to"]
        )

    def _letter_to(self, letters, address):
        """Return the one letter to an address."""
        found = [item for item in letters if self._recipients([item]) == [address]]
        self.assertEqual(len(found), 1, f"mails to {address}: {self._tell(letters)}")
        return found[0]

    def _read_words(self, letter):
        """Return what a letter says, in one line."""
        return " ".join(html2plaintext(letter["body"]).split())

    def assertLettersTo(self, letters, *addresses):
        """Assert that each address got exactly one mail, and nobody else one."""
        self.assertEqual(
            self._recipients(letters), sorted(addresses), self._tell(letters)
        )

    def assertBothInformed(self, letters):
        self.assertLettersTo(letters, CUSTOMER_MAIL, INTEGRATOR_MAIL)

    def assertNoLetters(self, letters):
        self.assertFalse(letters, self._tell(letters))

    def _tell(self, letters):
        return [(letter["email_to"], letter["subject"]) for letter in letters]

    def _hidden_message(self, incident, partner):
        """Return the latest message that was mailed to a party of an incident."""
        notices = incident.sudo().notice_ids.filtered(
            lambda notice: notice.partner_id == partner
        )
        return notices.sorted("id")[-1:].message_id

    def _entries(self, incident):
        """Return the entries of the chatter that everybody who may read sees."""
        return incident.sudo().message_ids.filtered(
            lambda message: (
                message.subtype_id == self.env.ref("mail.mt_comment")
                and message.message_type != "user_notification"
            )
        )

    # Mail that arrives

    def _receive(self, sender, to, reply_to=None, **options):
        """Hand a mail to the gateway as a mail server does.

        :param sender: formatted address of the author
        :param to: address that the mail is sent to
        :param reply_to: the ``mail.message`` that the mail answers
        :param options: ``subject``, ``html``, ``headers``, ``cc``, ``msg_id``, and
            ``date``, what the sender's clock says
        """
        headers = dict(options.get("headers") or {})
        if reply_to:
            headers["In-Reply-To"] = reply_to.message_id
            headers["References"] = reply_to.message_id
        self._received = getattr(self, "_received", 0) + 1
        default_id = f"<{self.id()}-{self._received}@client.example.com>"
        mail = MAIL_REPLY.format(
            email_from=sender,
            to=to,
            cc=options.get("cc", ""),
            subject=options.get("subject", "Re: your incident"),
            msg_id=options.get("msg_id", default_id),
            date=format_datetime(options.get("date") or fields.Datetime.now()),
            extra="".join(f"{name}: {value}\n" for name, value in headers.items()),
            html=options.get("html", "<p>It works again.</p>"),
        )
        self.env["mail.thread"].message_process("helpdesk.ticket", mail)

    def _reply(self, incident, partner, **options):
        """Answer the latest mail to a party as its mail client would."""
        author = options.pop("author", partner)
        message = self._hidden_message(incident, partner)
        self.assertTrue(message, "There is no mail to this party to be answered.")
        self._receive(
            author.email_formatted, message.reply_to, reply_to=message, **options
        )
        incident.invalidate_recordset()
