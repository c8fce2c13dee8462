"""Fill a database of a version with everything that an update from it must not harm.

Run in Odoo's shell of that version, on a copy of the test database:

    odoo shell -c .odoo/odoo-test.conf -d openip_update --no-http \\
        <tests/update/populate.py
    pg_dump --no-owner --no-privileges --rows-per-insert=500 openip_update |
        grep -v '^\\\\' | xz -9e >tests/update/VERSION.sql.xz

It prints what has to be found again afterwards: the content of ``VERSION.json``.
"""
# ruff: noqa: F821 - Odoo's shell brings `env`.

import hashlib
import importlib
import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields

from odoo.addons.base.models.ir_mail_server import IrMail_Server

DOMAIN = "support.operator.example.com"

# Links are to open, and nothing is to fall due, for as long as this is tested.
clock = freeze_time("2036-06-02 08:00:00", tick=True)
clock.start()

env["mail.alias.domain"].create({"name": DOMAIN})
env["ir.config_parameter"].set_param("web.base.url", "http://operator.example.com")
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
env.company.write({"name": "Opérateur", "email": f"contact@{DOMAIN}"})
# A copy of the test database writes to nobody before somebody has confirmed it.
if "incident.identity" in env:
    env["incident.health"].action_confirm_database()
    env.cr.commit()
# The place of the scheduled actions' code has changed between versions.
engine = env[
    "incident.followup.engine"
    if "incident.followup.engine" in env
    else "incident.followup"
]
team = env.ref("openip_incident.team_incident")
team.write(
    {
        "alias_name": "incident",
        "incident_intake": True,
        "user_id": env.ref("base.user_admin").id,
    }
)
# Only ours run, and only when the test says so.
env["ir.cron"].search([]).write({"active": False})
ours = env["ir.cron"]
for name in (
    "openip_incident.ir_cron_followup_remind",
    "openip_incident.ir_cron_followup_close",
    "openip_incident_portal.ir_cron_intake",
    "mail.ir_cron_mail_scheduler_action",
):
    ours |= env.ref(name)
ours.write({"active": True})

contacts = env["res.partner"]
integrator = contacts.create(
    {
        "name": "Mirvague Telecom",
        "is_company": True,
        "is_integrator": True,
        "email": "support@mirvague.example.com",
        "lang": "en_US",
    }
)
customer = contacts.create(
    {
        "name": "Boulangeries Tourtemiel",
        "is_company": True,
        "integrator_id": integrator.id,
        "email": "contact@tourtemiel.example.com",
        "lang": "fr_FR",
    }
)


def register(name):
    values = {
        "name": name,
        "description": f"<p>{name}</p>",
        "team_id": team.id,
        "partner_id": customer.id,
    }
    return env["helpdesk.ticket"].create(values)


def deliver():
    """Have the mail queue and the scheduled actions do what there is to do."""
    accept = {
        "_connect__": lambda self, *args, **kwargs: None,
        "send_email": lambda self, message, *args, **kwargs: message["Message-Id"],
    }
    with patch.multiple(IrMail_Server, **accept):
        env["mail.mail"].search([("state", "=", "outgoing")]).send()
    env.cr.commit()
    engine._cron_remind()
    env.cr.commit()


def advance(ticket, hours=25):
    """Let time pass for one incident."""
    back = timedelta(hours=hours)
    followup = ticket.followup_id
    followup.due_date -= back
    followup.start_date -= back
    for event in followup.event_ids.filtered("sent_date"):
        event.sent_date -= back
    for notice in ticket.notice_ids.filtered("sent_date"):
        notice.sent_date -= back
    for event in followup.event_ids.filtered("announced_date"):
        event.announced_date -= back
    env.cr.commit()
    engine._cron_remind()
    engine._cron_close()
    env.cr.commit()
    deliver()


names = (
    "registered opened waiting reminded announced private closure closing confirmed "
    "expired queued"
)
monitoring = {}
tickets = {name: register(name) for name in names.split()}
opened = env["helpdesk.ticket"].union(*tickets.values()) - tickets["registered"]
opened.action_incident_open()
for name in ("waiting", "reminded", "announced", "private", "expired"):
    wait_for = "integrator" if name == "private" else "either"
    tickets[name].incident_request("information", "<p>Since when?</p>", wait_for)
for name in ("closure", "closing", "confirmed"):
    tickets[name].action_incident_resolve()
env.cr.commit()
deliver()
advance(tickets["reminded"])
for _step in range(4):
    advance(tickets["announced"])
advance(tickets["private"])
for _step in range(2):
    advance(tickets["closing"])
for _step in range(5):
    advance(tickets["expired"])
tickets["confirmed"].action_incident_close("confirmed")
env.cr.commit()
deliver()
# What was queued when the server stopped leaves after the update.
tickets["queued"].incident_update("<p>A technician is on the way.</p>")
env.cr.commit()

if "incident.service" in env:
    service = env["incident.service"].create(
        {"name": "SDA 0122334455", "partner_id": customer.id, "site": "Lyon"}
    )
    tickets["closing"].service_id = service
    tickets["confirmed"].write(
        {"service_id": service.id, "resolution_text": "<p>A port was changed.</p>"}
    )
    env.cr.commit()

# A clock that runs by a contract, and what waits for the next morning.
if "incident.contract" in env:
    version = {
        "date_from": "2020-01-01",
        "around_the_clock": True,
        "gti_hours": 1,
        "gtr_hours": 4,
    }
    customer.incident_contract_id = env["incident.contract"].create(
        {"name": "GTR 4 h", "version_ids": [Command.create(version)]}
    )
    tickets["clocked"] = register("clocked")
    tickets["clocked"].action_incident_open()
    env.cr.commit()
    deliver()
if "incident.intervention" in env:
    begin = fields.Datetime.now() + timedelta(days=1)
    tickets["opened"].incident_plan_intervention(
        begin, begin + timedelta(hours=2), "Lyon", "Claire Martin"
    )
    env.cr.commit()
    deliver()
# What agents have stopped, what a party disputes.
if "incident.clock.entry" in env:
    tickets["disputed"] = register("disputed")
    tickets["disputed"].action_incident_open()
    tickets["disputed"].action_incident_start()
    env.cr.commit()
    deliver()
    for name in ("clocked", "disputed"):
        cause = env.ref("openip_incident.clock_cause_no_access")
        tickets[name].incident_clock_stop(cause, reason="Nobody on site")
    tickets["disputed"].incident_clock_resume(reason="Somebody came")
    tickets["disputed"].incident_clock_dispute("We were there all day")
    env.cr.commit()
# An outage that lasts, one whose closure is asked for together, and planned works.
if "incident.outage" in env:
    for name in ("hit", "held", "joint", "joint too"):
        tickets[name] = register(name)
        tickets[name].action_incident_open()
    tickets["held"].incident_request("information", "<p>Since when?</p>", "either")
    env.cr.commit()
    deliver()
    outages = env["incident.outage"].create(
        [
            {"name": "No calls in Nantes", "team_id": team.id},
            {"name": "No fibre in Lyon", "team_id": team.id},
        ]
    )
    outages[0].action_attach(tickets["hit"] | tickets["held"])
    outages[1].action_attach(tickets["joint"] | tickets["joint too"])
    env.cr.commit()
    deliver()
    outages[0].publish("<p>A card is being replaced.</p>")
    outages[1].action_resolve("<p>The fibre is spliced.</p>")
    env.cr.commit()
    deliver()
    begin = fields.Datetime.now() + timedelta(days=5)
    works = env["incident.outage"].create(
        {
            "name": "Works in Lyon",
            "kind": "works",
            "team_id": team.id,
            "begin_date": begin,
            "expected_end_date": begin + timedelta(hours=2),
            "service_ids": [Command.set(service.ids)],
        }
    )
    env.cr.commit()
    engine._cron_remind()
    env.cr.commit()
    deliver()
if "incident.monitoring" in env:
    monitor = env["incident.monitoring"].create(
        {
            "name": "Nagios",
            "kind": "generic",
            "team_id": team.id,
            "rule_ids": [Command.create({"label": "service"})],
        }
    )
    # A person makes it in the browser, and is shown it once.
    token = "a token of the version before"
    monitor.token_hash = hashlib.sha256(token.encode()).hexdigest()
    firing = {
        "key": "router-7!ping",
        "status": "firing",
        "title": "router-7 is down",
        "labels": {"service": service.name},
    }
    # Not there in the versions before.
    read_post = importlib.import_module(
        "odoo.addons.openip_incident.tools.monitor_posts"
    ).read_post
    alarm = monitor._receive_post(read_post(monitor.kind, json.dumps(firing).encode()))
    env.cr.commit()
    deliver()
    monitoring = {
        "id": monitor.id,
        "token": token,
        "firing": firing,
        "outage": alarm.number,
    }

if "incident.digest" in env:
    customer.incident_update_preference = "digest"
    tickets["queued"].incident_update("<p>The line is being measured.</p>")
    env.cr.commit()

gateway = env["mail.thread"]
gateway.message_process(
    False,
    f"From: Jean Dupont <jean.dupont@client.example.net>\nTo: incident@{DOMAIN}\n"
    "Subject: La ligne est coupée\nMessage-ID: <intake@client.example.net>\n"
    "Content-Type: text/plain; charset=utf-8\n\nPlus de tonalité depuis ce matin.\n",
)
parts = "".join(
    f"--x\nContent-Type: text/plain\n\npart {number}\n" for number in range(300)
)
gateway.message_process(
    False,
    f"From: support@mirvague.example.com\nTo: incident@{DOMAIN}\n"
    "Subject: Too many parts\nMessage-ID: <parts@mirvague.example.com>\n"
    f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n{parts}--x--\n",
)
env.cr.commit()
# A server that has ended while it read a mail.
if "incident.mail.gateway" in env:
    reader = type(env["incident.mail.gateway"])
    with patch.object(reader, "_process", return_value=False):
        gateway.message_process(
            False,
            f"From: Jean Dupont <jean.dupont@client.example.net>\n"
            f"To: incident@{DOMAIN}\nSubject: Toujours rien\n"
            "Message-ID: <amid@client.example.net>\n\nToujours pas de tonalité.\n",
        )
    env.cr.commit()
env.cr.execute("SELECT to_jsonb(i) AS row FROM incident_inbound i ORDER BY id")
received = [row for [row] in env.cr.fetchall() if row["state"] == "received"]

intake = env["incident.intake"].search([], limit=1)
inbound = env["incident.inbound"].search([("state", "=", "quarantined")])
facts = {
    "tickets": {
        name: {
            "id": ticket.id,
            "number": ticket.number,
            "phase": ticket.incident_phase,
            "close_reason": ticket.close_reason,
            "reminder_count": ticket.reminder_count,
            "next_action": ticket.followup_id.next_action,
            "due_date": str(ticket.followup_id.due_date or ""),
            "wait_for": ticket.wait_for,
            "notices": sorted(ticket.notice_ids.mapped("status")),
            "messages": len(ticket.message_ids),
            "links": {
                party.email: ticket._get_incident_url(party)
                for party in (customer, integrator)
            },
        }
        for name, ticket in tickets.items()
    },
    "form_link": intake._get_form_url() if hasattr(intake, "_get_form_url") else "",
    "monitoring": monitoring,
    "intakes": [intake.state for intake in env["incident.intake"].search([])],
    "quarantined": len(inbound),
    "received": {row["key"]: row.get("read_date") for row in received},
    "outgoing": env["mail.mail"].search_count([("state", "=", "outgoing")]),
    "mails": env["mail.mail"].search_count([]),
}
print("FACTS " + json.dumps(facts))
