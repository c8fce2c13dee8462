"""Has mails arrive without what sending them costs."""


def deliver(tickets):
    """Have all mails of incidents accepted, as the queue leaves them.

    :param tickets: incidents
    """
    env = tickets.env
    tickets.notice_ids.filtered(lambda notice: notice.status == "queued")._set_sent()
    messages = tickets.notice_ids.message_id
    mails = env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
    mails.mail_message_id.notification_ids.notification_status = "sent"
    env.flush_all()
    # Not by `unlink`: the messages stay, as with mails that are sent.
    env.cr.execute("DELETE FROM mail_mail WHERE id = ANY(%s)", [mails.ids])
    env.invalidate_all()
