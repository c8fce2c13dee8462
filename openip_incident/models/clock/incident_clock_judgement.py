# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import plaintext2html

from ..clocks import ACCEPTED, INTEGRATOR
from ..correspondence.letter import Letter
from ..template.incident_template_trial import Use

TEMPLATE = "openip_incident.mail_template_dispute_judged"


class IncidentClockEntry(models.Model):
    """Who has raised a dispute reads by mail what was decided of it."""

    _inherit = "incident.clock.entry"

    def _tell_judgement(self, kind, reason):
        """Mail the integrator what was decided, where it has raised this dispute.

        What support has noted for itself is told to nobody, and nothing leaves where
        the contract is silent.
        """
        # SUDO: who judges was checked; the mail is a consequence of it, and templates
        # are what admins made them.
        dispute = self.sudo()
        ticket, readers = dispute.ticket_id, dispute.ticket_id.integrator_id
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        told = dispute.party == INTEGRATOR and ticket._is_clock_told()
        if not (template and told and readers):
            return
        line = readers.incident_party_id
        author = dispute.message_id.author_id
        if author and author.incident_party_id != line:
            # Another integrator has taken over, and never disputed anything.
            ticket._message_log(
                body=self.env._(
                    "%(party)s has raised this dispute and is told nothing by mail: it "
                    "looks after this incident no more.",
                    party=author.display_name,
                )
            )
            return
        facts = {"accepted": kind == ACCEPTED, "dispute": dispute}
        ticket._correspond(
            template,
            [Letter(ticket, readers, facts, line=line)],
            ticket._to_said(plaintext2html(reason)),
            automatic=False,
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _prepare_reader_facts(self, facts, party):
        facts = super()._prepare_reader_facts(facts, party)
        dispute = facts.get("dispute")
        if not dispute:
            return facts
        about = dispute.entry_id.with_context(lang=self.env.lang)
        # By the hours of the contract, as its page shows them to everybody.
        zone = about.ticket_id.incident_contract_version_id.tz
        return {**facts, "disputed": about._describe_entry(zone) if about else ""}


class IncidentTemplateTrial(models.AbstractModel):
    """Tries the mail that tells a judgement, whenever it is saved."""

    _inherit = "incident.template.trial"

    @api.model
    def _get_template_uses(self, template):
        uses = super()._get_template_uses(template)
        if template.get_external_id().get(template.id) == TEMPLATE:
            facts = [{"accepted": accepted} for accepted in (True, False)]
            uses.append(Use(facts=facts))
        return uses
