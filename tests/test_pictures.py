"""Pictures as the other party sees them: in a mail program, and on its page.

Real SMTP in and out, real Chromium that writes down whatever it asks the network for.
"""

import base64
import struct
import zlib
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from .system.browser import DESKTOP, PHONE, PICTURES
from .system.mailbox import send_message
from .system.support import ADDRESS, AGENT

CLAIRE = "claire.martin@boulangerie.example.com"
TELINTEGRA = "support@telintegra.example.net"

TRACKER = "http://tracker.example/p.gif"
CID = "image001.png@01DB.1234"
REPLY = f"""
<html><head><link rel="stylesheet" href="{TRACKER}"><style>@import '{TRACKER}';</style>
</head><body background="{TRACKER}">
<p style="background:url({TRACKER})">The lamp on the box is red:</p>
<p><img src="cid:{CID}" width="2000" alt="The box"></p>
<p><img src="{TRACKER}" alt="Our logo"> <video poster="{TRACKER}"></video>
<svg><image href="{TRACKER}"/></svg></p>
</body></html>
"""


def draw(red, green, blue, width=800, height=500):
    """Return a PNG of one colour."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + bytes((red, green, blue)) * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


PHOTO = draw(200, 60, 40)


@pytest.fixture
def number(support):
    """Give the number of an incident about which both parties have got a mail."""
    integrator = support.add_contact(
        name="Telintegra", is_company=True, is_integrator=True, email=TELINTEGRA
    )
    customer = support.add_contact(
        name="Claire Martin", email=CLAIRE, lang="en_US", integrator_id=integrator
    )
    number = support.create(
        {
            "name": "Lines are dead",
            "description": "<p>Busy tone.</p>",
            "team_id": support.find("openip_incident.team_incident"),
            "partner_id": customer,
        }
    )
    support.act("action_incident_open", number)
    support.mailbox.fetch()
    return number


def reply_with_picture(support, number):
    """Let the integrator answer as Outlook writes it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = TELINTEGRA, ADDRESS, f"Re: {number}"
    mail["Message-ID"] = make_msgid(domain="telintegra.example.net")
    mail.set_content("The lamp on the box is red.")
    mail.add_alternative(REPLY, subtype="html")
    mail.get_payload()[1].add_related(
        PHOTO, "image", "png", cid=f"<{CID}>", filename="image001.png"
    )
    send_message(support.mail_port, mail)


def get_last_mail(support, address):
    """Return the last mail to an address as it was received."""
    support.mailbox.settle()
    mails = [mail for mail in support.mailbox.smtp.mails if address in mail.recipients]
    return mails[-1].message


def get_pictures(message):
    """Return dict of Content-ID: content of the pictures beside the HTML."""
    return {
        part["Content-ID"].strip("<>"): part.get_content()
        for page in message.walk()
        if page.get_content_type() == "multipart/related"
        for part in page.iter_parts()
        if part.get_content_maintype() == "image"
    }


def open_as_mail_program(browser, message, name):
    """Show the HTML of a mail as a mail program does; return what it asks for.

    :return: list of addresses, and the widths of the pictures that are drawn
    """
    visitor = browser.visitor(name, size=PHONE)
    page, asked = visitor.page, []
    pictures = get_pictures(message)
    body = message.get_body(("html",)).get_content()
    for cid in pictures:
        assert f'src="cid:{cid}"' in body
        body = body.replace(f"cid:{cid}", f"http://carried.invalid/{cid}")

    def answer(route):
        cid = route.request.url.removeprefix("http://carried.invalid/")
        if cid in pictures:
            route.fulfill(body=pictures[cid], content_type="image/png")
        else:
            asked.append(route.request.url)
            route.abort()

    page.route("**/*", answer)
    # As programs on phones show mails.
    fitting = '<meta name="viewport" content="width=device-width">'
    page.set_content(fitting + body, wait_until="load")
    widths = page.evaluate("[...document.images].map(image => image.width)")
    page_width = page.evaluate("document.documentElement.scrollWidth")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    return asked, widths, page_width


def test_a_picture_of_a_party_reaches_the_other_and_nothing_else_loads(
    support, browser, number
):
    reply_with_picture(support, number)
    message = get_last_mail(support, CLAIRE)
    assert list(get_pictures(message).values()) == [PHOTO]
    plain = message.get_body(("plain",)).get_content()
    assert "[image: The box]" in plain
    assert "[Our logo]" in plain
    source = message.as_string()
    assert "access_token" not in source
    assert "tracker" not in plain

    asked, widths, width = open_as_mail_program(browser, message, "mail-picture")
    assert not asked
    assert len(widths) == 1
    assert 100 < widths[0] <= PHONE["width"]
    assert width <= PHONE["width"]


def test_the_page_shows_the_picture_and_asks_nobody_else(support, browser, number):
    reply_with_picture(support, number)
    message = get_last_mail(support, CLAIRE)
    link = support.server.url + "/incident/"
    body = message.get_body(("html",)).get_content()
    start = body.index(link)
    visitor = browser.visitor("page-picture", size=PHONE)
    asked = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open(body[start : body.index('"', start)].replace("&amp;", "&"))
    picture = visitor.page.locator(".o_incident_text img")
    picture.scroll_into_view_if_needed()
    # Asked once: what is asked again and again our pages' policy refuses.
    assert (
        picture.evaluate("image => image.decode().then(() => image.naturalWidth)")
        == 800
    )
    assert picture.get_attribute("alt") == "The box"
    visitor.look("page-picture")
    elsewhere = [url for url in asked if not url.startswith(support.server.url)]
    assert not [url for url in elsewhere if not url.startswith("data:")]
    # Opened by itself it is shown, too.
    path = picture.get_attribute("src")
    visitor.page.set_viewport_size(DESKTOP)
    visitor.open(support.server.url + path)
    assert visitor.page.evaluate("document.images[0].naturalWidth") == 800


def test_a_picture_that_an_agent_pastes_is_in_the_mails_to_both(support, number):
    upload = {
        "name": "pasted.png",
        "datas": base64.b64encode(PHOTO).decode(),
        "res_model": "incident.act.wizard",
    }
    login = {"login": AGENT}
    [file_id] = support.server.rpc("ir.attachment", "create", [upload], **login)
    [token] = support.server.rpc(
        "ir.attachment", "generate_access_token", [file_id], **login
    )
    text = f'<p>See <img src="/web/image/{file_id}?access_token={token}"></p>'
    support.act("incident_update", number, text)
    for address in (CLAIRE, TELINTEGRA):
        message = get_last_mail(support, address)
        assert list(get_pictures(message).values()) == [PHOTO]
        assert token not in message.as_string()
        assert "[image: pasted.png]" in message.get_body(("plain",)).get_content()
