"""What ends the processes of workers in the middle of their work."""

import threading

from . import seeds


class Killer:
    """Kills workers at random moments, always the same ones for the same seed.

    :param batch: how many incidents share a transaction of a worker
    """

    def __init__(self, workers, smtp, batch=20, seed=20261123):
        self.random = seeds.draw(seed)
        self.workers = workers
        self.smtp = smtp
        self.batch = batch
        self.kills = 0
        self.kills_at_acceptance = 0

    def strike(self):
        """Start a worker and kill it."""
        self.kills += 1
        killed = threading.Event()
        self.smtp.answer = lambda envelope: self.smtp.ACCEPTED
        if self.random.random() < 0.4:
            self._aim_at_acceptance(killed)
            moment = 5
        else:
            moment = self.random.uniform(0, 0.3)
        [worker] = self.workers.fork(("work", {"batch": self.batch}))
        killed.wait(moment)
        worker.kill()
        self.smtp.answer = lambda envelope: self.smtp.ACCEPTED

    def strike_at(self, jobs, soonest, latest):
        """Start workers for jobs and kill them, all at one moment.

        :param jobs: see :meth:`~.workers.Workers.fork`
        :param soonest: seconds after which they are killed at the earliest
        :param latest: and at the latest
        """
        self.kills += 1
        workers = self.workers.fork(*jobs)
        threading.Event().wait(self.random.uniform(soonest, latest))
        for worker in workers:
            worker.strike()
        for worker in workers:
            worker.kill()

    def _aim_at_acceptance(self, killed):
        """Have the mail server kill the worker when it accepts one of the next mails.

        It dies before it hears so, and thus before it notes that the mail was sent.
        """
        left = self.random.randint(1, 8)

        def answer(envelope):
            nonlocal left
            left -= 1
            if not left:
                self.workers.alive[-1].strike()
                self.kills_at_acceptance += 1
                killed.set()
            return self.smtp.ACCEPTED

        self.smtp.answer = answer
