# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from ast import literal_eval

from odoo import api, models
from odoo.tools import ormcache

from odoo.addons.base_automation.models.base_automation import (
    CREATE_TRIGGERS,
    WRITE_TRIGGERS,
)

from ...tools.whose_code import is_code_of
from ..words import ON_TRIAL, TRIAL

COMPUTE = "_compute_field_value"
# Whose way of asking the condition of a rule is known; another addon's is to be heard.
KNOWN = ("odoo.addons.base_automation.", "odoo.addons.openip_incident.")
ASKING = ("_filter_post", "_filter_post_export_domain", "_get_eval_context")
# Where core tells of each rule that it looks at.
CORE_LOGGER = logging.getLogger("odoo.addons.base_automation.models.base_automation")


def _spare_others(compute):
    """Return core's method of a model without what it does for nothing.

    :param compute: computes a field, and sets off the rules about it
    """

    def _compute_field_value(self, field):
        names = tuple(one.name for one in self.pool.field_computed[field] if one.store)
        rules = self.env["base.automation"]
        if rules.env.context.get(TRIAL) is ON_TRIAL or rules._has_rule_about(
            self._name, names
        ):
            return compute(self, field)
        return compute.origin(self, field)

    return _compute_field_value


def _create_quietly(create):
    """Return core's method of a model without the names of rules that nobody reads.

    Core reads all of each rule to have its name ready for the log.

    :param create: creates records, and sets off the rules about them
    """

    @api.model_create_multi
    def _create(self, vals_list, **options):
        rules = self.env["base.automation"]
        trial = rules.env.context.get(TRIAL) is ON_TRIAL
        automations = not trial and rules._get_actions(self, CREATE_TRIGGERS)
        if not automations or CORE_LOGGER.isEnabledFor(logging.DEBUG):
            return create(self, vals_list, **options)
        records = self.with_env(automations.env)
        records = create.origin(records, vals_list, **options)
        for automation in automations.with_context(old_values=None):
            automation._process(automation._filter_post(records, feedback=True))
        return records.with_env(self.env)

    return _create


# Where core's methods that set rules off are written, and decorated.
WRAPPERS = ("odoo.addons.base_automation.", "odoo.orm.")
# What core has put in place of methods, by name, and what takes its place.
SPARED = {COMPUTE: _spare_others, "create": _create_quietly}


class BaseAutomation(models.Model):
    """Knows the rules of a model; core looks them up for every computed stored field.

    That is seven times for one new incident, and it reads them. Without it everything
    works, slower.
    """

    _inherit = "base.automation"

    def _get_actions(self, records, triggers):
        """Return the rules of a model without asking the database each time."""
        if self.env.context.get(TRIAL) is ON_TRIAL:
            # Which rules there are on trial is none of what is known.
            return super()._get_actions(records, triggers)
        if "__action_done" not in self.env.context:
            # How core recognises the rules that run already; see there.
            self = self.with_context(__action_done={})
        return self.browse(self._get_action_ids(records._name, tuple(triggers)))

    @api.model
    @ormcache("model_name", "triggers")
    def _get_action_ids(self, model_name, triggers):
        return super()._get_actions(self.env[model_name], list(triggers))._ids

    def _update_registry(self):
        """Forget the rules that were known: other workers load their registry anew."""
        self._forget_rules()
        return super()._update_registry()

    def write(self, vals):
        res = super().write(vals)
        # A condition follows from other fields, and its fields may set a rule off.
        if not vals.keys() <= {"last_run"}:
            self._forget_rules()
        return res

    def _forget_rules(self):
        self.env.registry.clear_cache()
        # Another thread may look them up anew before this one has committed.
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    def _register_hook(self):
        """Compute at once what no rule is about.

        Core asks the conditions of all rules of a model, and reads its fields, for each
        of twenty stored fields of an incident.
        """
        res = super()._register_hook()
        for model in self.env.registry.values():
            for name, spare in SPARED.items():
                method = vars(model).get(name)
                by_core = is_code_of(WRAPPERS, [model], [name])
                if by_core and hasattr(method, "origin"):
                    setattr(model, name, spare(method))
        return res

    @api.model
    @ormcache("model_name", "names")
    def _has_rule_about(self, model_name, names):
        """Tell whether a rule may be set off when fields of a model change.

        :param names: tuple of the names of stored fields
        """
        rules = self.browse(self._get_action_ids(model_name, tuple(WRITE_TRIGGERS)))
        triggers = [self._get_trigger_names(rule.id) for rule in rules]
        return any(
            not trigger or not set(trigger).isdisjoint(names) for trigger in triggers
        )

    def _filter_post_export_domain(self, records, feedback=False):
        """Ask for no condition where none of the fields of a rule was written.

        Core evaluates it for every field that is computed, and only then looks whether
        the rule is about that field.
        """
        if self._is_about_others():
            return records.browse(), None
        created = self.env.context.get("old_values") is None
        by_core = created and is_code_of(KNOWN, type(self).__mro__, ASKING)
        condition = by_core and self._get_fixed_condition(self.id)
        if not condition or not records:
            return super()._filter_post_export_domain(records, feedback)
        if feedback:
            # As core, which recognises what it does itself meanwhile.
            records = records.with_context(__action_feedback=True)
        domain = literal_eval(condition)
        # SUDO: as core, whoever sets the rule off.
        found = records.sudo().filtered_domain(domain)
        return found.with_env(records.env), domain

    @api.model
    @ormcache("rule_id")
    def _get_fixed_condition(self, rule_id):
        """Return the condition of a rule, nothing where only core can evaluate it.

        :return: text of a list
        """
        # SUDO: as core reads its rules, whoever sets them off.
        condition = (self.sudo().browse(rule_id).filter_domain or "").strip()
        try:
            fixed = isinstance(literal_eval(condition), list)
        except (SyntaxError, ValueError):
            fixed = False
        return condition if fixed else ""

    def _is_about_others(self):
        """Tell whether what was written is nothing that sets this rule off."""
        old_values = self.env.context.get("old_values")
        names = old_values is not None and self._get_trigger_names(self.id)
        return bool(names) and all(
            old.keys().isdisjoint(names) for old in old_values.values()
        )

    def _process(self, records, domain_post=None):
        """Ask nothing about no records: most rules are not set off by what is new."""
        if not records:
            return None
        return super()._process(records, domain_post)

    def _check_trigger_fields(self, record):
        """Compare as core does, without reading the fields of the rule each time."""
        names = self._get_trigger_names(self.id)
        old_values = self.env.context.get("old_values")
        if not names or old_values is None:
            return True
        old = old_values.get(record.id, {})
        return any(name in old and record[name] != old[name] for name in names)

    @api.model
    @ormcache("rule_id")
    def _get_trigger_names(self, rule_id):
        # SUDO: as core reads its rules, whoever sets them off.
        return tuple(self.sudo().browse(rule_id).trigger_field_ids.mapped("name"))
