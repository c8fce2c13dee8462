# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..reviews import PENDING, UNNAMED
from ..words import INTERNAL

ACTIVITY = "openip_incident.mail_activity_type_review"


class HelpdeskTicket(models.Model):
    """Incidents that wait for our judgement: nothing closes over it (G13)."""

    _inherit = "helpdesk.ticket"

    review_ids = fields.One2many(
        comodel_name="incident.review",
        inverse_name="ticket_id",
        domain=[("state", "=", PENDING)],
        string="Mails to judge",
        copy=False,
        groups=INTERNAL,
        help="Mails that may be answers and that an agent has to judge.",
    )
    review_count = fields.Integer(
        string="Number of mails to judge", copy=False, readonly=True, groups=INTERNAL
    )
    review_pending = fields.Boolean(
        string="Mail to judge",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="A mail that may be an answer waits to be judged: until then neither is "
        "closure announced nor the incident closed by itself.",
    )

    _review_idx = models.Index("(id) WHERE review_pending IS TRUE")

    def _incident_hold(self, thing, reason, partner=None, named=False):
        """Hold these incidents until somebody has judged a mail.

        The row that an answer writes is written here, too: who closes at the same time
        comes before or after, never in between (G5).

        :param thing: dict of the field of ``incident.review`` that names the mail: id
        :param reason: key of ``REASONS``
        :param partner: whose answer it would be, if that can be told
        :param named: whether the mail itself names the incidents
        """
        if not self:
            return
        self._incident_lock()
        [(name, thing_id)] = thing.items()
        reviews = self.env["incident.review"]
        known = reviews.search([("ticket_id", "in", self.ids), (name, "=", thing_id)])
        shared = {
            "reason": reason,
            "named": named,
            "partner_id": partner and partner.id,
        }
        # A conversation that was judged goes on: what is new in it is judged anew.
        known.write({**shared, "state": PENDING, "date": fields.Datetime.now()})
        new = self - known.ticket_id
        reviews.create(
            [{"ticket_id": ticket.id, name: thing_id, **shared} for ticket in new]
        )
        self._incident_count_reviews()
        self._incident_alert_of_review(reviews.search([(name, "=", thing_id)])[:1])

    def _incident_count_reviews(self):
        """Write down how many mails wait, so that whoever writes the row sees it.

        The caller holds the locks. The number changes with each mail: two that meet
        here never take each other's for their own.
        """
        groups = self.env["incident.review"]._read_group(
            [("ticket_id", "in", self.ids), ("state", "=", PENDING)],
            ["ticket_id"],
            ["__count"],
        )
        counts = {ticket.id: count for ticket, count in groups}
        released = self.filtered(
            lambda ticket: ticket.review_pending and ticket.id not in counts
        )
        for count, tickets in self.grouped(
            lambda ticket: counts.get(ticket.id, 0)
        ).items():
            tickets.write({"review_count": count, "review_pending": bool(count)})
        released._incident_release()

    def _incident_release(self):
        """Go on with incidents about which nothing is left to judge."""
        self.activity_unlink([ACTIVITY])

    def _incident_alert_of_review(self, review):
        """Tell each colleague in charge once that a mail waits to be judged.

        :param review: one of those that the mail has made
        """
        # Who has only written something new is told how to report it: that needs
        # nobody at once, and no mail.
        quiet = review.reason == UNNAMED
        latest = {}
        for ticket in self:
            latest.setdefault(ticket._get_incident_contact(), ticket)
        for user, ticket in latest.items():
            ticket = ticket.with_context(
                lang=user.lang or self.env.lang, mail_activity_quick_update=quiet
            )
            review = review.with_context(lang=user.lang or self.env.lang)
            ticket._incident_alert_support(
                ACTIVITY,
                ticket.env._(
                    "Mail of %(sender)s to judge", sender=review.sender or "?"
                ),
                note=review.detail,
            )
