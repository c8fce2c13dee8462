# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ways out of the composer, and who is to get what leaves by them."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.tests import freeze_time

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, IncidentCommon

TEXT = "The exchange was restarted."
STRANGER_MAIL = "stan@stranger.example.com"
BAKER_MAIL = "claire@boulangerie.example.com"
LEADER_MAIL = "incident_leader@operator.example.com"


class AudienceCommon(IncidentCommon):
    # Instead of a line: neither party reads it.
    inside = object()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        nobody, inside = cls.env["res.partner"], cls.inside
        # Recipients: whom the agent leaves, who gets a mail, whose private line it is.
        cls.cases = {
            "both": (
                cls.customer | cls.integrator,
                [CUSTOMER_MAIL, INTEGRATOR_MAIL],
                nobody,
            ),
            "customer": (cls.customer, [CUSTOMER_MAIL], cls.customer),
            "integrator": (cls.integrator, [INTEGRATOR_MAIL], cls.integrator),
            "staff": (cls.baker, [BAKER_MAIL], cls.customer),
            "nobody": (cls.env["res.partner"], [], inside),
            "third person": (cls.stranger, [STRANGER_MAIL], inside),
            "colleague": (cls.leader.partner_id, [LEADER_MAIL], inside),
            "party and third person": (
                cls.integrator | cls.stranger,
                [INTEGRATOR_MAIL, STRANGER_MAIL],
                cls.integrator,
            ),
        }
        # Ways: name and whether what is sent is a note.
        cls.ways = (
            "chatter",
            "rpc",
            "untyped",
            "reply",
            "full_composer",
            "batch_composer",
            "mass_composer",
            "scheduled",
            "source",
            "rule",
        )

    # Ways out

    def _send(self, way, incident, partners, **values):
        """Send a text to contacts on one of the ways that Odoo has."""
        return getattr(self, f"_send_by_{way}")(incident, partners, **values)

    def _send_by_chatter(self, incident, partners, **values):
        """What the chatter's controller hands to the thread."""
        incident.message_post(
            **{
                "body": Markup("<p>%s</p>") % TEXT,
                "email_add_signature": True,
                "message_type": "comment",
                "partner_ids": partners.ids,
                "subtype_xmlid": "mail.mt_comment",
                **values,
            }
        )

    def _send_by_rpc(self, incident, partners, **values):
        vals = {"partner_ids": partners.ids} if partners else {}
        incident.message_post(
            **{
                "body": TEXT,
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **vals,
                **values,
            }
        )

    def _send_by_untyped(self, incident, partners, **values):
        """Core takes a message without a type for a notification."""
        incident.message_post(
            **{
                "body": TEXT,
                "partner_ids": partners.ids,
                "subtype_xmlid": "mail.mt_comment",
                **values,
            }
        )

    def _send_by_reply(self, incident, partners, **values):
        parent = self._entries(incident)[:1]
        self.assertTrue(parent)
        self._send_by_chatter(incident, partners, parent_id=parent.id, **values)

    def _compose(self, incidents, partners, note=False, **values):
        subtype = "mail.mt_note" if note else "mail.mt_comment"
        return (
            self.env["mail.compose.message"]
            .with_user(self.agent)
            .create(
                {
                    "body": f"<p>{TEXT}</p>",
                    "composition_mode": "comment",
                    "model": "helpdesk.ticket",
                    "partner_ids": partners.ids,
                    "res_ids": incidents.ids,
                    "subject": "News",
                    "subtype_id": self.env.ref(subtype).id,
                    **values,
                }
            )
        )

    def _send_by_full_composer(self, incident, partners, note=False):
        self._compose(incident, partners, note)._action_send_mail()

    def _send_by_batch_composer(self, incident, partners, note=False):
        other = self._create_incident()
        self._compose(incident | other, partners, note)._action_send_mail()

    def _send_by_mass_composer(self, incident, partners, note=False):
        composer = self._compose(
            incident, partners, composition_mode="mass_mail", subtype_id=False
        )
        composer._action_send_mail()

    def _send_by_scheduled(self, incident, partners, note=False):
        later = fields.Datetime.now() + timedelta(hours=2)
        composer = self._compose(incident, partners, note, scheduled_date=str(later))
        composer._action_schedule_message()
        message = self.env["mail.scheduled.message"].search(
            [("model", "=", incident._name), ("res_id", "=", incident.id)]
        )
        self.assertEqual(message.partner_ids, partners)
        with freeze_time(later + timedelta(minutes=1)):
            self.env["mail.scheduled.message"]._post_messages_cron()

    def _send_by_source(self, incident, partners, note=False):
        incident.message_post_with_source(
            self._create_source(partners),
            subtype_xmlid="mail.mt_note" if note else "mail.mt_comment",
            **({} if note else {"message_type": "comment"}),
        )

    def _create_source(self, partners):
        return self.env["mail.template"].create(
            {
                "body_html": f"<p>{TEXT}</p>",
                "model_id": self.env.ref("helpdesk_mgmt.model_helpdesk_ticket").id,
                "name": "Source",
                "partner_to": ",".join(map(str, partners.ids)),
                "subject": "News",
                "use_default_to": False,
            }
        )

    def _send_by_rule(self, incident, partners, note=False):
        """A server action of an automation rule, as OdooBot."""
        action = self.env["ir.actions.server"].create(
            {
                "mail_post_method": "note" if note else "comment",
                "model_id": self.env.ref("helpdesk_mgmt.model_helpdesk_ticket").id,
                "name": "Post",
                "state": "mail_post",
                "template_id": self._create_source(partners).id,
            }
        )
        action.with_context(
            active_id=incident.id, active_ids=incident.ids, active_model=incident._name
        ).run()

    def _entry_of(self, incident, before):
        messages = incident.sudo().message_ids - before
        return messages.filtered(
            lambda message: (
                TEXT in (message.body or "")
                and message.message_type != "user_notification"
            )
        )
