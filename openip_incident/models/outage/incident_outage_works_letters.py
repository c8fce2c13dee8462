# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools.misc import split_every

from ...tools.calendar_file import MIMETYPE
from ...tools.spoken_date import say_period
from ..correspondence.letter import Letter
from ..outages import CANCELLED, WORKS
from .incident_notice import UNREACHABLE
from .incident_outage_publish import BATCH
from .incident_outage_readers import Reader

ANNOUNCED, CHANGED, CALLED_OFF = "announced", "changed", "cancelled"
ACTS = [
    (ANNOUNCED, "Announcement"),
    (CHANGED, "Change"),
    (CALLED_OFF, "Cancellation"),
]
TEMPLATE = "openip_incident.mail_template_works_%s"


class IncidentOutageMessage(models.Model):
    _inherit = "incident.outage.message"

    act = fields.Selection(
        selection=ACTS,
        string="Tells of the works",
        readonly=True,
        help="What it says of planned works.",
    )
    step_id = fields.Many2one(
        comodel_name="incident.outage.step",
        string="Announcement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Which announcement it is.",
    )
    window_begin_date = fields.Datetime(
        string="Begin then", readonly=True, help="When the works were to begin."
    )

    # Each announcement of a window is made at most once, forever.
    _step_unique = models.UniqueIndex(
        "(outage_id, step_id, window_begin_date) WHERE step_id IS NOT NULL",
        "This announcement was made already.",
    )


class IncidentOutage(models.Model):
    """Tells of planned works: one mail per mailbox, one calendar file per party."""

    _inherit = "incident.outage"

    def _is_called_off(self):
        return self.state == CANCELLED

    def _do_tell_works(self):
        """Announce what is due, or tell what has changed since it was told."""
        for works in self:
            works._tell_works()
            works._plan_telling(after=fields.Datetime.now())

    def _tell_works(self):
        """Tell each party what it does not know, in one transaction with the proof."""
        self.ensure_one()
        step = self._get_due_step()
        wanted = self._find_accounts() if self.announce else {}
        known = {account.partner_id: account for account in self.account_ids}
        nobody = self.env["incident.outage.account"]
        gone = nobody.union(
            *(
                account
                for party, account in known.items()
                if party not in wanted and not account.withdrawn
            )
        )
        changed, others = nobody, nobody
        for party, services in wanted.items():
            account = known.get(party)
            if account and account.begin_date and not account._knows(services):
                changed |= account
            elif step or not account and known:
                others |= account or self._create_account(party)
        if not self.announce:
            gone = nobody
        if step or others or changed:
            self._alert_unreached()
        self._tell_accounts(CALLED_OFF, gone)
        self._tell_accounts(CHANGED, changed, wanted, step if not others else None)
        self._tell_accounts(ANNOUNCED, others, wanted, step)

    def _alert_unreached(self):
        """Have somebody call who has no address to announce the works to."""
        names = ", ".join(self._find_unreached().mapped("display_name"))
        if names:
            self._alert_support(
                UNREACHABLE,
                lambda works: works.env._("They have no address: tell them otherwise"),
                note=names,
            )

    def _find_accounts(self):
        """Return who is told of these works: dict of party: its affected services.

        Nobody, once they are over: the cancellation goes to who was told.
        """
        accounts = {}
        if self._is_called_off():
            return accounts
        # SUDO: whom works concern must not depend on whom an agent may read.
        for service in self.sudo().service_ids.sorted("id"):
            for party in self._get_owners(service):
                if party.active and party.email_normalized:
                    accounts[party] = accounts.get(party, service) | service
        return accounts

    def _create_account(self, party):
        return self.env["incident.outage.account"].create(
            {"outage_id": self.id, "partner_id": party.id}
        )

    def _tell_accounts(self, act, accounts, wanted=None, step=None):
        """Write one mail per mailbox, and note what is told.

        :param act: key of ``ACTS``
        :param accounts: ``incident.outage.account``
        :param wanted: dict of party: its affected services
        :param step: the ``incident.outage.step`` that is due, if any
        """
        if not accounts:
            return
        former = {
            account.id: (account.begin_date, account.end_date) for account in accounts
        }
        for account in accounts:
            if act == CALLED_OFF:
                account._note_withdrawn()
            else:
                account._note_told(wanted[account.partner_id])
        message = self._create_message({"": ""})
        message.write(
            {
                "act": act,
                "step_id": step and step.id,
                "window_begin_date": self.begin_date,
            }
        )
        self.announced_date = fields.Datetime.now()
        self._write_works_letters(message, accounts, former)

    def _write_works_letters(self, message, accounts, former):
        """Write the mails, and one entry in the chatter.

        :param message: ``incident.outage.message``
        :param accounts: ``incident.outage.account``
        :param former: dict of account id: begin and end that were told before
        """
        mailboxes = accounts.grouped(lambda one: one.partner_id.email_normalized)
        message.mail_count = len(mailboxes)
        template = self.env.ref(TEMPLATE % message.act)
        groups = sorted(
            mailboxes.values(), key=lambda group: group[:1].partner_id.lang or ""
        )
        for batch in split_every(BATCH, groups):
            told = {group[:1].partner_id.id: group for group in batch}
            facts = {
                "message": message,
                "texts": {},
                "readers": {
                    party_id: self._prepare_reader(group)
                    for party_id, group in told.items()
                },
                "accounts": told,
                "former": former,
            }
            parties = self.env["res.partner"].browse(told)
            letter = Letter(self, parties, facts, entry=message.entry_id or None)
            entry = self._correspond(template, [letter])
            message.write({"entry_id": entry.id, "text": entry.body})
            self._drop_texts()

    def _prepare_reader(self, accounts):
        return Reader(
            accounts[:1].partner_id,
            self.env["helpdesk.ticket"],
            accounts.service_ids,
        )

    # What mails say

    def _get_correspondence_facts(self, party):
        """Name the window of works, not since when they last."""
        if self.kind != WORKS:
            return super()._get_correspondence_facts(party)
        return [
            (self.env._("State:"), self.state_words),
            (
                self.env._("Window:"),
                self._say_window(self.begin_date, self.expected_end_date, party),
            ),
            (self.env._("Impact:"), self._label_impact(self.impact)),
        ]

    def _prepare_reader_facts(self, facts, party):
        accounts = facts.get("accounts")
        if accounts is None:
            return super()._prepare_reader_facts(facts, party)
        former = facts["former"]
        facts = {
            name: value
            for name, value in facts.items()
            if name not in ("accounts", "former")
        }
        own = accounts.get(party.id)
        known = super()._prepare_reader_facts(facts, party)
        return {
            **known,
            "works_services": self._list_services(own) if own else [],
            "window": self._say_window(self.begin_date, self.expected_end_date, party),
            "told_window": (
                self._say_window(own[:1].begin_date, own[:1].end_date, party)
                if own
                else ""
            ),
            "former": self._say_former(own, former, party) if own else "",
            "impact": self._label_impact(self.impact),
        }

    def _list_services(self, accounts):
        """Return the services of a reader, with the customer whose they are."""
        own = accounts.partner_id.incident_party_id
        return [
            {
                "name": service.display_name,
                "customer": (
                    service.party_id.name if service.party_id not in own else ""
                ),
            }
            for service in accounts.service_ids
        ]

    def _say_former(self, accounts, former, party):
        """Return the window that a reader was told before, where it is another now."""
        window = former.get(accounts[:1].id)
        if not window or not window[0]:
            return ""
        if window == (self.begin_date, self.expected_end_date):
            return ""
        return self._say_window(*window, party)

    def _say_window(self, begin, end, party):
        """Return from when to when, by the clocks around a reader."""
        zone, home = self._get_reader_zone(party), self._get_home(party)
        lang = self.env.lang or self._get_correspondence_lang()
        return say_period(begin, end, zone, lang, fields.Datetime.now(), home)

    @api.model
    def _label_impact(self, impact):
        return dict(self._fields["impact"]._description_selection(self.env))[impact]

    # Files

    def _settle_drafts(self, template, drafts):
        """Give each mail of works the files of its reader."""
        res = super()._settle_drafts(template, drafts)
        files = self.env["ir.attachment"]
        for draft in drafts:
            accounts = draft.party and draft.facts.get("accounts", {}).get(
                draft.party.id
            )
            if accounts:
                draft.files = files.create(
                    [
                        {
                            "name": f"{self.number}-{account.id}.ics",
                            "raw": account._write_works_calendar(draft.lang),
                            "mimetype": MIMETYPE,
                            "res_model": "mail.message",
                            "res_id": 0,
                        }
                        for account in accounts
                    ]
                )
        return res

    def _create_letter_messages(self, drafts):
        """Put the files where nobody but their reader finds them."""
        res = super()._create_letter_messages(drafts)
        for draft in drafts:
            if draft.facts.get("accounts") and draft.files:
                draft.files.write({"res_id": draft.message.id})
        return res
