"""What an answer by mail costs, from the gateway to the commit."""

import itertools
from email.message import EmailMessage

from .agents import TICKET, make_tickets

PLAIN = "It has not worked since this morning.\n\nOn Monday, you wrote:\n> Since when?"
RICH = (
    "<div><p>It has <b>not</b> worked since this morning.</p>"
    "<blockquote>Since when?</blockquote></div>"
)
FILE = bytes(range(256)) * 200

NUMBERS = itertools.count(1)


def answer(place, kind, times, plain=False):
    """Measure answers of customers, each on an incident of its own.

    :param kind: ``text``, ``html`` or ``attachment``
    :param times: how many
    :param plain: whether they are plain tickets, as without the process
    :return: readings
    """
    ids = make_tickets(place, times + 1, "plain" if plain else "waiting")
    with place.environment() as env:
        mails = [
            _write(env[TICKET].browse(ticket_id), kind, plain).as_bytes()
            for ticket_id in ids
        ]
    readings = []
    for mail in mails:
        with place.measured() as reading:
            with place.environment() as env:
                env["mail.thread"].message_process(TICKET, mail)
        readings.append(reading.as_dict())
    # The first one fills the caches.
    return readings[1:]


def _write(ticket, kind, plain):
    """Return the mail of a customer who answers what it was last written."""
    if not plain:
        notices = ticket.notice_ids.filtered(
            lambda notice: notice.partner_id == ticket.partner_id
        )
        asked = notices.sorted("id")[-1:].message_id
    else:
        asked = ticket.message_post(
            body="Since when?",
            partner_ids=ticket.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
    mail = EmailMessage()
    mail["From"] = ticket.partner_id.email_formatted
    mail["To"] = asked.reply_to
    mail["Subject"] = f"Re: {asked.subject or ticket.number}"
    mail["Message-ID"] = f"<bench-{next(NUMBERS)}-{ticket.id}@customer.example.com>"
    mail["In-Reply-To"] = mail["References"] = asked.message_id
    mail.set_content(PLAIN)
    if kind != "text":
        mail.add_alternative(RICH, subtype="html")
    if kind == "attachment":
        mail.add_attachment(
            FILE, maintype="application", subtype="octet-stream", filename="log.bin"
        )
    return mail
