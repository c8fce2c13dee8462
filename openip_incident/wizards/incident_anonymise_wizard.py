# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.full_stop import end_once

SHOWN = 50
LIST = "<ul class='mb-0'>%s</ul>"
ITEM = "<li>%s</li>"


class IncidentAnonymiseWizard(models.TransientModel):
    """Says what anonymising contacts removes, keeps and leaves, before it is done."""

    _name = "incident.anonymise.wizard"
    _description = "Anonymise Contacts"

    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Contacts",
        context={"active_test": False},
        help="The contacts whose personal data are removed.",
    )
    blockers = fields.Text(
        compute="_compute_report",
        help="Why these contacts cannot be anonymised yet.",
    )
    removed = fields.Html(
        compute="_compute_report",
        sanitize=False,
        help="What is removed for good.",
    )
    kept = fields.Html(
        compute="_compute_report",
        sanitize=False,
        help="What stays, because the company has to keep it.",
    )
    mentions = fields.Html(
        compute="_compute_report",
        sanitize=False,
        help="Texts in which the names are still found: look at them yourself.",
    )
    mention_count = fields.Integer(
        compute="_compute_report",
        help="In how many texts the names are still found.",
    )

    @api.depends("partner_ids")
    def _compute_report(self):
        # First all of them: undoing the rehearsal forgets what was computed before.
        reports = {wizard.id: wizard._get_report() for wizard in self}
        for wizard in self:
            wizard.update(reports[wizard.id])

    def _get_report(self):
        """Anonymise, look and undo: what the dialog says is what will be.

        :return: values of the fields of this dialog
        """
        report = dict.fromkeys(("blockers", "removed", "kept", "mentions"), False)
        report["mention_count"] = 0
        partners = self.partner_ids
        # A dialog that is not saved yet would be forgotten with the rehearsal.
        if not self.id or not partners:
            return report
        personal_data = self.env["incident.personal.data"]
        personal_data._ensure_manager(partners)
        # SUDO: a manager is told what the whole database has of a contact; excerpts
        # are shown of what the manager may read.
        personal_data, partners = personal_data.sudo(), partners.sudo()
        blockers = personal_data._get_blockers(partners)
        if blockers:
            return {**report, "blockers": "\n".join(blockers)}
        subject, mentions = personal_data._rehearse(partners)
        return {
            "blockers": False,
            "removed": self._format_list(self._get_removed(subject)),
            "kept": self._format_list(self._get_kept(subject)),
            "mentions": self._format_list(self._get_mentions(mentions)),
            "mention_count": len(mentions),
        }

    def action_confirm(self):
        """Anonymise the contacts for good.

        :raises AccessError: for everybody but helpdesk managers
        :raises UserError: while they are parties of open incidents
        """
        self.ensure_one()
        personal_data = self.env["incident.personal.data"]
        personal_data._ensure_manager(self.partner_ids)
        if not self.partner_ids:
            raise UserError(self.env._("Please choose a contact."))
        # SUDO: whoever answers for personal data may have it removed wherever it is,
        # in other companies and teams, too; the group was checked above.
        personal_data, partners = personal_data.sudo(), self.partner_ids.sudo()
        personal_data._anonymise(partners)
        for partner in partners:
            name = self.env.user.name
            note = end_once(self.env._("Anonymised by %s.", name), name)
            partner._message_log(body=note)
        # The files leave the disk with the next clean-up of the file store.
        personal_data.env.ref("base.autovacuum_job")._trigger()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # What the dialog says

    @api.model
    def _format_list(self, items):
        if not items:
            return False
        rows = Markup().join(Markup(ITEM) % item for item in items)
        return Markup(LIST) % rows

    @api.model
    def _get_removed(self, subject):
        """Return sentences about what goes; addons add theirs."""
        rows, marks = subject.rows, subject.marks
        items = [
            self.env._(
                "Name, addresses, phone numbers, pictures and notes of the contact"
            )
        ]
        if marks.emails:
            items.append(self.env._("Everywhere: %s", ", ".join(sorted(marks.emails))))
        counts = (
            (self.env._("%s logins, closed with their sessions"), len(subject.users)),
            (self.env._("%s messages: text and files"), len(rows["messages"])),
            (self.env._("%s letters: text and address"), len(rows["letters"])),
            (self.env._("%s mails that were kept: source"), len(rows["inbounds"])),
            (
                self.env._("%s incidents it reported: title, description and files"),
                len(rows["reported"]),
            ),
        )
        return items + [text % count for text, count in counts if count]

    @api.model
    def _get_kept(self, subject):
        """Return sentences about what stays without naming the person."""
        tickets = len(subject.rows["tickets"])
        items = [
            self.env._(
                "%s incidents: number, dates, phase and what support wrote", tickets
            ),
            self.env._("Kind, status and dates of the mails that were sent"),
            self.env._("Copies in backups, until these are overwritten"),
        ]
        staff = subject.partners.child_ids - subject.partners
        if staff:
            items.append(
                self.env._(
                    "%s contacts below it: people of their own, to be anonymised one "
                    "by one",
                    len(staff),
                )
            )
        return items

    @api.model
    def _get_mentions(self, mentions):
        """Return lines about where the person is still named."""
        names = self._get_models_by_table()
        readable = self._get_readable(mentions[:SHOWN], names)
        lines = [
            self._format_mention(one, names.get(one.table, one.table), readable)
            for one in mentions[:SHOWN]
        ]
        more = len(mentions) - SHOWN
        return lines + ([self.env._("and %s more", more)] if more > 0 else [])

    @api.model
    def _get_readable(self, mentions, names):
        """Return the records of these mentions by table, as far as they may be read."""
        ids = {}
        for mention in mentions:
            ids.setdefault(mention.table, set()).add(mention.id)
        return {
            table: self.env[names[table]]
            .with_context(active_test=False)
            .search([("id", "in", list(found))])
            for table, found in ids.items()
            if table in names and self.env[names[table]].has_access("read")
        }

    @api.model
    def _get_models_by_table(self):
        return {
            model._table: name
            for name, model in self.env.items()
            if model._auto and not model._abstract
        }

    @api.model
    def _format_mention(self, mention, name, readable):
        label = self.env[name]._description if name in self.env else name
        record = readable.get(mention.table, self.env["res.partner"]).filtered(
            lambda one: one.id == mention.id
        )
        if not record:
            return self.env._("%(label)s %(id)s", label=label, id=mention.id)
        place = record
        if mention.table == "mail_message" and record.model in self.env:
            place = self.env[record.model].browse(record.res_id).exists()
        return Markup("<a href='/odoo/%s/%s' target='_blank'>%s, %s</a>: %s") % (
            place._name,
            place.id or 0,
            label,
            place.display_name or mention.id,
            mention.excerpt,
        )
