# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When the mail had arrived that is being counted."""

ARRIVAL = "incident_arrival"


class _Arrival:
    """A date on its way to a follow-up; no RPC can forge this object."""

    def __init__(self, date):
        self.date = date


def carry_arrival(records, date):
    """Return records that know when what they hear of had arrived.

    :param date: naive UTC
    """
    return records.with_context(**{ARRIVAL: _Arrival(date)})


def get_arrival(env):
    """Return when what is being heard of had arrived, None where nobody knows."""
    arrival = env.context.get(ARRIVAL)
    return arrival.date if isinstance(arrival, _Arrival) else None
