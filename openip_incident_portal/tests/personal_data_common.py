# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A person lives the whole procedure, and is looked for in the whole database.

The search is no part of the product: it knows no table and no model, so that what
somebody adds some day is looked through, too.
"""

import base64
import quopri
import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tools import SQL, config, mute_logger

from odoo.addons.openip_incident.tests.common import CLOSED, IN_PROGRESS
from odoo.addons.openip_incident.tests.data import MAIL_BOUNCE

from .form_common import FormCommon

FIRST, LAST = "Zephyrine", "Quombley"
NAME = f"{FIRST} {LAST}"
ADDRESS = "zephyrine.quombley@knorfelt.example.com"
FORMER_ADDRESS = "zquombley@vrobnik.example.com"
PHONE = "+33 6 98 74 12 35"
# Whatever names the person, in lower case. The last is the phone without separators.
MARKS = (FIRST.lower(), LAST.lower(), "knorfelt", "vrobnik", "698741235")

# By this transaction or a savepoint of it: before, nobody knew the person.
WRITTEN_HERE = SQL("age(xmin) <= age(pg_current_xact_id()::xid)")

CORE = (
    "odoo.addons.openip_incident.models.inbound.mail_thread.MailThread._process_by_core"
)
GATEWAY_LOG = "odoo.addons.openip_incident.models.inbound.incident_mail_gateway"


def find_marks(text):
    """Return which marks a text names, numbers with any separators."""
    text = text.lower()
    digits = re.sub(r"[\s.\-()/\u00a0]|&nbsp;", "", text)
    return {mark for mark in MARKS if mark in text or mark in digits}


def decode(data):
    """Return what bytes may say, in one text."""
    texts = [data, data.replace(b"\0", b""), quopri.decodestring(data)]
    joined = b"".join(data.split())
    for run in re.findall(rb"[A-Za-z0-9+/]{16,}", joined):
        for start in range(4):
            part = run[start : start + (len(run) - start) // 4 * 4]
            texts.append(base64.b64decode(part))
            texts.append(quopri.decodestring(texts[-1]))
    texts += [
        base64.b64decode(re.sub(rb"\s", b"", found) + b"==")
        for text in list(texts)
        for found in re.findall(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n)+", text)
    ]
    return "\n".join(text.decode("utf-8", "ignore") for text in texts)


class PersonalDataCommon(FormCommon):
    # The life of a person

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create(
            {
                "name": NAME,
                "email": FORMER_ADDRESS,
                "phone": PHONE,
                "street": f"1 {LAST} Road",
                "street2": f"c/o {FIRST}",
                "city": LAST,
                "zip": "75001",
                "vat": False,
                "comment": f"<p>{NAME} prefers to be called.</p>",
                "website": "https://knorfelt.example.com",
                "function": f"Head of {LAST} Ltd",
                "ref": f"ref-{LAST}",
                "barcode": f"bar{LAST}",
                "company_name": f"{LAST} Ltd",
                "image_1920": cls._get_picture(),
                "integrator_id": cls.integrator.id,
                "lang": "fr_FR",
                "bank_ids": [
                    (0, 0, {"acc_number": "FR7612345", "acc_holder_name": NAME})
                ],
            }
        )

    @classmethod
    def _get_picture(cls):
        source = b'<svg xmlns="http://www.w3.org/2000/svg"><text>Quombley</text></svg>'
        return base64.b64encode(source)

    def live(self):
        """Let the person live the procedure; return its incident, which is closed."""
        person = self.person
        self._report(person.email_formatted)
        with self.mock_mail_gateway():
            person.with_user(self.env.ref("base.user_admin")).write({"email": ADDRESS})
            self.flush_tracking()
        person._remember_incident_address(f"{FIRST}@vrobnik.example.com")
        user = self._create_portal_user(person, ADDRESS)
        user.signature = f"<p>{NAME}</p>"
        incident = self._live_incident()
        self._live_portal(user)
        self._live_mails()
        self._live_others(incident)
        self._live_invited()
        self.env.flush_all()
        return incident

    def _live_invited(self):
        """Have the person invited by a company, and informed of an incident of it."""
        party = self.integrator.incident_party_id
        invitation = self.env["incident.invitation"].create(
            {
                "party_id": party.id,
                "name": NAME,
                "email": ADDRESS,
                "state": "requested",
            }
        )
        with self.mock_mail_gateway():
            self.technician.sudo()._ask_support_to_invite(invitation)
        self._live_informed(party)

    def _live_informed(self, party):
        """Be informed of incidents that write no mail any more, and handle one."""
        for left in (False, True):
            other = self._create_incident_in(CLOSED).sudo()
            informed = self.env["incident.informed"].create(
                {"ticket_id": other.id, "partner_id": self.person.id}
            )
            note = f"Staff has {NAME} informed."
            other._incident_note_informed(self.customer, self.person, note)
            other.integrator_handler_id = self.person
            self.flush_tracking()
            if left:
                informed.unlink()
                other.integrator_handler_id = False
                self.flush_tracking()

    def _live_incident(self):
        person = self.person
        incident, _letters = self._report(
            person.email_formatted,
            files=[("plan.txt", f"Plan of {NAME}, {PHONE}".encode())],
            subject=f"No calls at {LAST} Ltd",
            description=f"Busy tone. Call {NAME} at {PHONE} or 06.98.74.12.35.",
            service=f"Line {PHONE}",
            tried=f"{FIRST} has restarted the box.",
            onsite=f"{NAME} is on site.",
        )
        self.assertTrue(incident)
        with self.mock_mail_gateway():
            incident.stage_id = self.stages["opened"]
            incident.stage_id = self.stages[IN_PROGRESS]
            incident.with_user(self.agent).incident_request(
                "information", "<p>Since when?</p>"
            )
            self._run_mail_queue()
            self._reply(
                incident,
                person,
                html=f"<p>Since noon. {FIRST}</p><p>{PHONE}</p>",
                subject=f"Re: {LAST}",
                msg_id=f"<{LAST.lower()}-1@knorfelt.example.com>",
                cc=f'"{NAME}" <{FORMER_ADDRESS}>',
            )
            incident.with_user(self.agent).incident_record_answer(
                person, f"<p>{NAME} says it is urgent.</p>"
            )
            self.answer(
                incident,
                person,
                text=f"It is me, {NAME}.",
                files=[("photo.txt", f"{LAST} Ltd".encode("utf-16"))],
            )
            now = fields.Datetime.now()
            incident.with_user(self.agent).incident_plan_intervention(
                now + timedelta(days=1),
                now + timedelta(days=2),
                f"1 {LAST} Road",
                f"A technician, who asks for {FIRST}",
            )
            incident.with_user(self.agent).incident_request("action", "<p>Restart.</p>")
            self._run_mail_queue()
            self._bounce(incident)
            self._reply(
                incident,
                person,
                html="<p>I am away.</p>",
                headers={"Auto-Submitted": "auto-replied"},
                subject=f"Away: {NAME}",
            )
            incident.with_user(self.agent).action_incident_resolve()
            self._run_mail_queue()
            self.flush_tracking()
        return incident

    def _run_mail_queue(self):
        self.flush_tracking()
        self.env["mail.mail"].sudo().process_email_queue()

    def _bounce(self, incident):
        message = self._hidden_message(incident, self.person)
        raw = MAIL_BOUNCE.format(
            to=self.env.company.bounce_email or "bounce@operator.example.com",
            recipient=ADDRESS,
            bounce_id="b1",
            message_id=message.message_id,
            subject=message.subject,
        )
        self.env["mail.thread"].message_process("helpdesk.ticket", raw)

    def _live_portal(self, user):
        self.env.flush_all()
        self.authenticate(ADDRESS, ADDRESS)
        with self.mock_mail_gateway():
            self.fill(
                "/my/incidents/new",
                impact="down",
                subject=f"{LAST}: noise",
                description=f"Noise, says {NAME}.",
                files=[("noise.txt", f"{NAME} {ADDRESS}".encode())],
            )
        self.authenticate(None, None)

    def _live_mails(self):
        """Mails that nobody could process, and one to a plain team."""
        mail = EmailMessage()
        mail["From"] = f'"{NAME}" <{ADDRESS}>'
        mail["To"] = self.address
        mail["Subject"] = f"From {NAME}"
        mail["Message-ID"] = "<quombley-2@knorfelt.example.com>"
        mail.set_content(f"Grüße, {NAME} {PHONE}", cte="base64")
        mail.add_attachment(
            NAME.encode(), maintype="text", subtype="plain", filename="q.txt"
        )
        with (
            patch(CORE, side_effect=ValueError(f"bad {ADDRESS}")),
            mute_logger(GATEWAY_LOG),
        ):
            self.env["mail.thread"].message_process("helpdesk.ticket", mail.as_bytes())
        with self.mock_mail_gateway():
            self._receive(
                f'"{NAME}" <{ADDRESS}>',
                self.plain_team.alias_full_name,
                subject=f"Invoice for {NAME}",
                html=f"<p>Where is it? {NAME}</p>",
            )

    def _live_others(self, incident):
        """What others write, and what the system does with it."""
        self.env["mail.blacklist"]._add(ADDRESS)
        self.env["mail.gateway.allowed"].create({"email": ADDRESS})
        plain = self._create_plain_ticket(partner_id=self.person.id)
        with self.mock_mail_gateway():
            plain.message_subscribe(self.person.ids)
            plain.partner_id = self.customer
            self.flush_tracking()
            plain.with_user(self.agent).message_post(
                body="Your invoice is on its way.",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.note = incident.with_user(self.agent).message_post(
                body=f"I have spoken to Mrs {LAST}.", message_type="comment"
            )
            self.unrelated = self._create_incident()
            self.remark = self.unrelated.with_user(self.agent).message_post(
                body=f"As with {NAME} last week.", message_type="comment"
            )
            incident.activity_schedule(
                "mail.mail_activity_data_todo", summary=f"Call {NAME}"
            )
        # A dialog that somebody has left open.
        self.env["incident.act.wizard"].create(
            {"act": "update", "body": f"<p>Call {NAME}</p>"}
        )
        self.env["ir.logging"].create(
            {
                "name": "smtp",
                "type": "server",
                "level": "INFO",
                "path": "x",
                "line": "1",
                "func": "send",
                "message": f"Mail to {ADDRESS}",
            }
        )

    def close_all(self):
        """Close the person's open incidents."""
        tickets = self.incidents.search(
            [("partner_id", "=", self.person.id), ("incident_phase", "!=", CLOSED)]
        ).filtered("is_incident")
        with self.mock_mail_gateway():
            for ticket in tickets:
                if ticket.incident_phase == "registered":
                    ticket.stage_id = self.stages["opened"]
                ticket.action_incident_close("support")
            self._run_mail_queue()

    # The search

    def search_everywhere(self):
        """Return where the marks are: set of (table, column, id or nothing)."""
        self.env.flush_all()
        found = set()
        for table, column, kind, has_id in self._get_columns():
            row_id = SQL.identifier("id") if has_id else SQL("NULL")
            name = SQL.identifier(column)
            if kind == "bytea":
                query = SQL(
                    "SELECT %s, %s FROM %s WHERE %s AND %s IS NOT NULL",
                    row_id,
                    name,
                    SQL.identifier(table),
                    WRITTEN_HERE,
                    name,
                )
                rows = [
                    (key, decode(bytes(data)))
                    for key, data in self.env.execute_query(query)
                ]
            else:
                query = SQL(
                    "SELECT %s, %s::text FROM %s WHERE %s AND %s::text ~* %s",
                    row_id,
                    name,
                    SQL.identifier(table),
                    WRITTEN_HERE,
                    name,
                    self._get_pattern(),
                )
                rows = self.env.execute_query(query)
            found |= {(table, column, key) for key, text in rows if find_marks(text)}
        return found

    def _get_pattern(self):
        separators = r"[\s.\-()/]*"
        return "|".join([*MARKS[:-1], separators.join(MARKS[-1])])

    def _get_columns(self):
        return self.env.execute_query(
            SQL(
                """
                SELECT class_.relname, column_.attname, column_.atttypid::regtype::text,
                       EXISTS (SELECT FROM pg_attribute id
                                WHERE id.attrelid = class_.oid AND id.attname = 'id')
                  FROM pg_attribute column_
                  JOIN pg_class class_ ON class_.oid = column_.attrelid
                 WHERE class_.relnamespace = current_schema::regnamespace
                   AND class_.relkind = 'r' AND column_.attnum > 0
                   AND NOT column_.attisdropped
                   AND column_.atttypid NOT IN (
                       'integer'::regtype, 'bigint'::regtype, 'boolean'::regtype,
                       'double precision'::regtype, 'numeric'::regtype,
                       'date'::regtype, 'timestamp'::regtype)
                """
            )
        )

    def search_files(self):
        """Return the files of the store that name the person, after the clean-up."""
        self.env["ir.attachment"]._gc_file_store_unsafe()
        store = Path(config.filestore(self.env.cr.dbname))
        # Named by their content, which was there before anybody knew the person.
        query = SQL("SELECT store_fname FROM ir_attachment WHERE NOT %s", WRITTEN_HERE)
        older = {name for [name] in self.env.execute_query(query)}
        return {
            name
            for path in store.glob("??/*")
            for name in [f"{path.parent.name}/{path.name}"]
            if name not in older
            and path.is_file()
            and find_marks(decode(path.read_bytes()))
        }
