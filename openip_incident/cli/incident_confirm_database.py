# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import sys

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

SEND, SHIFT = CHOICES = ("--send-now", "--shift-by-gap")


class IncidentConfirmDatabase(Command):
    """Confirm that a database is the real one: its incidents write to customers."""

    name = "incident_confirm_database"

    def run(self, args):
        """Confirm the database of the options.

        A backup that was restored needs a decision, too: what fell due leaves now, or
        its due dates are moved by the time that is missing.

        :param args: Odoo's options, of which ``-d`` is needed, and perhaps a choice
        """
        choices = [choice for choice in CHOICES if choice in args]
        args = [argument for argument in args if argument not in CHOICES]
        config.parser.prog = self.prog
        config.parse_config(args, setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database, with -d")
        with Registry(names[0]).cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            if "incident.health" not in env:
                sys.exit(f"openip_incident is not installed in {names[0]}")
            health = env["incident.health"]
            health.action_confirm_database()
            waits = not env["incident.identity"]._is_confirmed()
            # What was found out of the restore is newer than what is read so far.
            cursor.commit()
            if choices:
                health.action_settle_restored(shift=choices == [SHIFT])
            elif waits:
                text = health._get_restored_text()
                sys.stdout.write(f"{text}\n{' | '.join(CHOICES)}\n")
