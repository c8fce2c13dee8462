"""Mails for the incident team, as raw as they arrive."""

from email.message import EmailMessage

DOMAIN = "support.operator.example.com"
ADDRESS = f"incident@{DOMAIN}"
# The subject of a mail during which something happens to the server.
DEADLY = "The last straw"


def write_mail(sender, subject, message_id=None, text="Nothing works.", **headers):
    """Return a mail to the team, in bytes.

    :param message_id: none leaves the header out
    :param headers: more of them
    """
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ADDRESS, subject
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()
