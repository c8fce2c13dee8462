# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..correspondence.incident_notice import BUNDLED
from ..phases import CLOSED
from ..reviews import PENDING


@dataclass(frozen=True)
class Source:
    """Which records a check counts, and by which date they grow old."""

    model: str
    domain: Domain
    date: str
    # Whether only those count that are too old already.
    late: bool = False


@dataclass(frozen=True)
class Finding:
    """What a check has found."""

    count: int = 0
    oldest: datetime | bool = False
    alarm: bool = False


ROW = Markup(
    "<tr><td style='padding: 2px 12px 2px 0;'>%s</td>"
    "<td style='padding: 2px 12px 2px 0; text-align: right;'>%s</td><td>%s</td></tr>"
)
TABLE = Markup(
    "<p>%s</p><table>%s</table>"
    "<p><a href='%s/odoo/action-openip_incident.incident_health_action'>%s</a></p>"
)


class IncidentHealth(models.Model):
    """Says what no longer works by itself: silence is visible (G12).

    One record per thing that is looked at. What a kind of check counts is code, how old
    it may become and whether managers are told is theirs.
    """

    _name = "incident.health"
    _description = "Health Check of the Incident Process"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="What is watched.",
    )
    sequence = fields.Integer(
        default=10,
        help="The order of the lines.",
    )
    kind = fields.Selection(
        selection=[
            ("action", "Scheduled action"),
            ("due", "Follow-ups that are due"),
            ("stuck", "Follow-ups that failed or reached nobody"),
            ("queued_mail", "Mails in the queue"),
            ("failed_mail", "Mails that no mail server accepts"),
            ("quarantine", "Incoming mails in quarantine"),
            ("review", "Mails that wait to be judged"),
            ("ending", "Incoming mails that will be deleted unread"),
            ("fetch", "Incoming mail servers"),
            ("unreachable", "Parties that no mail reaches"),
        ],
        required=True,
        readonly=True,
    )
    cron_id = fields.Many2one(
        comodel_name="ir.cron",
        string="Scheduled action",
        readonly=True,
        ondelete="cascade",
    )
    limit_hours = fields.Float(
        string="Limit (hours)",
        help="What is older than this raises an alarm; with 0 everything does.",
    )
    alerts = fields.Boolean(
        string="Tell the managers",
        default=True,
        help="By mail, once per alarm; again when it is over and comes back.",
    )
    alert_date = fields.Datetime(
        string="Told on",
        readonly=True,
        help="When the managers were last told of this trouble.",
    )
    alert_message_ids = fields.Many2many(
        comodel_name="mail.message",
        relation="incident_health_message_rel",
        readonly=True,
        groups="base.group_system",
        help="What the managers were told last.",
    )

    count = fields.Integer(
        compute="_compute_finding",
        help="How many records this concerns; the line opens them.",
    )
    oldest_date = fields.Datetime(
        string="Oldest / last run",
        compute="_compute_finding",
        help="Since when the oldest waits; of a scheduled action, its last successful "
        "run.",
    )
    state = fields.Selection(
        selection=[("good", "Good"), ("alarm", "To be checked")],
        compute="_compute_finding",
        help="Good, or an alarm that somebody has to look at.",
    )
    can_show = fields.Boolean(compute="_compute_can_show")

    _cron_uniq = models.UniqueIndex(
        "(cron_id) WHERE cron_id IS NOT NULL",
        "A scheduled action is looked at once.",
    )

    @api.depends("kind", "cron_id", "limit_hours")
    def _compute_finding(self):
        # SUDO: managers are told how much waits, whatever they may read of it.
        checks = self.sudo()
        findings = {check.id: check._find() for check in checks}
        counted = checks.filtered(lambda check: not findings[check.id])
        findings.update(counted._count())
        for check in self:
            finding = findings[check.id]
            check.count = finding.count
            check.oldest_date = finding.oldest
            check.state = "alarm" if finding.alarm else "good"

    @api.depends("kind")
    @api.depends_context("uid")
    def _compute_can_show(self):
        for check in self:
            # SUDO: the name of a model; whether the reader may read it is asked next.
            model = check.sudo()._get_source().model
            check.can_show = self.env[model].has_access("read")

    def action_show(self):
        """Open the records that this check counts."""
        self.ensure_one()
        # SUDO: only a domain is made; the list shows what the reader may read.
        source = self.sudo()._get_source()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": source.model,
            "domain": list(source.domain),
            "view_mode": "list,form",
        }

    # What is looked at

    def _find(self):
        """Return what a check finds by itself, None where it counts records."""
        self.ensure_one()
        return self._find_silence() if self.kind == "action" else None

    def _count(self):
        """Return what is found by checks that count, all by one query.

        :return: dict of id: :class:`Finding`
        """
        sources = [(check, check._get_source()) for check in self]
        # By their numbers: what is being edited has no id of its own.
        counts = [
            self._search_count(number, source)
            for number, (_check, source) in enumerate(sources)
        ]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(counts)) if counts else []
        found = {number: figures for number, *figures in rows}
        findings = {}
        for number, (check, source) in enumerate(sources):
            count, oldest = found[number]
            late = source.late or not oldest or oldest <= check._get_limit_date()
            findings[check.id] = Finding(count, oldest or False, bool(count and late))
        return findings

    @api.model
    def _search_count(self, number, source):
        """Return the SQL of how many there are of a source, and since when.

        :param number: by which the row is found again
        """
        model = self.env[source.model]
        query = model._search(source.domain)
        date = model._field_to_sql(query.table, source.date, query)
        figures = SQL("%s, COUNT(*), MIN(%s)", number, date)
        return SQL("(%s)", query.select(figures))

    def _get_limit_date(self):
        return fields.Datetime.now() - timedelta(hours=self.limit_hours)

    def _get_source(self):
        """Return what this kind of check counts."""
        self.ensure_one()
        return getattr(self, f"_get_{self.kind}_source")()

    def _find_silence(self):
        """Tell whether a scheduled action is active, succeeds and is not late.

        Odoo keeps the date of the last run, not of the last successful one: while an
        action fails, what is known is when that began.
        """
        cron = self.cron_id
        late = cron.nextcall <= self._get_limit_date()
        silent = not cron.active or cron.failure_count > 0 or late
        failing = cron.failure_count and cron.first_failure_date
        return Finding(int(silent), failing or cron.lastcall, silent)

    def _get_action_source(self):
        return Source("ir.cron", Domain("id", "=", self.cron_id.id), "lastcall")

    def _get_due_source(self):
        return Source(
            "incident.followup",
            Domain(
                [
                    ("state", "=", "running"),
                    ("error", "=", False),
                    ("due_date", "<=", fields.Datetime.now()),
                    ("review_hold", "=", False),
                ]
            ),
            "due_date",
        )

    def _get_stuck_source(self):
        in_trouble = Domain("error", "!=", False) | Domain("undelivered", "=", True)
        return Source(
            "incident.followup",
            Domain("state", "in", ["running", "held"]) & in_trouble,
            "write_date",
        )

    def _get_queued_mail_source(self):
        """What waits to be sent, and morning mails that could not be written."""
        source = self._get_mail_source("queued")
        overdue = Domain("failure", "!=", False) | Domain(
            "digest_date", "<=", self._get_limit_date()
        )
        bundled = Domain("status", "=", BUNDLED) & overdue
        return Source(source.model, source.domain | bundled, source.date)

    def _get_failed_mail_source(self):
        return self._get_mail_source("failed")

    def _get_mail_source(self, status):
        about = Domain("ticket_id", "!=", False)
        domain = about & Domain("status", "=", status)
        return Source("incident.notice", domain, "create_date")

    def _get_quarantine_source(self):
        return Source("incident.inbound", Domain("state", "=", "quarantined"), "date")

    def _get_review_source(self):
        """Mails that hold the closure of incidents."""
        return Source("incident.review", Domain("state", "=", PENDING), "date")

    def _get_ending_source(self):
        """Mails in quarantine whose deletion is announced."""
        unjudged = Domain("state", "=", "quarantined")
        return Source(
            "incident.inbound",
            unjudged & Domain("end_warned_date", "!=", False),
            "end_warned_date",
        )

    def _get_fetch_source(self):
        """Incoming mail servers that keep failing, or that nobody asks.

        Odoo switches off those that fail for days: they are no less silent.
        """
        limit = self._get_limit_date()
        silent = Domain("date", "=", False) | Domain("date", "<=", limit)
        confirmed = Domain([("state", "=", "done"), ("server_type", "!=", "local")])
        return Source(
            "fetchmail.server",
            Domain("error_date", "<=", limit) | (confirmed & silent),
            "date",
            late=True,
        )

    def _get_unreachable_source(self):
        """Parties of open incidents from whom mails came back."""
        marked = Domain("incident_unreachable_date", "!=", False)
        tickets = self.env["helpdesk.ticket"]
        incidents = Domain("is_incident", "=", True) & Domain(
            "incident_phase", "!=", CLOSED
        )
        parties = self.env["res.partner"].union(
            *(
                party
                for name in ("partner_id", "integrator_id")
                for [party] in tickets._read_group(
                    incidents & Domain(name, "any", marked), [name]
                )
            )
        )
        return Source(
            "res.partner", Domain("id", "in", parties.ids), "incident_unreachable_date"
        )

    @api.model
    def _cron_alert(self):
        """Tell the managers of what has newly gone wrong (G12)."""
        checks = self.search(Domain.TRUE)
        checks._resend_alerts()
        alarms = checks.filtered(lambda check: check.state == "alarm")
        # The next alarm of these is a new one, however soon it comes.
        (checks - alarms).filtered("alert_date").alert_date = False
        news = alarms.filtered(lambda check: check.alerts and not check.alert_date)
        if news:
            news.alert_date = fields.Datetime.now()
            managers = self.env["res.users"]._get_incident_managers().partner_id
            news.alert_message_ids = self.env["mail.message"].union(
                *(
                    news.with_context(lang=lang or self.env.lang)._alert(partners)
                    for lang, partners in managers.grouped("lang").items()
                )
            )

    def _alert(self, partners):
        """Mail these alarms to colleagues who read the language of the context.

        :return: the ``mail.message``
        """
        return self.env["mail.thread"].message_notify(
            partner_ids=partners.ids,
            subject=self.env._(
                "Incidents: to be checked: %(checks)s",
                checks=", ".join(self.mapped("name")),
            ),
            body=self._render_alarms(),
        )

    def _render_alarms(self):
        rows = Markup("").join(
            ROW
            % (
                check.name,
                check.count,
                format_datetime(self.env, check.oldest_date)
                if check.oldest_date
                else self.env._("never"),
            )
            for check in self
        )
        return TABLE % (
            self.env._("The incident process does not work by itself any more:"),
            rows,
            self[:1].get_base_url(),
            self.env._("Show the health of the process"),
        )
