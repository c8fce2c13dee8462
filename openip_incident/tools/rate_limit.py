# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How often somebody may call, counted by each process of the server for itself."""

import threading
import time
from collections import OrderedDict

MINUTE = 60.0
# Whoever calls from ever other places must not fill the memory.
MAX_CALLERS = 4096


class RateLimit:
    """Calls per minute and caller, in windows of a minute.

    :param clock: function that returns seconds, for tests
    """

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._windows = OrderedDict()

    def count(self, caller, limit):
        """Count a call.

        :param caller: anything hashable
        :param int limit: calls per minute
        :return: seconds to wait for the next one, 0 where this one may be answered
        """
        now = self._clock()
        with self._lock:
            begin, calls = self._windows.pop(caller, (now, 0))
            if now - begin >= MINUTE:
                begin, calls = now, 0
            self._windows[caller] = begin, calls + 1
            while len(self._windows) > MAX_CALLERS:
                self._windows.popitem(last=False)
        return 0 if calls < limit else max(1, int(begin + MINUTE - now))
