# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import ormcache

from odoo.addons.openip_incident.tools.foreign_html import tame_html
from odoo.addons.openip_incident.tools.markup import break_lines

# Key of the facts of the mail that acknowledges a report.
ACKNOWLEDGES = "acknowledges"
# What all its readers are told alike: the names of the files.
SENT_NAMES = "sent_names"


class HelpdeskTicket(models.Model):
    """What was reported, as every mail says it, and as the acknowledgement repeats it.

    Who is on no contact gets none of it: anybody may have typed its address.
    """

    _inherit = "helpdesk.ticket"

    incident_reporter_id = fields.Many2one(
        comodel_name="res.partner",
        string="Reported by",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="Who has filled in the form that made this incident.",
    )

    def _get_reported_facts(self, party):
        values = (
            self._get_service_text(),
            self._get_site_text(),
            self._get_impact_text(),
            self._say_to(party, self.incident_since),
            self._say_to(party, self.create_date),
            self._get_reporter_text(),
        )
        facts = zip(self._get_reported_labels(), values, strict=True)
        return [*facts, *super()._get_reported_facts(party)]

    @api.model
    @ormcache("self.env.lang")
    def _get_reported_labels(self):
        """Return what the facts of a report are called, in their order."""
        return (
            self.env._("Service or line"),
            self.env._("Site"),
            self.env._("Impact"),
            self.env._("Since"),
            self.env._("Reported on"),
            self.env._("Reported by"),
        )

    def _get_told_customer(self, party):
        """Name a customer that is on no contact to the company that has typed it.

        Nobody else is told: whoever is on no contact may have typed anything.
        """
        known = super()._get_told_customer(party)
        if known:
            return known
        company = self.incident_reporter_id.incident_party_id
        if not company or party.incident_party_id != company:
            return ""
        return " ".join((self.partner_name or "").split())

    def _get_service_text(self):
        """Return which service does not work, as it was named."""
        service = self._get_known_service()
        return service.display_name if service else self.incident_service or ""

    def _get_site_text(self):
        service = self._get_known_service()
        return service and service.site or ""

    def _get_impact_text(self):
        if not self.incident_impact:
            return ""
        impacts = self._fields["incident_impact"]._description_selection(self.env)
        return dict(impacts).get(self.incident_impact, "")

    def _get_known_service(self):
        return self.service_id if "service_id" in self._fields else None

    def _get_reporter_text(self):
        """Return who reported the incident, with its company."""
        reporter = self.incident_reporter_id
        if not reporter:
            return ""
        party = reporter.incident_party_id
        if not party or party == reporter:
            return reporter.name or ""
        return f"{reporter.name} ({party.name})"

    def _is_incident_reporter(self, party):
        """Tell whether a reader has reported the incident, by whichever contact."""
        reporter = self.incident_reporter_id
        if not party or not reporter:
            return False
        address = reporter.email_normalized
        same = bool(address) and address == party.email_normalized
        return same or party == reporter

    def _say_to(self, party, date):
        """Return a date as a party says it, empty for none."""
        if not date:
            return ""
        return self._format_correspondence_date(date, party, self.env.lang)

    def _get_sent_names(self):
        """Return the names of the files that came with the report, as one text."""
        files = self.env["ir.attachment"].search_fetch(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
            ],
            ["name"],
            order="id",
        )
        return ", ".join(files.mapped("name"))

    def _get_recap(self, names):
        """Return what was sent by the form beyond what every mail says.

        :param names: of the files, see :meth:`_get_sent_names`
        :return: list of (label, HTML)
        """
        lines = [
            (self.env._("Already tried"), self.incident_tried),
            (self.env._("On site"), self.incident_onsite),
            (self.env._("Files"), names),
        ]
        return [(label, break_lines(text)) for label, text in lines if text]

    def _prepare_reader_facts(self, facts, party):
        facts = super()._prepare_reader_facts(facts, party)
        if not facts.get(ACKNOWLEDGES):
            return facts
        return {
            **facts,
            "reporter": self._get_reporter_text(),
            "reporter_reads": self._is_incident_reporter(party),
            "recap": self._get_recap(facts[SENT_NAMES]),
            "description": tame_html(self.description),
        }
