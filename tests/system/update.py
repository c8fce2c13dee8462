"""A database of a version before, and how an admin updates it."""

import lzma
import re
from pathlib import Path

import psycopg2

from .server import CONFIG, LOGS, PRELOADED, create_database

FOLDER = Path(__file__).parents[1] / "update"
ADDONS = "openip_incident,openip_incident_portal"
# What was reported, and who owns it: the portal's columns are the core's by now.
REPORT = """
    UPDATE helpdesk_ticket
       SET incident_service = 'Line 7', incident_impact = 'down',
           incident_since = now(), incident_tried = 'All', incident_onsite = 'Claire'
     WHERE is_incident
"""
REPORTED = """
    SELECT number, incident_service, incident_impact, incident_since::text,
           incident_tried, incident_onsite
      FROM helpdesk_ticket WHERE is_incident ORDER BY number
"""


def restore(name, version):
    """Make a database from the dump of a version."""
    create_database(name)
    dump = lzma.decompress((FOLDER / f"{version}.sql.xz").read_bytes()).decode()
    with psycopg2.connect(dbname=name) as connection:
        connection.cursor().execute(dump)
    connection.close()


def change(name, query):
    """Change a database before it is updated."""
    with psycopg2.connect(dbname=name) as connection:
        connection.cursor().execute(query)
    connection.close()


def update(name):
    """Update the addons as an admin does, and return what Odoo logged of trouble."""
    log = LOGS / f"{name}.log"
    command = ["server", "-c", CONFIG, "-d", name]
    command += ["-u", ADDONS, "--stop-after-init", "--no-http"]
    code = PRELOADED.fork(command, log).wait()
    text = log.read_text(errors="replace")
    assert code == 0, text[-3000:]
    # What libraries of Odoo's say of each other is none of ours.
    trouble = r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) \S+ (?!py\.warnings).*$"
    return re.findall(trouble, text, re.M)
