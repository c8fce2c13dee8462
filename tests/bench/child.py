"""A process that answers requests, one line of JSON each."""

import itertools
import json
import os
import subprocess
import sys

from .console import ROOT


class ChildError(Exception):
    """A child process has failed: what it said."""


class Child:
    """A module of this package, running as a process of its own.

    :param module: its name
    :param arguments: its command line
    :param log: where it writes what it has to say
    """

    def __init__(self, module, arguments, log):
        self.log = log
        reading, answers = os.pipe()
        command = [sys.executable, "-m", f"tests.bench.{module}", str(answers)]
        command += [str(argument) for argument in arguments]
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                pass_fds=[answers],
                text=True,
                # Ctrl-C reaches the parent alone, which ends them in order.
                start_new_session=True,
            )
        os.close(answers)
        self.answers = os.fdopen(reading)
        self.ready = self._read()

    def ask(self, name, /, **arguments):
        """Have something done and return what came of it.

        :param name: what the child knows it by
        :param arguments: its keyword arguments
        """
        self.send(name, **arguments)
        return self._read()

    def send(self, name, /, **arguments):
        """Have something done without waiting for it: see :meth:`receive`."""
        request = json.dumps({"name": name, "arguments": arguments})
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()

    def receive(self):
        """Return the answer to what was sent last."""
        return self._read()

    def close(self):
        """End the process."""
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.answers.close()

    def _read(self):
        line = self.answers.readline()
        if not line:
            raise ChildError(f"a process has ended:\n{self._last_words()}")
        answer = json.loads(line)
        if "error" in answer:
            raise ChildError(f"{answer['error']}\n(see {self.log})")
        return answer["result"]

    def _last_words(self):
        with open(self.log, errors="replace") as log:
            return log.read()[-2000:]


def serve(channel, functions, requests):
    """Answer requests until there are none left; called in the child.

    :param channel: number of the file that the answers are written to
    :param functions: dict of name: function
    :param requests: lines of JSON
    """
    ready = json.dumps({"name": "ready", "arguments": {}})
    with os.fdopen(channel, "w") as answers:
        for line in itertools.chain([ready], requests):
            request = json.loads(line)
            try:
                answer = {"result": functions[request["name"]](**request["arguments"])}
            except Exception as error:
                sys.excepthook(*sys.exc_info())
                answer = {
                    "error": f"{request['name']}: {type(error).__name__}: {error}"
                }
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
