# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Something that goes on, for contexts: records keep a context longer than it lasts."""


class Act:
    """Is said by a context while it goes on; no RPC can forge it.

    :ivar done: what is dealt with of it
    """

    def __init__(self):
        self._goes_on = True
        self.done = set()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._goes_on = False

    @classmethod
    def find(cls, context, name):
        """Return what goes on, or None.

        :param context: that of records
        :param name: under which it is said
        """
        act = context.get(name)
        return act if isinstance(act, cls) and act._goes_on else None
