"""The mail catcher: an SMTP port that keeps every mail, and a page that shows them.

Runs by itself in the virtual environment. aiosmtpd receives and aiohttp serves; what is
here is the table between them. The routes are those of sendria 2.2.2, which was the
catcher before and has had no release since 2021:

* ``GET /api/messages/?page=1``: the newest first, 100 a page (ours: ``&source=0``
  leaves the sources out);
* ``GET /api/messages/7.source``, ``.eml``, ``.json``, ``.html``, ``.plain``;
* ``GET /api/messages/7/parts/NAME``: a part by its content id or its place;
* ``DELETE /api/messages/`` and ``/api/messages/7``.
"""

import argparse
import asyncio
import email.policy
import email.utils
import json
import logging
import re
import signal
import sqlite3
from pathlib import Path

import activate
from aiohttp import web
from aiosmtpd.smtp import SMTP

PER_PAGE = 100
PAGE = Path(__file__).with_name("catcher.html")
# A number is never given twice, so that "newer than" holds after the mails are deleted.
TABLE = """
CREATE TABLE IF NOT EXISTS mail (
    id integer PRIMARY KEY AUTOINCREMENT,
    created_at text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    peer text NOT NULL,
    sender text NOT NULL,
    recipients text NOT NULL,
    source blob NOT NULL
)
"""
# What a mail says runs nowhere: no scripts, no forms, links in a window of their own.
ALONE = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "img-src * data:; style-src 'unsafe-inline'; font-src *; base-uri 'self'"
)
CID = re.compile(r"\bcid:([^\s\"'<>()]+)")


class Mails:
    """The kept mails, and what aiosmtpd calls for each new one."""

    def __init__(self, path):
        self.base = sqlite3.connect(path, isolation_level=None)
        self.base.row_factory = sqlite3.Row
        self.base.execute("PRAGMA synchronous = off")
        self.base.execute(TABLE)

    async def handle_DATA(self, server, session, envelope):
        """Keep a mail."""
        recipients = json.dumps(envelope.rcpt_tos)
        peer = ":".join(str(part) for part in session.peer[:2])
        values = (peer, envelope.mail_from or "", recipients, envelope.content)
        self.base.execute(
            "INSERT INTO mail (peer, sender, recipients, source) VALUES (?, ?, ?, ?)",
            values,
        )
        return "250 Message kept"

    def page(self, number):
        """Return the mails of a page, the newest first, and the number of pages."""
        [[count]] = self.base.execute("SELECT count(*) FROM mail")
        rows = self.base.execute(
            "SELECT * FROM mail ORDER BY id DESC LIMIT ? OFFSET ?",
            (PER_PAGE, (number - 1) * PER_PAGE),
        )
        return [Mail(row) for row in rows], -(-count // PER_PAGE)

    def get(self, number):
        """Return the mail with a number, or answer that there is none."""
        rows = self.base.execute("SELECT * FROM mail WHERE id = ?", (number,))
        for row in rows:
            return Mail(row)
        raise web.HTTPNotFound(text="404: message does not exist")

    def delete(self, number=None):
        """Forget the mail with a number, or all."""
        self.base.execute("DELETE FROM mail WHERE ? IN (id, 0)", (number or 0,))


class Mail:
    """One kept mail."""

    def __init__(self, row):
        self.row = row
        self.parsed = email.message_from_bytes(row["source"])

    @property
    def source(self):
        """Return the mail with its envelope in front."""
        recipients = ", ".join(json.loads(self.row["recipients"]))
        head = f"X-Peer: {self.row['peer']}\r\nX-MailFrom: {self.row['sender']}\r\n"
        return f"{head}X-RcptTo: {recipients}\r\n".encode() + self.row["source"]

    def summary(self):
        """Return what a list says of the mail."""
        return {
            "id": self.row["id"],
            "created_at": self.row["created_at"],
            "peer": self.row["peer"],
            "sender_envelope": self.row["sender"],
            "sender_message": _decoded(self.parsed["From"]),
            "recipients_envelope": json.loads(self.row["recipients"]),
            "recipients_message_to": self._addresses("To"),
            "recipients_message_cc": self._addresses("Cc"),
            "recipients_message_bcc": self._addresses("Bcc"),
            "subject": _decoded(self.parsed["Subject"]),
            "type": self.parsed.get_content_type(),
            "size": len(self.row["source"]),
        }

    def whole(self):
        """Return what a list says of the mail, with its text as received."""
        text = self.source.decode(errors="replace")
        return {**self.summary(), "source": text}

    def _addresses(self, name):
        headers = [str(value) for value in self.parsed.get_all(name, [])]
        pairs = email.utils.getaddresses(headers)
        return [f"{_decoded(name)} <{mail}>" if name else mail for name, mail in pairs]

    def details(self):
        """Return what the page of the mail says."""
        base = f"/api/messages/{self.row['id']}"
        formats = {"source": f"{base}.source"}
        for name, kind in (("plain", "text/plain"), ("html", "text/html")):
            if self.text(kind) is not None:
                formats[name] = f"{base}.{name}"
        files = [
            {"filename": part.get_filename(), "href": f"{base}/parts/{place}"}
            for place, part in enumerate(self.parsed.walk())
            if part.get_filename()
        ]
        return {
            **self.whole(),
            "href": f"{base}.eml",
            "formats": formats,
            "attachments": files,
        }

    def text(self, kind):
        """Return the first part of a kind that is no file, or None."""
        for part in self.parsed.walk():
            if part.get_content_type() == kind and not part.get_filename():
                charset = part.get_content_charset() or "utf-8"
                content = part.get_payload(decode=True) or b""
                try:
                    return content.decode(charset, "replace")
                except LookupError:
                    return content.decode("utf-8", "replace")
        return None

    def html(self):
        """Return the HTML text with its pictures, or None."""
        found = self.text("text/html")
        if found is None:
            return None
        parts = rf"/api/messages/{self.row['id']}/parts/\1"
        return '<base target="_blank">' + CID.sub(parts, found)

    def part(self, name):
        """Return a part by its content id or its place."""
        for place, part in enumerate(self.parsed.walk()):
            if name in (str(place), (part["Content-ID"] or "").strip(" <>")):
                return part
        raise web.HTTPNotFound(text="404: part does not exist")


def _decoded(header):
    """Return a header as it is read, whatever is wrong with it."""
    line = re.sub(r"[\r\n]+", "", str(header or ""))
    try:
        return email.policy.default.header_factory("x", line).strip()
    except (ValueError, LookupError, IndexError, AttributeError):
        return line


class Pages:
    """The page and the routes below it."""

    def __init__(self, mails):
        self.mails = mails
        self.application = web.Application()
        one = r"/api/messages/{number:\d+}"
        self.application.add_routes(
            [
                web.get("/", self.index),
                web.get("/api/messages/", self.messages),
                web.delete("/api/messages/", self.delete),
                web.delete(one, self.delete),
                web.get(one + r".{shape:source|eml|json|html|plain}", self.message),
                web.get(one + "/parts/{name}", self.part),
            ]
        )

    async def index(self, request):
        return web.FileResponse(PAGE)

    async def messages(self, request):
        asked = request.query.get("page", "")
        number = int(asked) if re.fullmatch("[1-9][0-9]{0,8}", asked) else 1
        mails, pages = self.mails.page(number)
        brief = request.query.get("source") == "0"
        data = [mail.summary() if brief else mail.whole() for mail in mails]
        return _json(data, meta={"pages_total": pages})

    async def message(self, request):
        mail = self._mail(request)
        shape = request.match_info["shape"]
        if shape == "json":
            return _json(mail.details())
        if shape == "html":
            return _shown(mail.html(), "text/html")
        if shape == "plain":
            return _shown(mail.text("text/plain"), "text/plain")
        kind = "text/plain" if shape == "source" else "message/rfc822"
        return _answer(body=mail.source, content_type=kind)

    async def part(self, request):
        part = self._mail(request).part(request.match_info["name"])
        content = part.get_payload(decode=True) or b""
        return _answer(body=content, content_type=part.get_content_type())

    async def delete(self, request):
        self.mails.delete(int(request.match_info.get("number", 0)))
        return _json({})

    def _mail(self, request):
        return self.mails.get(int(request.match_info["number"]))


def _json(data, **more):
    return web.json_response({"code": "OK", "data": data, **more})


def _shown(text, kind):
    if text is None:
        raise web.HTTPNotFound(text="404: part does not exist")
    content = text.encode("utf-8", "replace")
    return _answer(body=content, content_type=kind, charset="utf-8")


def _answer(**options):
    headers = {"Content-Security-Policy": ALONE, "X-Content-Type-Options": "nosniff"}
    return web.Response(headers=headers, **options)


async def serve(mails, smtp, http):
    """Take mails and show them until asked to stop.

    :param mails: where they are kept
    :param smtp: socket that takes mails
    :param http: socket of the page
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    options = {"hostname": "localhost", "enable_SMTPUTF8": True, "loop": loop}
    options["data_size_limit"] = None
    server = await loop.create_server(lambda: SMTP(mails, **options), sock=smtp)
    runner = web.AppRunner(Pages(mails).application, access_log=None)
    await runner.setup()
    await web.SockSite(runner, http, shutdown_timeout=1).start()
    await stop.wait()
    server.close()
    await runner.cleanup()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp-port", type=int, default=1025)
    parser.add_argument("--port", type=int, default=1080)
    parser.add_argument("--database", default=":memory:", help="file of the mails")
    options = parser.parse_args()
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("mail.log").setLevel("WARNING")
    sockets = activate.sockets(options.smtp_port, options.port)
    asyncio.run(serve(Mails(options.database), *sockets))


if __name__ == "__main__":
    main()
