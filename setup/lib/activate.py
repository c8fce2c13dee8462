"""Run a program that finds listening sockets from descriptor 3 on, as systemd's do.

    activate.py DESCRIPTOR[,DESCRIPTOR] PROGRAM [ARGUMENT ...]

Source of the convention: sd_listen_fds(3). Odoo follows it, and so does `sockets`.
"""

import fcntl
import os
import socket
import sys

FIRST = 3


def main(descriptors, *command):
    # Copies first, or one that is put in its place would cover another.
    above = FIRST + len(descriptors)
    copies = [fcntl.fcntl(number, fcntl.F_DUPFD, above) for number in descriptors]
    for place, number in enumerate(copies, FIRST):
        os.dup2(number, place)
    for number in {*descriptors, *copies} - set(range(FIRST, above)):
        os.close(number)
    os.environ["LISTEN_FDS"] = str(len(descriptors))
    # The number stays the same through exec, and no grandchild has it.
    os.environ["LISTEN_PID"] = str(os.getpid())
    os.execvp(command[0], command)


def sockets(*ports):
    """Return the sockets that we were started with, else new ones on local ports.

    :param ports: the ports for a program that was started without
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        given = range(FIRST, FIRST + int(os.environ["LISTEN_FDS"]))
        return [socket.socket(fileno=number) for number in given]
    return [socket.create_server(("127.0.0.1", port)) for port in ports]


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1].split(",")], *sys.argv[2:])
