# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from email.generator import BytesGenerator
from email.policy import compat32
from hashlib import sha256
from io import BytesIO

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize
from odoo.tools.mail import email_domain_extract, unfold_references

from odoo.addons.openip_incident.models.correspondence.incident_notice_failed import (
    REPORTED_WITHIN,
)
from odoo.addons.openip_incident.tools.act import Act
from odoo.addons.openip_incident.tools.mail_domain import get_registrable_domain
from odoo.addons.openip_incident.tools.mail_limits import MAX_REFERENCES
from odoo.addons.openip_incident.tools.mail_signs import BOUNCE, DOUBTFUL

from ...tools.form_words import RAW_MAIL
from ...tools.mail_screen import (
    CEILING,
    CONVERSATION,
    DOMAIN_LIMIT,
    NO_SENDER,
    OWN_ADDRESS,
    SENDER_LIMIT,
    SPAM,
    TEAM_ARCHIVED,
    UNKNOWN_SENDER,
    WORTHLESS,
    is_attended,
    screen,
)

LIMIT_HOURS = 24
CEILING_SPAN = timedelta(hours=1)

LOCK = "openip_incident_portal.form_link"
CONVERSATION_HEADERS = ("message_id", "in_reply_to", "references")

# In the context while core makes an intake of a mail.
ARRIVING = "incident_arriving"


@dataclass(frozen=True)
class LinkLimit:
    """How many form links there may be already.

    :ivar reason: key of ``HOLD_REASONS`` for what would be one too many
    :ivar condition: ``SQL`` about an intake
    :ivar most: how many, 0 for no limit
    """

    reason: str
    condition: SQL
    most: int


class IncidentIntake(models.Model):
    """Takes mails in and decides which of them are answered with a form link."""

    _inherit = "incident.intake"

    # Mails that arrive

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        values = dict(custom_values or {})
        mail = values.pop("mail", None)
        values = {**self._prepare_arrival_vals(msg_dict, mail, values), **values}
        with Act() as arrival:
            arriving = self.with_context(**{ARRIVING: arrival})
            intake = super(IncidentIntake, arriving).message_new(msg_dict, values)
        intake = intake.with_env(self.env)
        if mail and RAW_MAIL not in [item[0] for item in msg_dict["attachments"]]:
            intake._keep_raw_mail(mail)
        return intake

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Describe the subject alone to core, which asks whether there is one.

        All fields in the words of a language cost more than the intake itself.
        """
        if allfields is None and Act.find(self.env.context, ARRIVING):
            allfields = [self._rec_name]
        return super().fields_get(allfields, attributes)

    def _prepare_arrival_vals(self, msg_dict, mail, values):
        team = self.env["helpdesk.ticket.team"].browse(values.get("team_id"))
        partner = self.env["res.partner"].browse(msg_dict.get("author_id"))
        company_lang = (team.company_id or self.env.company).partner_id.lang
        reason = self._get_hold_reason(msg_dict, mail, team)
        # A filter may err; who is known is heard.
        worthless = reason in WORTHLESS and not (reason == SPAM and partner)
        return {
            "subject": msg_dict.get("subject"),
            "email_from": msg_dict.get("email_from"),
            "partner_id": partner.id,
            "body": msg_dict.get("body"),
            "message_uid": msg_dict.get("message_id"),
            "references": msg_dict.get("references"),
            "lang": self._get_reader_lang(partner, company_lang or "en_US"),
            "hold_reason": reason,
            "state": "discarded" if worthless else "sent",
            "to_review": bool(reason and not worthless and reason != CEILING),
        }

    def _get_reader_lang(self, partner, fallback):
        return partner._get_incident_lang(fallback) if partner else fallback

    def _keep_raw_mail(self, mail):
        """Keep the source of a mail: what was read of it may not be all."""
        self.env["ir.attachment"].create(
            {
                "name": RAW_MAIL,
                "raw": self._get_raw_mail(mail),
                "mimetype": "message/rfc822",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    @api.model
    def _get_raw_mail(self, mail):
        try:
            return mail.as_bytes()
        except Exception:
            # Python cannot fold some broken headers; this policy leaves them alone.
            source = BytesIO()
            BytesGenerator(source, policy=compat32, maxheaderlen=0).flatten(mail)
            return source.getvalue()

    def message_update(self, msg_dict, update_vals=None):
        """Show agents what is added to a conversation; the clock is not theirs.

        Whoever answers after the link has expired or was lost is heard again, but a
        machine sends no second link: an agent decides.
        """
        machine = msg_dict.get("incident_disregard")
        if not machine or machine in DOUBTFUL:
            expired = self.filtered(lambda intake: intake.state == "expired")
            expired.write({"state": "sent", "expiry_date": False})
            self.write({"to_review": True})
        if not machine:
            author = self.env["res.partner"].browse(msg_dict.get("author_id"))
            # SUDO: the mail gateway records that somebody can be reached.
            author.sudo()._mark_reachable()
        return super().message_update(msg_dict, update_vals=update_vals)

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "email":
            # SUDO: the mail gateway answers what it has received.
            intake = self.sudo()
            if not self.original_id:
                intake._take_arrival(message)
            intake._hold_incidents(message.sudo())
        return res

    def _message_compute_parent_id(self, parent_id):
        """Look for no earlier message where this one begins the conversation."""
        if not self.original_id and not parent_id:
            return False
        return super()._message_compute_parent_id(parent_id)

    def _take_arrival(self, message):
        """Answer a mail once it is in, with its files and its inline images."""
        arrival = {"original_id": message.id, "body": message.body}
        if self.hold_reason not in (*WORTHLESS, *DOUBTFUL):
            self.partner_id._mark_reachable()
        if self.state == "sent" and not self.hold_reason:
            self._try_to_send_form_link(arrival)
        else:
            self.write(arrival)

    def _message_receive_bounce(self, email, partner):
        res = super()._message_receive_bounce(email, partner)
        self.filtered(lambda intake: intake.state == "sent").write({"to_review": True})
        return res

    @api.model
    def _find_unreached(self, addresses):
        """Return the last intake whose form link went to an address these days."""
        if not addresses:
            return self.browse()
        return self.search(
            Domain("email_normalized", "in", addresses)
            & Domain("state", "=", "sent")
            & Domain("sent_date", ">", fields.Datetime.now() - REPORTED_WITHIN),
            order="id desc",
            limit=1,
        )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Keep every mail: the limits of the form link break loops already."""
        return None

    # Which of them are answered

    def _get_hold_reason(self, msg_dict, mail, team):
        """Tell why a mail is not answered with a form link.

        :return: key of ``HOLD_REASONS``, or False
        """
        if msg_dict.get("is_bounce"):
            return BOUNCE
        reason = msg_dict.get("incident_disregard")
        reason = screen(mail, reason) if mail else reason
        if reason:
            return reason
        reason, address = self._get_address_problem(msg_dict.get("email_from"))
        if reason:
            return reason
        reason = self._get_team_problem(team, msg_dict.get("author_id"))
        return reason or self._get_exceeded_limit(address, team, msg_dict)

    @api.model
    def _get_team_problem(self, team, known):
        """Tell why a team answers somebody with no link, whoever it is.

        Nobody of an archived team waits for the form; the mail is there for a human.

        :param known: whether the sender is a contact
        :return: key of ``HOLD_REASONS``, or False
        """
        if team.intake_known_only and not known:
            return UNKNOWN_SENDER
        return False if team.active else TEAM_ARCHIVED

    @api.model
    def _get_address_problem(self, email_from):
        """Tell why nobody could be answered, whatever the mail says.

        :return: key of ``HOLD_REASONS`` or False, and the normalised address
        """
        address = email_normalize(email_from or "")
        if address and self.env["incident.address.mixin"]._is_own_address(address):
            return OWN_ADDRESS, address
        return (False if is_attended(address) else NO_SENDER), address

    @api.model
    def _get_exceeded_limit(self, address, team, msg_dict, waiting=False):
        """Tell which limit one more link to an address would exceed.

        Mails that arrive at the same time wait for each other here. What the others
        have sent meanwhile is younger than this transaction's snapshot, so it is looked
        up in another one, too.

        :param msg_dict: the mail, by which its conversation is known
        :param waiting: whether it is the turn of one that has waited for its hour
        :return: key of ``HOLD_REASONS``, or False
        """
        domain = get_registrable_domain(email_domain_extract(address))
        stranger = not msg_dict.get("author_id")
        limits = self._get_link_limits(address, domain, team, stranger, waiting)
        message_ids = self._get_conversation_ids(msg_dict)
        self._wait_for_links([domain, *message_ids] + [CEILING] * stranger)
        # SUDO: links count, whichever team has sent them.
        intakes = self.sudo()
        with self.env.registry.cursor() as cr:
            others = intakes.with_env(intakes.env(cr=cr))
            if intakes._is_answered_meanwhile(others, message_ids):
                return CONVERSATION
            found = intakes._find_links(limits) | others._find_links(limits)
        counts = Counter(index for index, _intake_id in found)
        reasons = [
            limit.reason
            for index, limit in enumerate(limits)
            if counts[index] >= limit.most
        ]
        return next(iter(reasons), False)

    @api.model
    def _get_link_limits(self, address, domain, team, stranger, waiting=False):
        """Return the limits of links to an address, in the order of their reasons.

        Strangers of its domain, and strangers altogether, keep no known contact from a
        link. At a large provider strangers have nothing in common but the provider.

        :return: list of :class:`LinkLimit`
        """
        since = fields.Datetime.now() - timedelta(hours=LIMIT_HOURS)
        sent = SQL("sent_date > %s", since)
        limits = [
            LinkLimit(
                SENDER_LIMIT,
                SQL("%s AND email_normalized = %s", sent, address),
                team.intake_sender_limit,
            )
        ]
        if stranger:
            providers = self.env["incident.mail.provider"]
            limits += [
                LinkLimit(
                    DOMAIN_LIMIT,
                    SQL("%s AND email_domain = %s", sent, domain),
                    0 if providers._is_provider(domain) else team.intake_domain_limit,
                ),
                LinkLimit(
                    CEILING,
                    SQL(
                        "sent_date > %s AND partner_id IS NULL",
                        fields.Datetime.now() - CEILING_SPAN,
                    ),
                    self._get_ceiling(),
                ),
            ]
        if stranger and not waiting:
            # Nobody overtakes those who wait.
            queue = SQL("hold_reason = %s AND state = 'sent'", CEILING)
            limits.append(LinkLimit(CEILING, queue, 1))
        return [limit for limit in limits if limit.most]

    @api.model
    def _get_conversation_ids(self, msg_dict):
        """Return the Message-IDs of a mail and of what it answers."""
        values = (msg_dict.get(name) for name in CONVERSATION_HEADERS)
        found = unfold_references(" ".join(value for value in values if value))
        return sorted(set(found))[-MAX_REFERENCES:]

    @api.model
    def _wait_for_links(self, values):
        """Keep others from deciding about links of the same kind until the commit."""
        keys = [
            int.from_bytes(sha256(f"{LOCK}|{value}".encode()).digest()[:8], signed=True)
            for value in values
        ]
        self.env.execute_query(
            SQL(
                "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key",
                # In one order, so that two never wait for each other.
                sorted(keys),
            )
        )

    def _is_answered_meanwhile(self, others, message_ids):
        """Tell whether the conversation has become an intake that is not seen here.

        :param others: intakes in a younger snapshot
        """
        domain = Domain("message_id", "in", message_ids) & Domain(
            "model", "=", self._name
        )
        mails = others.original_id.search(domain)
        if not mails:
            return False
        known = self.original_id.search(domain)
        unseen = mails.filtered(lambda mail: mail.id not in known._ids)
        intakes = others.browse(unseen.mapped("res_id")).exists()
        return any(intake.state != "discarded" for intake in intakes)

    def _find_links(self, limits):
        """Return what counts for limits, for each at most as much as it allows.

        :param limits: list of :class:`LinkLimit`
        :return: set of (place of the limit in the list, id of an intake)
        """
        if not limits:
            return set()
        self.flush_model()
        parts = [
            SQL(
                "(SELECT %s, id FROM incident_intake WHERE %s LIMIT %s)",
                index,
                limit.condition,
                limit.most,
            )
            for index, limit in enumerate(limits)
        ]
        return set(self.env.execute_query(SQL(" UNION ALL ").join(parts)))
