"""Mails whose kind differs from that of the files around them, and why."""

BOUNCES = "libmail-deliverystatus-bounceparser-perl/t__corpus__"
DETECTED = "flufl.bounce/flufl__bounce__tests__data__"
LIST = "libmail-box-perl/t__folders__mbox.src"
INBOX = "bogofilter/src__tests__inputs__good.mbx"

# name: (kind, reason)
CORRECTIONS = {
    BOUNCES + "aol-vacation.msg": ("auto", "vacation reply"),
    BOUNCES + "autoreply.msg": ("auto", "vacation reply"),
    BOUNCES + "bluebottle.msg": ("auto", "asks the sender to prove to be human"),
    BOUNCES + "boxbe-cr.msg": ("auto", "asks the sender to prove to be human"),
    BOUNCES + "boxbe-cr2.msg": ("auto", "asks the sender to prove to be human"),
    BOUNCES + "polish-autoreply.msg": ("auto", "vacation reply"),
    BOUNCES + "warning-6.msg": ("auto", "vacation reply"),
    BOUNCES + "spam-bogus-email-in-report.msg": ("odd", "spam, no report"),
    BOUNCES + "spam-with-image.msg": ("odd", "spam, no report"),
    DETECTED + "groupwise_03.txt": ("human", "answer that was taken for a report"),
    DETECTED + "qmail_08.txt": ("auto", "automatic reply"),
    INBOX + "#5": ("auto", "vacation reply to a list"),
    INBOX + "#16": ("auto", "digest that a list server wrote"),
    INBOX + "#17": ("odd", "newsletter that looks like any mail"),
    INBOX + "#18": ("odd", "newsletter that looks like any mail"),
    INBOX + "#20": ("auto", "newsletter by a list server"),
    INBOX + "#24": ("odd", "newsletter that looks like any mail"),
    INBOX + "#26": ("bounce", "report of a delay"),
    INBOX + "#34": ("auto", "output of a scheduled job"),
    INBOX + "#37": ("odd", "newsletter that looks like any mail"),
    INBOX + "#39": ("odd", "newsletter that looks like any mail"),
    INBOX + "#44": ("odd", "notice of a library that looks like any mail"),
    LIST + "#35": ("auto", "the list server asks to confirm"),
    LIST + "#36": ("auto", "welcome by the list server"),
    "libmime-tools-perl/testin__badbound.msg": ("bounce", "report"),
    "pymilter/test__bounce": ("bounce", "report"),
    "pymilter/test__bounce1": ("bounce", "report"),
    "pymilter/test__bound": ("bounce", "report"),
}
