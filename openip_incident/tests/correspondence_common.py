# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Acts that mail, and a personal link for each party."""

from .common import CLOSURE, IN_PROGRESS, OPENED, REGISTERED, IncidentCommon

URL = "https://support.example.com/incident/%s?party=%s"
SHIPPED_TEMPLATES = (
    "mail_template_opened",
    "mail_template_update",
    "mail_template_request_information",
    "mail_template_request_action",
    "mail_template_closure_request",
    "mail_template_closed",
    "mail_template_rejected",
)


class CorrespondenceCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # French by hand: these tests are about languages, not about our translation.
        for name in SHIPPED_TEMPLATES:
            template = cls.env.ref(f"openip_incident.{name}")
            english = template.subject
            template.with_context(lang="fr_FR").write(
                {
                    "subject": english.replace("– ", "– FRANÇAIS "),
                    "body_html": "<p>Texte français</p>"
                    "<div t-out=\"ctx.get('incident_text')\"/>",
                }
            )

    def _patch_urls(self):
        """Give each party a personal link, as the portal addon does."""
        self.patch(
            type(self.env["helpdesk.ticket"]),
            "_get_incident_url",
            lambda ticket, party, purpose="view": URL % (ticket.id, party.id),
        )

    def _acts(self):
        """Return each act that mails, with the phase that it starts from."""
        return {
            "open": (REGISTERED, lambda ticket: ticket.action_incident_open()),
            "update": (OPENED, lambda ticket: ticket.incident_update("<p>News</p>")),
            "information": (
                IN_PROGRESS,
                lambda ticket: ticket.incident_request("information", "<p>When?</p>"),
            ),
            "action": (
                IN_PROGRESS,
                lambda ticket: ticket.incident_request("action", "<p>Reboot</p>"),
            ),
            "escalate": (
                IN_PROGRESS,
                lambda ticket: ticket.action_incident_escalate(
                    self.level.id, "<p>Up</p>"
                ),
            ),
            "resolve": (IN_PROGRESS, lambda ticket: ticket.action_incident_resolve()),
            "close": (
                CLOSURE,
                lambda ticket: ticket.action_incident_close("confirmed"),
            ),
            "reject": (
                REGISTERED,
                lambda ticket: ticket.action_incident_reject("<p>Not ours</p>"),
            ),
        }

    def _each_act(self):
        """Perform every act that mails; yield its name, incident and letters."""
        for name, (phase, act) in self._acts().items():
            incident = self._create_incident_in(phase)
            with self.capture_letters() as letters:
                act(incident)
            yield name, incident, letters
