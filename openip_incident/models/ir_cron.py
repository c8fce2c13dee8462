# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import os
from datetime import timedelta

from odoo import api, fields, models, sql_db
from odoo.tools import SQL, ormcache

from odoo.addons.base.models.ir_cron import ODOO_NOTIFY_FUNCTION, CompletionStatus

from ..tools.whose_code import is_code_of

# Where the workers of scheduled actions listen, whatever their database.
LISTENING = "postgres"
# Connections of that name are closed after use, all others stay in the pool.
KEPT = "postgres, kept"
PENDING = "openip_incident.wakeups"
# Whose way of waking is known here; another addon's is to be heard.
CORE = ("odoo.addons.base.",)
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"


class IrCron(models.Model):
    """Wakes scheduled actions at the minute when something is due.

    Collected over a transaction and written once: a trigger each costs a query.
    """

    _inherit = "ir.cron"

    @api.model
    def _wake(self, cron, date):
        """Have a scheduled action run at a date.

        :param cron: name of its xml id in this addon
        :param date: naive UTC
        """
        self._add_trigger(f"openip_incident.{cron}", self._get_minute(date))

    @api.model
    def _get_minute(self, date):
        """Return the minute at which what is due at a date is taken up."""
        minute = date.replace(second=0, microsecond=0)
        return minute if minute == date else minute + timedelta(minutes=1)

    @api.model
    def _wake_mail_queue(self):
        """Have the queue run as soon as this transaction is committed, once.

        Its own interval is an hour; sending from here would let mail leave a
        transaction that is rolled back.
        """
        self._add_trigger(MAIL_QUEUE, None)

    @api.model
    def _add_trigger(self, xmlid, date):
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = {}
            precommit.add(self._write_triggers)
        precommit.data[PENDING].setdefault(xmlid, set()).add(date)

    @api.model
    def _write_triggers(self):
        pending = self.env.cr.precommit.data.pop(PENDING, {})
        names, now = self.env["ir.model.data"], fields.Datetime.now()
        # A scheduled action that was deleted has lost its name, too.
        known = {
            cron_id: dates
            for xmlid, dates in pending.items()
            if (cron_id := names._xmlid_to_res_id(xmlid))
        }
        for cron in self.browse(known):
            cron._add_wakeups(sorted(date or now for date in known[cron.id]))

    def _add_wakeups(self, dates):
        """Have a scheduled action run at some dates, as core does.

        Core reads all of it each time to know whether it is active.
        """
        by_core = is_code_of(CORE, type(self).__mro__, ["_trigger_list"])
        if not by_core or not self._is_known_active(self.id):
            return self._trigger(at=dates)
        # SUDO: as core, which lets everybody wake a scheduled action.
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.create([{"cron_id": self.id, "call_at": date} for date in dates])
        if dates[0] <= fields.Datetime.now() or os.getenv("ODOO_NOTIFY_CRON_CHANGES"):
            self.env.cr.postcommit.add(self._notifydb)

    @api.model
    @ormcache("cron_id")
    def _is_known_active(self, cron_id):
        """Tell whether a scheduled action is active, read once."""
        # SUDO: as core reads it.
        return self.sudo().browse(cron_id).active

    def write(self, vals):
        res = super().write(vals)
        if "active" in vals:
            self._forget_active()
        return res

    @api.model
    def _update_failure_count(self, job, status):
        """Know what core has given up, which it writes by SQL."""
        res = super()._update_failure_count(job, status)
        if status == CompletionStatus.FAILED:
            active = SQL("SELECT active FROM ir_cron WHERE id = %s", job["id"])
            if self.env.execute_query(active) != [(job["active"],)]:
                self._forget_active()
        return res

    @api.model
    def _forget_active(self):
        self.env.registry.clear_cache()
        # Another thread may look it up anew before this one has committed.
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model
    def _notifydb(self):
        """Tell the workers of what was woken, over a connection that stays open.

        Core opens one each time, which costs more than all that is written to wake
        them: each mail that comes in, and each click of a party, wakes the mail queue.
        The pool closes what nobody has used for a while.
        """
        notify("cron_trigger", [self.env.cr.dbname])


def notify(channel, payloads):
    """Tell whoever listens in any process of this server, over a kept connection.

    :param channel: of PostgreSQL
    :param payloads: list of what is told
    """
    function = SQL.identifier(ODOO_NOTIFY_FUNCTION)
    with sql_db.db_connect(LISTENING).cursor() as cr:
        cr.dbname = KEPT
        for payload in payloads:
            cr.execute(SQL("SELECT %s(%s, %s)", function, channel, payload))
