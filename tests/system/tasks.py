"""What workers do inside Odoo, each in a process of its own; see `worker_pool.py`."""

import os
import signal
import time
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

from markupsafe import Markup

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from odoo.addons.base.models import ir_cron
from odoo.addons.openip_incident.models.engine.incident_engine import IncidentEngine

from .ledger import READY

CRONS = (
    "openip_incident.ir_cron_followup_remind",
    "openip_incident.ir_cron_followup_close",
    "mail.ir_cron_mail_scheduler_action",
)
# How long a worker that has nothing to do waits before it looks again.
IDLE = 0.02


class Session(NamedTuple):
    """Where a task runs, and where it meets those started with it."""

    database: str
    barrier: Barrier

    def meet(self, times=1):
        """Wait until all that were started together have come here.

        :param times: how often they meet before they go on
        """
        for _time in range(times):
            self.barrier.wait(30)

    @contextmanager
    def environment(self):
        """Give an environment in a transaction, committed at the end of the block."""
        with Registry(self.database).cursor() as cursor:
            yield api.Environment(cursor, SUPERUSER_ID, {})


# Scheduled actions


def work(session, batch=200, seconds=ir_cron.MIN_TIME_PER_JOB):
    """Run scheduled actions as a server does, until the process is killed.

    :param batch: how many incidents share a transaction; fewer make more to interrupt
    :param seconds: how long an action may run before it is the others' turn
    """
    IncidentEngine._get_batch = lambda _engine, _task: batch
    ir_cron.MIN_TIME_PER_JOB = seconds
    while True:
        ir_cron.IrCron._process_jobs(session.database)
        time.sleep(IDLE)


def work_off(session, batch):
    """Run scheduled actions as a server does, until none is due.

    :param batch: how many incidents share a transaction
    """
    IncidentEngine._get_batch = lambda _engine, _task: batch
    while True:
        ir_cron.IrCron._process_jobs(session.database)
        with session.environment() as env:
            env.cr.execute(READY)
            if not env.cr.fetchone()[0]:
                return
        # Somebody else may be at it.
        time.sleep(IDLE)


def rush(session, batch):
    """Run the follow-ups without Odoo's lock on scheduled actions, and the queue.

    Nothing but the locks of the follow-ups themselves stands between two of these.

    :param batch: how many incidents share a transaction
    """
    IncidentEngine._get_batch = lambda _engine, _task: batch
    while True:
        for method in ("_cron_remind", "_cron_close"):
            with session.environment() as env:
                getattr(env["incident.followup"], method)()
        ir_cron.IrCron._process_jobs(session.database)
        time.sleep(IDLE)


def confirm(session):
    """Confirm that the copy is the real database, as a person does."""
    with session.environment() as env:
        env["incident.health"].action_confirm_database()


def confirm_and_die(session):
    """Confirm the copy and be killed when all is written but the end."""
    with session.environment() as env:
        env["incident.health"].action_confirm_database()
        env.flush_all()
        os.kill(os.getpid(), signal.SIGKILL)


# Incidents


def prepare(session, waiting=0, solved=0, integrator=True, short=False):
    """Make incidents that wait for an answer or a confirmation.

    :param waiting: how many wait for information
    :param solved: how many wait for a confirmation
    :param integrator: whether they have a second party
    :param short: announce closure without reminding
    :return: the numbers of those that wait, and of those that are solved
    """
    with session.environment() as env:
        _silence_other_crons(env)
        _configure(env, short)
        tickets = _create_incidents(env, waiting + solved, integrator)
        tickets.action_incident_open()
        asked, repaired = tickets[:waiting], tickets[waiting:]
        asked.incident_request("information", "<p>Since when?</p>")
        repaired.action_incident_resolve()
        return asked.mapped("number"), repaired.mapped("number")


def inform(session, count):
    """Write an update to both parties of new incidents.

    :param count: how many incidents
    :return: the Message-IDs of the mails
    """
    with session.environment() as env:
        _silence_other_crons(env)
        _configure(env, short=False)
        tickets = _create_incidents(env, count, integrator=True)
        tickets.action_incident_open()
        for ticket in tickets:
            ticket.incident_update("<p>A technician is on the way.</p>")
        return tickets.notice_ids.message_id.mapped("message_id")


def bundle(session, count, updates):
    """Write updates to readers who want them in one mail each morning.

    :param count: how many incidents, each with a customer and all with one integrator
    :param updates: how many updates to each
    :return: the numbers of the incidents by the address of their customer
    """
    with session.environment() as env:
        _silence_other_crons(env)
        _configure(env, short=False)
        tickets = _create_incidents(env, count, integrator=True)
        tickets.action_incident_open()
        readers = tickets.partner_id | tickets.integrator_id
        readers.incident_update_preference = "digest"
        for ticket in tickets:
            for number in range(updates):
                ticket.incident_update(f"<p>News {number} of {ticket.number}.</p>")
        return {ticket.partner_id.email: ticket.number for ticket in tickets}


def resolve_outage(session, integrators, customers, each):
    """Have an outage resolved, and its incidents' closures asked for together.

    :param integrators: how many, with as many incidents each
    :param customers: how many each integrator has
    :param each: how many incidents each customer has
    :return: the numbers of the incidents
    """
    with session.environment() as env:
        _silence_other_crons(env)
        _configure(env, short=False)
        tickets = env["helpdesk.ticket"]
        for number in range(integrators):
            partners = _create_customers(env, customers, number)
            for _incident in range(each):
                tickets += _create_tickets(env, partners)
        tickets.action_incident_open()
        outage = env["incident.outage"].create(
            {
                "name": "No calls in Nantes",
                "team_id": env.ref("openip_incident.team_incident").id,
            }
        )
        outage.action_attach(tickets)
        outage.action_resolve("<p>A card was replaced.</p>")
        return tickets.mapped("number")


def _create_customers(env, count, number):
    """Return customers of one integrator.

    :param number: of the integrator
    """
    partners = env["res.partner"]
    integrator = partners.create(
        {
            "name": f"Integrator {number}",
            "is_company": True,
            "is_integrator": True,
            "email": f"integrator-{number}@example.net",
            "lang": "en_US",
        }
    )
    return partners.create(
        [
            {
                "name": f"Customer {number}-{index}",
                "is_company": True,
                "email": f"customer-{number}-{index}@example.com",
                "integrator_id": integrator.id,
                "lang": "fr_FR" if index % 2 else "en_US",
            }
            for index in range(count)
        ]
    )


def _configure(env, short):
    env.company.email = "support@operator.example.com"
    env.ref("openip_incident.team_incident").user_id = env.ref("base.user_admin")
    # No follow-up belongs to this mail: it would only take its time.
    env.ref("openip_incident.stage_opened").mail_template_id = False
    if short:
        plans = env.ref("openip_incident.plan_request")
        plans += env.ref("openip_incident.plan_closure")
        steps = plans.step_ids.filtered(lambda step: step.action == "remind")
        steps.action_archive()


def _create_incidents(env, count, integrator):
    partners = env["res.partner"]
    if integrator:
        partners += partners.create(
            {
                "name": "Telintegra",
                "is_company": True,
                "is_integrator": True,
                "email": "integrator@example.net",
                "lang": "en_US",
            }
        )
    customers = partners.create(
        [
            {
                "name": f"Customer {number}",
                "is_company": True,
                "email": f"customer-{number}@example.com",
                "integrator_id": partners.id,
                "lang": "fr_FR" if number % 2 else "en_US",
            }
            for number in range(count)
        ]
    )
    return _create_tickets(env, customers)


def _create_tickets(env, customers):
    return env["helpdesk.ticket"].create(
        [
            {
                "name": f"Outage at {customer.name}",
                "description": "<p>Busy tone on every call.</p>",
                "team_id": env.ref("openip_incident.team_incident").id,
                "partner_id": customer.id,
            }
            for customer in customers
        ]
    )


def _silence_other_crons(env):
    """Leave the actions under test alone, which nothing but wake-ups starts."""
    crons = env["ir.cron"].union(*(env.ref(name) for name in CRONS))
    env["ir.cron"].search([("id", "not in", crons.ids)]).active = False
    crons.write({"nextcall": "2200-01-01 00:00:00"})
    env["ir.cron.trigger"].search([]).unlink()


def break_reminders(session, name):
    """Make the mail of reminders raise an error for one incident.

    :param name: title of the incident
    """
    trap = Markup("""<p t-if="object.name == '%s'" t-out="1 // 0"/>""") % name
    with session.environment() as env:
        template = env.ref("openip_incident.mail_template_reminder")
        translated = [template.with_context(lang=lang) for lang in ("en_US", "fr_FR")]
        bodies = [version.body_html for version in translated]
        for version, body in zip(translated, bodies, strict=True):
            version.body_html = body + trap
