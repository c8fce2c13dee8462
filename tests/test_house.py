"""A helpdesk that is in use: the addons come, go and come back, and change nothing.

The house is made from the database of the dependencies: tickets with and without a
team, a team of its own, contacts and an alias, all changed last on a day of long ago.
"""

import hashlib
import os
import subprocess
import sys

import pytest

from .system.ledger import Ledger
from .system.server import CONFIG, LOGS, ROOT, copy_database, drop_database, new_name

ADDONS = "openip_incident,openip_incident_portal"
BASE = os.environ.get("OPENIP_SYSTEM_DATABASE", "").replace("_system", "_base")

POPULATE = """
team = env["helpdesk.ticket.team"].create({"name": "Desk", "alias_name": "desk"})
company = env["res.partner"].create({"name": "Baker", "is_company": True})
person = env["res.partner"].create({"name": "Ann", "parent_id": company.id})
stages = env["helpdesk.ticket.stage"].search([])
for index in range(30):
    env["helpdesk.ticket"].create({
        "name": f"Ticket {index}", "description": "<p>x</p>",
        "partner_id": person.id, "team_id": index % 3 and team.id,
        "stage_id": stages[index % len(stages)].id,
    })
if not SHOWN:
    env["helpdesk.ticket.team"].search([]).show_in_portal = False
env.flush_all()
for table in ("helpdesk_ticket", "helpdesk_ticket_team", "helpdesk_ticket_stage",
              "res_partner", "res_company"):
    env.cr.execute(f"UPDATE {table} SET write_date = '2020-02-02 02:02:02'")
env.cr.commit()
"""
UNINSTALL = """
modules = env["ir.module.module"].search([("name", "=", "openip_incident")])
modules.button_immediate_uninstall()
"""
TABLES = (
    "helpdesk_ticket",
    "helpdesk_ticket_team",
    "helpdesk_ticket_stage",
    "helpdesk_ticket_category",
    "res_partner",
    "res_company",
    "mail_alias",
)
SWITCH = "SELECT coalesce(bool_or(incident_portal_form), FALSE) FROM res_company"


def run(name, *arguments, script=None):
    """Run Odoo on a database, and fail with what it logged."""
    log = LOGS / f"{name}.log"
    sub = "shell" if script else "server"
    command = [sys.executable, "-m", "odoo", sub, "-c", str(CONFIG), "-d", name]
    command += [*arguments, "--no-http"]
    with open(log, "wb") as output:
        done = subprocess.run(
            command,
            cwd=ROOT,
            input=(script or "").encode(),
            stdout=output,
            stderr=output,
        )
    text = log.read_text(errors="replace")
    assert done.returncode == 0 and "Traceback" not in text, text[-3000:]


def install(name):
    run(name, "-i", ADDONS, "--stop-after-init")


@pytest.fixture
def make():
    """Give a function that makes a house."""
    names = []

    def make_house(shown=True):
        name = new_name()
        copy_database(name, BASE)
        names.append(name)
        run(name, script=f"SHOWN = {shown}{POPULATE}")
        return name

    yield make_house
    for name in names:
        drop_database(name)


class House:
    """What was there before: the rows and columns of the helpdesk's own tables."""

    def __init__(self, name):
        self.name = name
        self.columns = {
            table: [
                column
                for [column] in self.query(
                    "SELECT column_name::text FROM information_schema.columns "
                    "WHERE table_name = %s ORDER BY 1",
                    table,
                )
            ]
            for table in TABLES
        }
        self.ids = {
            table: [row[0] for row in self.query(f"SELECT id FROM {table}")]
            for table in TABLES
        }
        self.before = self.look()

    def query(self, statement, *values):
        ledger = Ledger(self.name)
        try:
            return [tuple(row.values()) for row in ledger.query(statement, *values)]
        finally:
            ledger.close()

    def look(self):
        """Return every value of every row that was there."""
        return {
            table: self.query(
                "SELECT {} FROM {} WHERE id = ANY(%s) ORDER BY id".format(
                    ", ".join(f'"{column}"::text' for column in self.columns[table]),
                    table,
                ),
                self.ids[table],
            )
            for table in TABLES
        }

    def assert_as_it_was(self):
        now = self.look()
        for table in TABLES:
            changed = [
                (column, was, new)
                for row, other in zip(self.before[table], now[table], strict=True)
                for column, was, new in zip(
                    self.columns[table], row, other, strict=True
                )
                if was != new
            ]
            assert not changed, (table, changed[:5])


def digest(rows):
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.mark.slow
def test_the_addons_come_go_and_come_back(make):
    name = make()
    house = House(name)
    messages = (
        "SELECT id, body, subject, date FROM mail_message "
        "WHERE model = 'helpdesk.ticket' AND res_id = ANY({}) ORDER BY id"
    ).format(f"ARRAY{house.ids['helpdesk_ticket']}")
    mails = "SELECT count(*) FROM mail_mail"
    said, sent = digest(house.query(messages)), house.query(mails)
    install(name)
    house.assert_as_it_was()
    assert house.query(SWITCH) == [(False,)]
    run(name, script=UNINSTALL)
    house.assert_as_it_was()
    install(name)
    house.assert_as_it_was()
    assert house.query(SWITCH) == [(False,)]
    assert digest(house.query(messages)) == said
    assert house.query(mails) == sent


@pytest.mark.slow
def test_tickets_alone_are_enough_to_leave_the_portal_as_it_is(make):
    """No team of theirs is on the portal: theirs is the form without a team."""
    name = make(shown=False)
    house = House(name)
    install(name)
    assert house.query(SWITCH) == [(False,)]
    assert house.query(
        "SELECT count(*) FROM helpdesk_ticket_team "
        "WHERE show_in_portal AND incident_process"
    ) == [(1,)]
