# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
import unicodedata
from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import (
    SQL,
    email_domain_extract,
    email_normalize,
    plaintext2html,
    single_email_re,
)

from odoo.addons.openip_incident.models.row_lock import lock_rows
from odoo.addons.openip_incident.tools.full_stop import end_once
from odoo.addons.openip_incident.tools.mail_domain import get_registrable_domain

from .incident_invitation import INVITED, REQUESTED, WITHDRAWN

# More than a small company needs on the day when it begins.
INVITATIONS_A_DAY = 5
NAME_LENGTH = 80
ADDRESS_LENGTH = 254

# The name is the salutation of a mail of ours: no address, no link, no advertisement.
NAME = re.compile(r"[^\W\d_]+(?:\.?[ '’\-][^\W\d_]+)*\.?")


class ResPartner(models.Model):
    """Colleagues of a party with a login, invited and removed by one of them.

    Records come as superuser; each act checks the administrator itself, keeps to its
    company, and is written down on the company for support.
    """

    _inherit = "res.partner"

    incident_administrator = fields.Boolean(
        string="Invites colleagues",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="With its login this contact invites and removes the colleagues of its "
        "company on the portal, and appoints further ones who may.",
    )

    def _is_incident_administrator(self):
        """Tell whether this contact decides who of its company has a login."""
        self.ensure_one()
        return bool(
            self.incident_administrator
            and self.active
            and self.partner_share
            and self.incident_party_id.is_company
            and self._get_incident_logins()
        )

    def _get_incident_logins(self):
        """Return the active portal users of these contacts."""
        return self.user_ids.filtered(lambda user: user.active and user.share)

    def _get_incident_colleagues(self):
        """Return who of a contact's company has a login and has used it.

        Whoever was invited is shown with the invitations until then: whether an
        address was new to us is not for the inviter to see. Who has no colleague finds
        itself, however it has come.
        """
        logins = Domain("active", "=", True) & Domain("share", "=", True)
        people = self.search_fetch(
            Domain("incident_party_id", "in", self.incident_party_id.ids)
            & Domain("user_ids", "any", logins),
            ["name"],
        )
        others = people - self
        if not others:
            return people
        # Asked for where there is anybody who may have been invited.
        return (people - self._get_incident_invitations().partner_id).sorted("name")

    def _get_incident_invitations(self):
        """Return the invitations of a contact's company that nobody has followed."""
        pending = self.env["incident.invitation"].search(
            [
                ("party_id", "=", self.incident_party_id.id),
                ("state", "in", (INVITED, REQUESTED)),
            ]
        )
        return pending.filtered(
            lambda item: (
                item.state == REQUESTED
                or (
                    item.partner_id.active
                    # Support has found that it is somebody else's.
                    and item.partner_id.incident_party_id == item.party_id
                    and not item.partner_id.user_ids.login_date
                )
            )
        )

    # Acts

    def _lock_incident_company(self):
        """Let one administrator of a company decide at a time.

        :raises UserError: when this contact does not decide any more
        """
        party = self.incident_party_id
        lock_rows(party)
        # Whoever has waited finds a changed row, and looks again.
        self.env.execute_query(
            SQL(
                "UPDATE res_partner SET write_date = write_date WHERE id = %s "
                "RETURNING id",
                party.id,
            )
        )
        if not self._is_incident_administrator():
            raise UserError(
                self.env._("You do not decide who of your company has a login.")
            )
        return party

    def _invite_incident_colleague(self, name, email):
        """Invite somebody to the company of this administrator.

        :param name: plain text
        :param email: as typed
        :raises UserError: for what is no name or no address, or too many in a day
        """
        party = self._lock_incident_company()
        name = unicodedata.normalize("NFC", " ".join(name.split()))
        email = self._read_invited_address(email)
        if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
            raise UserError(self.env._("Please write the name without other signs."))
        if self._has_incident_invited(email):
            return
        known = self._is_incident_address_known(email)
        known = known or not self._is_incident_domain_own(email)
        invitation = self.env["incident.invitation"].create(
            {
                "party_id": party.id,
                "name": name,
                "email": email,
                "inviter_id": self.id,
                "state": REQUESTED if known else INVITED,
            }
        )
        if known:
            self._ask_support_to_invite(invitation)
            return
        invitation.partner_id = self._create_incident_colleague(name, email)
        party._message_log(
            body=self._in_house()._(
                "%(inviter)s has invited %(name)s (%(email)s) to the portal.",
                inviter=self.name,
                name=name,
                email=email,
            )
        )

    def _has_incident_invited(self, email):
        """Tell whether an address was invited to the company within a day.

        :param email: normalised
        :raises UserError: when another one is too many
        """
        lately = self.env["incident.invitation"].search(
            [
                ("party_id", "=", self.incident_party_id.id),
                ("create_date", ">", fields.Datetime.now() - timedelta(days=1)),
            ]
        )
        standing = lately.filtered(lambda item: item.state != WITHDRAWN)
        if email in standing.mapped("email"):
            return True
        if len(lately) >= INVITATIONS_A_DAY:
            raise UserError(
                self.env._(
                    "You have invited %(count)s people today. Please go on tomorrow, "
                    "or call us.",
                    count=len(lately),
                )
            )
        return False

    @api.model
    def _read_invited_address(self, email):
        """Return one normalised address.

        :raises UserError: for anything else
        """
        address = email_normalize(email) or ""
        typed = email.strip().lower()
        plain = address == typed and single_email_re.fullmatch(address)
        if not plain or len(address) > ADDRESS_LENGTH or not address.isascii():
            raise UserError(self.env._("Please write one e-mail address."))
        return address

    def _is_incident_domain_own(self, email):
        """Tell whether an address belongs where the company has addresses already.

        Mail from an address speaks for the company of its contact: nobody may claim
        the address of a stranger by inviting it.
        """
        own = {
            get_registrable_domain(email_domain_extract(address))
            for address in self._get_incident_given_addresses()
        }
        domain = get_registrable_domain(email_domain_extract(email))
        return domain in own and not self._is_incident_domain_shared(domain)

    def _get_incident_given_addresses(self):
        """Return the addresses that support has given the company's people: set.

        Whoever has a login edits its own address on the portal, and those for invoices
        and deliveries: of the one its login tells, the others tell nothing.
        """
        party = self.incident_party_id.with_context(active_test=False)
        people = (party.incident_staff_ids.filtered("active") | party).filtered(
            lambda one: one.type == "contact"
        )
        addresses = {
            email_normalize(address or "")
            for one in people
            for address in one.user_ids.mapped("login") or [one.email_normalized]
        }
        return addresses - {False}

    @api.model
    def _is_incident_domain_shared(self, domain):
        """Tell whether strangers have addresses in a domain, too."""
        return not domain

    @api.model
    def _is_incident_address_known(self, email):
        """Tell whether an address is anybody's, archived ones included."""
        users = self.env["res.users"].with_context(active_test=False)
        return bool(
            self._find_by_incident_address(email)
            or users.search_count([("login", "=ilike", email)], limit=1)
        )

    def _create_incident_colleague(self, name, email):
        """Return a new contact of the own company, invited as Odoo invites.

        It can do what a portal user can, and nothing else.
        """
        party, company = self.incident_party_id, self.env.company
        partner = self.create(
            {
                "name": name,
                "email": email,
                "lang": self.lang or party.lang,
                "tz": self.tz,
                "parent_id": party.id,
                "company_id": party.company_id.id,
            }
        )
        company = party.company_id or company
        users = self.env["res.users"].with_user(SUPERUSER_ID).with_company(company)
        user = users.with_context(no_reset_password=True)._create_user_from_template(
            {
                "email": email,
                "login": email,
                "partner_id": partner.id,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
        )
        portal, public = (
            self.env.ref(f"base.group_{name}") for name in ("portal", "public")
        )
        user.write(
            {
                "active": True,
                "group_ids": [Command.link(portal.id), Command.unlink(public.id)],
            }
        )
        self._mail_incident_invitation(user)
        return partner

    def _mail_incident_invitation(self, user):
        """Mail Odoo's invitation to the portal to nobody but its user."""
        user.partner_id.signup_prepare()
        template = self.env.ref("auth_signup.portal_set_password_email")
        template.with_user(SUPERUSER_ID).with_context(
            dbname=self.env.cr.dbname,
            lang=user.lang,
            medium="portalinvite",
            welcome_message="",
        ).send_mail(user.id)
        # Whoever was told of it by phone waits for it; the queue's interval is an hour.
        self.env["ir.cron"]._wake_mail_queue()

    def _ask_support_to_invite(self, invitation):
        """Have support judge whether an address is to speak for a company."""
        words = self._in_house()
        text = words._(
            "%(inviter)s asks for a login for %(name)s (%(email)s). We know this "
            "address already, or it is outside the company's own domains. Please see "
            "whose it is before you give it a login.",
            inviter=self.name,
            name=invitation.name,
            email=invitation.email,
        )
        party = invitation.party_id
        party._message_log(body=text)
        teams = self.env["helpdesk.ticket.team"].search([("incident_process", "=", 1)])
        member = (teams.user_id | teams.user_ids).filtered("active")[:1]
        if member:
            party.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=words._("A colleague is to get a login"),
                note=plaintext2html(text),
                user_id=member.id,
            )

    def _in_house(self):
        """Return the environment in the language in which the chatter is written."""
        lang = self.env.company.partner_id.lang or self.env.lang
        return self.with_context(lang=lang).env

    def _get_incident_colleague(self, colleague_id):
        """Return a colleague by its id: of the own company, and not oneself.

        :raises UserError: for anybody else
        """
        colleague = self._get_incident_colleagues().filtered(
            lambda one: one.id == colleague_id and one != self
        )
        if not colleague:
            raise UserError(self.env._("This is none of your colleagues."))
        return colleague

    def _remove_incident_colleague(self, colleague_id):
        """Take the login of a colleague, and archive the contact: links end with it.

        Nobody removes itself: so there is always one administrator left.
        """
        party = self._lock_incident_company()
        colleague = self._get_incident_colleague(colleague_id)
        if colleague == party:
            raise UserError(
                self.env._("This is the login of the company itself: please call us.")
            )
        colleague._end_incident_access()
        party._message_log(
            body=self._in_house()._(
                "%(inviter)s has removed %(name)s from the portal.",
                inviter=self.name,
                name=colleague.name,
            )
        )

    def _end_incident_access(self):
        """Archive contacts and their logins, with whatever opens something for them."""
        portal, public = (
            self.env.ref(f"base.group_{name}") for name in ("portal", "public")
        )
        users = self.user_ids.filtered("share").with_user(SUPERUSER_ID)
        users.api_key_ids._remove()
        users.write(
            {
                "active": False,
                "group_ids": [Command.unlink(portal.id), Command.link(public.id)],
            }
        )
        self.write(
            {"active": False, "incident_administrator": False, "signup_type": False}
        )

    def _appoint_incident_administrator(self, colleague_id, appoint):
        """Let a colleague decide, too, or not any more."""
        party = self._lock_incident_company()
        colleague = self._get_incident_colleague(colleague_id)
        if colleague.incident_administrator == appoint:
            return
        colleague.incident_administrator = appoint
        words = self._in_house()
        text = (
            words._(
                "%(inviter)s lets %(name)s invite colleagues.",
                inviter=self.name,
                name=colleague.name,
            )
            if appoint
            else words._(
                "%(inviter)s lets %(name)s invite colleagues no more.",
                inviter=self.name,
                name=colleague.name,
            )
        )
        party._message_log(body=text)

    def _withdraw_incident_invitation(self, invitation_id):
        """Take an invitation back that nobody has followed."""
        party = self._lock_incident_company()
        invitation = self._get_incident_invitations().filtered(
            lambda item: item.id == invitation_id
        )
        if not invitation:
            raise UserError(self.env._("This invitation is none of yours any more."))
        invitation.partner_id._end_incident_access()
        invitation.state = WITHDRAWN
        party._message_log(
            body=end_once(
                self._in_house()._(
                    "%(inviter)s has withdrawn the invitation of %(name)s.",
                    inviter=self.name,
                    name=invitation.name,
                ),
                self.name,
                invitation.name,
            )
        )
