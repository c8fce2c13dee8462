"""What an answer by mail costs, from the gateway to the commit."""

import uuid
from email.message import EmailMessage

from .agents import TICKET, _take_customers, make_tickets

# In words of its own: who says the same twice is taken for a machine.
PLAIN = (
    "{words}. It has not worked since this morning.\n\n"
    "On Monday, you wrote:\n> Since when?"
)
RICH = (
    "<div><p>{words}. It has <b>not</b> worked since this morning.</p>"
    "<blockquote>Since when?</blockquote></div>"
)
FILE = bytes(range(256)) * 200


def answer(session, kind, times, plain=False):
    """Measure answers of customers, each on an incident of its own.

    :param kind: ``text``, ``html`` or ``attachment``
    :param times: how many
    :param plain: whether they are plain tickets, as without the process
    :return: readings
    """
    ids = make_tickets(session, times + 1, "plain" if plain else "waiting")
    with session.environment() as env:
        mails = [
            _write(env[TICKET].browse(ticket_id), kind, plain).as_bytes()
            for ticket_id in ids
        ]
    readings = []
    for mail in mails:
        with session.measured() as reading:
            with session.environment() as env:
                env["mail.thread"].message_process(TICKET, mail)
        readings.append(reading.as_dict())
    if not plain:
        _ensure_heard(session, ids)
    # The first one fills the caches.
    return readings[1:]


def _ensure_heard(session, ids):
    """Fail unless each mail counts as the answer of its incident."""
    [[found]] = session.execute(
        "SELECT count(*) FROM helpdesk_ticket "
        "WHERE id = ANY(%s) AND last_answer_date IS NOT NULL",
        ids,
    )
    if found < len(ids):
        raise ValueError(f"{found} answers were heard instead of {len(ids)}")


def intake(session, times, plain=False, asked=False):
    """Measure mails that begin something new, each of a customer of its own.

    :param times: how many
    :param plain: whether they become plain tickets, as without the process
    :param asked: whether incidents wait for the customers, and each mail may be the
        answer
    :return: readings
    """
    address = "plain" if plain else "incidents"
    if plain:
        make_tickets(session, 1, "plain")
    find = _find_asked if asked else _create_customers
    senders = find(session, times + 1)
    readings = []
    for sender in senders:
        mail = _begin_mail(sender, f"{address}@operator.example.com", "No dial tone")
        mail.set_content("Nothing works since this morning.")
        with session.measured() as reading:
            with session.environment() as env:
                env["mail.thread"].message_process(TICKET, mail.as_bytes())
        readings.append(reading.as_dict())
    _ensure_taken_in(session, senders, plain)
    return readings[1:]


def _find_asked(session, count):
    """Return the addresses of customers for whom incidents wait."""
    return [address for _id, address in _take_customers(session, count, "ASC")]


def _create_customers(session, count):
    """Return the addresses of customers who have reported nothing yet."""
    addresses = [f"{uuid.uuid4().hex}@customer.example.com" for _time in range(count)]
    with session.environment() as env:
        env["res.partner"].create(
            [
                {"name": "New customer", "email": address, "is_company": True}
                for address in addresses
            ]
        )
    return addresses


def _ensure_taken_in(session, senders, plain):
    """Fail unless each mail has become a ticket, or was answered with a form link."""
    query = (
        "SELECT count(*) FROM helpdesk_ticket "
        "WHERE name = 'No dial tone' AND partner_email = ANY(%s)"
        if plain
        else "SELECT count(*) FROM incident_intake WHERE email_normalized = ANY(%s) "
        "AND sent_date IS NOT NULL AND hold_reason IS NULL"
    )
    [[found]] = session.execute(query, senders)
    if found != len(senders):
        raise ValueError(f"{found} mails were taken in instead of {len(senders)}")


def _begin_mail(sender, recipient, subject):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
    mail["Message-ID"] = f"<bench-{uuid.uuid4().hex}@customer.example.com>"
    return mail


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
    mail = _begin_mail(
        ticket.partner_id.email_formatted,
        asked.reply_to,
        f"Re: {asked.subject or ticket.number}",
    )
    mail["In-Reply-To"] = mail["References"] = asked.message_id
    words = uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
    mail.set_content(PLAIN.format(words=words))
    if kind != "text":
        mail.add_alternative(RICH.format(words=words), subtype="html")
    if kind == "attachment":
        mail.add_attachment(
            FILE, maintype="application", subtype="octet-stream", filename="log.bin"
        )
    return mail
