"""What ends the processes of workers in the middle of their work."""

import random
import threading


class Killer:
    """Kills workers at random moments, always the same ones for the same seed."""

    def __init__(self, workers, smtp):
        self.random = random.Random(20261123)
        self.workers = workers
        self.smtp = smtp
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
        [worker] = self.workers.fork(("work", {"batch": 20}))
        killed.wait(moment)
        worker.kill()
        self.smtp.answer = lambda envelope: self.smtp.ACCEPTED

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
