# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_domain_extract

from ...tools.mail_authentication import FAIL, judge

SERVERS = "openip_incident.authentication_servers"
HOSTS = "openip_incident.authentication_hosts"
NAMES = re.compile(r"[^\s,;]+")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _is_forged(self, message, message_dict):
        """Tell whether our mail server says that the sender is another one."""
        # SUDO: two settings are read.
        parameters = self.env["ir.config_parameter"].sudo()
        servers = NAMES.findall(parameters.get_param(SERVERS) or "")
        if not servers:
            return False
        hosts = NAMES.findall(parameters.get_param(HOSTS) or "")
        sender = message_dict.get("email_from") or ""
        address = email_normalize(sender, strict=False)
        domain = address and email_domain_extract(address)
        return judge(list(message.raw_items()), domain, servers, hosts) == FAIL


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_authentication_servers = fields.Char(
        string="Our mail server",
        config_parameter=SERVERS,
        help="The name with which the Authentication-Results of our own mail server "
        "begin; several, separated by commas. Empty: nobody's results are looked at.",
    )
    incident_authentication_hosts = fields.Char(
        string="Other servers of ours",
        config_parameter=HOSTS,
        help="Names of the servers of ours that a mail passes after that one, as they "
        "write themselves behind 'by' in Received; * stands for any text.",
    )
