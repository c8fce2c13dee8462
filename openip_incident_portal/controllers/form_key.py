# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""By what a form by link is known: to the browser that keeps it, and to us.

Core's key hangs on a session, which ends with a login, with a refused cookie, and with
a page that stays open over night: whoever holds the link needs none of them.
"""

import binascii

from odoo.http import request
from odoo.tools import hash_sign, verify_hash_signed
from odoo.tools.misc import hmac

from ..tools.signed_link import TOKEN
from .public_page import read_text

DRAFT_SCOPE = "openip_incident_portal.draft"
KEY_SCOPE = "openip_incident_portal.form_key"
# Whoever comes later has only to send what was typed once more.
LIFE_HOURS = 7 * 24

# The parameter that carries it.
FORM_KEY = "form_key"


def get_draft_name(purpose, *ids):
    """Return under which name a browser keeps what was typed and not sent yet.

    It says which form of what it is for whom, and opens nothing.

    :param purpose: what the form is for
    :param ids: of the records that it is about
    """
    # SUDO: the database's secret signs the name, and does not leave.
    return hmac(request.env(su=True), DRAFT_SCOPE, (purpose, *ids))[:32]


def sign_form(purpose, *ids):
    """Return the key of a form, which only a page of ours gives.

    :param purpose: what the form is for
    :param ids: of the records that it is about
    """
    # SUDO: see above.
    return hash_sign(
        request.env(su=True), KEY_SCOPE, [purpose, *ids], expiration_hours=LIFE_HOURS
    )


def is_signed_form(purpose, *ids):
    """Tell whether the form that was sent came from our page, not too long ago."""
    key = read_text(request.params.get(FORM_KEY))
    if not TOKEN.fullmatch(key):
        return False
    try:
        # SUDO: see above.
        said = verify_hash_signed(request.env(su=True), KEY_SCOPE, key)
    except (TypeError, ValueError, IndexError, binascii.Error):
        return False
    return said == [purpose, *ids]


def tell_to_send_again():
    """Return the sentence for who sends a form that was open for too long."""
    return request.env._(
        "This page was open for a long time. Please check what you have typed and send "
        "it once more."
    )
