# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.clocks import INTEGRATOR

ACTIVITY = "openip_incident.mail_activity_type_dispute"
# Whoever has more to argue about at once does it by telephone.
MAX_OPEN = 10


class HelpdeskTicket(models.Model):
    """How an integrator disputes the count of an incident of its own.

    Records come as superuser, the party from a login or from a link that we have
    signed.
    """

    _inherit = "helpdesk.ticket"

    def _may_dispute_incident_clock(self, party):
        """Tell whether a reader may dispute: staff of the integrator, if it is told."""
        integrator = self.integrator_id
        return bool(
            integrator
            and self._is_clock_told()
            and self._get_incident_party(party) == integrator
        )

    def _incident_dispute(self, party, text, number, nonce):
        """Write down a dispute of the integrator, however often its form is sent.

        :param text: plain text
        :param number: of the entry that is meant, 0 for the whole count
        :param nonce: what the form was given, the same for each of its copies
        :return: False when too many disputes are open
        """
        self.ensure_one()
        self._incident_lock()
        # Both parties read it: a link of one of them must not reach the other.
        text = self._scrub_incident_text(text)
        said = f"{number}|{text}"
        if self._has_incident_page_answer(party, said, nonce):
            return True
        undecided = self._get_clock_disputes().filtered(
            lambda one: not one._get_judgement()
        )
        if len(undecided) >= MAX_OPEN:
            return False
        entry = self._get_clock_disputable().filtered(
            lambda one: one.sequence == number
        )
        house = self._incident_in_house()
        summary = house.env._("%(party)s disputes the clock", party=party.name)
        note = house._message_log(author_id=party.id, body=f"{summary}: {text}")
        note.message_id = self._get_page_message_id(party, said, (), nonce)
        self._incident_append_dispute(INTEGRATOR, text, entry, note)
        house._incident_alert_support(ACTIVITY, summary)
        return True
