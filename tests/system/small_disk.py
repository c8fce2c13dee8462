"""A file store on a file system of its own, which is full when a test says so.

It is mounted in the server's own name space: nobody else sees it, and nothing of it is
left when the server has ended.
"""

import contextlib
import subprocess
from pathlib import Path

PAGE = 4096
SHELL = """
set -e
mount -t tmpfs -o size="$2" none "$3"
cp -a "$1/." "$3"
mount --bind "$3" "$1"
shift 3
exec "$@"
"""


class SmallDisk:
    """A small file system in the place of a database's file store.

    :param folder: the file store
    :param place: an empty folder
    :param spare: how many bytes fit into it beside what is there
    """

    def __init__(self, folder, place, spare):
        self.folder = Path(folder)
        pages = sum(
            -(-path.stat().st_size // PAGE) + 1 for path in self.folder.rglob("*")
        )
        size = pages * PAGE + spare
        self.command = ("unshare", "--map-root-user", "--mount", "sh", "-c", SHELL)
        self.command += ("sh", folder, size, place)

    @staticmethod
    def is_possible():
        """Tell whether this user may mount at all."""
        command = ["unshare", "--map-root-user", "--mount", "true"]
        with contextlib.suppress(OSError):
            return not subprocess.run(command, capture_output=True).returncode
        return False

    def see(self, server):
        """Return the file store as a server sees it."""
        [process] = server.processes
        return Path(f"/proc/{process.pid}/root{self.folder.resolve()}")

    def fill(self, server):
        """Leave no room for anything."""
        size = 1024**2
        with open(self.see(server) / "ballast", "ab", buffering=0) as ballast:
            while size:
                try:
                    ballast.write(b"x" * size)
                except OSError:
                    size //= 2

    def empty(self, server):
        """Give the room back."""
        (self.see(server) / "ballast").unlink()
