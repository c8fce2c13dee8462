# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What all pages for visitors without a login have in common."""

import re
import unicodedata

from odoo.http import request

from odoo.addons.openip_incident.tools.brand_color import (
    get_letter_color,
    get_mark_color,
    read_color,
)
from odoo.addons.openip_incident.tools.setting import get_number

from ..models.guard.incident_visit import READ, SEND
from ..models.guard.ir_attachment import (
    MAX_TOTAL_MEGABYTES,
    MEGABYTE,
    TOTAL_PARAMETER,
)

# The link is a key: it must neither travel on in a referrer, nor stay in a cache, nor
# be found by a search engine. A page inside a foreign frame could be clicked unseen.
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Mails of the parties may hold pictures by which their author sees who reads.
    "Content-Security-Policy": (
        "img-src 'self' data:; object-src 'none'; base-uri 'self'; "
        "frame-ancestors 'none'"
    ),
}

# Pages in a document of their own run no script but their one file, and the captcha's.
SCRIPT_POLICY = (
    "; form-action 'self'; script-src 'self' https://www.recaptcha.net "
    "https://www.gstatic.com"
)

# What such a page loads, and nothing else.
ASSETS = "openip_incident_portal.assets_link"

# Options of every public route, and of those that act: their forms have a key of ours.
# No language in the path: a link is of one language.
PUBLIC_ROUTE = {
    "type": "http",
    "auth": "public",
    "website": True,
    "multilang": False,
    "sitemap": False,
}
SENT_ROUTE = {**PUBLIC_ROUTE, "methods": ["POST"], "csrf": False}

# What the cards of our pages are like: see page.scss and dark.scss.
BRIGHT = "#ffffff"
DARK = "#1f2327"

# What a form of ours sends beside its files, at most.
TEXTS_LENGTH = 5 * MEGABYTE

TEXT_LENGTH = 200_000

# What our forms are given to be known by; it travels in an address, too.
NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Control characters and halves of surrogate pairs.
CONTROLS = ("Cc", "Cs")
KEPT_CONTROLS = "\n\t"


def get_content_length(_controller):
    """Return how many bytes a form of ours may send: of more, nothing is read."""
    total = get_number(request.env, TOTAL_PARAMETER, MAX_TOTAL_MEGABYTES)
    return total * MEGABYTE + TEXTS_LENGTH


def render_page(template, values=None, status=200):
    """Return a page of the public layout.

    :param template: xml id of the template
    :param values: what it shows
    """
    values = prepare_page(values)
    response = request.render(template, values, status=status)
    response.headers.update(get_headers(values.get("with_login")))
    return response


def prepare_page(values=None):
    """Return what a page of the public layout shows, and what its frame needs.

    :param values: what it shows
    """
    values = dict(values or {})
    company = values.pop("company", request.env.company)
    values["brand"] = _prepare_brand(company)
    values["scripts"] = request.env["ir.qweb"]._get_asset_links(
        ASSETS, css=False, debug=request.session.debug
    )
    values["html_data"] = request.env["incident.page"]._get_html_data()
    return values


def get_headers(with_login=False):
    """Return the headers of a page.

    :param with_login: whether it is in the portal's frame, which brings its own scripts
    """
    if with_login:
        return HEADERS
    policy = HEADERS["Content-Security-Policy"] + SCRIPT_POLICY
    return {**HEADERS, "Content-Security-Policy": policy}


def _prepare_brand(company):
    """Return how a company shows itself: name, logo and a colour one can read on."""
    # SUDO: how a company shows itself is on everything that it sends out.
    company = company.sudo()
    accent = read_color(company.email_secondary_color)
    colors = {
        "accent": accent,
        "on-accent": get_letter_color(accent),
        # Lines and marks, which are to be seen as well: on white, and in the dark.
        "mark-bright": get_mark_color(accent, BRIGHT),
        "mark-dark": get_mark_color(accent, DARK),
    }
    return {
        "name": company.name,
        "accessibility": f"/incident/accessibility?company={company.id}",
        "phone": company.phone,
        "dial": read_dialled(company.phone),
        "privacy": company.incident_privacy_link,
        "legal": company.incident_legal_link,
        "logo": not company.uses_default_logo and f"/logo.png?company={company.id}",
        "style": " ".join(
            f"--incident-{name}: {color};" for name, color in colors.items()
        ),
    }


def read_dialled(number):
    """Return a telephone number as one dials it: digits, and the plus before them."""
    # Not dialled after a country's code.
    number = (number or "").replace("(0)", "").lstrip()
    digits = "".join(one for one in number if one.isascii() and one.isdecimal())
    return digits and ("+" if number.startswith("+") else "") + digits


def render_neutral_page(status=404):
    """Return the one page for whatever opens nothing, which says nothing else."""
    return render_page("openip_incident_portal.neutral_page", status=status)


def count_visit(kind=None):
    """Count this request of the visitor's network address.

    :param kind: what is asked for, by default whether something is read or sent
    :return: seconds that the visitor has to wait, 0 while it is welcome
    """
    visit = request.httprequest
    kind = kind or (SEND if visit.method == "POST" else READ)
    # SUDO: visitors neither read nor write what is counted of them.
    visits = request.env["incident.visit"].sudo()
    return visits._count_visit(kind, visit.remote_addr or "")


def tell_to_wait(wait):
    """Return the sentence for who sends too much.

    :param wait: seconds
    """
    minutes = -(wait // -60)
    if minutes == 1:
        return request.env._(
            "Too much comes from your network at the moment. Please try again in one "
            "minute."
        )
    return request.env._(
        "Too much comes from your network at the moment. Please try again in "
        "%(count)s minutes.",
        count=minutes,
    )


def put_off(response, wait):
    """Mark a page as the answer to who has to come again.

    :param wait: seconds
    """
    response.status_code = 429
    response.headers["Retry-After"] = str(wait)
    return response


def render_busy_page(wait):
    """Return the page for who asks for too much.

    :param wait: seconds
    """
    page = render_page(
        "openip_incident_portal.busy_page", {"sentence": tell_to_wait(wait)}
    )
    return put_off(page, wait)


def redirect_to(path):
    """Lead the browser from an act to a page that may be loaded again."""
    response = request.redirect(path, code=303)
    response.headers.update(HEADERS)
    return response


def speak_to(party):
    """Show the page in the language of its reader, else in the browser's.

    :return: language code
    """
    lang = party._get_incident_lang(request.env.lang)
    request.update_context(lang=lang)
    return lang


def read_text(value):
    """Return what a visitor typed, without what a database cannot keep.

    :param value: a parameter: a text, nothing, or a file under the name of a text
    """
    if not isinstance(value, str):
        return ""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in text
        if character in KEPT_CONTROLS or unicodedata.category(character) not in CONTROLS
    ).strip()


def read_nonce(value):
    """Return by what a form is known, nothing for what we have not given it."""
    text = read_text(value)
    return text if NONCE.fullmatch(text) else ""


def read_files(name="files"):
    """Return the files of a form that we take, and what is wrong with the others."""
    uploads = request.httprequest.files.getlist(name)
    return request.env["ir.attachment"]._read_uploads(uploads)
