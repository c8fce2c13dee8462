# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import hmac
import secrets

import psycopg2
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, LockError, ValidationError
from odoo.orm.models import NO_ACCESS
from odoo.tools import is_html_empty

from odoo.addons.base.models.res_users import check_identity

from ...tools.arguments import MAX_ID
from ...tools.monitor_posts import ALERTMANAGER, GENERIC

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
KEY_VIEW = "openip_incident.incident_monitoring_key_view_form"
# Of random bytes: whoever reads the hash learns nothing, however fast it is.
TOKEN_BYTES = 32
AUTOMATIC = "automatic"
CONFIRM = "confirm"
# Where two posts meet, the later one finds what the first has made.
MEETING_POINTS = (
    "incident_monitoring_group_digest_unique",
    "incident_monitoring_alert_occurrence_unique",
    # The first two numbers of a year.
    "ir_sequence_date_range_unique_range_per_sequence",
)


class Busy(Exception):
    """Somebody works on it, or the database cannot: to be posted again."""


class IncidentMonitoring(models.Model):
    """A monitor that may open outages: by which token, for which services."""

    _name = "incident.monitoring"
    _description = "Monitor"
    _order = "name, id"

    name = fields.Char(
        required=True, help="By which people know the monitor: “Prometheus Nantes”…"
    )
    kind = fields.Selection(
        selection=[
            (ALERTMANAGER, "Alertmanager"),
            (GENERIC, "Any other, by JSON"),
        ],
        required=True,
        default=ALERTMANAGER,
        help="Who posts: the webhook of Prometheus' Alertmanager (version 4), or "
        "anything that can post the simple form of the manual.",
    )
    mode = fields.Selection(
        selection=[
            (CONFIRM, "An agent confirms it first"),
            (AUTOMATIC, "It is confirmed by itself"),
        ],
        string="A new outage",
        required=True,
        default=CONFIRM,
        help="Whether somebody looks at an outage before the parties can hear of it.",
    )
    first_message = fields.Html(
        string="Told at once",
        translate=True,
        help="What every party that is affected is told by mail as soon as an outage "
        "is opened that is confirmed by itself. Empty: nobody is told before an agent "
        "publishes something.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Whose outages it opens.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('incident_process', '=', True)]",
        help="The team that works on its outages and is told of them.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="In charge",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Who gets its outages. Empty: the team's leader is told.",
    )
    quiet_minutes = fields.Integer(
        string="Quiet time (minutes)",
        required=True,
        default=30,
        help="What comes back sooner after its recovery is the same outage; later it "
        "is a new one that follows it.",
    )
    rate = fields.Integer(
        string="Posts per minute",
        required=True,
        default=600,
        help="How many posts each process of the server takes from it; above, it is "
        "asked to come back later.",
    )
    rule_ids = fields.One2many(
        comodel_name="incident.monitoring.rule",
        inverse_name="monitoring_id",
        string="Rules",
        copy=True,
        help="Which services an alert concerns, by its labels. All rules that match "
        "count together.",
    )
    outage_ids = fields.One2many(
        comodel_name="incident.outage",
        inverse_name="monitoring_id",
        string="Outages",
        help="The outages that it has opened.",
    )
    post_ids = fields.One2many(
        comodel_name="incident.monitoring.post",
        inverse_name="monitoring_id",
        string="Posts to be checked",
        domain=[("state", "=", "open")],
        help="What it has posted and nobody could make anything of.",
    )
    address = fields.Char(
        compute="_compute_address",
        help="Where the monitor posts.",
    )
    token_hash = fields.Char(
        copy=False,
        readonly=True,
        groups=NO_ACCESS,
        help="What is kept of the token: by it a post is known, and nobody can post.",
    )
    token_date = fields.Datetime(
        string="Token made on",
        copy=False,
        readonly=True,
        help="Without a token it can post nothing. A new one ends the former at once.",
    )
    active = fields.Boolean(
        default=True, help="An archived one is answered as if there were none."
    )

    _rate_check = models.Constraint(
        "CHECK(rate > 0 AND quiet_minutes >= 0)",
        "At least one post per minute, and no negative quiet time.",
    )

    def _compute_address(self):
        for monitoring in self:
            path = f"/incident/monitoring/{monitoring.id or 0}"
            monitoring.address = f"{monitoring.get_base_url()}{path}"

    @api.constrains("company_id", "team_id", "rule_ids")
    def _check_companies(self):
        for monitoring in self:
            # SUDO: whose records they are must not depend on what the user may read.
            own = monitoring.sudo()
            companies = own.team_id.company_id | own.rule_ids.service_ids.company_id
            if companies - own.company_id:
                raise ValidationError(
                    self.env._(
                        "%(monitoring)s has a team or services of another company.",
                        monitoring=monitoring.name,
                    )
                )

    # The token

    @check_identity
    def action_make_token(self):
        """Make a token, which ends the former one, and show it, this once.

        :return: the action that shows the token
        :raises AccessError: for anybody but a helpdesk manager
        """
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only helpdesk managers can make a token for a monitor.")
            )
        self.check_access("write")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        # SUDO: nobody reads the hash; who may make it was asked above.
        self.sudo().write(
            {"token_hash": _hash(token), "token_date": fields.Datetime.now()}
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.users.apikeys.show",
            "name": self.env._("Token of %(monitoring)s", monitoring=self.name),
            "views": [(self.env.ref(KEY_VIEW).id, "form")],
            "target": "new",
            "context": {"default_key": token},
        }

    @api.model
    def _find_monitoring(self, monitoring_id, token):
        """Return who posts: the monitor, as the superuser of its company.

        :param int monitoring_id: as the address says
        :param str token: as the monitor sent it
        :return: two ``incident.monitoring``: the one of the address, and the same where
            the token is its own, else nothing
        """
        found = self.browse()
        if 0 < monitoring_id <= MAX_ID:
            found = self.search([("id", "=", monitoring_id)])
        # Compared in any case: how long it takes tells nobody which ones there are.
        fits = hmac.compare_digest(_hash(token), found.token_hash or "")
        company = found.company_id
        # SUDO: the token says that it may.
        found = found.with_user(SUPERUSER_ID).with_company(company)
        found = found.with_context(lang=company.partner_id.lang)
        return found, found if fits else found.browse()

    # What it posts

    def _receive_post(self, post):
        """Do what a post says; one that says nothing new writes nothing.

        :param post: :class:`Post`
        :return: the ``incident.outage`` that it is about, which may be none
        :raises Busy: when it has to be posted again
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                return self._find_group(post)._take_in(post)
        except LockError as error:
            raise Busy(str(error)) from error
        except UniqueViolation as error:
            if error.diag.constraint_name in MEETING_POINTS:
                raise Busy(str(error)) from error
            raise
        except psycopg2.OperationalError as error:
            # Serialization failures and locks, and a database that is going away.
            raise Busy(str(error)) from error

    def _find_group(self, post):
        """Return the group that a post is about, a new one for the first time."""
        groups = self.env["incident.monitoring.group"]
        group = groups.search(
            [("monitoring_id", "=", self.id), ("digest", "=", post.digest)]
        )
        return group or groups.new(
            {
                "monitoring_id": self.id,
                "digest": post.digest,
                "name": post.group[:500],
            }
        )

    def _get_first_message(self):
        """Return what is told at once: {language code: HTML}, nothing for silence."""
        if self.mode != AUTOMATIC or is_html_empty(self.first_message):
            return {}
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        return {lang: self.with_context(lang=lang).first_message for lang in langs}

    def _get_told_user(self):
        """Return who is told of its outages."""
        team = self.team_id
        told = self.user_id or team.user_id or team.user_ids[:1]
        return told or self.env["res.users"]._get_incident_managers()[:1]


def _hash(token):
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
