# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

ROW = Markup(
    "<tr><td style='padding: 2px 12px 2px 0;'>%s</td>"
    "<td style='padding: 2px 12px 2px 0; text-align: right;'>%s</td><td>%s</td></tr>"
)
TABLE = Markup(
    "<p>%s</p><table>%s</table>"
    "<p><a href='%s/odoo/action-openip_incident.incident_health_action'>%s</a></p>"
)


class IncidentHealth(models.Model):
    """Tells the managers of each alarm once: when it comes, and when it comes back."""

    _inherit = "incident.health"

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
            managers = self._get_managers().partner_id
            news.alert_message_ids = self.env["mail.message"].union(
                *(
                    news.with_context(lang=lang or self.env.lang)._alert(partners)
                    for lang, partners in managers.grouped("lang").items()
                )
            )

    def _resend_alerts(self):
        """Send alerts again that no mail server took: one about mail is mail, too."""
        # SUDO: the process looks after the mails that it has written.
        mails = self.env["mail.mail"].sudo()
        refused = mails.search(
            [
                ("mail_message_id", "in", self.alert_message_ids.ids),
                ("state", "=", "exception"),
            ]
        )
        if refused:
            refused.mark_outgoing()
            self.env["incident.wakeup"]._wake_mail_queue()

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

    @api.model
    def _get_managers(self):
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        return group.all_user_ids.filtered("active")
