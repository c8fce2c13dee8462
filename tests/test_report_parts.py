"""What is read of reports of mail systems, by itself."""

from email import message_from_string

import pytest

from odoo.addons.openip_incident.tools.mail_failure import (
    _has_returned,
    _read_fields,
)
from odoo.addons.openip_incident.tools.mail_report import (
    _get_reason,
    get_returned_heads,
)

REPORT = """\
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your mail.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; paul@example.com
Action: {action}
--b
Content-Type: text/rfc822-headers

Message-ID: <sent@operator.example.com>
Subject: No calls
--b--
"""


@pytest.mark.parametrize(
    ("action", "failed"), [("failed", True), ("delayed", False), ("relayed", False)]
)
def test_a_report_says_itself_whether_a_mail_is_given_up(action, failed):
    assert _read_fields(message_from_string(REPORT.format(action=action))) is failed


def test_the_head_of_the_mail_that_failed_is_found():
    heads = get_returned_heads(message_from_string(REPORT.format(action="failed")))
    ids = [head["Message-ID"] for head in heads if head["Message-ID"]]
    assert ids == ["<sent@operator.example.com>"]


def test_the_two_lines_below_an_address_are_its_reason():
    text = "Sorry.\n<paul@example.com>\nThere is nobody\nof that name.\nGoodbye."
    assert _get_reason(text, "paul@example.com") == "There is nobody of that name."


@pytest.mark.parametrize(
    ("kind", "returned"), [("plain", True), ("html", False), ("csv", False)]
)
def test_the_head_of_a_mail_comes_back_as_text_only(kind, returned):
    mail = f"Content-Type: text/{kind}\n\nSorry.\nMessage-ID: <x@example.com>\n"
    assert _has_returned(message_from_string(mail)) is returned
