# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..reviews import PENDING, REASONS, STATES


class IncidentReview(models.Model):
    """One mail that may be the answer on one incident, until somebody has judged it.

    The mail itself is where it was taken in: an entry of the chatter, a mail in
    quarantine. One mail may hold several incidents; an incident goes on when the last
    of what holds it is judged.
    """

    _name = "incident.review"
    _description = "Mail to Judge"
    _order = "date desc, id desc"
    _rec_name = "title"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The incident that the mail may answer.",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    inbound_id = fields.Many2one(
        comodel_name="incident.inbound",
        string="Incoming mail",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    state = fields.Selection(
        selection=STATES,
        required=True,
        readonly=True,
        default=PENDING,
        help="Waits for an agent, counted as an answer, or set aside.",
    )
    reason = fields.Selection(
        selection=REASONS,
        required=True,
        readonly=True,
        help="Why the mail was not counted by itself.",
    )
    named = fields.Boolean(
        readonly=True, help="The mail itself says that it is about this incident."
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Probably for",
        readonly=True,
        ondelete="set null",
        help="Whose answer it is, should it be one.",
    )
    date = fields.Datetime(
        string="Since",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the mail came.",
    )
    judged_date = fields.Datetime(string="Judged on", readonly=True)
    judged_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Judged by",
        readonly=True,
        ondelete="set null",
        help="Who decided whether it counts as an answer.",
    )
    # Not stored: what is said of the mail is said there, and erased there.
    title = fields.Char(
        string="Mail",
        compute="_compute_title",
        compute_sudo=True,
        help="The subject of the mail that is to be judged.",
    )
    sender = fields.Char(
        compute="_compute_title",
        compute_sudo=True,
        help="Who wrote, as the mail says.",
    )
    detail = fields.Char(
        string="Why",
        compute="_compute_title",
        compute_sudo=True,
        help="What made it doubtful.",
    )

    _ticket_idx = models.Index("(ticket_id, state)")
    _pending_idx = models.Index("(date) WHERE state = 'pending'")
    _message_uniq = models.UniqueIndex(
        "(ticket_id, message_id) WHERE message_id IS NOT NULL",
        "This mail holds this incident already.",
    )
    _inbound_uniq = models.UniqueIndex(
        "(ticket_id, inbound_id) WHERE inbound_id IS NOT NULL",
        "This mail holds this incident already.",
    )

    @api.model
    def _get_thing_fields(self):
        """Return the fields that name the mail: one of them does."""
        return ["message_id", "inbound_id"]

    def _get_thing(self):
        """Return the field that names the mail, and its record."""
        self.ensure_one()
        for name in self._get_thing_fields():
            if self[name]:
                return name, self[name]
        return None, None

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_title(self):
        for review in self:
            _name, thing = review._get_thing()
            review.title = thing and thing.subject or self.env._("No subject")
            review.sender = thing and thing.email_from
            review.detail = review._get_detail()

    def _get_detail(self):
        """Return in words why the mail was not counted by itself."""
        labels = dict(self._fields["reason"]._description_selection(self.env))
        detail = labels[self.reason]
        name, thing = self._get_thing()
        field = {"message_id": "incident_disregard", "inbound_id": "reason"}.get(name)
        why = field and thing[field]
        if not why:
            return detail
        whys = dict(thing._fields[field]._description_selection(self.env))
        return f"{detail} ({whys[why]})"

    def _get_same(self):
        """Return what is judged with these: all that the same mails hold.

        What an entry of the chatter holds elsewhere is another question: it names that
        incident, too.
        """
        found = self
        for name in self._get_thing_fields():
            things = self[name]
            if things and name != "message_id":
                found |= self.search(
                    [(name, "in", things.ids), ("state", "=", PENDING)]
                )
        return found.filtered(lambda review: review.state == PENDING)

    def _judge(self, state):
        """Note what was decided; incidents that nothing else holds go on.

        :param state: key of ``STATES``
        """
        reviews = self.filtered(lambda review: review.state == PENDING)
        if not reviews:
            return
        tickets = reviews.ticket_id
        tickets._incident_lock()
        reviews.write(
            {
                "state": state,
                "judged_date": fields.Datetime.now(),
                "judged_by_id": self.env.uid,
            }
        )
        tickets._incident_count_reviews()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("What was judged is evidence: it stays."))
