# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an act asks of the same record for each of its letters, answered once.

Without it everything works, slower.
"""

from functools import wraps

from .act import Act

MEMORY = "incident_act_memory"


class ActMemory(Act):
    """The answers of one act, in its context, good as long as it goes on."""

    def __init__(self):
        super().__init__()
        self.answers = {}


def answered_once(method):
    """Ask a method once for each record while an act writes its letters.

    For plain answers that depend on nothing but the records: neither on who asks nor on
    the language. Whoever extends the method is called each time.

    :param method: of a model, given single records or plain values
    """

    @wraps(method)
    def ask(self, *given, **named):
        memory = ActMemory.find(self.env.context, MEMORY)
        if named or not memory:
            return method(self, *given, **named)
        question = method, self._ids, *map(_name, given)
        answers = memory.answers
        if question not in answers:
            answers[question] = method(self, *given)
        return answers[question]

    return ask


def _name(given):
    return getattr(given, "_ids", given)
