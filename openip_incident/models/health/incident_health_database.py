# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..identity.incident_identity import CONFIRMED, UUID
from .incident_health import Finding, Source

DATABASE = "database"
CHECK = "openip_incident.health_database"
ACTIVITY = "openip_incident.mail_activity_type_database"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
ACTION = "openip_incident.incident_health_action"


class IncidentHealth(models.Model):
    """Shows a copied database, tells the managers, and lets them confirm it (G18)."""

    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[(DATABASE, "Database")], ondelete={DATABASE: "cascade"}
    )

    @api.model
    def action_confirm_database(self):
        """Confirm that this database is the real one: what has waited goes on.

        :return: True
        :raises AccessError: for anybody but a helpdesk manager
        """
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(
                self.env._("Only helpdesk managers can confirm the database.")
            )
        self.env["incident.identity"]._confirm()
        # SUDO: the activities of all managers are done.
        self.sudo()._forget_copy()
        return True

    def action_confirm(self):
        """Confirm this database and show the pages without their banner."""
        self.action_confirm_database()
        return {"type": "ir.actions.client", "tag": "reload"}

    def _find(self):
        if self.kind != DATABASE:
            return super()._find()
        confirmed = self.env["incident.identity"]._is_confirmed()
        return Finding(int(not confirmed), False, not confirmed)

    def _get_database_source(self):
        domain = Domain("key", "in", [CONFIRMED, UUID])
        return Source("ir.config_parameter", domain, "write_date")

    @api.model
    def _cron_alert(self):
        """Write no mail on a copy, not even to the managers: tell them in Odoo."""
        if self.env["incident.identity"]._pauses("Alerts"):
            return self._tell_copy()
        return super()._cron_alert()

    @api.model
    def _tell_copy(self):
        """Plan one activity per manager, once, without the mail that comes with it."""
        check = self.env.ref(CHECK, raise_if_not_found=False)
        if not check or check.alert_date:
            return
        check.alert_date = fields.Datetime.now()
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        activities.create(
            [
                check.with_context(lang=manager.lang)._prepare_copy_activity(manager)
                for manager in self.env["res.users"]._get_incident_managers()
            ]
        )

    def _prepare_copy_activity(self, manager):
        action = self.env.ref(ACTION)
        link = Markup("<p>%s</p><p><a href='/odoo/action-%s'>%s</a></p>") % (
            self._get_copy_text(),
            action.id,
            self.env._("Show the health of the process"),
        )
        return {
            "activity_type_id": self.env.ref(ACTIVITY).id,
            "summary": self.env._("Is this the real database?"),
            "note": link,
            "user_id": manager.id,
        }

    @api.model
    def _forget_copy(self):
        check = self.env.ref(CHECK, raise_if_not_found=False)
        if check:
            check.alert_date = False
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if kind:
            domain = Domain("activity_type_id", "=", kind.id)
            self.env["mail.activity"].search(domain).unlink()

    @api.model
    def _get_copy_text(self):
        """Return what is shown of a copy: what waits, and what differs."""
        identity = self.env["incident.identity"]
        if not identity._is_copy():
            return self._get_restored_text()
        actual, confirmed = identity._get_actual(), identity._get_confirmed()
        differs = actual.compare(confirmed) if confirmed else []
        labels = {
            "system": self.env._("the PostgreSQL server"),
            "oid": self.env._("the number of the database"),
            "name": self.env._("the name of the database"),
            "uuid": self.env._("the identifier of the database in Odoo"),
        }
        return self.env._(
            "The database %(name)s is not the confirmed one (different: %(parts)s). "
            "No mail about incidents leaves it, none is fetched, no step is executed; "
            "everything waits until a manager confirms that it is the real one.",
            name=actual.name,
            parts=", ".join(labels[part] for part in differs) or "-",
        )

    @api.model
    def _get_copy_banner(self):
        """Return the banner of the backend for the current user, False for none."""
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            return False
        if self.env["incident.identity"]._is_confirmed():
            return False
        manager = self.env.user.has_group(MANAGER)
        # SUDO: the id of an action, which opens what its reader may read.
        action = manager and self.env.ref(ACTION).sudo()
        return {
            "text": self._get_copy_text(),
            "link": action and f"/odoo/action-{action.id}",
        }
