"""Chance that is the same in each run, and another one when somebody asks for it."""

import os
import random

# Whoever wants what chance has not brought yet gives another number.
OTHER = os.environ.get("OPENIP_SEED")


def draw(seed):
    """Return a source of random numbers.

    :param seed: what sets it apart from others of the same run
    """
    return random.Random(f"{seed} {OTHER}" if OTHER else seed)
