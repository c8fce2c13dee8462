# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whether our mail server delivers what is sent to an address with a tag.

Where it does not, answers would come back to their writers. So the addresses of the
parties' answers carry the incident only where a mail sent that way has arrived.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import consteq, formataddr, hmac

from ...tools.reply_address import (
    add_tag,
    get_plain_address,
    get_tag,
    read_tag,
    shorten,
)
from ..incident_address_mixin import REPLY_ADDRESSES

SCOPE = "openip_incident.reply_trial"
NAME = "test"


class IncidentMailGateway(models.AbstractModel):
    _inherit = "incident.mail.gateway"

    @api.model
    def _get_trial_signature(self, address):
        # SUDO: the secret of the database signs, and is shown to nobody.
        return shorten(hmac(self.sudo().env, SCOPE, address))

    @api.model
    def _send_trials(self):
        """Mail to the user, one mail for each address that parties answer at.

        :return: how many mails
        :raises UserError: where there is nobody to write to, or no address
        """
        addresses = self.env["incident.address.mixin"]._get_team_addresses().values()
        if not addresses:
            raise UserError(self.env._("No team of incidents has an address yet."))
        if not self.env.user.email_formatted:
            raise UserError(self.env._("You have no e-mail address."))
        values = [self._prepare_trial(address) for address in sorted(set(addresses))]
        # SUDO: whoever may change the settings writes to nobody but himself.
        mails = self.env["mail.mail"].sudo().create(values)
        mails.send()
        return len(mails)

    @api.model
    def _prepare_trial(self, address):
        tagged = add_tag(address, NAME, self._get_trial_signature(address))
        company = self.env.company
        text = self.env._(
            "Please answer this mail as it is. When your answer has arrived, the mail"
            " server delivers what is sent to %(address)s with something behind a plus,"
            " and answers may carry their incident.",
            address=address,
        )
        return {
            "subject": self.env._("Test of the address %(address)s", address=address),
            "body_html": f"<p>{text}</p>",
            "email_from": formataddr((company.name, address)),
            "email_to": self.env.user.email_formatted,
            "reply_to": formataddr((company.name, tagged)),
            "auto_delete": True,
        }

    @api.model
    def _find_trials(self, source):
        """Return our addresses whose test a mail is.

        :param source: :class:`MailSource`
        :return: set
        """
        known = self.env["incident.address.mixin"]._get_addresses()
        found = set()
        for recipient in source.recipients:
            name, signature = read_tag(get_tag(recipient))
            address = get_plain_address(recipient)
            if name == NAME and address in known:
                if consteq(self._get_trial_signature(address), signature):
                    found.add(address)
        return found

    @api.model
    def _take_trials(self, inbound, source):
        """Write down that an address has passed its test, with its mail.

        :return: False for any other mail
        """
        found = self._find_trials(source)
        if found:
            with self._transaction():
                self._set_proven(found)
                inbound.state = "done"
        return bool(found)

    @api.model
    def _set_proven(self, addresses):
        # SUDO: the gateway records what has arrived.
        parameters = self.env["ir.config_parameter"].sudo()
        known = self.env["incident.address.mixin"]._get_proven_addresses()
        parameters.set_param(REPLY_ADDRESSES, " ".join(sorted(known | addresses)))
