"""What limits in seconds are on a machine that is slower than where they were set."""

import functools
import time

ROUNDS = 2_000_000
# Seconds of a core for so many, where the limits were set; a quick machine takes half.
SET_AT = 0.15


@functools.cache
def allow(seconds):
    """Return how long something may take here.

    :param seconds: of a core, where the limits were set; never less is allowed
    """
    return seconds * max(1, min(_measure() for _time in range(3)) / SET_AT)


def _measure():
    begin = time.process_time()
    sum(number * number % 7 for number in range(ROUNDS))
    return time.process_time() - begin
