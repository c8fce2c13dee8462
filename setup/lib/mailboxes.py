"""Dovecot, from which the tests fetch mail as Odoo's servers do: Debian's packages.

Only its programs are wanted: each test starts one with a configuration of its own, as
an ordinary user on a free port. The system's own service is not started.
"""

import contextlib
import os
from pathlib import Path

from . import shell

# What each package brings.
PACKAGES = {
    "dovecot-imapd": Path("/usr/lib/dovecot/imap"),
    "dovecot-pop3d": Path("/usr/lib/dovecot/pop3"),
}
# Debian's packages ask this program before they start a service.
POLICY = Path("/usr/sbin/policy-rc.d")
NO_SERVICES = "#!/bin/sh\nexit 101\n"


def require():
    """Have Dovecot's programs, installing Debian's packages when root."""
    for package, program in PACKAGES.items():
        if not program.exists():
            with _no_services():
                shell.install(package, "no server that mail is fetched from")


@contextlib.contextmanager
def _no_services():
    """Keep packages from starting services, where the machine does not already."""
    if os.geteuid() != 0 or POLICY.exists():
        yield
        return
    POLICY.write_text(NO_SERVICES)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
