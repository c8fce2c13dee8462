# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import uuid

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import email_split_tuples

from ...tools.calendar_file import Appointment, write_appointment

PLANNED = "planned"
DONE = "done"
CANCELLED = "cancelled"


class IncidentIntervention(models.Model):
    """Somebody who comes to mend something: from when to when, where, and who.

    Calendars know it by its uid; what they hold is replaced by a higher sequence.
    """

    _name = "incident.intervention"
    _description = "Incident Intervention"
    _order = "begin_date, id"
    _rec_name = "begin_date"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The incident that somebody comes for.",
    )
    begin_date = fields.Datetime(
        string="From",
        required=True,
        readonly=True,
        help="When the intervention begins, at the earliest.",
    )
    end_date = fields.Datetime(
        string="To",
        required=True,
        readonly=True,
        help="Until when the intervention lasts, or begins at the latest.",
    )
    place = fields.Char(
        string="Where",
        readonly=True,
        help="The address or site to which somebody comes. The parties read it.",
    )
    visitor = fields.Char(
        string="Who comes",
        readonly=True,
        help="The technician or company that comes. The parties read it.",
    )
    state = fields.Selection(
        selection=[
            (PLANNED, "Planned"),
            (DONE, "Done"),
            (CANCELLED, "Cancelled"),
        ],
        required=True,
        readonly=True,
        default=PLANNED,
        help="Whether somebody is still to come, was there, or does not come.",
    )
    uid = fields.Char(
        string="Calendar identifier",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: f"{uuid.uuid4()}@openip-incident",
        help="By which calendars know the intervention again.",
    )
    sequence = fields.Integer(
        string="Times changed",
        readonly=True,
        copy=False,
        help="How often the intervention was changed since it was planned.",
    )

    @api.constrains("begin_date", "end_date")
    def _check_dates(self):
        for intervention in self:
            if intervention.end_date <= intervention.begin_date:
                raise ValidationError(
                    self.env._("An intervention must end after it has begun.")
                )

    def _is_coming(self):
        """Tell whether an intervention is still to be expected."""
        self.ensure_one()
        return self.state == PLANNED and self.end_date > fields.Datetime.now()

    def _set_done(self):
        """Note that somebody was there; nobody is told, whoever was there knows."""
        self.write({"state": DONE})

    # As a reader knows it

    def _say_period(self, party, lang):
        """Return from when to when; see :meth:`_say_incident_period`."""
        return self.ticket_id._say_incident_period(
            self.begin_date, self.end_date, party, lang
        )

    def _write_calendar(self, party, lang):
        """Return the file that puts an intervention into a reader's calendar.

        Nothing in it is for one reader alone, and no link: calendars are shared.

        :param party: the reader
        :param lang: code of the reader's language
        :return: bytes
        """
        self.ensure_one()
        ticket = self.ticket_id.with_context(lang=lang)
        cancelled = self.state == CANCELLED
        summary = (
            ticket.env._("Cancelled: intervention for %s", ticket.number)
            if cancelled
            else ticket.env._("Intervention for %s", ticket.number)
        )
        sender = ticket._get_correspondence_sender()[ticket.id]
        pairs = email_split_tuples(sender) if sender else []
        return write_appointment(
            Appointment(
                uid=self.uid,
                sequence=self.sequence,
                stamp=fields.Datetime.now(),
                begin=self.begin_date,
                end=self.end_date,
                summary=summary,
                location=self.place or "",
                description=self._describe_for_calendar(ticket),
                organiser=pairs[0] if pairs else ("", ""),
                cancelled=cancelled,
            )
        )

    def _describe_for_calendar(self, ticket):
        """Return what a calendar says below an intervention.

        :param ticket: the incident, in the reader's language
        """
        # SUDO: the telephone number of a company is in each of its mails.
        company = ticket._get_correspondence_company().sudo()
        lines = [
            ticket.name,
            self.visitor and ticket.env._("Who comes: %s", self.visitor),
            " · ".join(filter(None, (company.name, company.phone))),
        ]
        return "\n".join(filter(None, lines))
