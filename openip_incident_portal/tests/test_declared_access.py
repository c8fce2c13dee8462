# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is declared, model by model: who may do what, with whose records, which fields.

Rights, rules and groups of fields are single lines: one that is missing or too wide
changes nothing that anybody would notice while working.
"""

from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from odoo.addons.openip_incident.tests.common import IN_PROGRESS, IncidentCommon
from odoo.addons.openip_incident.tests.outage_common import create_outage

OURS = {"openip_incident", "openip_incident_portal"}

# Who may read, write, create and unlink (rwcu) records of a model at all.
RIGHTS = """
                             public portal employee personal agent manager admin gateway
incident.act.wizard            -      -      -        rwcu     rwcu  rwcu    -     -
incident.address               -      -      r        rwcu     rwcu  rwcu    r     -
incident.analysis              -      -      -        r        r     r       -     -
incident.anonymise.wizard      -      -      -        -        -     rwcu    -     -
incident.backlog               -      -      -        r        r     r       -     -
incident.canned.text           -      -      -        r        r     rwcu    -     -
incident.cause                 -      -      r        r        r     rwcu    r     -
incident.checklist.line        -      -      -        rwcu     rwcu  rwcu    -     -
incident.clock.cause           -      -      r        r        r     rwcu    r     -
incident.clock.entry           -      -      -        r        r     r       -     -
incident.clock.recount         -      -      -        -        -     r       -     -
incident.clock.threshold       -      -      r        r        r     rwcu    r     -
incident.clock.wizard          -      -      -        rwcu     rwcu  rwcu    -     -
incident.contract              -      -      r        r        r     rwcu    r     -
incident.contract.version      -      -      r        r        r     rwcu    r     -
incident.digest                -      -      -        -        -     r       -     -
incident.escalation.level      -      -      r        r        r     rwcu    r     -
incident.followup              -      -      -        r        r     r       -     -
incident.followup.analysis     -      -      -        r        r     r       -     -
incident.followup.event        -      -      -        r        r     r       -     -
incident.followup.hold.wizard  -      -      -        rwcu     rwcu  rwcu    -     -
incident.followup.plan         -      -      r        r        r     rwcu    r     -
incident.followup.step         -      -      r        r        r     rwcu    r     -
incident.form.field            -      -      r        r        r     rwcu    r     -
incident.gateway.refusal       -      -      -        -        -     ru      -     -
incident.health                -      -      -        -        -     rw      -     -
incident.holiday               -      -      r        r        r     rwcu    r     -
incident.inbound               -      -      -        r        r     r       -     -
incident.informed              -      -      -        rwcu     rwcu  rwcu    -     -
incident.intake                -      -      -        r        r     ru      -     -
incident.intervention          -      -      -        r        r     r       -     -
incident.invitation            -      -      -        r        r     rwu     -     -
incident.mail.provider         -      -      -        r        r     rwcu    -     -
incident.mail.trial            -      -      -        -        -     r       -     -
incident.mark                  -      -      -        -        -     r       -     -
incident.monitoring            -      -      -        r        r     rwcu    -     -
incident.monitoring.alert      -      -      -        r        r     r       -     -
incident.monitoring.group      -      -      -        r        r     r       -     -
incident.monitoring.post       -      -      -        r        r     r       -     -
incident.monitoring.rule       -      -      -        r        r     rwcu    -     -
incident.notice                -      -      -        r        r     r       -     -
incident.outage                -      -      r        rwc      rwc   rwcu    r     -
incident.outage.account        -      -      r        r        r     r       r     -
incident.outage.analysis       -      -      -        -        -     r       -     -
incident.outage.attach.wizard  -      -      -        rwcu     rwcu  rwcu    -     -
incident.outage.cluster        -      -      -        -        -     r       -     -
incident.outage.message        -      -      r        r        r     r       r     -
incident.outage.publish.line   -      -      -        rwcu     rwcu  rwcu    -     -
incident.outage.publish.wizard -      -      -        rwcu     rwcu  rwcu    -     -
incident.outage.reply          -      -      -        r        r     r       -     -
incident.outage.reply.wizard   -      -      -        rwcu     rwcu  rwcu    -     -
incident.outage.resolve.wizard -      -      -        rwcu     rwcu  rwcu    -     -
incident.outage.service.wizard -      -      -        rwcu     rwcu  rwcu    -     -
incident.outage.step           -      -      r        r        r     rwcu    r     -
incident.outage.text           -      -      -        r        r     rwcu    -     -
incident.outage.words          -      -      r        rwcu     rwcu  rwcu    r     -
incident.phase.log             -      -      -        r        r     r       -     -
incident.restored.wizard       -      -      -        -        -     rwcu    -     -
incident.review                -      -      -        r        r     r       -     -
incident.service               -      r      r        rwc      rwc   rwcu    r     -
incident.service.kind          -      -      r        r        r     rwcu    r     -
incident.service.question      -      -      r        r        r     rwcu    r     -
incident.setup                 -      -      -        -        -     rwc     -     -
incident.setup.line            -      -      -        -        -     rwcu    -     -
incident.statement             -      -      -        -        -     rwcu    -     -
incident.visit                 -      -      -        -        -     -       r     -
"""
OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "u"}

GROUPS = {
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "personal": "helpdesk_mgmt.group_helpdesk_user_own",
    "team": "helpdesk_mgmt.group_helpdesk_user_team",
    "agent": "helpdesk_mgmt.group_helpdesk_user",
    "manager": "helpdesk_mgmt.group_helpdesk_manager",
    "admin": "base.group_system",
    "gateway": "openip_incident.group_mail_gateway",
}

# Which field of a record leads to its company.
WAYS = {
    "incident.analysis": "ticket_id",
    "incident.backlog": "ticket_id",
    "incident.clock.entry": "ticket_id",
    "incident.clock.recount": "ticket_id",
    "incident.contract": "company_id",
    "incident.contract.version": "contract_id",
    "incident.digest": "company_id",
    "incident.followup": "ticket_id",
    "incident.followup.analysis": "ticket_id",
    "incident.followup.event": "followup_id",
    "incident.followup.plan": "company_id",
    "incident.followup.step": "plan_id",
    "incident.inbound": "team_id",
    "incident.informed": "ticket_id",
    "incident.intake": "company_id",
    "incident.intervention": "ticket_id",
    "incident.invitation": "party_id",
    "incident.monitoring": "company_id",
    "incident.monitoring.alert": "outage_id",
    "incident.monitoring.group": "monitoring_id",
    "incident.monitoring.post": "monitoring_id",
    "incident.monitoring.rule": "monitoring_id",
    "incident.notice": "ticket_id",
    "incident.outage": "company_id",
    "incident.outage.account": "outage_id",
    "incident.outage.analysis": "company_id",
    "incident.outage.cluster": "company_id",
    "incident.outage.message": "outage_id",
    "incident.outage.reply": "outage_id",
    "incident.outage.step": "company_id",
    "incident.outage.words": "outage_id",
    "incident.phase.log": "ticket_id",
    "incident.review": "ticket_id",
    "incident.service": "company_id",
}
# Whose records agents of their own tickets, or of their team's, see with the ticket.
OF_TICKETS = (
    "incident.analysis",
    "incident.backlog",
    "incident.clock.entry",
    "incident.followup",
    "incident.followup.analysis",
    "incident.followup.event",
    "incident.informed",
    "incident.intervention",
    "incident.notice",
    "incident.phase.log",
    "incident.review",
)
# Whose records they see with their team.
OF_TEAMS = ("incident.inbound", "incident.intake")

# What a login outside reads of the fields that we add or change.
SHOWN = {
    "helpdesk.ticket": """
        category_id close_reason closed_date color customer_party_id
        expected_restoration_date frozen incident_ended incident_impact
        incident_interruption incident_interruption_hours incident_on_hold
        incident_onsite incident_phase incident_service incident_since incident_tone
        incident_tried integrator_id integrator_party_id is_incident last_stage_update
        name number partner_id partner_name priority resolution_cause_id
        resolution_text restored_date sequence service_id solved_date stage_id tag_ids
        team_id user_id
    """,
    "helpdesk.ticket.stage": """
        closed incident_asks incident_followed incident_phase incident_request_kind
    """,
    "helpdesk.ticket.team": "complete_name name",
    "incident.service": """
        active company_id create_date create_uid kind_id label name partner_id party_id
        phone_numbers site write_date write_uid
    """,
    "mail.message": "body incident_disregard incident_private_party_id res_id",
    "res.company": """
        incident_accessibility incident_legal_link incident_outage_count
        incident_outage_minutes incident_portal_form incident_privacy_link
    """,
    "res.partner": """
        incident_party_id incident_staff_ids incident_update_preference integrator_id
        is_integrator
    """,
}
SHOWN["res.users"] = SHOWN["res.partner"]

# What no manager reads, for it opens something or is only told where it belongs.
HIDDEN = {
    "incident.health": "alert_message_ids",
    "incident.intake": "link_version notice_ids",
    "incident.monitoring": "token_hash",
    "res.partner": "incident_link_generation incident_merged_ids",
    "res.users": "incident_link_generation incident_merged_ids",
}


@tagged("post_install", "-at_install")
class TestDeclaredAccess(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                login=f"declared_{role}",
                groups=group,
                company_id=cls.company.id,
            )
            for role, group in GROUPS.items()
        }
        cls.users["public"] = cls.env.ref("base.public_user")

    def _get_models(self):
        """Return our models that have records."""
        return [
            self.env[name]
            for name, model in self.env.registry.items()
            if not model._abstract and model._original_module in OURS
        ]

    def test_rights(self):
        header, *lines = RIGHTS.strip("\n").splitlines()
        declared = {}
        for line in lines:
            name, *marks = line.split()
            declared[name] = dict(zip(header.split(), marks, strict=True))
        self.assertEqual(declared.keys(), {model._name for model in self._get_models()})
        for model in self._get_models():
            found = {
                role: "".join(
                    letter
                    for operation, letter in OPERATIONS.items()
                    if model.with_user(self.users[role]).has_access(operation)
                )
                or "-"
                for role in header.split()
            }
            with self.subTest(model=model._name):
                self.assertEqual(found, declared[model._name])

    # Whose records

    def _make(self, model, company, **values):
        """Return a record that leads to a company, or to what is given, unsaved."""
        way = WAYS[model]
        values.setdefault("company_id", company)
        if way not in values:
            comodel = self.env[model]._fields[way].comodel_name
            if comodel in WAYS:
                values[way] = self._make(comodel, company, **values)
            else:
                values[way] = self.env[comodel].new({"company_id": company.id})
        return self.env[model].new({way: values[way]})

    def _sees(self, role, record):
        """Tell whether the rules let somebody read a record."""
        user, records = self.users[role], self.env[record._name]
        rules = self.env["ir.rule"].with_user(user)
        domain = Domain(rules._compute_domain(records._name, "read"))
        return bool(record.filtered_domain(domain))

    def test_every_model_with_a_company_is_tried(self):
        ours = {
            name
            for name, model in self.env.items()
            if name.startswith("incident.")
            and not model._abstract
            and not model._transient
            and "company_id" in model._fields
        }
        self.assertEqual(ours - WAYS.keys(), set())

    def test_records_of_another_company_are_nobodys(self):
        for model in WAYS:
            for role in ("agent", "manager"):
                with self.subTest(model=model, role=role):
                    ours = self._make(model, self.company)
                    self.assertTrue(self._sees(role, ours))
                    theirs = self._make(model, self.company_2)
                    self.assertFalse(self._sees(role, theirs))

    def test_notices_of_outages_follow_the_company(self):
        notices = self.env["incident.notice"]
        outage = create_outage(self).sudo()
        self.assertTrue(self._sees("personal", notices.new({"outage_id": outage.id})))
        outage.write({"company_id": self.company_2.id, "team_id": self.team_c2.id})
        self.assertFalse(self._sees("agent", notices.new({"outage_id": outage.id})))

    def test_notices_of_nothing_are_nobodys(self):
        self.assertFalse(self._sees("manager", self.env["incident.notice"].new({})))

    def test_records_of_tickets_are_seen_with_them(self):
        seen = {}
        for name, team, user in (
            ("mine", self.other_team, "personal"),
            ("my team's", self.team, None),
            ("a colleague's", self.team, "agent"),
            ("another team's", self.other_team, "agent"),
        ):
            ticket = self._create_incident_in(IN_PROGRESS, team_id=team.id).sudo()
            ticket.user_id = self.users[user] if user else False
            seen[name] = ticket
        for role in ("personal", "team"):
            self.team.user_ids |= self.users[role]
        readers = {
            "personal": ("mine", "my team's"),
            "team": ("my team's", "a colleague's"),
            "agent": tuple(seen),
        }
        for model in OF_TICKETS:
            for role, names in readers.items():
                with self.subTest(model=model, role=role):
                    found = tuple(
                        name
                        for name, ticket in seen.items()
                        if self._sees(
                            role, self._make(model, self.company, ticket_id=ticket)
                        )
                    )
                    self.assertEqual(found, names)

    def test_records_of_teams_are_seen_with_them(self):
        self.team.user_ids |= self.users["personal"]
        for model in OF_TEAMS:
            for team, role, sees in (
                (self.team, "personal", True),
                (self.other_team, "personal", False),
                (self.other_team, "agent", True),
            ):
                with self.subTest(model=model, team=team.name, role=role):
                    record = self.env[model].new(
                        {"team_id": team.id, "company_id": self.company.id}
                    )
                    self.assertEqual(self._sees(role, record), sees)

    def test_what_no_right_opens_outside_is_kept_by_rules_as_well(self):
        """They hold should a right be given to logins outside some day."""
        own, ticket = self.users["portal"].partner_id, self._create_incident().sudo()
        self.assertTrue(own.incident_party_id)
        for model, link in (
            ("incident.notice", {"ticket_id": ticket.id}),
            ("incident.intake", {"company_id": self.company.id}),
            ("incident.informed", {"ticket_id": ticket.id}),
            ("incident.invitation", {"party_id": own.id}),
        ):
            with self.subTest(model=model):
                ours = self.env[model].new({**link, "partner_id": own.id})
                theirs = self.env[model].new({**link, "partner_id": self.baker.id})
                reads_own = model in ("incident.notice", "incident.intake")
                self.assertEqual(self._sees("portal", ours), reads_own)
                self.assertFalse(self._sees("portal", theirs))

    # Which fields

    def _get_fields(self, role, readable):
        """Return names of our fields by model, of those that somebody reads or not."""
        found = {}
        for name, model in self.env.registry.items():
            records = self.env[name].with_user(self.users[role])
            if model._abstract or not records.has_access("read"):
                continue
            names = {
                field.name
                for field in model._fields.values()
                if OURS & set(field._modules)
                and records._has_field_access(field, "read") == readable
            }
            found.update({name: names} if names else {})
        return found

    def test_fields_that_are_read_outside(self):
        shown = {model: set(names.split()) for model, names in SHOWN.items()}
        self.assertEqual(self._get_fields("portal", True), shown)

    def test_fields_that_no_manager_reads(self):
        hidden = {model: set(names.split()) for model, names in HIDDEN.items()}
        self.assertEqual(self._get_fields("manager", False), hidden)
