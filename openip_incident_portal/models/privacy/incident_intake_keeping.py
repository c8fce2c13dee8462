# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.openip_incident.models.privacy.personal_data_keeping import get_end
from odoo.addons.openip_incident.models.reviews import PENDING

from ...tools.form_words import RAW_MAIL

# Days by kind, 0 for ever.
KEEPING_DAYS = {"intakes": 90, "intake_sources": 365, "intakes_unjudged": 365}
VACUUM_BATCH = 500


class IncidentIntake(models.Model):
    """Forgets mails that became nothing, and the sources of those that became an
    incident.

    The limits of the form link look back one day only.
    """

    _inherit = "incident.intake"

    source_removed = fields.Boolean(
        readonly=True, help="The source of the mail is deleted; the incident is there."
    )

    _source_idx = models.Index(
        "(submitted_date) WHERE state = 'submitted' AND source_removed IS NOT TRUE"
    )

    @api.autovacuum
    def _gc_intakes(self):
        """Delete mails that expired or were discarded long ago, a batch per run."""
        end = get_end(self.env, "intakes", KEEPING_DAYS["intakes"])
        if not end:
            return None
        # Whoever put one aside lately may want it back.
        domain = Domain("state", "in", ["expired", "discarded"]) & Domain(
            [("received_date", "<", end), ("write_date", "<", end)]
        )
        # SUDO: mails that hold incidents are found, whoever may read these.
        waiting = (
            self.env["incident.review"]
            .sudo()
            ._search([("state", "=", PENDING), ("intake_id", "!=", False)])
        )
        domain &= Domain("id", "not in", waiting.subselect("intake_id"))
        old = self.search(domain, limit=VACUUM_BATCH, order="received_date")
        old.unlink()
        return len(old), len(old) == VACUUM_BATCH

    @api.autovacuum
    def _gc_unjudged_intakes(self):
        """Let mails expire that wait for an agent who never came.

        Listed as expired they are there for some months more.
        """
        end = get_end(self.env, "intakes_unjudged", KEEPING_DAYS["intakes_unjudged"])
        if not end:
            return None
        domain = Domain([("state", "=", "sent"), ("received_date", "<", end)])
        domain &= Domain("expiry_date", "=", False) & Domain("write_date", "<", end)
        old = self.search(domain, limit=VACUUM_BATCH, order="received_date")
        old.write({"state": "expired", "to_review": False})
        return len(old), len(old) == VACUUM_BATCH

    @api.autovacuum
    def _gc_intake_sources(self):
        """Delete the sources of mails that became incidents, a batch per run."""
        end = get_end(self.env, "intake_sources", KEEPING_DAYS["intake_sources"])
        if not end:
            return None
        domain = Domain([("state", "=", "submitted"), ("submitted_date", "<", end)])
        domain &= Domain("source_removed", "!=", True)
        old = self.search(domain, limit=VACUUM_BATCH, order="submitted_date")
        self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", old.ids),
                ("name", "=", RAW_MAIL),
            ]
        ).unlink()
        old.write({"source_removed": True})
        return len(old), len(old) == VACUUM_BATCH
