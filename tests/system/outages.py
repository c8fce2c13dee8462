"""Outages that hit many, and what meets on them, in a process each."""

from contextlib import nullcontext
from datetime import timedelta
from unittest import mock

import psycopg2

from odoo import fields
from odoo.modules.registry import Registry

from .tasks import _configure, _create_customers, _silence_other_crons

# A request is tried again so often.
ATTEMPTS = 5


def declare_outage(session, customers):
    """Have an outage hit a service of each of many customers.

    :param customers: how many
    :return: the id of the outage
    """
    return _create_outage(session, customers, {"name": "No calls in Nantes"})


def plan_works(session, customers):
    """Plan works of the half hour to come, on a service of each of many customers.

    :param customers: how many
    :return: the id of the works
    """
    begin = fields.Datetime.now() + timedelta(minutes=30)
    values = {
        "name": "Works in Nantes",
        "kind": "works",
        "begin_date": begin,
        "expected_end_date": begin + timedelta(hours=2),
    }
    return _create_outage(session, customers, values)


def _create_outage(session, customers, values):
    with session.environment() as env:
        _silence_other_crons(env)
        _configure(env, short=False)
        partners = _create_customers(env, customers, 0)
        services = env["incident.service"].create(
            [{"name": f"L-{one.id}", "partner_id": one.id} for one in partners]
        )
        team = env.ref("openip_incident.team_incident")
        outage = env["incident.outage"].create(
            {**values, "team_id": team.id, "service_ids": services.ids}
        )
        return outage.id


def publish(session, outage_id, key):
    """Tell everybody whom an outage hits.

    :param outage_id: its id
    :param key: by which the message is known
    """
    with session.environment() as env:
        outage = env["incident.outage"].browse(outage_id)
        outage.publish("<p>Calls fail.</p>", everybody=True, key=key)


# Meetings


def report_all_but_two(session):
    """Report services of a site, so that one more would be enough for an outage.

    :return: the ids of two services that are not reported yet
    """
    with session.environment() as env:
        _silence_other_crons(env)
        _configure(env, short=False)
        enough = env.company.incident_outage_count
        services = env["incident.service"].create(
            [
                {"name": f"N-{one.id}", "partner_id": one.id, "site": "Nantes"}
                for one in _create_customers(env, enough + 1, 0)
            ]
        )
        for service in services[2:]:
            _report(env, service)
        return services[:2].ids


def report_together(session, service_id):
    """Report a service in the moment in which another one is reported.

    :param service_id: its id
    :return: what the database has refused, by its codes
    """

    def act(env, first):
        # PostgreSQL takes the snapshot now: nobody sees what the other does.
        env.cr.execute("SELECT 1")
        if first:
            session.meet()
        _report(env, env["incident.service"].browse(service_id))

    return _try(session, act)


def _report(env, service):
    env["helpdesk.ticket"].create(
        {
            "name": "No calls",
            "description": "<p>Busy tone on every call.</p>",
            "team_id": env.ref("openip_incident.team_incident").id,
            "partner_id": service.partner_id.id,
            "service_id": service.id,
        }
    )


def close_last(session, number):
    """Close an incident while somebody moves its outage.

    :param number: of the incident
    :return: what the database has refused, by its codes
    """

    def act(env, first):
        ticket = env["helpdesk.ticket"].search([("number", "=", number)])
        with _meeting(session, first, "helpdesk.ticket", "_incident_tell_outage"):
            ticket.action_incident_close("support")

    return _try(session, act)


def reopen_outage(session, number):
    """Have an outage go on while somebody closes an incident of it.

    :param number: of the incident
    :return: what the database has refused, by its codes
    """

    def act(env, first):
        ticket = env["helpdesk.ticket"].search([("number", "=", number)])
        with _meeting(session, first, "incident.outage", "_follow_move"):
            ticket.outage_id.action_investigate()

    return _try(session, act)


def _meeting(session, first, model, name):
    """Have a method meet the other process before it begins, the first time.

    :return: context manager
    """
    if not first:
        return nullcontext()
    model = Registry(session.database)[model]
    original = getattr(model, name)

    def meet(records, *args, **kwargs):
        session.meet()
        return original(records, *args, **kwargs)

    return mock.patch.object(model, name, meet)


def _try(session, act):
    """Do something in a transaction, as Odoo does it again where that loses a race.

    :param act: function of an environment and whether it is the first attempt
    :return: what the database has refused, by its codes
    """
    refused = []
    for attempt in range(ATTEMPTS):
        try:
            with session.environment() as env:
                act(env, not attempt)
            break
        except psycopg2.OperationalError as error:
            refused.append(error.pgcode)
    return refused
