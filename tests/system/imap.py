"""A real mailbox: Debian's Dovecot, as an ordinary user with a folder of its own."""

import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .smtp import free_port

PROGRAM = "/usr/sbin/dovecot"
USER, PASSWORD = "incident", "secret"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
protocols = imap pop3
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop_port}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
"""


class MailServer:
    """One mailbox that Odoo fetches mail from by IMAP or POP3."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="openip-mail-", dir="/var/tmp"))
        self.ports = {"imap": free_port(), "pop": free_port()}
        self.process = None
        # Dovecot would give itself up to what runs as root; a test needs none of it.
        self.owner = pwd.getpwuid(os.geteuid() or pwd.getpwnam("nobody").pw_uid)

    def start(self):
        """Start Dovecot in the foreground and wait until it greets."""
        for name in ("new", "cur", "tmp"):
            (self.folder / "mail" / name).mkdir(parents=True)
        config = self.folder / "dovecot.conf"
        config.write_text(self._get_config())
        self._give_away()
        options = {"start_new_session": True, "cwd": "/"}
        if os.geteuid() == 0:
            ids = {"user": self.owner.pw_uid, "group": self.owner.pw_gid}
            options.update(ids, extra_groups=[])
        command = [PROGRAM, "-F", "-c", str(config)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)
        self._wait()
        return self

    def stop(self):
        """Stop Dovecot and throw its mails away."""
        if self.process:
            # All its processes: asked to end, they take a second.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        shutil.rmtree(self.folder)

    def deliver(self, *mails):
        """Put mails into the mailbox, in their order.

        :param mails: bytes of each
        """
        for mail in mails:
            number = len(list((self.folder / "mail").rglob("mail-*")))
            # Dovecot sorts what arrives in the same second by name.
            name = f"mail-{number:06}"
            draft = self.folder / "mail" / "tmp" / name
            draft.write_bytes(mail)
            os.chown(draft, self.owner.pw_uid, self.owner.pw_gid)
            draft.rename(self.folder / "mail" / "new" / name)

    @contextlib.contextmanager
    def session(self):
        """Look into the mailbox as any mail program does."""
        client = imaplib.IMAP4("127.0.0.1", self.ports["imap"])
        try:
            client.login(USER, PASSWORD)
            client.select(readonly=True)
            yield client
        finally:
            client.logout()

    def count(self, criterion="UNSEEN"):
        """Return how many mails the mailbox holds.

        :param criterion: which of them, in the words of IMAP
        """
        with self.session() as client:
            _answer, [found] = client.search(None, criterion)
        return len(found.split())

    def _get_config(self):
        group = subprocess.check_output(
            ["getent", "group", str(self.owner.pw_gid)], text=True
        )
        return CONFIG.format(
            folder=self.folder,
            owner=self.owner.pw_name,
            uid=self.owner.pw_uid,
            gid=self.owner.pw_gid,
            group=group.partition(":")[0],
            password=PASSWORD,
            imap_port=self.ports["imap"],
            pop_port=self.ports["pop"],
        )

    def _give_away(self):
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _wait(self, timeout=30):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self.count()
                return
            time.sleep(0.05)
        log = self.folder / "log"
        words = log.read_text()[-2000:] if log.is_file() else "no log"
        raise AssertionError(f"Dovecot does not answer:\n{words}")
