"""Outages and works that many are told of, in a process each."""

from datetime import timedelta

from odoo import fields

from .tasks import _configure, _create_customers, _silence_other_crons


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
