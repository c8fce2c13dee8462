# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Half-open intervals of time: what they share, what is left, how long they are.

A set of intervals is a list of (start, end), sorted, none empty, none touching the
next unless it says so. Moments are naive UTC.
"""

from datetime import timedelta

SECOND = timedelta(seconds=1)


def unite(intervals):
    """Return the union: sorted, without overlaps, without empty ones.

    :param intervals: iterable of (start, end) in any order; an end before its start
        makes an interval empty
    """
    united = []
    for start, end in sorted(one for one in intervals if one[0] < one[1]):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def intersect(first, second):
    """Return what two sets of intervals share.

    :param first: sorted intervals without overlaps
    :param second: the same
    """
    shared, one, other = [], 0, 0
    while one < len(first) and other < len(second):
        start = max(first[one][0], second[other][0])
        end = min(first[one][1], second[other][1])
        if start < end:
            shared.append((start, end))
        if first[one][1] <= second[other][1]:
            one += 1
        else:
            other += 1
    return shared


def subtract(intervals, taken):
    """Return what is left of a set of intervals without another.

    :param intervals: sorted intervals without overlaps
    :param taken: the same
    """
    left = []
    for start, end in intervals:
        for away, back in taken:
            if back <= start:
                continue
            if away >= end:
                break
            if start < away:
                left.append((start, away))
            start = back
            if start >= end:
                break
        if start < end:
            left.append((start, end))
    return left


def measure(intervals):
    """Return how long intervals without overlaps are together, in whole seconds."""
    return sum((end - start) // SECOND for start, end in intervals)
