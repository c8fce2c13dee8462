# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_domain_extract

from odoo.addons.openip_incident.models.row_lock import lock_rows
from odoo.addons.openip_incident.tools.mail_domain import get_registrable_domain

from ...tools.mail_screen import HOLD_REASONS

STATES = [
    ("sent", "Waiting"),
    ("submitted", "Submitted"),
    ("expired", "Expired"),
    ("discarded", "Discarded"),
]


class IncidentIntake(models.Model):
    """A mail received before there is an incident, and what became of it.

    Nothing is lost: what must not be answered by a machine is an intake, too, without
    a link but with the reason.
    """

    _name = "incident.intake"
    _description = "Intake"
    _inherit = ["incident.correspondence.mixin", "mail.thread"]
    _rec_name = "subject"
    _order = "received_date desc, id desc"
    _mail_post_access = "read"

    # The mail
    subject = fields.Char(
        readonly=True,
        help="The subject of the mail; the form proposes it as the title.",
    )
    email_from = fields.Char(
        string="Sender",
        readonly=True,
        help="Who wrote, and is sent the link to the form.",
    )
    email_normalized = fields.Char(
        string="Address",
        compute="_compute_email_normalized",
        store=True,
        precompute=True,
    )
    email_domain = fields.Char(
        string="Registered domain",
        help="The part of the sender's domain that its owner has registered: limits "
        "count all names below it as one.",
        compute="_compute_email_normalized",
        store=True,
        precompute=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        help="The contact that the sender's address belongs to.",
    )
    body = fields.Html(
        string="Text",
        readonly=True,
        help="What the sender wrote; the form starts with it.",
    )
    received_date = fields.Datetime(
        string="Received on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the mail reached Odoo.",
    )
    original_id = fields.Many2one(
        comodel_name="mail.message",
        string="Original mail",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    message_uid = fields.Char(
        string="Message-ID",
        readonly=True,
        help="The mail's own mark, by which a second copy is recognised.",
    )
    references = fields.Text(
        readonly=True,
        help="The marks of the mails that this one answers.",
    )
    file_ids = fields.One2many(
        comodel_name="ir.attachment",
        inverse_name="res_id",
        string="Files",
        domain=[("res_model", "=", "incident.intake")],
        readonly=True,
        help="Files of the mail, which go with the incident.",
    )
    lang = fields.Char(
        string="Language",
        readonly=True,
        help="The language of the form and of the mails to the sender.",
    )

    # Whose it is
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The team to whose address the mail was sent.",
    )
    company_id = fields.Many2one(
        related="team_id.company_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The company whose team received the mail.",
    )

    # What became of it
    state = fields.Selection(
        selection=STATES,
        required=True,
        readonly=True,
        default="sent",
        tracking=True,
        help="What became of the mail: link sent, form submitted, expired or "
        "discarded.",
    )
    hold_reason = fields.Selection(
        selection=HOLD_REASONS,
        string="Why no link was sent",
        readonly=True,
        help="Why nobody was sent a link yet.",
    )
    to_review = fields.Boolean(
        string="To be looked at",
        readonly=True,
        help="No link was sent, the link did not arrive, or its reader has answered "
        "by mail: an agent has to decide.",
    )
    sent_date = fields.Datetime(
        string="Link sent on",
        readonly=True,
        help="When the mail with the link left.",
    )
    expiry_date = fields.Datetime(
        string="Expires on",
        readonly=True,
        help="From then on the link opens nothing any more.",
    )
    reminder_date = fields.Datetime(
        string="Reminder due on",
        readonly=True,
        help="When the sender will be reminded of the form, if it is not filled in "
        "by then.",
    )
    reminded_date = fields.Datetime(
        string="Reminded on",
        readonly=True,
        help="When the sender was reminded of the form.",
    )
    submitted_date = fields.Datetime(
        string="Submitted on",
        readonly=True,
        help="When the form was sent.",
    )
    link_version = fields.Integer(
        default=1,
        readonly=True,
        groups="base.group_system",
        help="Form links that were signed under an older version open nothing.",
    )
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The incident that was registered from the form.",
    )

    # How often an address and a domain were written to lately.
    _email_sent_idx = models.Index("(email_normalized, sent_date)")
    _domain_sent_idx = models.Index("(email_domain, sent_date)")
    # What the scheduled action looks for.
    _expiry_idx = models.Index("(expiry_date) WHERE state = 'sent'")
    _reminder_idx = models.Index("(reminder_date) WHERE state = 'sent'")
    # The agents' list.
    _state_idx = models.Index("(state, received_date)")
    # What Health counts.
    _review_idx = models.Index("(received_date) WHERE to_review IS TRUE")

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for intake in self:
            address = email_normalize(intake.email_from or "") or False
            intake.email_normalized = address
            domain = address and email_domain_extract(address)
            intake.email_domain = domain and get_registrable_domain(domain)

    @api.depends("subject", "email_from")
    def _compute_display_name(self):
        for intake in self:
            intake.display_name = intake.subject or intake.email_from

    def _lock(self):
        """Wait for whoever works on these intakes, then keep the others out.

        A form locks its intake before it creates the incident; posted twice, it finds
        the incident there.
        """
        lock_rows(self)

    # Correspondence

    def _get_correspondence_company(self):
        self.ensure_one()
        return self.company_id or self.env.company

    def _get_correspondence_sender(self):
        """Write from the team's alias, as its incidents do."""
        senders = {}
        for intake in self:
            company = intake._get_correspondence_company()
            senders[intake.id] = intake.team_id._get_intake_sender(company)
        return senders

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Have the answers to what agents write from here come to the team."""
        # SUDO: the team's address is on every mail.
        senders = self.sudo()._get_correspondence_sender()
        return {record_id: sender or default for record_id, sender in senders.items()}

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """Let nobody outside follow an intake."""
        # SUDO: whether a contact is a colleague is no secret.
        partners = self.env["res.partner"].sudo().browse(partner_ids or [])
        colleagues = partners.filtered(lambda partner: not partner.partner_share)
        return super()._message_subscribe(colleagues.ids, subtype_ids, customer_ids)
