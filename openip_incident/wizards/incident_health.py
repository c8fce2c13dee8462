# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..models.followups import LATE_AFTER

# With the interval of the actions and that of the alert, silence is told within an
# hour (G12).
SILENT_AFTER = timedelta(minutes=30)
RECENT = timedelta(days=7)
ALERT_AGAIN_AFTER = timedelta(days=1)

ALERT_PARAMETER = "openip_incident.alert_date"

HEARTBEATS = (
    "openip_incident.ir_cron_followup_remind",
    "openip_incident.ir_cron_followup_close",
    "mail.ir_cron_mail_scheduler_action",
)


class IncidentHealth(models.TransientModel):
    """Says what no longer works by itself: actions that stand still, mail not sent."""

    _name = "incident.health"
    _description = "Health of the Incident Process"

    report = fields.Html(compute="_compute_report", sanitize=False)

    @api.depends_context("lang", "tz")
    def _compute_report(self):
        for health in self:
            health.report = health._render_report(health._get_findings())

    @api.model
    def _render_report(self, findings):
        """Return findings as HTML, problems first.

        :param findings: see :meth:`_get_findings`
        """
        rows = Markup("").join(
            Markup(
                '<tr><td class="pe-3"><span class="badge text-bg-%s">%s</span></td>'
                '<td class="pe-3">%s</td><td><a href="%s">%s</a></td></tr>'
            )
            % (
                "success" if healthy else "danger",
                self.env._("Good") if healthy else self.env._("To be checked"),
                sentence,
                link,
                self.env._("Show"),
            )
            for healthy, sentence, link in sorted(findings, key=lambda row: row[0])
        )
        return Markup('<table class="table">%s</table>') % rows

    @api.model
    def _get_findings(self):
        """Return what was looked at.

        :return: list of (healthy, sentence, path of the page that shows it)
        """
        # SUDO: managers are told how much waits, whatever they may read of it.
        health = self.sudo()
        return [
            *health._check_heartbeats(),
            health._check_overdue(),
            health._check_failed_followups(),
            health._check_unsent_mail(),
            health._check_bounces(),
        ]

    @api.model
    def _check_heartbeats(self):
        for name in HEARTBEATS:
            cron = self.env.ref(name)
            link = f"/odoo/action-base.ir_cron_act/{cron.id}"
            yield (self._is_alive(cron), self._format_heartbeat(cron), link)

    @api.model
    def _is_alive(self, cron):
        """Tell whether a scheduled action is active, succeeds and is not late."""
        late = fields.Datetime.now() - SILENT_AFTER
        return bool(cron.active and not cron.failure_count and cron.nextcall > late)

    @api.model
    def _format_heartbeat(self, cron):
        if not cron.lastcall:
            return self.env._("%(action)s: has not run yet.", action=cron.cron_name)
        return self.env._(
            "%(action)s: last ran on %(date)s.",
            action=cron.cron_name,
            date=format_datetime(self.env, cron.lastcall),
        )

    @api.model
    def _check_overdue(self):
        late = fields.Datetime.now() - LATE_AFTER
        count = self.env["incident.followup"].search_count(
            [("state", "=", "running"), ("error", "=", False), ("due_date", "<", late)]
        )
        sentence = self.env._("Follow-ups due for more than an hour: %s", count)
        return not count, sentence, self._get_followups_path()

    @api.model
    def _check_failed_followups(self):
        count = self.env["incident.followup"].search_count(
            [
                ("state", "in", ["running", "held"]),
                "|",
                ("error", "!=", False),
                ("undelivered", "=", True),
            ]
        )
        sentence = self.env._("Follow-ups that failed or reached nobody: %s", count)
        return not count, sentence, self._get_followups_path()

    @api.model
    def _check_unsent_mail(self):
        late = fields.Datetime.now() - LATE_AFTER
        count = self.env["incident.notice"].search_count(
            [("status", "in", ["queued", "failed"]), ("create_date", "<", late)]
        )
        sentence = self.env._(
            "Mails to parties unsent for more than an hour: %s", count
        )
        return not count, sentence, self._get_notices_path()

    @api.model
    def _check_bounces(self):
        recent = fields.Datetime.now() - RECENT
        count = self.env["incident.notice"].search_count(
            [("status", "=", "bounced"), ("create_date", ">", recent)]
        )
        sentence = self.env._("Mails to parties that came back this week: %s", count)
        return not count, sentence, self._get_notices_path()

    @api.model
    def _get_followups_path(self):
        return "/odoo/action-openip_incident.incident_followup_action"

    @api.model
    def _get_notices_path(self):
        return "/odoo/action-openip_incident.incident_notice_action"

    # Telling

    @api.model
    def _cron_alert(self):
        """Tell the managers of what stands still, at most once a day (G12)."""
        problems = [finding for finding in self._get_alarms() if not finding[0]]
        # SUDO: one date of our own is kept.
        parameters = self.env["ir.config_parameter"].sudo()
        last = fields.Datetime.to_datetime(parameters.get_param(ALERT_PARAMETER))
        now = fields.Datetime.now()
        if not problems:
            # The next alarm is a new one, however soon it comes.
            parameters.set_param(ALERT_PARAMETER, False)
        if not problems or (last and last + ALERT_AGAIN_AFTER > now):
            return
        parameters.set_param(ALERT_PARAMETER, fields.Datetime.to_string(now))
        for lang, partners in self._get_managers().partner_id.grouped("lang").items():
            self.with_context(lang=lang)._alert(partners)

    @api.model
    def _get_alarms(self):
        """Return the findings that cannot wait until somebody opens the page."""
        return [*self._check_heartbeats(), self._check_overdue()]

    @api.model
    def _alert(self, partners):
        problems = [finding for finding in self._get_alarms() if not finding[0]]
        self.env["mail.thread"].message_notify(
            partner_ids=partners.ids,
            subject=self.env._("Incidents: follow-ups stand still"),
            body=self._render_report(problems),
        )

    @api.model
    def _get_managers(self):
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        return group.all_user_ids.filtered("active")
