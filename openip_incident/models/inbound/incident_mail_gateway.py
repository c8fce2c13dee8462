# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import random
import time
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

from odoo import api, models, modules
from odoo.exceptions import ConcurrencyError, LockError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, clean_context

from ...tools.failure import describe_failure
from ...tools.mail_headers import rewrite
from ...tools.mail_limits import MAX_REFERENCES, MailLimits, look_at
from ...tools.mail_repair import repair
from ...tools.mail_signs import UNREADABLE
from ...tools.mail_source import ADDRESS, RECIPIENT_HEADERS
from ...tools.reply_address import get_plain_address, get_tag
from ..inbounds import (
    AGAIN,
    ASIDE,
    BUSY,
    DONE,
    ERROR,
    IN_GATEWAY,
    INBOUND,
    KEPT_STATES,
    KILLED,
    READING,
    RECEIVED,
    TAGS,
    UNROUTED,
    MailReading,
)
from ..row_lock import lock_rows

_logger = logging.getLogger(__name__)

RETRIED = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError, LockError)
# All pauses together stay below five seconds, so that no mail holds up the next ones;
# who holds an incident for longer is waited for on top of that.
ATTEMPTS = 8
FIRST_WAIT = 0.05
LONGEST_WAIT = 1.0
LOCK_TIMEOUT = "3s"

# In what admins set the limits: megabytes, kilobytes, or just a number.
LIMIT_UNITS = {"size": 1024**2, "parts": 1, "depth": 1, "text": 1024, "tags": 1}
# At so many of them core looks, from the end.
# What rounding may make of one date.
SAME_DATE = timedelta(minutes=1)


# Of all tickets, archived ones included, the one whose message was the last.
ANSWERED = """
    SELECT ticket.id FROM helpdesk_ticket AS ticket JOIN (
        SELECT res_id FROM mail_message
         WHERE message_id IN %s AND model = 'helpdesk.ticket'
         ORDER BY id DESC LIMIT 1
    ) AS answered ON answered.res_id = ticket.id
     WHERE ticket.is_incident
"""


class IncidentMailGateway(models.AbstractModel):
    """Takes mail for incidents in so that none is lost, whatever happens (G4, G6).

    Odoo's own gateway runs in the transaction of whoever fetches the mail and marks it
    as read whether it could be processed or not. Here each mail is written down first;
    what meets another writer is tried again, and what fails is kept for a human.
    """

    _name = "incident.mail.gateway"
    _description = "Mail Gateway of Incidents"

    # Which mail is ours

    @api.model
    def _protects(self, source):
        """Tell whether a mail is for incidents, or may be: others take core's path.

        :param source: :class:`MailSource`
        """
        if not self.env.su and self.env.user.share:
            return False
        recipients = self._get_recipients(source)
        addresses = self.env["incident.address.mixin"]._get_addresses()
        return (
            not recipients
            or not addresses.keys().isdisjoint(recipients)
            or bool(self._find_answered_incident(source))
        )

    @api.model
    def _get_recipients(self, source):
        """Return to whom a mail was sent, our own addresses without their tags."""
        get_own_address = self.env["incident.address.mixin"]._get_own_address
        return [get_own_address(address) for address in source.recipients]

    @api.model
    def _get_tags(self, source):
        """Return what stands behind the plus of our own addresses, in their order."""
        known = self.env["incident.address.mixin"]._get_addresses()
        return [
            get_tag(address)
            for address in source.recipients
            if address not in known and get_plain_address(address) in known
        ]

    @api.model
    def _find_answered_incident(self, source):
        # By one statement: each mail pays for it, also those for others.
        self.env["mail.message"].flush_model(["message_id", "model", "res_id"])
        self.env["helpdesk.ticket"].flush_model(["is_incident"])
        rows = self.env.execute_query(
            SQL(ANSWERED, tuple(source.references) or (None,))
        )
        # SUDO: the gateway finds out where a mail belongs.
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        return tickets.browse(row[0] for row in rows)

    @api.model
    def _find_team(self, source):
        """Return the team whose business a mail is, if it can be told."""
        # SUDO: see above.
        teams = self.env["helpdesk.ticket.team"].sudo()
        addresses = self.env["incident.address.mixin"]._get_addresses()
        for recipient in self._get_recipients(source):
            if addresses.get(recipient):
                return teams.browse(addresses[recipient])
        return self._find_answered_incident(source).team_id

    # Taking in

    @api.model
    def _receive(self, source, model, **options):
        """Process one mail exactly once, or keep it.

        Nothing of it happens in the caller's transaction.

        :param source: :class:`MailSource`
        :param model: name of the model for what fits nowhere, or False
        :param options: of core's ``message_process``
        :return: what core's gateway returns, False for what it has not processed
        """
        with self._reading(source) as gateway:
            inbound, source = gateway._claim(source, model)
            if not inbound or gateway._take_trials(inbound, source):
                return False
            look = look_at(source.raw, gateway._get_limits())
            if look.excess:
                gateway._refuse(inbound, source, look.excess)
                return False
            return gateway._process(inbound, source, look, model=model, **options)

    @api.model
    def _receive_again(self, inbound, source):
        """Process one mail that was kept, unless it still exceeds a limit.

        :return: key of ``EXCESSES``, or False
        """
        with self._open_connection() as gateway, gateway._hold(inbound.key):
            # SUDO: see below.
            kept = gateway.env["incident.inbound"].sudo().browse(inbound.id)
            if kept.key == source.another_key:
                source = source.as_reused()
            look = look_at(source.raw, gateway._get_limits())
            if not look.excess and kept.state in KEPT_STATES:
                again = gateway.with_context(**{AGAIN: True})
                again._process(kept, source, look, model=kept.model)
                with gateway._transaction():
                    kept._forget_source()
            return look.excess

    @contextmanager
    def _open_connection(self):
        """Give this model on a connection of its own; a test has but one."""
        if modules.module.current_test:
            yield self
            return
        with self.env.registry.cursor() as cr:
            yield self.with_env(self.env(cr=cr))

    @contextmanager
    def _reading(self, source):
        """Give this model on a connection that holds one mail while it is read."""
        with self._open_connection() as gateway, gateway._hold(source.first_key):
            yield gateway

    @contextmanager
    def _transaction(self):
        """Commit what is done inside, or undo it: the connection goes on either way."""
        if modules.module.current_test:
            with self.env.cr.savepoint():
                yield
            return
        try:
            yield
            # A connection of its own, which nobody else writes on.
            self.env.cr.commit()  # pylint: disable=invalid-commit
        except BaseException:
            self.env.cr.rollback()
            self.env.transaction.reset()
            raise

    @contextmanager
    def _hold(self, key):
        """Keep other processes from the same mail; who dies lets go of it."""
        digest = sha256(key.encode(errors="surrogateescape")).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        with self._transaction():
            wait = SQL("set_config('lock_timeout', %s, FALSE)", LOCK_TIMEOUT)
            self.env.cr.execute(SQL("SELECT %s, pg_advisory_lock(%s)", wait, number))
        try:
            yield
        finally:
            with self._transaction():
                self.env.cr.execute(
                    SQL("SELECT pg_advisory_unlock(%s); RESET lock_timeout", number)
                )

    def _claim(self, source, model):
        """Write a mail down before anybody reads it.

        Holding the mail, no other process has it: one that is already written down
        and neither processed nor kept has ended the process that read it, unless the
        database has cut it off.

        :return: the row, empty for a mail that needs nothing more; and the mail
        """
        with self._transaction():
            # SUDO: the ledger is the gateway's own; nobody writes it otherwise.
            ledger = self.env["incident.inbound"].sudo()
            ledger = ledger.with_context(
                clean_context(self.env.context), tracking_disable=True
            )
            inbound = ledger._write_down(source, model)
            if inbound:
                return inbound, source
            known = ledger.search([("key", "=", source.key)])
            if known.content_digest not in (False, source.content_digest):
                # Another mail with the same Message-ID, or a copy of one that was.
                source = source.as_reused()
                inbound = ledger._write_down(source, model)
                known = inbound or ledger.search([("key", "=", source.key)])
            if not inbound:
                inbound = known._take_up()
        if not inbound and known.state == RECEIVED:
            self._keep_failed(known, source, KILLED)
        if not inbound:
            _logger.info("Mail %s: received before", source.key)
        return inbound, source

    @api.model
    def _get_limits(self):
        """Return what a mail may have, as set by admins."""
        # SUDO: five numbers are read.
        parameters = self.env["ir.config_parameter"].sudo()
        limits = {}
        for name, unit in LIMIT_UNITS.items():
            value = parameters.get_param(f"openip_incident.inbound_{name}")
            if value and value.isdecimal():
                limits[name] = int(value) * unit
        return MailLimits(**limits)

    def _refuse(self, inbound, source, excess):
        """Keep a mail that is not read, and tell its sender."""
        self._keep_failed(inbound, source, excess)
        self._tell_sender(inbound, source)

    def _tell_sender(self, inbound, source):
        try:
            with self._transaction():
                inbound._tell_sender(source)
        except Exception:
            # The mail is kept and a human has been told: that is what counts.
            _logger.exception("Mail %s: sender not told", source.key)

    def _process(self, inbound, source, look, **options):
        context = self._prepare_mail_context(inbound, source)
        reading = context[READING]
        reading.look = look
        thread = self.env["mail.thread"].with_context(**context)
        ticket_ids = []
        for attempt in range(ATTEMPTS):
            try:
                with self._transaction():
                    self._lock_first(ticket_ids)
                    result = self._hand_over(thread, inbound, source, **options)
                    self._settle(inbound, source, result, reading)
                    self._keep_original(inbound, source, reading)
                self._tell_unreadable(inbound, source, reading)
                return result
            except RETRIED as error:
                _logger.info("Mail %s: %s, try again", source.key, error)
                self._wait(attempt)
                with self._transaction():
                    ticket_ids = self._find_answered_incident(source).ids
            except Exception as error:
                _logger.exception("Mail %s: kept in quarantine", source.key)
                reason = describe_failure(self.env, error)
                return self._keep_failed(inbound, source, ERROR, reason)
        return self._keep_failed(inbound, source, BUSY)

    def _hand_over(self, thread, inbound, source, **options):
        """Have core process a mail, also one with the id of another, long ago."""
        result = thread._process_by_core(self._prepare_raw(source), **options)
        if not result and self._is_another(inbound, source):
            source = source.as_reused()
            inbound.key = source.key
            result = thread._process_by_core(self._prepare_raw(source), **options)
        return result

    @api.model
    def _is_another(self, inbound, source):
        """Tell whether core took a mail for a copy of one that it is not.

        The row of that one has ended; what stays is its message, with its date.
        """
        if source.reused or not source.date:
            return False
        # SUDO: whether the mail is already there, wherever it is.
        messages = self.env["mail.message"].sudo()
        same_id = Domain("message_id", "=", source.stored_id)
        found = messages.search(same_id & Domain("message_type", "=", "email"), limit=1)
        if not found or abs(found.date - source.date) < SAME_DATE:
            return False
        return not inbound.search_count([("key", "=", source.another_key)], limit=1)

    @api.model
    def _prepare_mail_context(self, inbound, source):
        """Return the context in which one mail is read: to be extended.

        :param inbound: the row by which it was written down
        :param source: :class:`MailSource`
        """
        return {
            IN_GATEWAY: True,
            INBOUND: inbound.id,
            READING: MailReading(),
            TAGS: self._get_tags(source),
            # Files are kept as they came: making a huge picture smaller takes seconds.
            "image_no_postprocess": True,
        }

    def _lock_first(self, ticket_ids):
        """Lock incidents before the transaction reads anything.

        Who writes them all the time would always be faster than a whole mail, and is
        hardly ever between two statements.
        """
        lock_rows(self.env["helpdesk.ticket"].browse(ticket_ids))

    @api.model
    def _wait(self, attempt):
        """Let the other writer finish, at a random moment so as not to meet again."""
        if not modules.module.current_test:
            longest = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
            time.sleep(random.uniform(0, longest))

    def _settle(self, inbound, source, result, reading):
        """Say what has become of a mail; what core drops is set aside, not lost."""
        told = reading.report or False
        if result or self._is_known(source):
            if self.env.context.get(AGAIN):
                inbound._settle_reviews()
            inbound.write({"state": DONE, "reason": told, "failure": False})
        else:
            team = self._find_team(source)
            inbound._keep(source, team, told or UNROUTED, state=ASIDE)
            if not told:
                self._hold_incidents(inbound, source)

    def _keep_original(self, inbound, source, reading):
        """Keep the source of a mail that is not all shown as it came (G15)."""
        if inbound.state == DONE and not reading.complete:
            reason = UNREADABLE if reading.unreadable else False
            inbound._keep_original(source, self._find_team(source), reason)

    def _tell_unreadable(self, inbound, source, reading):
        """Tell the sender of what nobody can read."""
        if reading.doubtful and inbound.state == DONE:
            self._tell_sender(inbound, source)

    @api.model
    def _is_known(self, source):
        # SUDO: whether the mail is already there, wherever it is.
        messages = self.env["mail.message"].sudo()
        same = Domain("message_id", "=", source.stored_id)
        return messages.search_count(same, limit=1)

    # What core reads of it

    def _prepare_raw(self, source):
        """Return a mail as core reads it best: the same, in headers as they should be.

        Core takes two mails with one Message-ID for copies, misses references that are
        not written as they should be, and knows our addresses by heart only.
        """
        references = self._sort_references(source.references)
        values = {
            "Message-ID": source.stored_id,
            "References": " ".join(reversed(references)),
            "In-Reply-To": next(iter(source.answered), ""),
        }
        return rewrite(
            repair(source.raw),
            values,
            self._take_off_tags,
            RECIPIENT_HEADERS,
        )

    @api.model
    def _sort_references(self, references):
        """Return the references that core looks at, last first, with those it knows."""
        if len(references) <= MAX_REFERENCES:
            return references
        # SUDO: see above.
        messages = self.env["mail.message"].sudo()
        known = messages.search([("message_id", "in", references)])
        known = set(known.mapped("message_id"))
        references = sorted(references, key=lambda item: item not in known)
        return references[:MAX_REFERENCES]

    @api.model
    def _take_off_tags(self, text):
        """Return a header with our own addresses as core knows them."""
        get_own_address = self.env["incident.address.mixin"]._get_own_address

        def take_off(match):
            own = get_own_address(match[0])
            return match[0] if own == match[0].lower() else own

        return ADDRESS.sub(take_off, text)
