# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import uuid

from odoo import fields, models
from odoo.tools.mail import email_split_tuples

from ...tools.calendar_file import Appointment, Maintenance, write_appointment
from ..outages import (
    CANCELLED,
    COMPLETED,
    IMPACTS,
    IN_PROGRESS,
    MAINTNOTE_IMPACTS,
    VERIFYING,
)

# The words of MAINTNOTE; what is planned is confirmed.
STATUSES = {
    CANCELLED: "CANCELLED",
    IN_PROGRESS: "IN-PROCESS",
    VERIFYING: "IN-PROCESS",
    COMPLETED: "COMPLETED",
}


class IncidentOutageAccount(models.Model):
    """What one party was last told of planned works, and by which its calendar knows.

    A calendar replaces what has the same uid and a lower sequence.
    """

    _name = "incident.outage.account"
    _description = "Party told of Planned Works"
    _order = "id"
    _rec_name = "partner_id"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The works.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Party",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The customer, or the integrator, who was told.",
    )
    uid = fields.Char(
        string="Calendar identifier",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: f"{uuid.uuid4()}@openip-incident",
        help="By which the calendar of this party knows the works again.",
    )
    sequence = fields.Integer(
        string="Times changed",
        readonly=True,
        help="How often this party was told of a change.",
    )
    begin_date = fields.Datetime(
        string="From", readonly=True, help="The begin that was told."
    )
    end_date = fields.Datetime(
        string="To", readonly=True, help="The end that was told."
    )
    impact = fields.Selection(
        selection=IMPACTS, readonly=True, help="The impact that was told."
    )
    service_ids = fields.Many2many(
        comodel_name="incident.service",
        relation="incident_outage_account_service_rel",
        column1="account_id",
        column2="service_id",
        string="Services told",
        readonly=True,
        help="The services of this party that were named: no others.",
    )
    withdrawn = fields.Boolean(
        string="Called off",
        readonly=True,
        help="This party was told that its services are not concerned any more.",
    )

    _account_unique = models.UniqueIndex(
        "(outage_id, partner_id)", "This party is told of the works already."
    )

    def _knows(self, services):
        """Tell whether a party was told what is planned now.

        :param services: its affected ``incident.service``
        """
        self.ensure_one()
        works = self.outage_id
        return not self.withdrawn and (
            self.begin_date,
            self.end_date,
            self.impact,
            self.service_ids,
        ) == (works.begin_date, works.expected_end_date, works.impact, services)

    def _note_told(self, services):
        """Note what a party is being told now.

        :param services: its affected ``incident.service``
        """
        self.ensure_one()
        works, sequence = self.outage_id, self.sequence
        if self.begin_date and not self._knows(services):
            sequence += 1
        self.write(
            {
                "begin_date": works.begin_date,
                "end_date": works.expected_end_date,
                "impact": works.impact,
                "service_ids": [(6, 0, services.ids)],
                "withdrawn": False,
                "sequence": sequence,
            }
        )

    def _note_withdrawn(self):
        """Note that these parties are told that nothing is planned for them."""
        for account in self:
            account.write({"withdrawn": True, "sequence": account.sequence + 1})

    def _take_over(self, doubles):
        """Stand for other accounts of the same works, whose parties are one now.

        :param doubles: the accounts that go
        """
        if not doubles:
            return
        self.ensure_one()
        told = (self | doubles).filtered(lambda account: not account.withdrawn)
        self.write(
            {
                "service_ids": [(6, 0, (told or self).service_ids.ids)],
                "withdrawn": not told,
                "sequence": max((self | doubles).mapped("sequence")),
            }
        )
        doubles.unlink()

    # Calendar

    def _write_works_calendar(self, lang):
        """Return the file that puts the works into the calendar of a party.

        No link is in it, and nothing of anybody else: calendars are shared.

        :param lang: code of the reader's language
        :return: bytes
        """
        self.ensure_one()
        works = self.outage_id.with_context(lang=lang)
        words = {"number": works.number, "name": works._get_title()}
        summary = (
            works.env._("Cancelled: planned works %(number)s – %(name)s", **words)
            if self.withdrawn
            else works.env._("Planned works %(number)s – %(name)s", **words)
        )
        sender = works._get_correspondence_sender()[works.id]
        pairs = email_split_tuples(sender) if sender else []
        return write_appointment(
            Appointment(
                uid=self.uid,
                sequence=self.sequence,
                stamp=fields.Datetime.now(),
                begin=self.begin_date,
                end=self.end_date,
                summary=summary,
                description=self._describe_for_calendar(works),
                organiser=pairs[0] if pairs else ("", ""),
                cancelled=self.withdrawn,
                maintenance=self._prepare_maintenance(),
            )
        )

    def _describe_for_calendar(self, works):
        """Return what a calendar says below the works.

        :param works: ``incident.outage``, in the reader's language
        """
        # SUDO: the telephone number of a company is in each of its mails.
        company = works.company_id.sudo()
        lines = [
            works._label_impact(self.impact),
            *self.service_ids.mapped("display_name"),
            " · ".join(filter(None, (company.name, company.phone))),
        ]
        return "\n".join(filter(None, lines))

    def _prepare_maintenance(self):
        works, party = self.outage_id, self.partner_id
        domain = works.company_id.alias_domain_id.name
        return Maintenance(
            provider=domain or works.company_id.name,
            account=party.ref or str(party.id),
            number=works.number,
            objects=tuple(dict.fromkeys(self.service_ids.mapped("name"))),
            impact=MAINTNOTE_IMPACTS[self.impact],
            status=(
                "CANCELLED"
                if self.withdrawn
                else STATUSES.get(works.state, "CONFIRMED")
            ),
        )
