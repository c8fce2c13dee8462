# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.failure import describe_failure
from ..tools.undoable import undoable

_logger = logging.getLogger(__name__)

# Context keys: the batch that is acted on, and its words.
BATCH_IDS = "incident_act_ids"
BATCH_WORDS = "incident_act_words"

# Acts on incidents; the others are about mails or follow-ups.
BATCH_ACTS = (
    "answer",
    "assign",
    "close",
    "escalate",
    "hold",
    "open",
    "reject",
    "reopen",
    "request",
    "resolve",
    "start",
    "update",
)
# What the list has no room for a button for: act and the method that asks for it.
CHOICES = [
    ("start", "Start"),
    ("request", "Ask the parties"),
    ("escalate", "Escalate"),
    ("assign", "Assign"),
    ("hold", "Hold the countdown"),
    ("close", "Close"),
    ("reject", "Reject"),
]
DIALOGS = {
    "start": "action_incident_start_dialog",
    "request": "incident_request",
    "escalate": "action_incident_escalate",
    "assign": "action_incident_assign_dialog",
    "hold": "action_incident_hold_dialog",
    "close": "action_incident_close_dialog",
    "reject": "action_incident_reject",
}
LIST = Markup("<ul class='mb-0'>%s</ul>")
ITEM = Markup("<li>%s</li>")
LINK = Markup("<a href='/odoo/incidents/%s' target='_blank'>%s</a>")
SHOWN = 20


class IncidentActWizard(models.TransientModel):
    """Acts on many incidents: does what can be done, and reports the rest by reason."""

    _inherit = "incident.act.wizard"  # pylint: disable=consider-merging-classes-inherited

    act = fields.Selection(
        selection_add=[
            ("assign", "Assign"),
            ("hold", "Hold the countdown"),
            ("choose", "More acts"),
        ],
        ondelete={"assign": "cascade", "hold": "cascade", "choose": "cascade"},
    )
    choice = fields.Selection(
        selection=CHOICES,
        string="What to do",
        help="The act whose dialog comes next.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assign to",
        domain=[("share", "=", False)],
        help="The colleague who looks after these incidents. Empty: nobody.",
    )
    until = fields.Datetime(
        string="Hold until", help="Empty: until somebody continues the countdown."
    )
    left_out = fields.Html(
        compute="_compute_left_out",
        sanitize=False,
        help="The incidents on which the act cannot be done, by reason.",
    )
    report = fields.Html(
        readonly=True, sanitize=False, help="What was done, and what was not."
    )
    left_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="incident_act_wizard_left_rel",
        string="Left",
        help="The incidents on which the act was not done.",
    )

    def _is_batch(self):
        return self.act in BATCH_ACTS and len(self.ticket_ids) > 1

    def _get_able_tickets(self):
        """Return the incidents on which the act can be done."""
        tickets = self.ticket_ids._origin
        if not self._is_batch():
            return tickets
        return tickets._sort_incidents(self.act, self.kind)[0]

    @api.depends("act", "kind", "ticket_ids")
    @api.depends_context("lang")
    def _compute_left_out(self):
        for wizard in self:
            refused, tickets = {}, wizard.ticket_ids._origin
            if wizard._is_batch():
                _able, there, refused = tickets._sort_incidents(wizard.act, wizard.kind)
                if there:
                    refused = {**refused, self.env._("is there already."): there}
            wizard.left_out = refused and wizard._format_refused(refused)

    @api.model
    def _format_refused(self, refused):
        """Return a list of reasons, each with links to its incidents."""
        rows = Markup()
        for reason, tickets in refused.items():
            links = [LINK % (ticket.id, ticket.number) for ticket in tickets[:SHOWN]]
            more = len(tickets) - SHOWN
            if more > 0:
                links.append(self.env._("and %s more", more))
            rows += ITEM % self.env._(
                "%(count)s cannot: %(reason)s %(links)s",
                count=len(tickets),
                reason=reason,
                links=Markup(", ").join(links),
            )
        return LIST % rows

    # Choosing it

    def _get_summary(self):
        return self.act != "choose" and super()._get_summary()

    def _confirm_choose(self):
        """Open the dialog of the act that was chosen."""
        if not self.choice:
            raise UserError(self.env._("Please choose what to do."))
        res = getattr(self.ticket_ids, DIALOGS[self.choice])()
        return res if isinstance(res, dict) else None

    # Doing it

    def _get_act_tickets(self):
        tickets, ids = super()._get_act_tickets(), self.env.context.get(BATCH_IDS)
        return tickets if ids is None else tickets & tickets.browse(ids)

    def _get_act_words(self):
        return self.env.context.get(BATCH_WORDS, super()._get_act_words())

    def _act(self):
        if not self._is_batch():
            return super()._act()
        tickets = self.ticket_ids
        able, there, refused = tickets._sort_incidents(self.act, self.kind)
        failed = {}
        for words, batch in self._get_readable_batches(able, failed).items():
            for ticket, reason in self._act_on(batch, words).items():
                failed.setdefault(reason, tickets.browse())
                failed[reason] |= ticket
        for reason, left in failed.items():
            refused[reason] = refused.get(reason, tickets.browse()) | left
            able -= left
        return self._report(able, there, refused)

    def _get_readable_batches(self, tickets, failed):
        """Return the batches; what cannot be written about one stops no other.

        :param failed: dict of reason: incidents, which is added to
        """
        try:
            with self.env.cr.savepoint():
                return self._get_batches(tickets)
        except UserError:
            batches = {}
        for ticket in tickets:
            try:
                found = self._get_batches(ticket)
            except UserError as error:
                reason = self._describe_failure(ticket, error)
                failed[reason] = failed.get(reason, tickets.browse()) | ticket
                continue
            for words, batch in found.items():
                batches[words] = batches.get(words, tickets.browse()) | batch
        return batches

    def _get_batches(self, tickets):
        """Return the incidents of which the same is said: dict of words: incidents."""
        return {self._get_act_words(): tickets} if tickets else {}

    def _act_on(self, tickets, words):
        """Act on incidents at once; where that fails, on halves of them.

        One that fails stops no other, and those that do not fail cost what a batch
        costs.

        :param words: HTML, what is said
        :return: dict of incident that failed: reason
        """
        context = {BATCH_IDS: tickets.ids, BATCH_WORDS: words}
        try:
            with undoable(self.env.cr):
                super(IncidentActWizard, self.with_context(**context))._act()
            return {}
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(tickets) == 1:
                return {tickets: self._describe_failure(tickets, error)}
        middle = len(tickets) // 2
        return {
            **self._act_on(tickets[:middle], words),
            **self._act_on(tickets[middle:], words),
        }

    @api.model
    def _describe_failure(self, ticket, error):
        if isinstance(error, UserError):
            return ticket._strip_incident_number(error)
        _logger.error("An act on %s failed", ticket, exc_info=error)
        return describe_failure(self.env, error)

    def _confirm_assign(self):
        self._get_act_tickets().write({"user_id": self.user_id.id})

    def _confirm_hold(self):
        self._get_act_tickets()._get_open_followups().action_hold(self.until)

    # Telling what was done

    def _report(self, done, there, refused):
        """Return the action that says what was done, and of the rest why it was not."""
        text = self._describe_done(len(done), len(there))
        if not refused:
            return self._notify(text)
        self.left_ids = self.env["helpdesk.ticket"].union(*refused.values())
        self.report = Markup("<p class='fw-bold'>%s</p>%s") % (
            text,
            self._format_refused(refused),
        )
        view = self.env.ref("openip_incident.incident_act_report_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self._get_act_labels()[self.act],
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    @api.model
    def _describe_done(self, done, there):
        if there:
            return self.env._(
                "%(done)s incidents done, %(there)s were there already",
                done=done,
                there=there,
            )
        return self.env._("%(done)s incidents done", done=done)

    @api.model
    def _notify(self, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_show_left(self):
        """Show the incidents on which the act was not done."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_action"
        )
        listed = self.env.ref("openip_incident.incident_view_list")
        return {
            **action,
            "domain": [("id", "in", self.left_ids.ids)],
            "context": {"incident_stages": True},
            "views": [(listed.id, "list"), (False, "form")],
            "target": "current",
        }
