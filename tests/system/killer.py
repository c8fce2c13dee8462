"""What ends the processes of workers in the middle of their work."""

from . import seeds

# Workers that find nothing to do are started in vain; so many times at most.
VAIN = 4


class Killer:
    """Kills workers at random places of their work, the same ones for the same seed.

    Never by the clock: a fast machine comes as far as a slow one before each kill. A
    place is a statement or a commit that the worker does not come to any more. That is
    where a crash can be told from another one: whatever the database has begun for a
    process that is dead, it ends as if the process had died just after.

    :param batch: how many incidents share a transaction of a worker
    :param steps: the step at which a worker dies at the latest
    :param mails: the mail at whose acceptance it dies at the latest
    :ivar kills: how many were killed amid their work
    """

    def __init__(self, workers, smtp, batch=20, steps=400, mails=8, seed=20261123):
        self.random = seeds.draw(seed)
        self.steps = steps
        self.mails = mails
        self.workers = workers
        self.smtp = smtp
        self.batch = batch
        self.kills = 0
        self.kills_at_acceptance = 0
        self.vain = 0

    def strike(self):
        """Start a worker and kill it, unless it comes to the end of its work before."""
        job = {"batch": self.batch}
        at_acceptance = self.random.random() < 0.4
        if not at_acceptance:
            job["die_at"] = self.random.randint(1, self.steps)
        [worker] = self.workers.fork(("work_off", job))
        if at_acceptance:
            self._aim_at_acceptance(worker)
        self._await_end(worker)
        self.smtp.answer = lambda envelope: self.smtp.ACCEPTED

    def strike_all(self, *jobs):
        """Start workers for jobs; kill one of them amid its work, and all with it.

        :param jobs: pairs, see :meth:`~.workers.Workers.fork`
        """
        jobs = list(jobs)
        chosen = self.random.randrange(len(jobs))
        name, arguments = jobs[chosen]
        die_at = self.random.randint(1, self.steps)
        jobs[chosen] = name, {**arguments, "die_at": die_at}
        workers = self.workers.fork(*jobs)
        workers[chosen].await_end()
        for worker in workers:
            worker.strike()
        self._await_end(workers.pop(chosen))
        for worker in workers:
            worker.kill()

    def _await_end(self, worker):
        """Wait until a worker has ended, and count how."""
        worker.await_end()
        killed = worker.has_been_killed()
        self.kills += killed
        self.vain += not killed
        assert self.vain <= VAIN * (self.kills + VAIN), "hardly anybody has work"

    def _aim_at_acceptance(self, worker):
        """Have the mail server kill a worker when it accepts one of the next mails.

        It dies before it hears so, and thus before it notes that the mail was sent.
        """
        left = self.random.randint(1, self.mails)

        def answer(envelope):
            nonlocal left
            left -= 1
            if not left:
                worker.strike()
                self.kills_at_acceptance += 1
            return self.smtp.ACCEPTED

        self.smtp.answer = answer
