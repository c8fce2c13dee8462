# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import sys

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class IncidentConfirmDatabase(Command):
    """Confirm that a database is the real one: its incidents write to customers."""

    name = "incident_confirm_database"

    def run(self, args):
        """Confirm the database of the options.

        :param args: Odoo's options, of which ``-d`` is needed
        """
        config.parser.prog = self.prog
        config.parse_config(args, setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database, with -d")
        with Registry(names[0]).cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            if "incident.health" not in env:
                sys.exit(f"openip_incident is not installed in {names[0]}")
            env["incident.health"].action_confirm_database()
