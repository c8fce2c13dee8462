"""The addons in a real server: it answers, sends mail and takes mail in."""

import smtplib
from email.message import EmailMessage

import pytest

ADDONS = ["openip_incident", "openip_incident_portal"]


def test_login_page_answers_with_both_addons(odoo_server):
    page = odoo_server.get("/web/login")
    assert page.status == 200
    assert b'name="password"' in page.read()
    modules = odoo_server.rpc(
        "ir.module.module",
        "search_read",
        [("name", "in", ADDONS)],
        fields=["name", "state"],
        order="name",
    )
    found = [(module["name"], module["state"]) for module in modules]
    assert found == [(name, "installed") for name in ADDONS]


def test_mail_leaves_by_smtp(odoo_server, smtp):
    mail = {
        "subject": "Coupure à Besançon",
        "email_from": "support@example.com",
        "email_to": "client@example.net",
        "body_html": "<p>Bonjour</p>",
    }
    [mail_id] = odoo_server.rpc("mail.mail", "create", [mail])
    odoo_server.rpc("mail.mail", "send", [mail_id])
    [received] = smtp.wait_for(1)
    assert received.recipients == ["client@example.net"]
    assert received.message["Subject"] == "Coupure à Besançon"


def test_mail_in_reaches_the_gateway(odoo_server):
    mail = EmailMessage()
    mail["From"] = "client@example.net"
    mail["To"] = "nobody@incident.example.com"
    mail["Subject"] = "Lien coupé"
    mail.set_content("Plus de téléphonie.")
    with smtplib.SMTP("127.0.0.1", odoo_server.start_mail_in()) as client:
        # Only Odoo knows that nobody has this address.
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.send_message(mail)
        assert refusal.value.smtp_code == 550
        odoo_server.processes.pop(0).kill()
        with pytest.raises(smtplib.SMTPDataError) as delay:
            client.send_message(mail)
        assert delay.value.smtp_code == 451
