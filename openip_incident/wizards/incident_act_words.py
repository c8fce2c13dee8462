# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..models.agent.helpdesk_ticket_files import FILES, ActFiles
from ..models.agent.helpdesk_ticket_preview import ON_PREVIEW, PREVIEW
from ..models.agent.helpdesk_ticket_restoration import EXPECTATION_ACTS
from ..tools.mail_frame import get_shown
from ..tools.own_links import strip_tokens
from ..tools.undoable import undoable
from .incident_act_wizard import SPOKEN_ACTS

# Acts with an editor, and those of which a mail may leave at once.
WORDED_ACTS = (
    "answer",
    "close",
    "escalate",
    "reject",
    "reopen",
    "request",
    "resolve",
    "update",
    *EXPECTATION_ACTS,
)
PREVIEWED_ACTS = (*WORDED_ACTS, "enter", "open", "start")

LETTER = Markup(
    "<div class='o_incident_preview border rounded mb-3'>"
    "<div class='bg-200 px-3 py-2 border-bottom'>"
    "<div><strong>%s</strong> &lt;%s&gt;</div><div>%s</div>%s</div>"
    "<div class='p-3 bg-white'>%s</div></div>"
)
NAMES = Markup("<div class='text-muted'><i class='fa fa-paperclip me-1'></i>%s</div>")


class Rehearsed(Exception):
    """What was only rehearsed is taken back."""


class IncidentActWizard(models.TransientModel):
    """The words of an act: canned texts, files, and how its mails will look."""

    _inherit = "incident.act.wizard"  # pylint: disable=consider-merging-classes-inherited

    canned_id = fields.Many2one(
        comodel_name="incident.canned.text",
        string="Canned text",
        help="Writes the text below, where you can change it.",
    )
    canned_ids = fields.Many2many(
        comodel_name="incident.canned.text",
        string="Texts to choose from",
        compute="_compute_canned_ids",
        help="The texts for this act, these teams and the languages of the parties.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="incident_act_wizard_attachment_rel",
        string="Files",
        help="They go out with the mails, and stay with the incident.",
    )
    preview = fields.Html(
        readonly=True,
        sanitize=False,
        help="The mails as they would leave now. Their links lead nowhere.",
    )

    # Canned texts

    @api.depends("act", "ticket_ids")
    def _compute_canned_ids(self):
        texts = self.env["incident.canned.text"]
        for wizard in self:
            wizard.canned_ids = texts._get_canned_texts(
                wizard.act, wizard.ticket_ids._origin
            )

    @api.onchange("canned_id")
    def _onchange_canned_id(self):
        """Write the text: filled in for one incident, as it stands for many."""
        if not self.canned_id:
            return
        tickets = self.ticket_ids._origin
        text = self.canned_id._origin
        body = text._render_canned(tickets) if len(tickets) == 1 else text.body
        before = "" if is_html_empty(self.body) else self.body
        self.body = Markup(before) + Markup(body)

    def _get_batches(self, tickets):
        """Fill in the placeholders of each incident; one batch per resulting text."""
        if not self.canned_id or "{{" not in (self.body or ""):
            return super()._get_batches(tickets)
        batches = {}
        for ticket in tickets:
            words = self.canned_id._fill_in(self.body, ticket)
            batches[words] = batches.get(words, tickets.browse()) | ticket
        return batches

    # Files

    def _act(self):
        files = self.attachment_ids
        if not files or self.act not in WORDED_ACTS:
            return super()._act()
        context = {FILES: ActFiles(files)}
        res = super(IncidentActWizard, self.with_context(**context))._act()
        if self.env.context.get(PREVIEW) is not ON_PREVIEW:
            # Each incident has its copies.
            files.filtered(lambda file: file.res_model == self._name).unlink()
        return res

    # Preview

    def action_preview(self):
        """Show the mails of the first incident as they would leave; nothing does.

        :return: the wizard's action
        :raises UserError: where the act cannot be done
        """
        self.ensure_one()
        if self.act not in PREVIEWED_ACTS:
            raise UserError(self.env._("This act has no mails to look at."))
        if self.act in SPOKEN_ACTS and is_html_empty(self.body):
            raise UserError(self.env._("Please write the message."))
        ticket = self._get_able_tickets()[:1]
        letters = self._rehearse_act(ticket) if ticket else []
        self.preview = self._format_letters(letters)
        return self._reopen()

    def action_back(self):
        """Go on writing."""
        self.ensure_one()
        self.preview = False
        return self._reopen()

    def _reopen(self):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_act_wizard_action"
        )
        name = self._get_act_labels()[self.act]
        return {**action, "name": name, "res_id": self.id}

    def _rehearse_act(self, ticket):
        """Act, look at the mails and undo: what is shown is what would leave.

        :return: list of values of ``LETTER``
        """
        letters = []
        words = self.body
        if self._is_batch():
            words = next(iter(self._get_batches(ticket)), words)
        wizard = self.with_context(**{PREVIEW: ON_PREVIEW})
        try:
            with undoable(self.env.cr):
                rehearsal = wizard.copy({"ticket_ids": ticket.ids, "body": words})
                # SUDO: the mails of an incident that the agent acts on.
                notices = wizard.env["incident.notice"].sudo()
                before = notices.search([], order="id desc", limit=1).id or 0
                rehearsal._act()
                written = notices.search(
                    [("id", ">", before), ("ticket_id", "=", ticket.id)], order="id"
                )
                letters = [self._describe_letter(notice) for notice in written]
                raise Rehearsed
        except Rehearsed:
            return letters

    @api.model
    def _describe_letter(self, notice):
        message, party = notice.message_id, notice.partner_id
        # SUDO: as the notice.
        mails = self.env["mail.mail"].sudo()
        mail = mails.search([("mail_message_id", "=", message.id)], limit=1)
        names = ", ".join(message.attachment_ids.mapped("name"))
        return (
            party.display_name or "",
            notice.email or "",
            message.subject or "",
            NAMES % names if names else "",
            Markup(strip_tokens(get_shown(mail.body_html or message.body or ""))),
        )

    def _format_letters(self, letters):
        if not letters:
            return Markup("<p>%s</p>") % self.env._("No mail leaves at once.")
        return Markup().join(LETTER % letter for letter in letters)
