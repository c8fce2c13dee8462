"""The operator's side of a running server: its team, its contacts and an agent."""

from pathlib import Path

from .mailbox import Mailbox, send

DOMAIN = "support.operator.example.com"
ADDRESS = f"incident@{DOMAIN}"
AGENT = "agathe.agent"
ZONE = "Europe/Paris"

# What the process needs to go on by itself; nothing else may run meanwhile.
CRONS = (
    "openip_incident.ir_cron_followup_remind",
    "openip_incident.ir_cron_followup_close",
    "openip_incident_portal.ir_cron_intake",
    "mail.ir_cron_mail_scheduler_action",
)


class Support:
    """A server that takes mail in and out for the shipped team.

    :param server: a running :class:`~tests.system.server.OdooServer`, whose only
        scheduled actions are `CRONS`
    :param smtp: where it sends its mails
    """

    def __init__(self, server, smtp):
        self.server = server
        self.mailbox = Mailbox(smtp, server.database)

    def start(self):
        """Set up what an admin sets up on the first day."""
        rpc = self.server.rpc
        # Odoo gives the first domain to every company and every team.
        rpc("mail.alias.domain", "create", [{"name": DOMAIN}])
        for name, value in (
            ("web.base.url", self.server.url),
            ("web.base.url.freeze", "True"),
        ):
            rpc("ir.config_parameter", "set_param", name, value)
        company = {"name": "Opérateur", "email": f"contact@{DOMAIN}"}
        company_id = self.find("base.main_company")
        rpc("res.company", "write", [company_id], company)
        calendars = rpc(
            "resource.calendar", "search", [("company_id", "=", company_id)]
        )
        rpc("resource.calendar", "write", calendars, {"tz": ZONE})
        self._set_up_team()
        self.mail_port = self.server.start_mail_in()
        return self

    def close(self):
        """Close the connection to the database."""
        self.mailbox.close()

    def _set_up_team(self):
        rpc = self.server.rpc
        group = self.find("helpdesk_mgmt.group_helpdesk_user")
        agent = {
            "name": "Agathe Agent",
            "login": AGENT,
            "password": AGENT,
            "email": f"{AGENT}@operator.example.com",
            "group_ids": [(4, group)],
            "notification_type": "inbox",
        }
        # No invitation by mail: the password is known.
        quiet = {"no_reset_password": True}
        [agent_id] = rpc("res.users", "create", [agent], context=quiet)
        team = self.find("openip_incident.team_incident")
        values = {"incident_intake": True, "user_ids": [(6, 0, [agent_id])]}
        rpc("helpdesk.ticket.team", "write", [team], values)

    def find(self, name):
        """Return the id of a record by its external name."""
        module, _dot, name = name.partition(".")
        args = (module, name)
        return self.server.rpc("ir.model.data", "check_object_reference", *args)[1]

    def add_contact(self, **values):
        """Return the id of a new contact."""
        [partner_id] = self.server.rpc("res.partner", "create", [values])
        return partner_id

    def receive(self, sender, subject, text, files=()):
        """Let a mail arrive for the team."""
        send(self.mail_port, sender, ADDRESS, subject, text, files)

    def create(self, values):
        """Let the agent write down what somebody has reported by phone.

        :return: the number of the incident
        """
        call = ("helpdesk.ticket", "create", [values])
        ids = self.server.rpc(*call, login=AGENT)
        [row] = self.server.rpc("helpdesk.ticket", "read", ids, ["number"])
        return row["number"]

    def act(self, method, number, *args, **kwargs):
        """Let the agent act on an incident, as the buttons do."""
        ids = self.search([("number", "=", number)])
        call = ("helpdesk.ticket", method, ids, *args)
        return self.server.rpc(*call, login=AGENT, **kwargs)

    def search(self, domain):
        """Return the ids of the incidents that the agent finds."""
        return self.server.rpc("helpdesk.ticket", "search", domain, login=AGENT)

    def read(self, number, *names):
        """Return what the agent reads of an incident."""
        [row] = self.act("read", number, list(names))
        return row

    def errors(self):
        """Return what the server has logged as an error."""
        lines = Path(self.server.log).read_text(errors="replace").splitlines()
        return [line for line in lines if " ERROR " in line or " CRITICAL " in line]
