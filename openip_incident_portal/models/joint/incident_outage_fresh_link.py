# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models

from odoo.addons.openip_incident.models.correspondence.incident_mail_frame import (
    SEVERAL,
)
from odoo.addons.openip_incident.models.correspondence.letter import Letter
from odoo.addons.openip_incident.models.row_lock import lock_rows

LINK_INTERVAL = timedelta(hours=1)
TEMPLATE = "openip_incident_portal.mail_template_fresh_joint_link"
# In the context of the mail that brings a fresh link.
FRESH = "incident_fresh_joint_link"


class IncidentOutage(models.Model):
    """Mails a fresh link to who comes with an expired one, as incidents do."""

    _inherit = "incident.outage"

    def _mail_fresh_joint_link(self, party):
        """Mail a party a link in place of an expired one, once an hour at most.

        Nobody else reads of it: the chatter gets an internal note.

        :return: whether it was mailed
        """
        self.ensure_one()
        if not party.email_normalized:
            return False
        # SUDO: the link that we have signed is the right to have a fresh one mailed to
        # the party that it names.
        outage = self.sudo().with_context(lang=self._get_correspondence_lang())
        lock_rows(outage)
        if outage._has_fresh_joint_link(party):
            return False
        note = outage._message_log(
            body=outage.env._(
                "%(party)s has asked for a fresh link to its page.", party=party.name
            )
        )
        outage.with_context(**{FRESH: True})._correspond(
            self.env.ref(TEMPLATE), [Letter(outage, party, entry=note)]
        )
        note.incident_notice_ids.write({"fresh_link_date": fields.Datetime.now()})
        return True

    def _has_fresh_joint_link(self, party):
        asked = [
            ("outage_id", "=", self.id),
            ("ticket_id", "=", False),
            ("partner_id", "=", party.id),
            ("fresh_link_date", ">", fields.Datetime.now() - LINK_INTERVAL),
        ]
        return bool(self.env["incident.notice"].search_count(asked, limit=1))

    def _get_correspondence_act(self, party):
        if self.env.context.get(FRESH):
            return SEVERAL
        return super()._get_correspondence_act(party)

    def _get_correspondence_url(self, party):
        if self.env.context.get(FRESH):
            return self._get_closure_url(party)
        return super()._get_correspondence_url(party)
