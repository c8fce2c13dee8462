# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools

from ..clocks import CAUSE_KEYS, STOPPING_PARTIES


class IncidentClockCause(models.Model):
    """What may stop the clock of a contract, and to whom that is attributed."""

    _name = "incident.clock.cause"
    _description = "Cause of a Stopped Clock"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="Why the clock is stopped, as explanations and statements say it.",
    )
    sequence = fields.Integer(
        default=10,
        help="Where several causes stop the clock at once, the time is attributed to "
        "the first of this order.",
    )
    party = fields.Selection(
        selection=STOPPING_PARTIES,
        required=True,
        default="customer",
        help="To whom the stopped time is attributed.",
    )
    stops_gti = fields.Boolean(
        string="Stops the GTI",
        help="The time until work begins does not count while this lasts.",
    )
    stops_gtr = fields.Boolean(
        string="Stops the GTR",
        default=True,
        help="The time until restoration does not count while this lasts.",
    )
    needs_proof = fields.Boolean(
        string="Needs a proof",
        help="An agent who stops the clock for it has to say what proves it.",
    )
    key = fields.Selection(
        selection=CAUSE_KEYS,
        string="Entered by itself",
        readonly=True,
        copy=False,
        help="The process stops the clock with this cause. Empty: only agents do.",
    )
    active = fields.Boolean(
        default=True,
        help="Archived causes are not offered any more; clocks keep them.",
    )

    _key_uniq = models.UniqueIndex(
        "(key) WHERE key IS NOT NULL", "The process knows one cause for each of these."
    )

    @api.model
    @tools.ormcache("key")
    def _get_automatic_id(self, key):
        """Return the id of the cause that the process enters by itself, or False."""
        # SUDO: what the process enters does not depend on who sets it off.
        causes = self.sudo().with_context(active_test=False)
        return causes.search([("key", "=", key)], limit=1).id

    @api.model
    @tools.ormcache("cause_id", "excluded")
    def _get_stop_vals(self, cause_id, excluded):
        """Return what an entry says of a cause, as it is now.

        :param excluded: frozenset of the ids of causes that do not stop
        """
        # SUDO: what the process enters does not depend on who sets it off.
        cause = self.sudo().browse(cause_id)
        stops = cause_id not in excluded
        return {
            "cause_id": cause_id,
            "party": cause.party,
            "priority": cause.sequence,
            "stops_gti": stops and cause.stops_gti,
            "stops_gtr": stops and cause.stops_gtr,
        }

    @api.model_create_multi
    def create(self, vals_list):
        causes = super().create(vals_list)
        self.env.registry.clear_cache()
        return causes

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res
