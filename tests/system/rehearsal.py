"""What workers do, done once before they are forked, so that they need not learn it.

But for its sequences, which have counted on, nothing of it is left in the database or
in what Odoo caches of one: only what follows from files and code, as translations that
were read and templates that were compiled.
"""

import gc

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from . import tasks
from .compiled import compile_once


def rehearse(database):
    """Work in a transaction that is undone.

    :param database: nobody else uses it
    """
    compile_once()
    registry = Registry(database)
    with registry.cursor() as cursor:
        _work(api.Environment(cursor, SUPERUSER_ID, {}))
        cursor.rollback()
    registry.clear_all_caches()
    # Nobody else has to hear of it: nothing has changed.
    registry.cache_invalidated.clear()
    # Whoever is forked shares all this and never looks for garbage in it.
    gc.collect()
    gc.freeze()


def _work(env):
    """Write mails of all kinds to readers of both languages."""
    tasks._configure(env, short=False)
    tickets = tasks._create_incidents(env, 2, integrator=True)
    tickets.action_incident_open()
    tickets[0].incident_request("information", "<p>Since when?</p>")
    tickets[1].action_incident_resolve()
    env.flush_all()
