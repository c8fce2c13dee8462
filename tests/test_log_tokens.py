"""No whole token in the log, whoever writes the line."""

import io
import logging
from urllib.parse import quote

import pytest

from odoo.addons.openip_incident.tools.log_tokens import install, shorten_tokens

from .test_own_links import sign, to_base64

TOKEN = sign([34, 7, "answer", 1, 1790000000, "p0.0"], 11)
FORM = sign([34, 1, 1790000000], 12)

LINES = (
    f'"GET /incident/34?token={TOKEN} HTTP/1.1" 200 -',
    f'"GET /incident/34/answer?token={TOKEN}&done=1 HTTP/1.1" 200 -',
    f'"GET /incident/34?x=1&token={quote(TOKEN + "=", safe="")} HTTP/1.1" 200 -',
    f'"GET /incident/form/{TOKEN} HTTP/1.1" 200 -',
    f'"GET /incident%2Fform%2F{TOKEN} HTTP/1.1" 404 -',
    f'"GET /web/login?redirect=%2Fincident%2F34%3Ftoken%3D{TOKEN} HTTP/1.1" 200 -',
    f'"GET /incident/34?token%253D{TOKEN} HTTP/1.1" 404 -',
    f'"GET /incident/34?token={"".join(f"%{ord(c):02X}" for c in TOKEN)} HTTP/1.1"',
    f'"GET /x?d=a&u={to_base64("/incident/34?token=" + TOKEN)} HTTP/1.1" 404 -',
    f"bad query: INSERT INTO mail_mail VALUES ('<a href=\"/i?token={TOKEN}\">')",
)


@pytest.mark.parametrize("line", LINES)
def test_token_is_shortened(line):
    short = shorten_tokens(line)
    assert TOKEN not in short
    assert TOKEN[24:60] not in short
    assert quote(TOKEN)[24:60] not in short
    assert short.split()[0] == line.split()[0]


@pytest.mark.parametrize(
    "line",
    (
        '"GET /web/assets/1/a1b2c3d/web.assets_frontend.min.css HTTP/1.1" 200 -',
        '"POST /incident/34/answer HTTP/1.1" 303 -',
        '"GET /incident/34?token=x&done=answer HTTP/1.1" 404 -',
        "loading openip_incident/models/incident_notice.py: 100%",
        "tokenizer: 5 tokens of 100 %",
    ),
)
def test_other_lines_stay_as_they_are(line):
    assert shorten_tokens(line) == line


def test_every_logger_shortens_arguments_and_tracebacks():
    install()
    factory = logging.getLogRecordFactory()
    install()
    assert logging.getLogRecordFactory() is factory
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    for name in ("werkzeug", "odoo.http", "odoo.addons.mail", "a.new.one"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        # Other tests silence some of them.
        level, disabled = logger.level, logger.disabled
        logger.setLevel(logging.ERROR)
        logger.disabled = False
        try:
            logger.error('"%s" %s', f"GET /incident/34?token={TOKEN}", 200)
            raise ValueError(f"/incident/form/{FORM}")
        except ValueError:
            logger.exception("Exception during %s", "request")
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.disabled = disabled
    written = text.getvalue()
    assert TOKEN not in written
    assert FORM not in written
    assert written.count("GET /incident/34?token=AQAA") == 4
    assert written.count("Exception during request") == 4
    assert written.count("ValueError: /incident/form/AQAA") >= 4
