# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When the mail had arrived that is being counted, and what proves what is written."""

ARRIVAL = "incident_arrival"
PROOF = "incident_clock_proof"


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


class _Proof:
    """What proves an entry that is about to be written; no RPC can forge this."""

    def __init__(self, values):
        self.values = values


def carry_proof(records, **values):
    """Return records that know what proves the end of a wait.

    :param values: of the entry that says so
    """
    return records.with_context(**{PROOF: _Proof(values)})


def get_proof(env):
    """Return what proves the end of a wait: dict of values of the entry."""
    proof = env.context.get(PROOF)
    return proof.values if isinstance(proof, _Proof) else {}
