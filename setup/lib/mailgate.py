"""The way in for mail: an SMTP port that hands each mail to Odoo's gateway.

Runs by itself in the virtual environment: it is what `odoo-mailgate` is to Postfix.
"""

import argparse
import asyncio
import logging
import signal
import xmlrpc.client

import activate
from aiosmtpd.smtp import SMTP

_logger = logging.getLogger("mailgate")

SIZE_LIMIT = 50 * 1024 * 1024
ACCEPTED = "250 Message accepted for delivery"
NO_ROUTE = "550 5.1.1 No such address"
# Whatever else goes wrong is ours to repair: the sender keeps the mail and retries.
LATER = "451 4.3.0 Temporary failure, please try again later"


class Gateway:
    """Odoo's mail gateway, reached as any external program reaches it."""

    def __init__(self, url, database, login, password):
        self.url = url
        self.database = database
        self.login = login
        self.password = password

    def deliver(self, content):
        """Hand a mail to Odoo and return the SMTP answer.

        :param content: the mail as received, in bytes
        """
        try:
            self._process(content)
        except xmlrpc.client.Fault as fault:
            _logger.warning("refused: %s", fault.faultString.strip().splitlines()[-1])
            return NO_ROUTE if "No possible route" in fault.faultString else LATER
        except (OSError, xmlrpc.client.Error) as error:
            _logger.warning("not reachable: %s", error)
            return LATER
        return ACCEPTED

    def _process(self, content):
        # A proxy serves one request at a time, so each delivery has its own.
        common = self._proxy("common")
        uid = common.authenticate(self.database, self.login, self.password, {})
        if not uid:
            raise OSError(f"Odoo does not know {self.login}")
        self._proxy("object").execute_kw(
            self.database,
            uid,
            self.password,
            "mail.thread",
            "message_process",
            [False, xmlrpc.client.Binary(content)],
        )

    def _proxy(self, service):
        return xmlrpc.client.ServerProxy(
            f"{self.url}/xmlrpc/2/{service}", allow_none=True
        )


class Handler:
    """What aiosmtpd calls for each mail."""

    def __init__(self, gateway):
        self.gateway = gateway

    async def handle_DATA(self, server, session, envelope):
        """Answer the sender only after Odoo has answered us."""
        answer = await asyncio.to_thread(self.gateway.deliver, _stamped(envelope))
        _logger.info("%s -> %s: %s", envelope.mail_from, envelope.rcpt_tos, answer)
        return answer


def _stamped(envelope):
    """Return the mail with the envelope's addresses, as a delivery agent notes them."""
    recipients = "".join(f"Delivered-To: {name}\r\n" for name in envelope.rcpt_tos)
    sender = f"Return-Path: <{envelope.mail_from or ''}>\r\n"
    return (sender + recipients).encode() + envelope.content


async def serve(gateway, port):
    """Accept mail until asked to stop.

    :param gateway: where mails go
    :param port: local port to listen on, unless we were started with a socket
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    options = {"data_size_limit": SIZE_LIMIT, "enable_SMTPUTF8": True, "loop": loop}
    [listening] = activate.sockets(port)
    server = await loop.create_server(
        lambda: SMTP(Handler(gateway), hostname="localhost", **options), sock=listening
    )
    await stop.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--url", default="http://127.0.0.1:8069")
    parser.add_argument("--database", default="openip")
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", default="admin")
    options = parser.parse_args()
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("mail.log").setLevel("WARNING")
    access = (options.database, options.login, options.password)
    asyncio.run(serve(Gateway(options.url, *access), options.port))


if __name__ == "__main__":
    main()
