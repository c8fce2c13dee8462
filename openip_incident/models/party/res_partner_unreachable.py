# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import fields, models
from odoo.tools import email_normalize

# What a mail server says of a mailbox that does not exist, as smtplib writes it down by
# recipient. Not 554, nor the policy codes 5.7.x of RFC 3463: those refuse us, whoever
# the mail is for.
REFUSED_RECIPIENT = re.compile(
    r"""\{['"][^{}]+@[^{}]+['"]: \((?:550|551|553), b['"](?!5\.7\.)"""
)
REASON_LENGTH = 500


def refuses_recipient(failure):
    """Tell whether a mail server knows no such recipient, and never will.

    :param failure: the text of the failure, as ``mail.mail`` keeps it
    """
    return bool(REFUSED_RECIPIENT.search(failure or ""))


class ResPartner(models.Model):
    """Remembers of a contact that its mail comes back: which address, when and why.

    A fact for support, not a ban: mails are written to the contact as before, and the
    next that it writes itself, or another address, ends the matter.
    """

    _inherit = "res.partner"

    incident_unreachable_email = fields.Char(
        string="Unreachable address",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The address from which mails came back.",
    )
    incident_unreachable_date = fields.Datetime(
        string="Unreachable since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
    )
    incident_unreachable_reason = fields.Char(
        string="Why no mail arrives",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    def write(self, vals):
        res = super().write(vals)
        if "email" in vals:
            # SUDO: whoever corrects an address need not know that the old one failed.
            marked = self.sudo().filtered("incident_unreachable_email")
            marked.filtered(
                lambda partner: (
                    partner.email_normalized != partner.incident_unreachable_email
                )
            )._mark_reachable()
        return res

    def action_incident_mark_reachable(self):
        """Forget that mails came back: the agent knows better."""
        self.check_access("write")
        # SUDO: only the process writes the mark; the right to write was checked above.
        self.sudo()._mark_reachable()
        return True

    def _mark_unreachable(self, email, reason):
        """Record that a mail to these contacts came back for good.

        Whose address is another one by now is not concerned, and what is known
        already stays as it is: the mark says since when.

        :param email: the address that failed
        :param reason: what the mail system says
        """
        address = email_normalize(email, strict=False)
        concerned = self.filtered(
            lambda partner: (
                address
                and partner.email_normalized == address
                and partner.incident_unreachable_email != address
            )
        )
        concerned.write(
            {
                "incident_unreachable_email": address,
                "incident_unreachable_date": fields.Datetime.now(),
                "incident_unreachable_reason": (reason or "").strip()[:REASON_LENGTH],
            }
        )

    def _mark_reachable(self):
        """Forget that mails to these contacts came back: one of them has written."""
        self.filtered("incident_unreachable_date").write(
            {
                "incident_unreachable_email": False,
                "incident_unreachable_date": False,
                "incident_unreachable_reason": False,
            }
        )

    def _is_unreachable_since(self, email, date):
        """Tell whether an address has failed after something was sent to it.

        :param email: where it was sent
        :param date: when the mail server accepted it, naive UTC
        """
        self.ensure_one()
        failed = self.incident_unreachable_date
        return bool(
            failed
            and failed > date
            and self.incident_unreachable_email == email_normalize(email, strict=False)
        )
