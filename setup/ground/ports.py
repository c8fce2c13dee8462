"""Ports on the local interface."""

import contextlib
import socket
import time
import urllib.error
import urllib.request

from .console import Failure

LOCAL = "127.0.0.1"


def free(preferred, taken=()):
    """Return the first free port from a preferred one on.

    :param preferred: where to start
    :param taken: ports that are promised to somebody else
    """
    for port in range(preferred, preferred + 200):
        if port not in taken and _is_free(port):
            return port
    raise Failure(f"no free port between {preferred} and {preferred + 199}")


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((LOCAL, port))
            return True
    return False


def wait_open(port, alive, timeout=30):
    """Wait until something listens on a port.

    :param port: the port
    :param alive: called to know whether waiting still makes sense
    :param timeout: seconds after which the wait fails
    """

    def probe():
        with socket.create_connection((LOCAL, port), timeout=1):
            return True

    _wait(probe, alive, timeout, f"nothing listens on port {port}")


def wait_page(url, alive, timeout=180):
    """Wait until a page answers.

    :param url: address of the page
    :param alive: called to know whether waiting still makes sense
    :param timeout: seconds after which the wait fails
    """

    def probe():
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status == 200

    _wait(probe, alive, timeout, f"{url} does not answer")


def _wait(probe, alive, timeout, failure):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and alive():
        with contextlib.suppress(OSError, urllib.error.URLError):
            if probe():
                return
        time.sleep(0.1)
    raise Failure(failure)
