# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

UNSENT = ("queued", "failed")


class IncidentNotice(models.Model):
    """One mail may be the evidence for several incidents: all share its fate."""

    _inherit = "incident.notice"

    joint = fields.Boolean(
        string="In a joint mail",
        readonly=True,
        help="One mail to the party is the evidence for several incidents.",
    )

    def _get_of_same_mails(self):
        """Return these notices, and all others that their mails are evidence for."""
        joint = self.filtered("joint").message_id
        if not joint:
            return self
        return self | self.search([("message_id", "in", joint.ids)])

    def _withdraw(self):
        """Keep a joint mail as long as another incident needs it."""
        joint = self.filtered("joint")
        if not joint:
            return super()._withdraw()
        others = joint._get_of_same_mails() - self
        kept = others.filtered(lambda notice: notice.status in UNSENT).message_id
        staying = joint.filtered(lambda notice: notice.message_id in kept)
        mails = staying._get_mails()
        if mails.try_lock_for_update(allow_referencing=True) != mails:
            return False
        leaving = self - staying
        return super(IncidentNotice, leaving)._withdraw() if leaving else True
