"""Ports on the local interface: held by us before anybody is told of them."""

import contextlib
import errno
import os
import socket
import time
import urllib.error
import urllib.request

from .console import Failure

LOCAL = "127.0.0.1"
# Where "localhost" leads a browser first: whoever listens there answers in our place.
LOCAL_6 = "::1"
SEARCHED = 200
NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)


class Listener:
    """A port that listens from the moment it is chosen, for a child to serve."""

    def __init__(self, port):
        self.port = port
        self.guard = None
        self.socket = _listening(port)
        try:
            self.guard = _guarding(port)
        except OSError:
            self.socket.close()
            raise
        self.inode = os.fstat(self.socket.fileno()).st_ino

    def fileno(self):
        """Return the descriptor that a child inherits."""
        return self.socket.fileno()

    def hand_over(self):
        """Keep no copy: who connects after the child's end is refused at once."""
        self.socket.close()

    def close(self):
        """Give the port up, for both families of addresses."""
        self.socket.close()
        if self.guard:
            self.guard.close()

    def served_by(self, pid):
        """Tell whether a process holds this very socket, and not one like it.

        :param pid: number of the process
        """
        wanted = f"socket:[{self.inode}]"
        folder = f"/proc/{pid}/fd"
        with contextlib.suppress(OSError):
            return any(_target(folder, name) == wanted for name in os.listdir(folder))
        return False


def _target(folder, name):
    with contextlib.suppress(OSError):
        return os.readlink(f"{folder}/{name}")


def _listening(port):
    """Return a socket that listens on a local port.

    SO_REUSEADDR lets a port be taken again whose last connections still linger; Linux
    refuses it all the same while anybody listens there, at `bind` or at `listen`.

    :raises OSError: when the port is somebody else's
    """
    held = socket.socket()
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((LOCAL, port))
        held.listen(128)
    except OSError:
        held.close()
        raise
    return held


def _guarding(port):
    """Return a socket that keeps others from the same port of the other family.

    It does not listen: who tries it is refused and comes to our listener.
    """
    guard = None
    try:
        guard = socket.socket(socket.AF_INET6)
        guard.bind((LOCAL_6, port))
    except OSError as error:
        if guard:
            guard.close()
        if error.errno in NO_IPV6:
            return None
        raise
    return guard


def take(preferred):
    """Return a listener on the first port, from a preferred one on, that is free.

    :param preferred: where to start
    :raises Failure: when all that are tried are taken
    """
    last = min(preferred + SEARCHED, 65536)
    for port in range(preferred, last):
        with contextlib.suppress(OSError):
            return Listener(port)
    raise Failure(f"no free port between {preferred} and {last - 1}")


def take_asked(port, option):
    """Return a listener on exactly this port.

    :param port: the port
    :param option: the option that asked for it, which the user reads if it is taken
    :raises Failure: when the port is somebody else's or not to be had
    """
    try:
        return Listener(port)
    except OSError as error:
        reason = error.strerror
        if error.errno == errno.EADDRINUSE:
            reason = "another program has it"
        raise Failure(f"port {port}, asked for by {option}: {reason}") from None


def is_free(port):
    """Tell whether a port could be taken now, which says nothing of later.

    :param port: the port
    """
    with contextlib.suppress(OSError):
        Listener(port).close()
        return True
    return False


def wait_greeting(port, check, timeout=30):
    """Wait until a mail server greets on a port.

    :param port: the port
    :param check: called between tries; raises what ends the wait
    :param timeout: seconds after which the wait fails
    """

    def probe():
        with socket.create_connection((LOCAL, port), timeout=5) as client:
            return client.recv(3) == b"220"

    _wait(probe, check, timeout, f"no mail server answers on port {port}")


def wait_page(url, check, timeout=180):
    """Wait until a page answers.

    :param url: address of the page
    :param check: called between tries; raises what ends the wait
    :param timeout: seconds after which the wait fails
    """

    def probe():
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status == 200

    _wait(probe, check, timeout, f"{url} does not answer")


def _wait(probe, check, timeout, failure):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        check()
        with contextlib.suppress(OSError, urllib.error.URLError):
            if probe():
                return
        time.sleep(0.1)
    raise Failure(failure)
