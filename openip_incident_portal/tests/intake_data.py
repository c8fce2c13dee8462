# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Raw mails to a support address: what machines write, and what people write.

``{to}`` is the address of the team. The headers are those that the named programs set.
"""

HEAD = "To: {to}\nMIME-Version: 1.0\nDate: Mon, 16 Nov 2026 10:00:00 +0100\n"
TEXT = "Content-Type: text/plain; charset=utf-8\n\n"

# name: (raw mail, reason)
MACHINE_MAILS = {
    "Outlook vacation reply": (
        "From: Claire Martin <claire@boulangerie.example.com>\n"
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Incident?=\n"
        "Message-ID: <m1@outlook.example.com>\n"
        "Auto-Submitted: auto-generated\n"
        "X-Auto-Response-Suppress: All\n"
        "X-MS-Exchange-Inbox-Rules-Loop: claire@boulangerie.example.com\n"
        + TEXT
        + "Je suis absente jusqu'au 30.",
        "auto_reply",
    ),
    "Gmail vacation reply": (
        "From: Paul <paul@gmail.example.com>\n"
        "Subject: En vacances Re: votre incident\n"
        "Message-ID: <m2@mail.gmail.example.com>\n"
        "Auto-Submitted: auto-replied\n"
        "Precedence: bulk\n"
        "X-Autoreply: yes\n" + TEXT + "Back on Monday.",
        "auto_reply",
    ),
    "sieve vacation": (
        "From: eva@sieve.example.com\n"
        "Subject: Auto: Line down\n"
        "Message-ID: <dovecot-sieve-1@sieve.example.com>\n"
        "In-Reply-To: <unknown@operator.example.com>\n"
        "X-Sieve: Pigeonhole Sieve 0.5.19\n"
        "Auto-Submitted: auto-replied (vacation)\n" + TEXT + "Away.",
        "auto_reply",
    ),
    "vacation(1), subject only": (
        "From: Karl <karl@old.example.com>\n"
        "Subject: Out of Office: Line down\n"
        "Message-ID: <m4@old.example.com>\n" + TEXT + "I am away.",
        "probably_automatic",
    ),
    "Lotus Notes": (
        "From: Ida <ida@notes.example.com>\n"
        "Subject: Ida Schmidt is out of the office.\n"
        "Message-ID: <m5@notes.example.com>\n" + TEXT + "I will return on 01.12.",
        "probably_automatic",
    ),
    "Postfix bounce of a mail that is not ours": (
        "Return-Path: <>\n"
        "From: MAILER-DAEMON@mx.example.com (Mail Delivery System)\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <m6@mx.example.com>\n"
        "Auto-Submitted: auto-replied\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
        "--B\nContent-Type: text/plain\n\nThis is the mail system.\n\n"
        "--B\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example.com\n\n"
        "Final-Recipient: rfc822; nobody@example.com\nAction: failed\n"
        "Status: 5.1.1\n\n--B--\n",
        "bounce",
    ),
    "qmail bounce": (
        "Return-Path: <>\n"
        "From: MAILER-DAEMON@qmail.example.com\n"
        "Subject: failure notice\n"
        "Message-ID: <m7@qmail.example.com>\n"
        + TEXT
        + "Hi. This is the qmail-send program at qmail.example.com.",
        "bounce",
    ),
    "Exim bounce": (
        "Return-Path: <>\n"
        "From: Mail Delivery System <Mailer-Daemon@exim.example.com>\n"
        "Subject: Mail delivery failed: returning message to sender\n"
        "X-Failed-Recipients: info@nowhere.example.com\n"
        "Message-ID: <E1-0000@exim.example.com>\n"
        "Auto-Submitted: auto-replied\n" + TEXT + "Your message could not be sent.",
        "bounce",
    ),
    "bounce that says so in its subject only": (
        "From: postoffice@isp.example.com\n"
        "Subject: Undeliverable: Line down\n"
        "Message-ID: <m9@isp.example.com>\n" + TEXT + "Unknown mailbox.",
        "probably_automatic",
    ),
    "French bounce": (
        "From: System <administrateur@exchange.example.com>\n"
        "Subject: Non remis : Panne\n"
        "Message-ID: <m10@exchange.example.com>\n" + TEXT + "Destinataire inconnu.",
        "probably_automatic",
    ),
    "read receipt": (
        "From: Bob <bob@receipt.example.com>\n"
        "Subject: Read: Line down\n"
        "Message-ID: <m11@receipt.example.com>\n"
        "Content-Type: multipart/report; report-type=disposition-notification;"
        " boundary=B\n\n"
        "--B\nContent-Type: text/plain\n\nYour message was read.\n\n"
        "--B\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; bob@receipt.example.com\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n\n--B--\n",
        "bounce",
    ),
    "Mailman list": (
        "From: Zoe <zoe@lists.example.org>\n"
        "Subject: [frnog] Peering party\n"
        "Message-ID: <m12@lists.example.org>\n"
        "Precedence: list\n"
        "List-Id: FRench Network Operators Group <frnog.lists.example.org>\n"
        "List-Unsubscribe: <mailto:frnog-request@lists.example.org>\n"
        + TEXT
        + "See you there.",
        "bulk",
    ),
    "list with nothing but its id": (
        "From: Zoe <zoe@lists.example.org>\n"
        "Subject: [ops] maintenance\n"
        "Message-ID: <m13@lists.example.org>\n"
        "List-Id: <ops.lists.example.org>\n" + TEXT + "Tonight.",
        "bulk",
    ),
    "group of a customer": (
        "From: Zoe <zoe@lists.example.org>\n"
        "Subject: Trunk down\n"
        "Message-ID: <m13b@lists.example.org>\n"
        "Precedence: bulk\n"
        "List-Id: <noc.lists.example.org>\n"
        "List-Post: <mailto:noc@lists.example.org>\n" + TEXT + "Since nine.",
        "mailing_list",
    ),
    "newsletter": (
        "From: Shop <news@shop.example.com>\n"
        "Subject: -50 % on phones\n"
        "Message-ID: <m14@shop.example.com>\n"
        "List-Unsubscribe: <https://shop.example.com/u/1>\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
        "Precedence: bulk\n" + TEXT + "Buy now.",
        "newsletter",
    ),
    "GitHub notification": (
        "From: bot <notifications@github.example.com>\n"
        "Subject: [openip/pbx] Build failed (#12)\n"
        "Message-ID: <openip/pbx/12@github.example.com>\n"
        "List-ID: openip/pbx <pbx.openip.github.example.com>\n"
        "X-GitHub-Reason: subscribed\n" + TEXT + "See the log.",
        "ticket_system",
    ),
    "ticketing system of a carrier": (
        "From: Carrier <support@carrier.example.com>\n"
        "Subject: [CAR-771] We received your request\n"
        "Message-ID: <m16@carrier.example.com>\n"
        "Auto-Submitted: auto-generated\n" + TEXT + "Ticket created.",
        "generated",
    ),
    "no-reply sender": (
        "From: Billing <no-reply@carrier.example.com>\n"
        "Subject: Your invoice\n"
        "Message-ID: <m17@carrier.example.com>\n" + TEXT + "Attached.",
        "no_sender",
    ),
    "French no-reply sender": (
        "From: <ne-pas-repondre@impots.example.com>\n"
        "Subject: Avis\n"
        "Message-ID: <m18@impots.example.com>\n" + TEXT + "Bonjour.",
        "no_sender",
    ),
    "sender without an address": (
        "From: Mystery\n"
        "Subject: Hello\n"
        "Message-ID: <m19@nowhere.example.com>\n" + TEXT + "Hello.",
        "no_sender",
    ),
    "marked as spam": (
        "From: Rich <rich@spam.example.com>\n"
        "Subject: You won\n"
        "Message-ID: <m20@spam.example.com>\n"
        "X-Spam-Flag: YES\n" + TEXT + "Claim it.",
        "spam",
    ),
    "list owner": (
        "From: owner-announce@lists.example.org\n"
        "Subject: Your subscription\n"
        "Message-ID: <m21@lists.example.org>\n" + TEXT + "Welcome.",
        "no_sender",
    ),
    "null return path": (
        "Return-Path: <>\n"
        "From: Fax gateway <fax@machine.example.com>\n"
        "Subject: Fax received\n"
        "Message-ID: <m22@machine.example.com>\n" + TEXT + "1 page.",
        "bounce",
    ),
}

# name: raw mail; none of these may be taken for a machine's
HUMAN_MAILS = {
    "plain text": (
        "From: Anna <anna@a.example.com>\nSubject: Panne\n"
        "Message-ID: <h1@a.example.com>\n" + TEXT + "Plus de tonalité."
    ),
    "Exchange, with its suppression header": (
        "From: Ben <ben@b.example.com>\nSubject: Line down\n"
        "Message-ID: <h2@b.example.com>\n"
        "X-Auto-Response-Suppress: DR, OOF, AutoReply\n"
        "X-MS-Has-Attach: \n" + TEXT + "Please help."
    ),
    "HTML only": (
        "From: Cleo <cleo@c.example.com>\nSubject: Ligne coupée\n"
        "Message-ID: <h3@c.example.com>\n"
        "Content-Type: text/html; charset=utf-8\n\n<p>Ligne <b>coupée</b></p>"
    ),
    "no subject": (
        "From: Dan <dan@d.example.com>\nMessage-ID: <h4@d.example.com>\n"
        + TEXT
        + "The phone is dead."
    ),
    "no Message-ID": (
        "From: Eve <eve@e.example.com>\nSubject: Dead\n" + TEXT + "Dead phone."
    ),
    "says that somebody is away": (
        "From: Finn <finn@f.example.com>\n"
        "Subject: Out of office line does not ring any more\n"
        "Message-ID: <h6@f.example.com>\n" + TEXT + "The line of our branch is dead."
    ),
    "Auto-Submitted: no": (
        "From: Gil <gil@g.example.com>\nSubject: Fax\nAuto-Submitted: no\n"
        "Message-ID: <h7@g.example.com>\n" + TEXT + "Fax is down."
    ),
    "priority and read receipt wanted": (
        "From: Hugo <hugo@h.example.com>\nSubject: URGENT!\n"
        "X-Priority: 1\nImportance: high\n"
        "Disposition-Notification-To: hugo@h.example.com\n"
        "Message-ID: <h8@h.example.com>\n" + TEXT + "Everything is down."
    ),
    "forwarded": (
        "From: Ines <ines@i.example.com>\nSubject: TR: Panne\n"
        "References: <x1@other.example.com> <x2@other.example.com>\n"
        "Message-ID: <h9@i.example.com>\n" + TEXT + "See below."
    ),
    "right to left": (
        "From: =?utf-8?b?15PXoNeZ15DXnA==?= <daniel@j.example.com>\n"
        "Subject: =?utf-8?b?15TXmNec15XXnyDXnNeQINei15XXkdeT?=\n"
        "Message-ID: <h10@j.example.com>\n" + TEXT + "הטלפון לא עובד"
    ),
}

# A photo as attachment and an image in the text, as Thunderbird sends them.
MAIL_WITH_FILES = """From: {sender}
To: {to}
Subject: Box blinks red
Message-ID: <files@client.example.com>
Date: Mon, 16 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="MIX"

--MIX
Content-Type: multipart/related; boundary="REL"

--REL
Content-Type: text/html; charset=utf-8

<p>See <img src="cid:logo@client"/> and the log.</p>

--REL
Content-Type: image/png; name="led.png"
Content-Disposition: inline; filename="led.png"
Content-ID: <logo@client>
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==

--REL--

--MIX
Content-Type: text/plain; charset=utf-8; name="box.log"
Content-Disposition: attachment; filename="box.log"

DSL down since 09:41

--MIX--
"""
