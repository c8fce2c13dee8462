# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

CONTACTS = ("customer_party_id", "integrator_id", "partner_id")
MANY = ("one2many", "many2many")
SIDES = (*CONTACTS, "integrator_party_id")


class HelpdeskTicket(models.Model):
    """Reads what a screen shows of its incidents at once, core field by field.

    Without it everything works, slower.
    """

    _inherit = "helpdesk.ticket"

    # A column of the kanban shows its first cards, however many there are: no sorting.
    _incident_stage_idx = models.Index(
        "(stage_id, priority DESC, sequence, number DESC, id DESC) "
        "WHERE is_incident IS TRUE"
    )

    def web_read(self, specification):
        # Where an incident is only named, core asks for no field: whoever may not read
        # it may read its name.
        if specification.keys() - {"id"} and self:
            if len(self) > 1:
                self._incident_read_named(specification)
            elif self == self._origin and self._incident_asks_lines(specification):
                self._incident_read_form(specification)
                specification = self._incident_spare_orders(specification)
        return super().web_read(specification)

    def _incident_read_named(self, specification):
        """Have contacts and activities in the cache, by one query for each kind."""
        # With all columns, for what is computed asks for more than is shown.
        self.mapped("stage_id")
        # SUDO: core itself reads names so, and who may read an incident may read its
        # activities, which core asks anew for each of their records.
        tickets = self.sudo()
        if "activity_ids" in specification:
            tickets.activity_ids.mapped("activity_type_id.name")
        names = [name for name in CONTACTS if name in specification]
        contacts = tickets.env["res.partner"].union(*(tickets[name] for name in names))
        if "user_id" in specification:
            contacts |= tickets.user_id.partner_id
        contacts.mapped("complete_name")

    @api.model
    def _incident_asks_lines(self, specification):
        """Tell a form from what names one incident only."""
        fields = filter(None, map(self._fields.get, specification))
        return any(field.type in MANY and field.store for field in fields)

    def _incident_read_form(self, specification):
        """Have in the cache what the form of one incident shows, most of it empty."""
        self._incident_know_reader()
        shown = [self._fields[name] for name in specification if name in self._fields]
        columns = {field.name for field in shown if field.column_type and field.store}
        # With all columns, for what is computed asks for more than is shown.
        columns |= {field.name for field in self._determine_fields_to_fetch()}
        self.fetch(columns)
        if any(self._fields["stage_id"]._cache_missing_ids(self)):
            # Somebody has deleted it.
            return
        self._incident_read_contacts([one for one in shown if one.name in columns])
        lines = [
            field
            for field in shown
            if field.type in MANY
            and field.store
            and any(field._cache_missing_ids(self))
            and self.env[field.comodel_name].has_access("read")
        ]
        if lines:
            self._incident_read_lines(lines)

    def _incident_know_reader(self):
        """Have in the cache whether the user is from outside, as the groups say.

        It is asked of each field, before the user is read among the other members.
        """
        user = self.env.user
        share = user._fields["share"]
        if any(share._cache_missing_ids(user)):
            share._insert_cache(user, [not user._is_internal()])

    def _incident_spare_orders(self, specification):
        """Return what a form asks for, a line that is alone in no order.

        Core puts lines in order by searching for them once more, which also leaves out
        what the user may not read: another one's follow-up just after a hand-over.
        """
        spared = dict(specification)
        for name, one in specification.items():
            if one.get("order") and name in self._fields:
                known = self._fields[name]._get_cache(self.env).get(self.id) or ()
                if len(known) == 1 and self[name].has_access("read"):
                    spared[name] = {**one, "order": None}
        return spared

    def _incident_read_contacts(self, shown):
        """Have the names of all contacts and colleagues in the cache.

        :param shown: columns of the form
        """
        # SUDO: core itself reads names so.
        ticket = self.sudo()
        found = {
            model: ticket.env[model].union(
                *(ticket[one.name] for one in shown if one.comodel_name == model)
            )
            for model in ("res.partner", "res.users")
        }
        users = found["res.users"] | self._incident_read_members(ticket.team_id)
        contacts = found["res.partner"].union(*(ticket[name] for name in SIDES))
        (contacts | users.partner_id).mapped("complete_name")

    def _incident_read_members(self, team):
        """Read the members of a team by one query; core finds out first who they are.

        :param team: with the rights to read them
        """
        field = team._fields["user_ids"]
        if any(field._cache_missing_ids(team)):
            members = team.env[field.comodel_name].with_context(
                # As core reads them, for whoever asks next.
                **{"active_test": False, **field.context}
            )
            own = Domain("helpdesk_team_ids", "in", team.ids)
            field._insert_cache(team, [members.search_fetch(own)._ids])
        return team.user_ids

    def _incident_read_lines(self, fields):
        """Find by one query which lines an incident has none of, and read the others.

        Core asks for each by a query of its own, and by another for what they say. What
        is not there at all is not there for whoever asks, by whatever rules.

        :param fields: of the lines
        """
        found = SQL(", ").join(self._incident_search_lines(field) for field in fields)
        [row] = self.env.execute_query(SQL("SELECT %s", found))
        for field, some in zip(fields, row, strict=True):
            ids = ()
            if some and field.type == "many2many":
                continue
            if some:
                context = {"active_test": False, **field.context}
                lines = self.env[field.comodel_name].with_context(**context)
                own = field.get_comodel_domain(self)
                own &= Domain(field.inverse_name, "in", self.ids)
                ids = lines.search_fetch(own)._ids
            field._insert_cache(self, [ids])

    def _incident_search_lines(self, field):
        """Return the SQL that tells whether an incident has any lines of a field."""
        if field.type == "many2many":
            return SQL(
                "EXISTS(SELECT 1 FROM %s WHERE %s = %s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                self.id,
            )
        # SUDO: nothing is read but whether there is any; see _incident_read_lines.
        lines = self.env[field.comodel_name].sudo().with_context(active_test=False)
        own = Domain(field.inverse_name, "in", self.ids)
        query = lines._search(field.get_comodel_domain(self) & own, limit=1)
        return SQL("EXISTS(%s)", query.select(SQL("1")))
