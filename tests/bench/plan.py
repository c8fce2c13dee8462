"""How much is measured: the levels of the command line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The numbers of one level."""

    # Tickets of the databases, the smallest first; most is measured in `main`.
    sizes: tuple
    main: int
    # How often ours and the peer's are measured in turn.
    pairs: int
    # Incidents that are due in one pass.
    due: int
    # Numbers due for the curve, and how often each.
    curve: tuple
    curve_times: int
    # What the peer is given, which is slower.
    peer_due: int
    peer_close: tuple
    memory_due: int
    # Several batches for each of two workers.
    workers_due: int
    # Single scenarios, requests and mails.
    repeats: int
    # Of each kind, made before anything is measured in the main database.
    waiting: int
    reminded: int
    announced: int

    def get_pools(self, tickets):
        """Return how many incidents of each kind a database has.

        :param tickets: how many tickets it has in all
        """
        if tickets == self.main:
            pools = {
                "waiting": self.waiting,
                "reminded": self.reminded,
                "announced": self.announced,
            }
        else:
            waiting = (self.pairs + 1) * self.due + 3000
            pools = {"waiting": waiting, "reminded": 0, "announced": 0}
        return {"closed": max(0, tickets - sum(pools.values())), **pools}


QUICK = Plan(
    sizes=(17_000, 36_000),
    main=17_000,
    pairs=3,
    due=300,
    curve=(100, 300, 1000),
    curve_times=1,
    peer_due=60,
    peer_close=(60,),
    memory_due=1500,
    workers_due=800,
    repeats=6,
    waiting=13_900,
    reminded=700,
    announced=1000,
)
NORMAL = Plan(
    sizes=(10_000, 100_000),
    main=100_000,
    pairs=5,
    due=1000,
    curve=(100, 300, 1000, 3000, 10_000),
    curve_times=2,
    peer_due=200,
    peer_close=(200, 1000),
    memory_due=20_000,
    workers_due=1200,
    repeats=30,
    waiting=85_500,
    reminded=3000,
    announced=11_000,
)
FULL = Plan(
    sizes=(10_000, 100_000, 1_000_000),
    main=100_000,
    pairs=5,
    due=1000,
    curve=(100, 300, 1000, 3000, 10_000),
    curve_times=2,
    peer_due=1000,
    peer_close=(1000, 2000, 5000),
    memory_due=20_000,
    workers_due=1200,
    repeats=50,
    waiting=88_000,
    reminded=3000,
    announced=9000,
)

LEVELS = {"quick": QUICK, "normal": NORMAL, "full": FULL}
