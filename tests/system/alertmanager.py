"""Debian's Alertmanager in a folder of its own, posting to a server of ours."""

import contextlib
import json
import os
import re
import subprocess
import time
import urllib.request
from pathlib import Path

from .smtp import free_port

PROGRAM = os.environ.get("OPENIP_ALERTMANAGER")

# Debian's looks for its texts where an installation would have them: this process
# alone sees the unpacked ones there.
SEE = 'mount -t overlay overlay -o lowerdir="$0:/usr/share" /usr/share && exec "$@"'

# As in real settings, but within a second.
CONFIG = """
route:
  receiver: odoo
  group_by: [alertname, site]
  group_wait: 300ms
  group_interval: 300ms
  repeat_interval: 600ms
receivers:
- name: odoo
  webhook_configs:
  - url: "{url}"
    send_resolved: true
    http_config:
      authorization:
        credentials: "{token}"
"""


class Alertmanager:
    """One process, on ports of its own, that talks to no other.

    :param folder: an empty folder for its settings, state and log
    :param url: where it posts
    :param token: which it posts with
    """

    def __init__(self, folder, url, token):
        self.folder = folder
        self.port = free_port()
        self.process = None
        config = folder / "alertmanager.yml"
        config.write_text(CONFIG.format(url=url, token=token))

    @property
    def log(self):
        return self.folder / "alertmanager.log"

    def start(self):
        """Start it, with what it knew when it was stopped."""
        command = [*get_command(), f"--config.file={self.folder / 'alertmanager.yml'}"]
        command += [f"--storage.path={self.folder / 'data'}"]
        command += [f"--web.listen-address=127.0.0.1:{self.port}"]
        command += ["--cluster.listen-address=", "--log.level=debug"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for(self._is_ready)
        return self

    def stop(self):
        """Stop it as its service is stopped."""
        self.process.terminate()
        self.process.wait(30)

    def alert(self, names, site, begin, end=None):
        """Say that services fail, as Prometheus does, or that they work again.

        :param names: of the services
        :param begin: since when, in seconds of the clock on the wall
        :param end: until when
        """
        alerts = [
            {
                "labels": {"alertname": "TrunkDown", "site": site, "service": name},
                "annotations": {"summary": f"{site} is down"},
                "startsAt": _write_date(begin),
                **({"endsAt": _write_date(end)} if end else {}),
            }
            for name in names
        ]
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v2/alerts",
            json.dumps(alerts).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=30).close()

    def count_posts(self):
        """Return how many posts were taken, by its own count."""
        return self._count("alertmanager_notifications_total") - self._count(
            "alertmanager_notifications_failed_total"
        )

    def count_failures(self):
        """Return how many posts were not taken at the first attempt."""
        return self._count("alertmanager_notification_requests_failed_total")

    def _count(self, metric):
        address = f"http://127.0.0.1:{self.port}/metrics"
        with urllib.request.urlopen(address, timeout=30) as answer:
            text = answer.read().decode()
        found = re.findall(rf'^{metric}{{.*"webhook".*}} (\S+)', text, re.M)
        return int(sum(map(float, found)))

    def _is_ready(self):
        with contextlib.suppress(OSError):
            address = f"http://127.0.0.1:{self.port}/-/ready"
            urllib.request.urlopen(address, timeout=5).close()
            return True
        return False


def get_command():
    """Return the command that runs the program, without its options."""
    share = Path(PROGRAM).parents[1] / "share"
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", SEE, share, PROGRAM]


def find_reason():
    """Return why it cannot be run here, None where it can."""
    if not PROGRAM:
        return "Debian's Alertmanager cannot be had here; setup/test says why"
    try:
        command = [*get_command()[:-1], "true"]
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"a process can have no view of its own of /usr/share here: {error}"
    return None


def wait_for(find, timeout=60):
    """Return what a function finds as soon as that is anything.

    :param find: function without parameters
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        found = find()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{find} finds nothing")


def _write_date(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
