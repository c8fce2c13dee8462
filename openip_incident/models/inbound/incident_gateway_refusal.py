# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

GROUP = "openip_incident.group_mail_gateway"
SYSTEM = "base.group_system"
# In the context while core processes a mail that may not reach an incident: the id of
# the user who has handed it over. The gateway sets it, whatever a caller says.
HANDED_BY = "incident_mail_handed_by"
# What is older is of nobody's interest any more.
KEEP_REFUSALS = timedelta(days=30)


class IncidentGatewayRefusal(models.Model):
    """Who hands mail to incidents without being allowed to.

    After an update that may be a script whose user lacks the group: Health tells.
    """

    _name = "incident.gateway.refusal"
    _description = "Refused Caller of the Mail Gateway"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The account by which the mail server hands mails over.",
    )
    date = fields.Datetime(
        string="Last time",
        required=True,
        readonly=True,
        help="When a mail was last refused for this reason.",
    )
    count = fields.Integer(
        string="Refused calls",
        readonly=True,
        help="0 for who has handed mail over before the group was needed.",
    )
    advice = fields.Char(
        string="What to do",
        compute="_compute_advice",
        help="What an admin can do so that this mail is accepted.",
    )

    _user_uniq = models.UniqueIndex("(user_id)", "A caller is there once.")

    @api.depends("user_id")
    @api.depends_context("lang")
    def _compute_advice(self):
        for refusal in self:
            refusal.advice = self.env._(
                "If %(user)s is the user of a script that hands over mail, give it the"
                " group Mail gateway; otherwise somebody has tried to forge mail.",
                user=refusal.user_id.display_name,
            )

    # Who may hand mail over

    @api.model
    def _may_deliver(self):
        """Tell whether the present user may hand mail to incidents."""
        if self.env.su:
            return True
        user = self.env.user
        return user.has_group(SYSTEM) or user.has_group(GROUP)

    @api.model
    def _ensure_may_deliver(self):
        """Refuse mail that somebody without rights hands over, and note who it was.

        :raise AccessError: unless the mail comes from the gateway's own user
        """
        # Only the gateway acts as superuser here: nobody else names the caller.
        caller = self.env.context.get(HANDED_BY) if self.env.su else self.env.uid
        if not caller or (not self.env.su and self._may_deliver()):
            return
        # SUDO: the name of the caller itself.
        user = self.env["res.users"].sudo().browse(caller)
        if user.has_group("base.group_user"):
            self._note_refusal(user)
        raise AccessError(
            self.env._(
                "%(user)s may not hand over mail for incidents. Who runs a mail script"
                " needs the group Mail gateway.",
                user=user.name,
            )
        )

    @api.model
    def _note_refusal(self, user):
        """Write a refusal down in a transaction of its own: this one is undone."""
        try:
            with self.env.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env[self._name]._write_down(user.ids, fields.Datetime.now(), 1)
        except Exception as error:
            # The refusal stands without being noted, too.
            _logger.warning("Refusal of user %s not noted: %s", user.id, error)

    @api.model
    def _write_down(self, user_ids, date, count):
        """Add calls to the row of each user."""
        self.env.execute_query(
            SQL(
                "INSERT INTO incident_gateway_refusal AS refusal (user_id, date, count)"
                " SELECT id, %(date)s, %(count)s"
                " FROM unnest(%(users)s::integer[]) AS id"
                " ON CONFLICT (user_id) DO UPDATE SET date = EXCLUDED.date,"
                " count = refusal.count + EXCLUDED.count RETURNING id",
                date=date,
                count=count,
                users=list(user_ids),
            )
        )

    # Who is told of it

    @api.model
    def _get_open_domain(self):
        """Return the domain of callers who still lack the group."""
        names = self.env["ir.model.data"]
        allowed = [names._xmlid_to_res_id(name) for name in (GROUP, SYSTEM)]
        since = fields.Datetime.now() - KEEP_REFUSALS
        return Domain("date", ">", since) & Domain(
            "user_id", "not any", [("all_group_ids", "in", allowed)]
        )

    @api.model
    def _find_earlier_callers(self):
        """Write down who has handed over mail before the group was needed."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT create_uid FROM incident_inbound "
                "WHERE date > %s AND create_uid IS NOT NULL",
                fields.Datetime.now() - KEEP_REFUSALS,
            )
        )
        users = self.env["res.users"].browse(row[0] for row in rows)
        users -= self.env.ref("base.user_root")
        lacking = users.filtered(lambda user: not user.has_group(SYSTEM))
        self._write_down(lacking.ids, fields.Datetime.now(), 0)

    @api.autovacuum
    def _gc_refusals(self):
        """Forget who has not called for long."""
        old = self.search([("date", "<", fields.Datetime.now() - KEEP_REFUSALS)])
        old.unlink()
