# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import email_normalize_all

from .incident_notice import BOUNCED, QUEUED, SENT

# A mail server gives up after five days at the latest (RFC 5321, section 4.5.4.1), and
# may itself have got the mail from another one.
REPORTED_WITHIN = timedelta(days=10)
# So many mails to a few addresses are enough to choose from.
MOST = 200
# What left and is not known to have failed, then what may just have left.
LIKELY = (SENT, BOUNCED, QUEUED)


class IncidentNotice(models.Model):
    """Finds the mail that a report is about, which names no mail but an address."""

    _inherit = "incident.notice"

    _email_idx = models.Index("(email, create_date) WHERE email IS NOT NULL")

    @api.model
    def _find_failed(self, addresses, subject=""):
        """Return the last mail of these days to the first address that we wrote to.

        Each of our mails has one recipient, and a report is about one mail. A number in
        its subject says which incident's it is.

        :param addresses: in lower case, the likeliest first
        :param subject: of the report
        """
        recent = self._find_recent(addresses) if addresses else self.browse()
        by_address = {}
        for notice in recent:
            for address in notice._get_written_addresses():
                by_address.setdefault(address, []).append(notice)
        found = next(filter(None, map(by_address.get, addresses)), [])
        subject = subject.upper()
        found = sorted(
            found,
            key=lambda notice: (
                (notice.ticket_id.number or "-").upper() not in subject,
                LIKELY.index(notice.status),
                -notice.id,
            ),
        )
        return found[0] if found else self.browse()

    @api.model
    def _find_recent(self, addresses):
        domain = self._get_recent_domain(addresses)
        return self.search(domain, order="id desc", limit=MOST)

    @api.model
    def _get_recent_domain(self, addresses):
        """Return the domain of the mails that a report of these days may be about.

        :param addresses: normalised
        """
        contacts = self.env["res.partner"].with_context(active_test=False)
        # Ids, not a search inside the search: PostgreSQL would read all notices.
        partners = contacts.search([("email_normalized", "in", addresses)])
        written = Domain("partner_id", "in", partners.ids) | Domain(
            "email", "in", addresses
        )
        since = fields.Datetime.now() - REPORTED_WITHIN
        lately = Domain("create_date", ">", since)
        return written & lately & Domain("status", "in", LIKELY)

    def _get_written_addresses(self):
        """Return where this mail went: the address of then, not of now."""
        self.ensure_one()
        return email_normalize_all(self.email or self.partner_id.email or "")
