"""Clocks that several processes write at once, or die over; see `worker_pool.py`."""

import contextlib

from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.openip_incident.models.clock import helpdesk_ticket_clock_recount

from . import race, seeds, tasks

# Longer ago than what is guaranteed.
REPORTED = "UPDATE helpdesk_ticket SET create_date = create_date - interval '5 hours'"
# Nobody counts a clock anew that is over.
CHANGED = """
    UPDATE helpdesk_ticket SET gtr_deadline = NULL, incident_clock_date = NULL,
           incident_clock_deadline = NULL
     WHERE incident_gtr_fact IN ('running', 'stopped')
        OR incident_gti_fact IN ('running', 'stopped')
        OR incident_clock_deadline IS NOT NULL
"""
PHONE = "<p>We have nothing to say.</p>"


def count(session, incidents, hours=4):
    """Make incidents that were reported five hours ago, under a contract.

    :param incidents: how many
    :param hours: of the guaranteed time until restoration
    :return: their numbers
    """
    with session.environment() as env:
        tasks._silence_other_crons(env)
        tasks._configure(env, short=False)
        env.ref("base.user_admin").email = "manager@operator.example.com"
        env["incident.clock.threshold"].search([]).mail_managers = True
        contract = env["incident.contract"].create(
            {
                "name": "GTR",
                "version_ids": [Command.create(_prepare_version(hours))],
            }
        )
        env.ref("openip_incident.team_incident").incident_contract_id = contract
        tickets = tasks._create_incidents(env, incidents, integrator=True)
        env.flush_all()
        env.cr.execute(REPORTED)
        env.invalidate_all()
        tickets.action_incident_open()
        return tickets.mapped("number")


def _prepare_version(hours):
    return {
        "date_from": "2020-01-01",
        "gti_hours": hours / 4,
        "gtr_hours": hours,
        "around_the_clock": True,
        "waiting_start": "delivered",
    }


def ask(session):
    """Ask the parties of all incidents for information."""
    with session.environment() as env:
        tickets = env["helpdesk.ticket"].search([])
        tickets.incident_request("information", "<p>Since when?</p>")


def act(session, seed, times=0):
    """Act on random incidents and clocks, one transaction each, until it is killed.

    What the process refuses, and what the database does because somebody else has been
    there first, is left out.

    :param seed: of what is done
    :param times: how often; 0: for ever
    """
    numbers, done = seeds.draw(seed), 0
    refused = (UserError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
    with session.environment() as env:
        ids = env["helpdesk.ticket"].search([]).ids
    while not times or done < times:
        done += 1
        chosen, deed = numbers.choice(ids), numbers.choice(DEEDS)
        with contextlib.suppress(*refused), session.environment() as env:
            deed(env, env["helpdesk.ticket"].browse(chosen), numbers)
            env.flush_all()


def _stop(env, ticket, _numbers):
    cause = env.ref("openip_incident.clock_cause_no_access")
    ticket.incident_clock_stop(cause, reason="Nobody was there")


def _correct(_env, ticket, numbers):
    entries = ticket.incident_clock_entry_ids
    entry = numbers.choice(list(entries)) if entries else entries
    entry.action_correct("Told otherwise", entry.date)


def _judge(_env, ticket, _numbers):
    ticket.incident_clock_dispute("We were there")
    ticket.incident_clock_entry_ids[-1:].action_refuse_dispute("You were not")


DEEDS = (
    _stop,
    lambda _env, ticket, _numbers: ticket.incident_clock_resume(),
    lambda _env, ticket, _numbers: ticket.action_incident_start(),
    lambda _env, ticket, _numbers: ticket.action_incident_resolve(),
    lambda _env, ticket, _numbers: ticket.incident_request("information", "<p>?</p>"),
    lambda _env, ticket, _numbers: ticket.incident_record_answer(
        ticket.partner_id, PHONE
    ),
    _correct,
    _judge,
)


def change(session, percent=99):
    """Change what all clocks are counted by, as many as the scheduled action is for.

    :param percent: of a new threshold
    :return: how many are to be counted anew
    """
    helpdesk_ticket_clock_recount.AT_ONCE = 0
    with session.environment() as env:
        cron = env.ref("openip_incident.ir_cron_clock_recount")
        cron.write({"active": True, "nextcall": "2200-01-01 00:00:00"})
        # As if what they were counted by had been another.
        env.cr.execute(CHANGED)
        env["incident.clock.threshold"].create({"percent": percent})
        env.flush_all()
        return env["incident.clock.recount"].search_count([])


def weigh(session):
    """Return what is wrong with ledgers, and with what is stored of them.

    :return: list of (number of the incident, what)
    """
    wrong = []
    with session.environment() as env:
        tickets = env["helpdesk.ticket"].search([])
        for ticket in tickets:
            entries = ticket.incident_clock_entry_ids.sorted("sequence")
            figures = entries._get_figures()
            wrong += [
                (ticket.number, name)
                for name, value in figures.items()
                if ticket[name] != value
            ]
            if entries._find_broken():
                wrong.append((ticket.number, "chain"))
            if entries[-1:].checksum != ticket.incident_clock_seal:
                wrong.append((ticket.number, "seal"))
            solved = ticket.incident_phase in ("closure", "closed")
            if bool(entries._get_restored()) != solved and not _voided(entries):
                wrong.append((ticket.number, "restored"))
    return wrong


def _voided(entries):
    """Tell whether somebody has said that a restoration was none."""
    return any(entry.kind == "restored" for entry in entries.void_id)


def answer_at_once(session, ids, sender, mark):
    """Have a party answer incidents, each at the moment when another process does.

    :param ids: of the incidents
    :param sender: the address, the customer's own where there is none
    :param mark: sets these mails apart from the other process's
    """
    for ticket_id in ids:
        mail = race.write_answer(session, ticket_id, sender)
        mail = mail.replace("<answer-", f"<{mark}-")
        session.meet()
        with session.environment() as env:
            env["mail.thread"].message_process("helpdesk.ticket", mail)
