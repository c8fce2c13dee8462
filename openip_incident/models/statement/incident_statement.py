# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from base64 import b64encode

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.base.models.res_partner import _lang_get

from ...tools.spreadsheet import write_workbook

# What a printer of pages makes in a minute; a spreadsheet holds all.
PRINTABLE = 1000


class IncidentStatement(models.TransientModel):
    """Asks of which month and of whom guaranteed times are stated, and states them."""

    _name = "incident.statement"
    _description = "Statement of Guaranteed Times"

    month = fields.Date(
        required=True,
        default=lambda self: self._get_default_month(),
        help="Any day of the month that is stated.",
    )
    contract_id = fields.Many2one(
        comodel_name="incident.contract",
        help="The incidents that are counted by this contract.",
    )
    integrator_id = fields.Many2one(
        comodel_name="res.partner",
        domain=[("is_integrator", "=", True)],
        help="The incidents of this integrator's customers.",
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        help="The incidents of this customer.",
    )
    lang = fields.Selection(
        selection=_lang_get,
        string="Language",
        required=True,
        default=lambda self: self.env.lang,
        help="In which the statement is written: that of who reads it.",
    )
    xlsx_file = fields.Binary(
        string="Spreadsheet",
        readonly=True,
        attachment=False,
        help="The statement, once it was asked for.",
    )

    @api.model
    def _get_default_month(self):
        """Return the first day of the last month that is over."""
        return fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)

    @api.depends("month", "contract_id", "integrator_id", "customer_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            title = self.env._("Statement of guaranteed times")
            words = [title, *one._get_whose(), one._get_month_words()]
            one.display_name = " – ".join(words)

    def _get_whose(self):
        """Return of what it is, in words."""
        records = (self.contract_id, self.integrator_id, self.customer_id)
        return [one.display_name for one in records if one]

    def _get_month_words(self):
        """Return the month as the reader writes it."""
        return format_date(self.env, self.month, date_format="MMMM yyyy")

    # What it opens

    def action_xlsx(self):
        """Write the statement as a spreadsheet, and hand it out."""
        self.ensure_one()
        self = self.with_context(lang=self.lang)
        tables = self._prepare_tables(self._state())
        self.xlsx_file = b64encode(write_workbook(tables))
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content/{self._name}/{self.id}/xlsx_file"
            f"/{self._get_file_name()}.xlsx?download=true",
        }

    def action_pdf(self):
        """Print the statement.

        :raises UserError: where it has more incidents than anybody prints
        """
        self.ensure_one()
        if len(self._state().lines) > PRINTABLE:
            raise UserError(
                self.env._(
                    "These are more than %(limit)s incidents: please take the "
                    "spreadsheet.",
                    limit=PRINTABLE,
                )
            )
        report = self.env.ref("openip_incident.report_incident_statement_action")
        return report.report_action(self, config=False)

    def _get_file_name(self):
        return f"statement-{self.month:%Y-%m}"

    def _state(self):
        """Return the statement that is asked for, of all companies of the user.

        :raises UserError: where nobody says whose it is
        """
        self.ensure_one()
        domain = Domain.AND(
            [
                *self._get_party_domains("customer", self.customer_id),
                *self._get_party_domains("integrator", self.integrator_id),
                *[Domain("contract_id", "=", one.id) for one in self.contract_id],
            ]
        )
        if domain.is_true():
            raise UserError(
                self.env._("Please choose a contract, an integrator or a customer.")
            )
        companies = self.env.user.company_ids.ids
        return self.with_context(allowed_company_ids=companies)._compile(
            self.month.replace(day=1), domain
        )

    def _get_party_domains(self, role, partner):
        """Return the domains of the incidents of a party, none for nobody."""
        party = partner.incident_party_id or partner
        return [Domain(f"{role}_party_id", "=", one.id) for one in party]
