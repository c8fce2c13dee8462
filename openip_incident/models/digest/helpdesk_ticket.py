# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...tools.morning import get_next_morning
from ..correspondence.incident_mail_frame import VIEW
from ..correspondence.incident_notice import BUNDLED, OMITTED
from ..correspondence.letter import MAIL
from .res_partner import DIGEST, NONE


class HelpdeskTicket(models.Model):
    """Keeps updates for who does not want them at once."""

    _inherit = "helpdesk.ticket"

    def _prepare_notice_vals(self, draft):
        vals = super()._prepare_notice_vals(draft)
        preference = draft.party.incident_update_preference
        if preference not in (DIGEST, NONE) or not self._is_incident_news(draft):
            return vals
        if preference == NONE:
            return {**vals, "status": OMITTED}
        zone = self._get_reader_zone(draft.party)
        morning = get_next_morning(fields.Datetime.now(), zone)
        self.env["ir.cron"]._wake("ir_cron_followup_remind", morning)
        return {**vals, "status": BUNDLED, "digest_date": morning}

    def _is_incident_news(self, draft):
        """Tell whether a mail is an update that its reader may want later (P3).

        Not what its reader is asked for at the same time, and not what carries files,
        which a morning mail does not.
        """
        letter = draft.letter
        if not letter.news or letter.event or draft.channel != MAIL:
            return False
        if draft.files or letter.entry and letter.entry.attachment_ids:
            return False
        return self._get_correspondence_act(draft.party) == VIEW

    def _filter_incident_news_readers(self, parties, wanted=True, moves=False):
        """Return who does not read updates of this incident at once.

        :param parties: some of its parties
        :param wanted: True for who reads them each morning, False for who never does
        :param moves: whether the incident asks nobody anything any more by then
        """
        self.ensure_one()
        preference = DIGEST if wanted else NONE
        return parties.filtered(
            lambda party: (
                party.incident_update_preference == preference
                and (moves or self._get_correspondence_act(party) == VIEW)
            )
        )
