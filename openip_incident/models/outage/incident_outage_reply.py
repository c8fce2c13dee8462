# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.arguments import to_record
from ...tools.mail_classifier import DOUBTFUL
from ..phases import OPEN_PHASES
from ..reviews import COUNTED, DISMISSED, HANDED, OUTAGE, PENDING

ACTIVITY = "openip_incident.mail_activity_type_outage_reply"
# What a machine wrote is kept; it asks nobody for anything.
MACHINE = "machine"


class IncidentOutageReply(models.Model):
    """What somebody has answered to a message about an outage.

    It is nobody's answer until an agent hands it to incidents: whoever answers one
    mail about forty of them may mean one, or all.
    """

    _name = "incident.outage.reply"
    _description = "Reply to a Message about an Outage"
    _order = "id desc"
    _rec_name = "sender"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The outage that was written about.",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Entry",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="What was answered, in the chatter of the outage.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Probably from",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who has answered, as far as that is known.",
    )
    date = fields.Datetime(
        string="Received on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it came.",
    )
    state = fields.Selection(
        selection=[
            (PENDING, "To judge"),
            (HANDED, "Handed to incidents"),
            (DISMISSED, "Not an answer"),
            (MACHINE, "Written by a machine"),
        ],
        required=True,
        readonly=True,
        default=PENDING,
        index=True,
        help="Whether an agent has looked at it, and what was decided.",
    )
    judged_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Judged by",
        readonly=True,
        ondelete="set null",
        help="Who has decided about it.",
    )
    sender = fields.Char(
        compute="_compute_sender", compute_sudo=True, help="As the mail says."
    )
    text = fields.Html(
        compute="_compute_sender",
        compute_sudo=True,
        sanitize=False,
        help="What it says.",
    )
    candidate_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Open incidents of the sender",
        compute="_compute_candidate_ids",
        help="The open incidents of this outage of whose party the sender is.",
    )

    _message_unique = models.UniqueIndex("(message_id)", "This reply is there already.")

    @api.depends("message_id")
    def _compute_sender(self):
        for reply in self:
            reply.sender = reply.message_id.email_from or reply.partner_id.name
            reply.text = reply.message_id.body

    @api.depends("partner_id", "outage_id.ticket_ids")
    def _compute_candidate_ids(self):
        for reply in self:
            reply.candidate_ids = reply._find_candidates()

    def _find_candidates(self):
        """Return the open incidents of the outage that the sender may mean."""
        self.ensure_one()
        party = self.partner_id.incident_party_id
        if not party:
            return self.env["helpdesk.ticket"]
        members = Domain("outage_id", "=", self.outage_id.id)
        members &= Domain("is_incident", "=", True)
        members &= Domain("incident_phase", "in", OPEN_PHASES)
        own = Domain("customer_party_id", "=", party.id) | Domain(
            "integrator_party_id", "=", party.id
        )
        found = self.env["helpdesk.ticket"].search(members & own)
        return found.filtered(
            lambda ticket: ticket._get_incident_party(self.partner_id)
        )

    # Judging

    def action_hand(self, tickets=None):
        """Hand a reply to the incidents that it answers; the others go on.

        :param tickets: ``helpdesk.ticket`` or their ids; none: all candidates
        :raises UserError: when it was judged already, or for an incident of which the
            sender speaks for no party
        """
        self._ensure_pending()
        candidates = self._find_candidates()
        tickets = to_record(self.env, "helpdesk.ticket", tickets) or candidates
        if not tickets or tickets - candidates:
            raise UserError(
                self.env._(
                    "Choose open incidents of this outage of which %(sender)s speaks "
                    "for a party.",
                    sender=self.sender or "?",
                )
            )
        tickets._ensure_may_act()
        # SUDO: the right to write outage and incidents was checked; what is posted and
        # judged is the process's.
        reply = self.sudo()
        reviews = reply.message_id.incident_review_ids
        reviews.filtered(lambda one: one.ticket_id in tickets)._judge(COUNTED)
        for ticket in tickets.sudo():
            ticket._incident_post_mail(reply.message_id, reply.partner_id)
        reviews.filtered(lambda one: one.ticket_id not in tickets)._judge(DISMISSED)
        reply._set_judged(HANDED)
        return True

    def action_set_aside(self):
        """Say that it answers nothing: what it holds goes on."""
        for reply in self:
            reply._ensure_pending()
            # SUDO: see action_hand.
            own = reply.sudo()
            own.message_id.incident_review_ids._judge(DISMISSED)
            own._set_judged(DISMISSED)
        return True

    def _ensure_pending(self):
        self.ensure_one()
        self.outage_id.check_access("write")
        if self.state != PENDING:
            raise UserError(self.env._("This reply was judged already."))

    def _set_judged(self, state):
        self.write({"state": state, "judged_by_id": self.env.uid})
        for outage in self.outage_id:
            if not outage.reply_ids.filtered(lambda one: one.state == PENDING):
                outage.activity_unlink([ACTIVITY])

    # While it waits

    def _hold_candidates(self):
        """Let nothing close over what may answer it (G13)."""
        for reply in self.filtered(lambda one: one.state == PENDING):
            reply._find_candidates()._incident_hold(
                {"message_id": reply.message_id.id}, OUTAGE, reply.partner_id
            )


class IncidentOutage(models.Model):
    _inherit = "incident.outage"

    reply_ids = fields.One2many(
        comodel_name="incident.outage.reply",
        inverse_name="outage_id",
        string="Replies",
        help="What the parties have answered to its messages.",
    )
    pending_reply_count = fields.Integer(
        string="Replies to judge",
        compute="_compute_pending_reply_count",
        help="Replies that nobody has handed to incidents or dismissed yet.",
    )

    @api.depends("reply_ids.state")
    def _compute_pending_reply_count(self):
        groups = self.env["incident.outage.reply"]._read_group(
            [("outage_id", "in", self.ids), ("state", "=", PENDING)],
            ["outage_id"],
            ["__count"],
        )
        counts = {outage.id: count for outage, count in groups}
        for outage in self:
            outage.pending_reply_count = counts.get(outage.id, 0)

    def message_new(self, msg, custom_values=None):
        """Make no outage of a mail: people enter them."""
        raise UserError(self.env._("A mail makes no outage."))

    def message_update(self, msg, update_vals=None):
        """Take mail from the gateway only."""
        self.env["incident.gateway.refusal"]._ensure_may_deliver()
        return super().message_update(msg, update_vals=update_vals)

    def message_post(self, **kwargs):
        """Keep inside what comes by mail: nobody else is to read it."""
        if kwargs.get("message_type") == "email":
            note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
            kwargs = {
                **kwargs,
                "body": self.env["helpdesk.ticket"]._scrub_incident_body(
                    kwargs.get("body") or ""
                ),
                "subtype_id": note,
                "subtype_xmlid": None,
                "partner_ids": [],
            }
        return super().message_post(**kwargs)

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "email":
            # SUDO: the mail gateway writes down what has arrived.
            self.sudo()._receive_reply(message.sudo())
        return res

    def _receive_reply(self, message):
        """Show a reply to agents; it answers nothing until one of them says so."""
        reason = message.incident_disregard
        machine = bool(reason) and reason not in DOUBTFUL
        reply = self.env["incident.outage.reply"].create(
            {
                "outage_id": self.id,
                "message_id": message.id,
                "partner_id": self._guess_sender(message).id,
                "state": MACHINE if machine else PENDING,
            }
        )
        if machine:
            return
        self._alert_support(
            ACTIVITY,
            lambda outage: outage.env._(
                "Reply of %(sender)s", sender=reply.sender or "?"
            ),
        )
        if not self._is_lasting():
            reply._hold_candidates()

    def _guess_sender(self, message):
        """Return who has answered: the author, or who was written to."""
        if message.author_id.partner_share:
            return message.author_id
        notices = self.env["incident.notice"].search(
            [("message_id", "=", message.parent_id.id), ("outage_id", "=", self.id)],
            limit=1,
        )
        return notices.partner_id

    def _end_hold(self):
        """Hold further what somebody may have answered meanwhile."""
        # SUDO: replies are the process's.
        self.sudo().reply_ids._hold_candidates()
        return super()._end_hold()
