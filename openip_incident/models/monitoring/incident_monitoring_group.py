# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import dataclass

from odoo import fields, models
from odoo.fields import Domain

from .incident_monitoring import AUTOMATIC


@dataclass(frozen=True)
class Change:
    """What a post says that was not known yet."""

    # Alerts that fire, by their keys; with the line of those that had ended.
    begun: dict
    known: dict
    # Lines that are over: {date: ``incident.monitoring.alert``}
    ended: dict

    def __bool__(self):
        return bool(self.begun or self.ended)


class IncidentMonitoringGroup(models.Model):
    """What a monitor posts together: it has one outage at a time."""

    _name = "incident.monitoring.group"
    _description = "Group of Alerts"
    _order = "id desc"

    name = fields.Char(
        string="Group",
        readonly=True,
        help="By which the monitor knows the group.",
    )
    monitoring_id = fields.Many2one(
        comodel_name="incident.monitoring",
        string="Monitor",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The monitor that posts it.",
    )
    digest = fields.Char(
        required=True, readonly=True, help="By which the group is found again."
    )
    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Outage",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The last outage that it has opened.",
    )
    changes = fields.Integer(
        readonly=True,
        help="How often something new was posted: who has read the group before has "
        "to read it again.",
    )

    # One outage per cause, however many servers take the posts at once.
    _digest_unique = models.UniqueIndex(
        "(monitoring_id, digest)", "This group is known."
    )

    def _take_in(self, post):
        """Do what a post says.

        :param post: :class:`Post`
        :return: the ``incident.outage`` that it is about, which may be none
        :raises LockError: when another transaction works on the group
        """
        change = self._compare(post)
        if not change:
            return self.outage_id
        group = self._hold()
        # Whoever has read the group before is stopped by this, whatever it writes.
        group.changes += 1
        if change.begun:
            group._begin(post, change)
        concerned = group.outage_id
        for date, lines in change.ended.items():
            lines.end_date = date
            concerned |= lines.outage_id
        for outage in concerned:
            outage._follow_alerts()
        return group.outage_id

    def _hold(self):
        """Return this group, written down and locked."""
        if self.id:
            self.lock_for_update(allow_referencing=True)
            return self
        values = {name: self[name] for name in ("digest", "name")}
        return self.create([{**values, "monitoring_id": self.monitoring_id._origin.id}])

    # What is new

    def _compare(self, post):
        """Return what a post says that is not known yet: :class:`Change`."""
        alerts = {alert.key: alert for alert in post.alerts}
        lines = self._find_lines(alerts)
        known = {(line.fingerprint, line.started): line for line in lines}
        firing = lines.filtered(lambda line: not line.end_date)
        current = firing.grouped("fingerprint")
        begun = {}
        for key, alert in alerts.items():
            # One that names no beginning has one occurrence at a time.
            started = alert.started
            found = known.get(key) if started else current.get(alert.fingerprint)
            if alert.firing and (not found or found[0].end_date):
                begun[key] = alert
        # A list that is cut says nothing of what is over.
        ended = {} if post.truncated else self._find_ended(post, alerts, firing)
        return Change(begun, known, ended)

    def _find_ended(self, post, alerts, firing):
        """Return which lines are over: {date: ``incident.monitoring.alert``}.

        :param alerts: those of the post by their keys
        :param firing: the lines that have not ended
        """
        now = fields.Datetime.now()
        over = {}
        for line in firing:
            key = (line.fingerprint, line.started)
            alert = alerts.get(key) or alerts.get((line.fingerprint, ""))
            if alert and not alert.firing:
                over[line.id] = min(alert.end or now, now)
            elif not alert and post.whole:
                over[line.id] = now
        return firing.filtered(lambda line: line.id in over).grouped(
            lambda line: over[line.id]
        )

    def _find_lines(self, keys):
        """Return the lines that a post can be about: those that fire, those it names.

        :param keys: of alerts
        """
        lines = self.env["incident.monitoring.alert"]
        if not self.id:
            return lines
        named = Domain("fingerprint", "in", [key for key, _started in keys])
        named &= Domain("started", "in", [started for _key, started in keys])
        return lines.search(
            Domain("group_id", "=", self.id) & (named | Domain("end_date", "=", False))
        )

    # What begins

    def _begin(self, post, change):
        """Open an outage for alerts, or let the present one go on."""
        alerts = list(change.begun.values())
        rules = self.monitoring_id.rule_ids
        services = rules._find_services([alert.labels for alert in alerts])
        concerned = self.env["incident.service"].union(*services)
        outage = self.outage_id
        if outage and outage._comes_back(self.monitoring_id.quiet_minutes):
            outage._go_on(concerned)
        else:
            self.outage_id = self._open_outage(post, alerts, concerned)
        known = self.env["incident.monitoring.alert"].union(
            *(change.known[key] for key in change.begun if key in change.known)
        )
        known.write({"end_date": False, "outage_id": self.outage_id.id})
        known.create(
            [
                self._prepare_line_vals(alert, found)
                for alert, found in zip(alerts, services, strict=True)
                if alert.key not in change.known
            ]
        )

    def _open_outage(self, post, alerts, services):
        now = fields.Datetime.now()
        dates = [alert.begin for alert in alerts if alert.begin]
        monitoring = self.monitoring_id
        values = {
            "name": post.title,
            "begin_date": min([now, *dates]),
            "company_id": monitoring.company_id.id,
            "team_id": monitoring.team_id.id,
            "user_id": monitoring.user_id.id,
            "service_ids": services.ids,
            "previous_id": self.outage_id.id,
            "monitoring_id": monitoring.id,
            "confirmed": monitoring.mode == AUTOMATIC,
        }
        outage = self.env["incident.outage"].create([values])
        outage._tell_opened(post.group)
        return outage

    def _prepare_line_vals(self, alert, services):
        now = fields.Datetime.now()
        return {
            "group_id": self.id,
            "outage_id": self.outage_id.id,
            "name": alert.title,
            "fingerprint": alert.fingerprint,
            # A monitor that names no beginning has one occurrence at a time.
            "started": alert.started or self._get_next_start(),
            "begin_date": min(alert.begin or now, now),
            "labels": alert.labels,
            "service_ids": services.ids,
        }

    def _get_next_start(self):
        return f"{fields.Datetime.now().isoformat()} #{self.changes}"
