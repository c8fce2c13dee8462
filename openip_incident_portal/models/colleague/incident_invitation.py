# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

# Whoever has got its login, or not, is known by now.
KEPT = timedelta(days=365)
GC_BATCH = 1000

INVITED = "invited"
REQUESTED = "requested"
SETTLED = "settled"
WITHDRAWN = "withdrawn"


class IncidentInvitation(models.Model):
    """Whom the administrator of a company has asked us to give a login.

    Whoever has a new address in a domain of the company is invited at once; the others
    are for support to judge. The inviter is told the same either way: an address that
    is known to us is nothing to tell.
    """

    _name = "incident.invitation"
    _description = "Invitation of a Colleague"
    _order = "id desc"
    _rec_name = "email"

    party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="For which company the invited person is to speak.",
    )
    name = fields.Char(
        required=True, readonly=True, help="How the inviter calls the person."
    )
    email = fields.Char(
        string="E-mail",
        required=True,
        readonly=True,
        index=True,
        help="The address that the inviter has given.",
    )
    inviter_id = fields.Many2one(
        comodel_name="res.partner",
        string="Invited by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The administrator of the company who has asked for it.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The contact that was made for it.",
    )
    state = fields.Selection(
        selection=[
            (INVITED, "Invited"),
            (REQUESTED, "For support to judge"),
            (SETTLED, "Settled by support"),
            (WITHDRAWN, "Withdrawn"),
        ],
        required=True,
        readonly=True,
        index=True,
        help="An address that we know already, or outside the company's own domains, "
        "is for support to judge: it may be somebody else's.",
    )

    def action_settle(self):
        """Note that support has decided, whatever it has done."""
        self.check_access("read")
        # SUDO: an agent who may read it may say that it is done, and writes nothing
        # else.
        self.sudo().filtered(lambda item: item.state == REQUESTED).state = SETTLED
        return True

    @api.autovacuum
    def _gc_invitations(self):
        """Forget invitations after a year, but for those that nobody has judged.

        :return: how many rows are gone, and whether there may be more
        """
        old = self.search(
            [
                ("create_date", "<", fields.Datetime.now() - KEPT),
                ("state", "!=", REQUESTED),
            ],
            limit=GC_BATCH,
        )
        done = len(old)
        old.unlink()
        return done, done == GC_BATCH
