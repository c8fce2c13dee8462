# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import ormcache

from ..words import ON_TRIAL, TRIAL

# What nobody can change in the cache.
STEADY = "boolean char float integer selection text".split()
# Whose end, or change, core hears of here; of any other record the database alone does.
HEARD = {"base.automation", "ir.actions.server", "ir.model"}
# What core reads of lists when a rule runs.
LISTS = {"base.automation": ("action_server_ids",), "ir.actions.server": ("child_ids",)}


class BaseAutomation(models.Model):
    """Knows what rules and their actions say; core reads it with each transaction.

    That is five queries for each answer. Without it everything works, slower.
    """

    _inherit = "base.automation"

    def _get_actions(self, records, triggers):
        rules = super()._get_actions(records, triggers)
        context = self.env.context
        # What all languages say is cached in another way.
        if context.get(TRIAL) is ON_TRIAL or context.get("prefetch_langs"):
            return rules
        if rules:
            for model, name, ids, values in self._read_known(rules._ids):
                # What this transaction has read, or changed, stays as it is.
                field = self.env[model]._fields[name]
                field._insert_cache(self.env[model].browse(ids), values)
        return rules

    @api.model
    @ormcache("rule_ids", "self.env.lang")
    def _read_known(self, rule_ids):
        """Return the columns of rules and of their actions, as they are cached.

        Names are translated, which core reads to log them.

        :return: tuple of (model, name of the field, ids, values)
        """
        # SUDO: as core reads its rules, whoever sets them off.
        rules = self.sudo().browse(rule_ids)
        actions = rules.action_server_ids
        known = []
        for records in (rules, actions):
            columns = [
                field for field in records._fields.values() if self._is_steady(field)
            ]
            columns += [records._fields[name] for name in LISTS[records._name]]
            known += [self._read_column(records, field) for field in columns]
        # Who may run an action is known while everybody may: groups can be deleted.
        open_to_all = actions.filtered(lambda action: not action.group_ids)
        known.append(self._read_column(open_to_all, actions._fields["group_ids"]))
        return tuple(known)

    @staticmethod
    def _is_steady(field):
        """Tell whether a field changes only where the cache is cleared."""
        if not field.store or field.prefetch is not True or field.company_dependent:
            return False
        return field.type in STEADY or (
            field.type == "many2one" and field.comodel_name in HEARD
        )

    @staticmethod
    def _read_column(records, field):
        records.mapped(field.name)
        cache = field._get_cache(records.env)
        values = tuple(cache[record_id] for record_id in records._ids)
        return records._name, field.name, records._ids, values


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    @api.model_create_multi
    def create(self, vals_list):
        self._forget_later()
        return super().create(vals_list)

    def write(self, vals):
        self._forget_later()
        return super().write(vals)

    def unlink(self):
        self._forget_later()
        return super().unlink()

    def _forget_later(self):
        """Forget what is known once more, as core does now.

        Another thread may read it anew before this one has committed.
        """
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
