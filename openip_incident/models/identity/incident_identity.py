# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from weakref import WeakKeyDictionary

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.database_identity import Identity

_logger = logging.getLogger(__name__)

CONFIRMED = "openip_incident.confirmed_database"
UUID = "database.uuid"

# A connection belongs to one database until it ends: asked once, it costs nothing more,
# and what another database is restored under the same name has connections of its own.
PLACES = WeakKeyDictionary()


class IncidentIdentity(models.AbstractModel):
    """Knows a copy of the database from the one that a person has confirmed (G18).

    The confirmed identity travels with every copy, what it is compared with does not.
    On a copy nothing of the process leaves, nothing is lost and nothing runs out: mails
    stay in the queue, due dates stay due, until somebody confirms the copy.
    """

    _name = "incident.identity"
    _description = "Identity of the Database"

    @api.model
    def _is_confirmed(self):
        """Tell whether this database is the one that was confirmed, and as it was."""
        # SUDO: a counter, compared with that of the file store.
        return (
            not self._is_copy() and not self.env["incident.mark"].sudo()._is_restored()
        )

    @api.model
    def _is_copy(self):
        """Tell whether this database is another one than was confirmed."""
        confirmed = self._get_confirmed()
        return not confirmed or bool(self._get_actual().compare(confirmed))

    @api.model
    def _pauses(self, action):
        """Tell whether something has to wait until the database is confirmed.

        :param action: what waits, for the log
        """
        if self._is_confirmed():
            # SUDO: the mark of a run, whoever runs it.
            self.env["incident.mark"].sudo()._advance()
            return False
        _logger.warning(
            "%s: paused, database %s is not the confirmed one (confirmed: %s), or was "
            "restored",
            action,
            self._get_actual(),
            self._get_confirmed(),
        )
        return True

    @api.model
    def _get_actual(self):
        """Return the identity of the database, without a query but the first time."""
        connection = self.env.cr._cnx
        if connection not in PLACES:
            PLACES[connection] = self._read_place()
        # SUDO: one parameter, read for a comparison.
        parameters = self.env["ir.config_parameter"].sudo()
        return Identity(*PLACES[connection], uuid=parameters.get_param(UUID, ""))

    @api.model
    def _get_confirmed(self):
        """Return the identity that was confirmed last, None if none was."""
        # SUDO: one parameter, read for a comparison.
        parameters = self.env["ir.config_parameter"].sudo()
        return Identity.load(parameters.get_param(CONFIRMED))

    @api.model
    def _read_place(self):
        """Return system identifier, number and name of the database."""
        place = SQL(
            "SELECT oid::bigint, datname, coalesce(has_function_privilege("
            "to_regprocedure('pg_control_system()')::oid, 'EXECUTE'), FALSE) "
            "FROM pg_database WHERE datname = current_database()"
        )
        [(oid, name, allowed)] = self.env.execute_query(place)
        if not allowed:
            return "", oid, name
        system = SQL("SELECT system_identifier::text FROM pg_control_system()")
        [[identifier]] = self.env.execute_query(system)
        return identifier, oid, name

    # Confirming

    @api.model
    def _confirm_new(self):
        """Confirm the database of an installation, or of the first update that asks.

        Only where none was ever confirmed: a copy that is updated stays a copy.
        """
        if not self._get_confirmed():
            self._confirm()

    @api.model
    def _confirm(self):
        """Confirm this database, and have what has waited go on."""
        actual = self._get_actual()
        # SUDO: whoever may confirm may write no other parameter.
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(CONFIRMED, actual.dump())
        _logger.info("Database confirmed by %s: %s", self.env.user.login, actual)
        self._go_on()

    @api.model
    def _go_on(self):
        """Have what has waited go on."""
        # SUDO: the process puts its own mails off.
        self.sudo()._put_off_outdated_mails()
        for name in self._get_paused_crons():
            # SUDO: only woken; what they do is theirs. An admin may have deleted one.
            cron = self.env.ref(name, raise_if_not_found=False)
            if cron:
                cron.sudo()._trigger()

    @api.model
    def _put_off_outdated_mails(self):
        """Have mails of steps written anew before the queue sends them as they are.

        They may name a date of closure that is over; who renews them is woken, and
        cancels them long before the hour has passed.
        """
        now = fields.Datetime.now()
        notices = self.env["incident.notice"].search(
            [("status", "=", "queued"), ("event_id.renew_date", "<=", now)]
        )
        mails = self.env["mail.mail"].search(
            [
                ("mail_message_id", "in", notices.message_id.ids),
                ("state", "=", "outgoing"),
            ]
        )
        mails.scheduled_date = fields.Datetime.add(now, hours=1)

    @api.model
    def _get_paused_crons(self):
        """Return the xml ids of the scheduled actions that wait on a copy."""
        return [
            "mail.ir_cron_mail_scheduler_action",
            "openip_incident.ir_cron_followup_remind",
            "openip_incident.ir_cron_followup_close",
            "openip_incident.ir_cron_inbound_again",
            "openip_incident.ir_cron_clock_recount",
        ]
