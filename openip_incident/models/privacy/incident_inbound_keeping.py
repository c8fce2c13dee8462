# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..inbound.incident_inbound import ACTIVITY
from ..inbounds import ASIDE, DISCARDED, DONE, QUARANTINED
from ..reviews import PENDING
from .personal_data_keeping import KEEPING_DAYS, WARNING, get_end

VACUUM_BATCH = 1000


class IncidentInbound(models.Model):
    """Forgets mails when their time is over, the unjudged ones not without a word."""

    _inherit = "incident.inbound"

    end_warned_date = fields.Datetime(
        string="Deletion announced on",
        readonly=True,
        help="Nobody has looked at this mail. It is deleted 30 days later.",
    )

    @api.autovacuum
    def _gc_inbound(self):
        """Forget what nobody will ask for any more, a batch of each kind per run."""
        old = self.browse()
        for kind, states in (
            ("inbound_done", [DONE]),
            ("inbound_aside", [ASIDE, DISCARDED]),
        ):
            end = get_end(self.env, kind, KEEPING_DAYS[kind])
            if end:
                domain = Domain("state", "in", states) & Domain("date", "<", end)
                domain &= self._get_judged_domain()
                old |= self.search(domain, limit=VACUUM_BATCH)
        old.unlink()
        return len(old), len(old) >= VACUUM_BATCH

    @api.model
    def _get_judged_domain(self):
        """Return what finds the mails over which no incident waits (G13)."""
        # SUDO: mails that hold incidents are found, whoever may read these.
        waiting = (
            self.env["incident.review"]
            .sudo()
            ._search([("state", "=", PENDING), ("inbound_id", "!=", False)])
        )
        return Domain("id", "not in", waiting.subselect("inbound_id"))

    @api.autovacuum
    def _gc_quarantine(self):
        """Delete mails that nobody has judged, a month after support was told so.

        However old a mail is: when the keeping time was shortened, too.
        """
        end = get_end(self.env, "quarantine", KEEPING_DAYS["quarantine"])
        if not end:
            return None
        unjudged = Domain("state", "=", QUARANTINED)
        warned = fields.Datetime.now() - WARNING
        over = Domain("date", "<", end) & Domain("end_warned_date", "<=", warned)
        old = self.search(unjudged & over, limit=VACUUM_BATCH)
        old.unlink()
        near = Domain("date", "<", end + WARNING)
        unwarned = Domain("end_warned_date", "=", False)
        ending = self.search(unjudged & near & unwarned, limit=VACUUM_BATCH)
        ending._warn_of_end()
        done = len(old) + len(ending)
        return done, max(len(old), len(ending)) >= VACUUM_BATCH

    def _warn_of_end(self):
        """Announce that these mails are deleted; Health counts them from now on."""
        self.write({"end_warned_date": fields.Datetime.now()})
        for inbound in self:
            if not inbound.activity_ids:
                inbound._alert_team()
        activities = self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ACTIVITY, False)
        )
        activities.write(
            {"summary": self.env._("Nobody has read this mail: it will be deleted")}
        )
