# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class HelpdeskTicket(models.Model):
    """Core's way to ask is closed for incidents: a token in a mail is an identity.

    OCA's ``helpdesk_mgmt_rating`` asks by it when a stage is entered: for incidents the
    page asks instead, so that there is one question.
    """

    _inherit = "helpdesk.ticket"

    def rating_send_request(self, template, *args, **kwargs):
        """Mail no question about incidents."""
        others = self.filtered(lambda ticket: not ticket.is_incident)
        if not others:
            return None
        return super(HelpdeskTicket, others).rating_send_request(
            template, *args, **kwargs
        )

    def _rating_get_access_token(self, partner=None):
        """Give no token of an incident away: a template may ask for one."""
        if self.is_incident:
            return ""
        return super()._rating_get_access_token(partner)

    def rating_apply(self, rate, token=None, rating=None, feedback=None, **kwargs):
        """Write no message in a party's name: it would be its answer."""
        if not self.is_incident:
            return super().rating_apply(
                rate, token=token, rating=rating, feedback=feedback, **kwargs
            )
        # SUDO: that the caller may act on the incident is checked here.
        self.check_access("write")
        ratings = self.env["rating.rating"].sudo()
        if token:
            rating = ratings.search([("access_token", "=", token)], limit=1)
        own = ratings.browse(rating.id if rating else []).filtered(
            lambda one: (one.res_model, one.res_id) == (self._name, self.id)
        )
        own.write({"rating": rate, "feedback": feedback, "consumed": True})
        return own

    def message_post(self, **kwargs):
        """Let no message on an incident carry a rating."""
        if self.is_incident:
            kwargs.pop("rating_value", None)
            kwargs.pop("rating_id", None)
        return super().message_post(**kwargs)
