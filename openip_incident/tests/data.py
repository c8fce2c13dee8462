# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Raw mails as mail servers hand them over."""

MAIL_REPLY = """Return-Path: <{email_from}>
To: {to}
Cc: {cc}
Received: by mx.operator.example.com (Postfix) id 5DF9ABFB2A
From: {email_from}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit
Date: {date}
Message-ID: {msg_id}
{extra}
<html><head></head><body>{html}</body></html>
"""

# What Postfix returns when the other side knows no such mailbox.
MAIL_BOUNCE = """Return-Path: <>
Delivered-To: {to}
Received: by mx.operator.example.com (Postfix) id 93A83A5F0D
Date: Mon, 16 Nov 2026 10:00:00 +0000
From: MAILER-DAEMON@mx.operator.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
    boundary="92726A5F09"
Message-Id: <{bounce_id}@mx.operator.example.com>

This is a MIME-encapsulated message.

--92726A5F09
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.operator.example.com.

<{recipient}>: host mx.example.com said: 550 No such person at this address.

--92726A5F09
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.operator.example.com
Arrival-Date: Mon, 16 Nov 2026 09:59:59 +0000

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 No such person at this address.

--92726A5F09
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <{to}>
Message-Id: {message_id}
Subject: {subject}
From: Operator <{to}>
To: <{recipient}>
Date: Mon, 16 Nov 2026 09:59:59 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

The text of the mail.

--92726A5F09--
"""
