# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

ROW = Markup(
    "<tr><td style='padding: 2px 12px 2px 0;'>"
    "<a href='%s/odoo/incidents/%s'>%s</a></td>"
    "<td style='padding: 2px 12px 2px 0;'>%s</td>"
    "<td style='padding: 2px 12px 2px 0;'>%s</td>"
    "<td style='padding: 2px 12px 2px 0;'>%s</td><td>%s</td></tr>"
)
TABLE = Markup("<p>%s</p><table>%s</table>")


class IncidentClockThreshold(models.Model):
    """Whom a threshold is mailed to."""

    _inherit = "incident.clock.threshold"

    mail_managers = fields.Boolean(
        string="Mail the managers",
        help="Each helpdesk manager gets one mail of the guaranteed times that have "
        "reached it since the last run.",
    )
    mail_user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Mail also",
        domain=[("share", "=", False)],
        help="Colleagues who get that mail, too.",
    )

    def _get_readers(self):
        """Return who is mailed that this threshold was reached."""
        readers = self.mail_user_ids
        if self.mail_managers:
            readers |= self.env["res.users"]._get_incident_managers()
        return readers.filtered("active")


class HelpdeskTicket(models.Model):
    """Mails colleagues which guaranteed times are nearly used up, each once.

    In the transaction that writes down that the threshold was reached: both are there,
    or none. All of a run that concerns one colleague are one mail.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    def _mail_thresholds(self, reached):
        """Mail which thresholds were reached.

        :param reached: list of (ticket, clock, percent)
        """
        lists = self._sort_by_reader(reached)
        if not lists:
            return
        # SUDO: the process looks after the mails that it has written.
        notices = self.env["incident.notice"].sudo()
        for reader, rows in lists.items():
            message = self._mail_threshold_list(reader, rows)
            notices._follow(message)
        self.env["ir.cron"]._wake_mail_queue()

    @api.model
    def _sort_by_reader(self, reached):
        """Return what each colleague is told: dict of user: list as ``reached``.

        Of several thresholds of one clock the last one says it all.
        """
        # SUDO: whoever sets off the clock, the same colleagues are told.
        thresholds = self.env["incident.clock.threshold"].sudo()
        watched = thresholds.search([("percent", "in", [one[2] for one in reached])])
        readers = {one.percent: one._get_readers() for one in watched}
        lists = {}
        for ticket, which, percent in sorted(reached, key=lambda one: one[2]):
            for reader in readers.get(percent, ()):
                if not ticket.company_id or ticket.company_id in reader.company_ids:
                    lists.setdefault(reader, {})[ticket, which] = percent
        return {
            reader: [(*clock, percent) for clock, percent in rows.items()]
            for reader, rows in lists.items()
        }

    @api.model
    def _mail_threshold_list(self, reader, rows):
        """Mail a colleague what it is told, in its language: ``mail.message``."""
        partner = reader.partner_id
        model = self.with_context(
            lang=partner.lang or self.env.lang, mail_notify_force_send=False
        )
        subject = model.env._(
            "%(count)s guaranteed times are nearly used up", count=len(rows)
        )
        if len(rows) == 1:
            [(ticket, which, percent)] = rows
            subject = model.env._(
                "%(number)s: %(percent)s %% of the %(clock)s are used up",
                number=ticket.number,
                percent=percent,
                clock=which.upper(),
            )
        return model.env["mail.thread"].message_notify(
            partner_ids=partner.ids,
            subject=subject,
            body=model._render_thresholds(reader, rows),
        )

    @api.model
    def _render_thresholds(self, reader, rows):
        base = self.browse().get_base_url()
        lines = Markup("").join(
            ROW
            % (
                base,
                ticket.id,
                ticket.number,
                ticket.name,
                ticket._get_customer_name(),
                f"{which.upper()} {percent} %",
                self._word_reached(ticket, which, reader),
            )
            for ticket, which, percent in rows
        )
        return TABLE % (
            self.env._("Guaranteed times, by what is used up of them:"),
            lines,
        )

    @api.model
    def _word_reached(self, ticket, which, reader):
        """Return until when a guaranteed time lasts, by the clocks of its reader."""
        date = ticket[f"{which}_deadline"]
        if not date:
            return ""
        said = format_datetime(self.env, date, tz=reader.tz or "UTC")
        return self.env._("until %(date)s", date=said)
