# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.failure import describe_failure
from ..correspondence.incident_notice import BUNDLED, DIGESTED
from ..correspondence.letter import MAIL

TEMPLATE = "openip_incident.mail_template_digest"
TRY_AGAIN_AFTER = timedelta(hours=1)


class IncidentNotice(models.Model):
    """Turns the updates that wait for one person into one mail, each of them once."""

    _inherit = "incident.notice"

    digest_date = fields.Datetime(
        string="Morning mail",
        readonly=True,
        help="From when on the update is told in a morning mail.",
    )
    digest_id = fields.Many2one(
        comodel_name="incident.digest",
        string="Told in",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="The morning mail that told this update.",
    )
    mailed_digest_id = fields.Many2one(
        comodel_name="incident.digest",
        string="Is the mail of",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="The morning mail whose delivery this is.",
    )

    _bundled_idx = models.Index("(digest_date) WHERE status = 'bundled'")

    @api.model
    def _get_digest_domain(self):
        """Return which updates are to be told now."""
        return Domain("status", "=", BUNDLED) & Domain(
            "digest_date", "<=", fields.Datetime.now()
        )

    def _do_digest(self):
        """Write one morning mail to each person for whom these updates wait.

        With whatever else waits for them: who holds the lock of a person has them all.
        What was told and the mail that tells it are one transaction (G2).
        """
        people = Domain("partner_id", "in", self.partner_id.ids)
        waiting = self.search(self._get_digest_domain() & people, order="id")
        groups = waiting.grouped(
            lambda notice: (notice.partner_id, notice.ticket_id.company_id)
        )
        digests = self.env["incident.digest"].create(
            [
                {"partner_id": person.id, "company_id": company.id}
                for person, company in groups
            ]
        )
        for digest, notices in zip(digests, groups.values(), strict=True):
            notices.write({"status": DIGESTED, "digest_id": digest.id})
        if digests:
            digests._write_digests(self.env.ref(TEMPLATE))

    def _put_digest_off(self, error):
        """Try a morning mail again later that could not even be written.

        :param error: the exception
        """
        later = fields.Datetime.now() + TRY_AGAIN_AFTER
        reason = describe_failure(self.env, error)[:500]
        self.write({"digest_date": later, "failure": reason})
        self.env["ir.cron"]._wake("ir_cron_followup_remind", later)

    def _format_delivery(self):
        """Say of an update what became of the morning mail that told it."""
        rows = super()._format_delivery()
        # SUDO: who may read the notice may read what became of it.
        told = self.sudo().filtered(lambda one: one.status == DIGESTED).sorted("id")
        mails = {notice.id: notice.digest_id.mail_notice_ids[:1] for notice in told}
        labels = dict(self._fields["status"]._description_selection(self.env))
        for row in rows:
            mail = mails.get(row["id"])
            if mail:
                row["label"] = f"{row['label']}: {labels[mail.status]}"
                row["failure"] = row["failure"] or mail.failure or ""
                sent_date = mail.sent_date
                row["sent_date"] = fields.Datetime.to_string(sent_date) or False
        return rows

    def _mark_party_unreachable(self):
        """Record that the mailbox of who reads a morning mail fails, as of any mail."""
        self.ensure_one()
        # SUDO: whose mail it is, for whoever records what became of it.
        if self.sudo().mailed_digest_id and self.channel == MAIL:
            self.partner_id._mark_unreachable(self.email, self.failure)
            return None
        return super()._mark_party_unreachable()

    def _alert_undelivered(self, reason):
        """Tell support of a lost morning mail, at each incident that it told."""
        self.ensure_one()
        # SUDO: as above.
        digest = self.sudo().mailed_digest_id
        told = digest.notice_ids.grouped("ticket_id").values()
        for notices in told:
            super(IncidentNotice, notices[:1])._alert_undelivered(reason)
        return None if digest else super()._alert_undelivered(reason)
