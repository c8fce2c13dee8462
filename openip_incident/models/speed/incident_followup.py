# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain

from ...tools.whose_code import is_code_of
from ..followups import OPEN_STATES, RUNNING

# Whose way of writing is known here; another addon's is to be heard.
KNOWN_WRITERS = ("odoo.orm.", "odoo.addons.openip_incident.")


class IncidentFollowupPlan(models.Model):
    """Reads the steps of a plan by one query; core finds out first which they are.

    Without it everything works, slower.
    """

    _inherit = "incident.followup.plan"

    def _get_steps(self):
        field = self._fields["step_ids"]
        if self.id and any(field._cache_missing_ids(self)):
            self.check_access("read")
            # Archived ones included, as core has them in this list.
            steps = self.env[field.comodel_name].with_context(active_test=False)
            names = [one.name for one in steps._determine_fields_to_fetch()]
            own = field.get_comodel_domain(self) & Domain("plan_id", "in", self.ids)
            found = steps.search_fetch(own, names)
            field._insert_cache(self, [found._ids])
        return super()._get_steps()


class IncidentFollowup(models.Model):
    """What a batch of follow-ups knows, and writes, of each.

    An incident has one open follow-up at most: whoever works with it need not look
    for it among all. Without it everything works, slower.
    """

    _inherit = "incident.followup"

    def _send_step(self, step, events, parties=None):
        self._note_as_open()
        return super()._send_step(step, events, parties)

    def write(self, vals):
        if vals.get("state", RUNNING) in OPEN_STATES:
            return super().write(vals)
        ended = self.filtered(lambda one: one.state in OPEN_STATES)
        res = super().write(vals)
        # Before automations hear of it: what they open has the cache forget this.
        ended._note_as_ended()
        return res

    def _note_as_open(self):
        """Note with the incidents of these that they are open, where they are."""
        known = self._get_known_of_tickets()
        for followup in self:
            if followup.state in OPEN_STATES:
                known.setdefault(followup.ticket_id.id, followup.id)

    def _note_as_ended(self):
        """Note with the incidents of these that nothing is open any more."""
        known = self._get_known_of_tickets()
        for followup in self:
            if followup.state not in OPEN_STATES:
                known.setdefault(followup.ticket_id.id, None)

    def _get_known_of_tickets(self):
        """Return what the cache knows of open follow-ups: dict of ticket id: id."""
        return self.env["helpdesk.ticket"]._fields["followup_id"]._get_cache(self.env)

    def _put_events(self, events):
        """Write all of them at once: core writes the same value on all records."""
        if not self._is_written_by_core():
            return super()._put_events(events)
        self.check_access("write")
        field = self._fields["event_id"]
        modifying = [field.name] if self.pool.is_modifying_relations(field) else []
        self.modified(modifying, before=True)
        for followup in self:
            field.write(followup, events[followup.ticket_id.id])
        self.modified([field.name])
        self._validate_fields([field.name])
        return None

    def _is_written_by_core(self):
        """Tell whether nobody else has a say in what is written on follow-ups."""
        return is_code_of(KNOWN_WRITERS, type(self).__mro__, ["write"])
