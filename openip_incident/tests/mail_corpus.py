# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What machines and humans write, as the mail servers of the parties write it."""

# (what it is, subject, headers, expected reason)
MACHINE_MAILS = [
    (
        "Outlook, French",
        "Réponse automatique : {subject}",
        {
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "X-MS-Exchange-Inbox-Rules-Loop": "claire@boulangerie.example.com",
        },
        "auto_reply",
    ),
    (
        "Exchange, empty return path",
        "Automatic reply: {subject}",
        {"Return-Path": "<>", "Auto-Submitted": "auto-replied"},
        "auto_reply",
    ),
    (
        "Gmail",
        "En vacances Re: {subject}",
        {
            "Auto-Submitted": "auto-replied",
            "Precedence": "bulk",
            "X-Autoreply": "yes",
        },
        "auto_reply",
    ),
    ("Sieve", "Auto: {subject}", {"Auto-Submitted": "auto-replied"}, "auto_reply"),
    (
        "RFC 3834 with parameters",
        "Re: {subject}",
        {"Auto-Submitted": "auto-replied (vacation); owner-email=x@example.com"},
        "auto_reply",
    ),
    ("in capitals", "Re: {subject}", {"Auto-Submitted": "Auto-Replied"}, "auto_reply"),
    ("X-Autoreply", "Re: {subject}", {"X-Autoreply": "yes"}, "auto_reply"),
    ("X-Autorespond", "Re: {subject}", {"X-Autorespond": ""}, "auto_reply"),
    ("X-Autoresponder", "Re: {subject}", {"X-Autoresponder": "1"}, "auto_reply"),
    ("Precedence", "Re: {subject}", {"Precedence": "auto_reply"}, "auto_reply"),
    ("bulk", "Our new offers", {"Precedence": "bulk"}, "bulk"),
    ("null return path", "Re: {subject}", {"Return-Path": "<>"}, "bounce"),
    (
        "Exim",
        "Mail delivery failed",
        {"X-Failed-Recipients": "nobody@boulangerie.example.com"},
        "bounce",
    ),
    # Nothing but the subject.
    ("English", "Out of Office: {subject}", {}, "probably_automatic"),
    ("English", "Out of Office AutoReply: {subject}", {}, "probably_automatic"),
    ("English", "Automatic reply: {subject}", {}, "probably_automatic"),
    ("French", "Réponse automatique : {subject}", {}, "probably_automatic"),
    ("French", "Absence du bureau", {}, "probably_automatic"),
    ("French", "Message d'absence : {subject}", {}, "probably_automatic"),
    ("German", "Automatische Antwort: {subject}", {}, "probably_automatic"),
    ("German", "Abwesenheitsnotiz: {subject}", {}, "probably_automatic"),
    ("Spanish", "Respuesta automática: {subject}", {}, "probably_automatic"),
    ("Spanish", "Fuera de la oficina Re: {subject}", {}, "probably_automatic"),
    ("Italian", "Risposta automatica: {subject}", {}, "probably_automatic"),
    ("Dutch", "Automatisch antwoord: {subject}", {}, "probably_automatic"),
    ("Dutch", "Afwezig: {subject}", {}, "probably_automatic"),
    (
        "Lotus Notes",
        "Claire Martin is out of the office (returning 30/11/2026)",
        {},
        "probably_automatic",
    ),
    ("Lotus Notes", "AUTO: Claire Martin is away", {}, "probably_automatic"),
    ("Lotus Notes", "Claire Martin est absent(e).", {}, "probably_automatic"),
]

# (what it is, subject, headers)
HUMAN_MAILS = [
    (
        "Exchange",
        "RE: {subject}",
        {"X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply"},
    ),
    ("Auto-Submitted: no", "Re: {subject}", {"Auto-Submitted": "no"}),
    ("Auto-Submitted: No", "Re: {subject}", {"Auto-Submitted": "No"}),
    ("about an absence", "Re: absence de tonalité", {}),
    ("about an absence", "Absence de tonalité depuis lundi", {}),
    ("about something automatic", "Re: Automatic call distribution", {}),
    ("about something automatic", "Automatic response of the PBX is silent", {}),
    ("about something automatic", "Réponse automatique muette sur le standard", {}),
    ("answer to a vacation reply", "RE: Réponse automatique : {subject}", {}),
    ("our subject", "{subject}", {}),
    ("no subject", "", {}),
    (
        "through a group address",
        "Re: {subject}",
        {"Precedence": "list", "List-Unsubscribe": "<https://groups.example.com/u>"},
    ),
    ("urgent", "Re: {subject}", {"Precedence": "first-class", "Importance": "high"}),
]

# A report in the sense of RFC 3464 or RFC 8098.
REPORT = """Return-Path: <{return_path}>
To: {to}
Received: by mx.operator.example.com (Postfix) id 5DF9ABFB2B
From: {sender}
Subject: {subject}
Date: Tue, 24 Nov 2026 10:00:00 +0000
Message-ID: <{report_id}@mx.example.com>
MIME-Version: 1.0
{headers}Content-Type: multipart/report; report-type={kind};
 boundary="=_report"

--=_report
Content-Type: text/plain; charset=utf-8

{text}

--=_report
Content-Type: message/{kind}

{fields}
--=_report
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: What we wrote

--=_report--
"""

DELIVERY = """Reporting-MTA: dns; mx.boulangerie.example.com

Final-Recipient: rfc822; accueil@boulangerie.example.com
Action: {action}
Status: {status}
"""

RECEIPT = """Reporting-UA: mail.boulangerie.example.com; Outlook
Final-Recipient: rfc822; accueil@boulangerie.example.com
Original-Message-ID: {message_id}
Disposition: manual-action/MDN-sent-manually; displayed
"""

# What qmail writes: no report, the returned mail as mere text.
PLAIN_BOUNCE = """Return-Path: <>
To: {to}
Received: by mx.operator.example.com (Postfix) id 5DF9ABFB2C
From: MAILER-DAEMON@mx.boulangerie.example.com
Subject: failure notice
Date: Tue, 24 Nov 2026 10:00:00 +0000
Message-ID: <{report_id}@mx.example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Hi. This is the qmail-send program.
<accueil@boulangerie.example.com>: Sorry, no mailbox here by that name.

--- Below this line is a copy of the message.

Message-ID: {message_id}
Subject: What we wrote
"""
