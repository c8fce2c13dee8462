# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, plaintext2html

from odoo.addons.openip_incident.models.correspondence.letter import Letter
from odoo.addons.openip_incident.models.impacts import PRIORITIES
from odoo.addons.openip_incident.models.phases import OPENED, REGISTERED
from odoo.addons.openip_incident.models.words import INTERNAL
from odoo.addons.openip_incident.tools.full_stop import end_once

from .helpdesk_ticket_facts import ACKNOWLEDGES, SENT_NAMES

UNKNOWN_TEMPLATE = "openip_incident_portal.mail_template_registered_unknown"


class HelpdeskTicket(models.Model):
    """What the form makes of an incident, until support has validated it.

    Who is on no contact is a name and an address: it reads fixed words only, because
    anybody may have typed the address and the words.
    """

    _inherit = "helpdesk.ticket"

    suggested_integrator = fields.Char(
        copy=False,
        groups=INTERNAL,
        help="The integrator that somebody named who is on no contact. It learns "
        "nothing of the incident until support enters it as the integrator.",
    )
    incident_form_key = fields.Char(
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="The form that has made this incident: sent again, it makes no other.",
    )
    incident_form_lang = fields.Char(
        string="Language of the form", copy=False, readonly=True, groups=INTERNAL
    )
    incident_unknown = fields.Boolean(
        compute="_compute_incident_unknown",
        groups=INTERNAL,
        help="The customer is on no contact yet.",
    )

    _incident_form_key_unique = models.UniqueIndex(
        "(incident_form_key) WHERE incident_form_key IS NOT NULL",
        "This form has been sent already.",
    )
    # Each form asks what its sender has reported within the hour.
    _incident_form_sent_idx = models.Index(
        "(create_uid, create_date) WHERE incident_form_key IS NOT NULL"
    )

    @api.depends("is_incident", "partner_id", "partner_email")
    def _compute_incident_unknown(self):
        for ticket in self:
            ticket.incident_unknown = bool(
                ticket.is_incident and not ticket.partner_id and ticket.partner_email
            )

    # Registration

    @api.model
    def _incident_create_reported(self, vals, files):
        """Create the incident that a form describes.

        :param vals: values of the ticket, the description as plain text
        :param files: list of (name, content)
        """
        description = self._scrub_incident_body(plaintext2html(vals["description"]))
        ticket = (
            self.with_context(mail_create_nosubscribe=True)
            .with_company(vals["company_id"])
            .create(
                {
                    **self._scrub_incident_vals(vals),
                    "description": description,
                    "priority": PRIORITIES[vals["incident_impact"]],
                }
            )
        )
        reported = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
                for name, content in files
            ]
        )
        ticket._incident_keep_files_inside(reported, ticket.partner_id.id)
        return ticket

    def _incident_acknowledge(self, names=None):
        """Tell both parties the number (M2), each as far as it is known.

        :param names: of the files that were sent, as one text, where they are known
        """
        self.ensure_one()
        template = self.team_id.registered_template_id
        beside = self._acknowledge_alone()
        if template:
            names = self._get_sent_names() if names is None else names
            facts = {ACKNOWLEDGES: True, SENT_NAMES: names}
            letter = Letter(
                self, facts=facts, step=REGISTERED, beside=beside, first=True
            )
            self._correspond(template, [letter])
        for letter in () if template else beside:
            letter.entry = self.env["mail.message"]
            self._correspond(letter.template, [letter])

    def _acknowledge_alone(self):
        """Return what mails number and fixed words to who is on no contact.

        The hidden message makes the answer find the incident, where it stays inside.

        :return: tuple of :class:`Letter`
        """
        if not self.incident_unknown:
            return ()
        # Whoever deletes it deletes its name: no query asks whether it is there.
        template_id = self.env["ir.model.data"]._xmlid_to_res_id(UNKNOWN_TEMPLATE)
        # SUDO: as every template of a letter, it is what admins made it.
        template = self.env["mail.template"].sudo().browse(template_id or ())
        address = email_normalize(self.partner_email)
        if not template or not address:
            return ()
        lang = self._get_form_lang()
        return (Letter(self, address=address, lang=lang, template=template),)

    def _get_form_lang(self):
        """Return the language in which somebody unknown filled in the form."""
        self.ensure_one()
        known = self.env["res.lang"]._get_data(code=self.incident_form_lang)
        return known.code or self._get_correspondence_lang()

    # Validation

    def action_incident_create_customer(self):
        """Make a contact of who is only a name and an address so far."""
        self._ensure_may_act()
        for ticket in self:
            if not ticket.incident_unknown:
                raise UserError(
                    self.env._(
                        "%(number)s has a customer already, or no address to make one "
                        "of.",
                        number=ticket.number,
                    )
                )
        self._incident_create_customer()
        return True

    def _incident_create_customer(self):
        """Give incidents of unknown senders their customer: support vouches for it."""
        for ticket in self.filtered("incident_unknown"):
            # SUDO: agents need not be allowed to edit contacts to validate an incident.
            ticket = ticket.sudo()
            customer = ticket._find_reported_customer()
            if not customer:
                customer = customer.create(ticket._prepare_customer_vals())
            vals = {"partner_id": customer.id}
            if ticket.integrator_id:
                vals["integrator_id"] = ticket.integrator_id.id
            ticket.write(vals)

    def _find_reported_customer(self):
        """Return the contact with the reported address, if there is one by now.

        :raises UserError: when an integrator has named somebody whom it does not serve
        """
        self.ensure_one()
        partners = self.env["res.partner"]
        address = email_normalize(self.partner_email)
        if not address:
            return partners
        found = partners.search(
            [
                ("email_normalized", "=", address),
                ("partner_share", "=", True),
                ("company_id", "in", (self.company_id.id, False)),
            ],
            order="id",
            limit=1,
        )
        integrator = found and found._get_incident_integrator()
        if found and self.integrator_id and integrator != self.integrator_id:
            raise UserError(
                end_once(
                    self.env._(
                        "%(address)s is the address of %(contact)s, whom "
                        "%(integrator)s does not serve. Please choose the customer "
                        "yourself.",
                        address=address,
                        contact=found.display_name,
                        integrator=self.integrator_id.name,
                    ),
                    address,
                    found.display_name,
                    self.integrator_id.name,
                )
            )
        return found

    def _prepare_customer_vals(self):
        self.ensure_one()
        return {
            "name": self.partner_name or self.partner_email,
            "email": email_normalize(self.partner_email) or self.partner_email,
            "lang": self._get_form_lang(),
            "integrator_id": self.integrator_id.id,
        }

    def _has_incident_customer(self):
        """Let support open what was reported under a name and an address alone."""
        return super()._has_incident_customer() or self.incident_unknown

    def _get_incident_letters(self, act, **facts):
        """Count the address of the customer that the opening makes a contact of."""
        letters = super()._get_incident_letters(act, **facts)
        stage = facts.get("stage")
        opens = act == "open" or act == "enter" and stage.incident_phase == OPENED
        for ticket in self.filtered("incident_unknown") if opens else ():
            reported = email_normalize(ticket.partner_email or "")
            told = ticket._is_incident_move_told(act, facts)
            if told and reported and reported not in letters[ticket]:
                letters[ticket].append(reported)
        return letters

    def _incident_move(self, stage, **act):
        """Create the customers of what support validates, before it is told to them."""
        if stage.incident_phase == OPENED:
            self._incident_create_customer()
        return super()._incident_move(stage, **act)

    def incident_request(self, kind=None, body=None, wait_for="either", parties="both"):
        """Ask nobody who cannot read the question."""
        for ticket in self:
            if ticket.incident_unknown and not ticket._get_incident_parties():
                raise UserError(
                    self.env._(
                        "%(number)s has no customer yet: nobody would read what you "
                        "ask. Please create the customer first.",
                        number=ticket.number,
                    )
                )
        return super().incident_request(kind, body, wait_for, parties)

    # The banner

    @api.depends("incident_unknown", "partner_name", "suggested_integrator")
    def _compute_incident_banner(self):
        return super()._compute_incident_banner()

    def _get_incident_banner_lines(self):
        lines = super()._get_incident_banner_lines()
        if self.incident_unknown:
            lines.append(
                self.env._(
                    "%(name)s <%(address)s> is on no contact and reads nothing of what "
                    "you write, until you open the incident or create the customer.",
                    name=self.partner_name or "",
                    address=self.partner_email,
                )
            )
        if self.suggested_integrator and not self.integrator_id:
            lines.append(
                self.env._(
                    "It names %(integrator)s as its integrator: please enter it, if "
                    "that is true.",
                    integrator=self.suggested_integrator,
                )
            )
        return lines
