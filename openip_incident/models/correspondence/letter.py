# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is written, before it is rendered and after it.

A *letter* is what an act says about one record, to all who are to read it. It becomes
one *entry* of the chatter and, per reader, one *draft*: a hidden message. The draft's
*channel* carries that to its reader, as one *mail* or whatever else an addon sends. A
*notice* is the evidence of its delivery.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from markupsafe import Markup

from odoo import models

# How a draft travels; more channels are more values of the notice's selection.
MAIL = "mail"


@dataclass
class Letter:
    """What an act says about one record."""

    record: models.BaseModel
    # Whom to write to, instead of everybody to whom the record writes.
    parties: models.BaseModel | None = None
    # More that the template finds in ``ctx``; dates are shown as the party reads them.
    facts: dict = field(default_factory=dict)
    # The step of a follow-up that the drafts are evidence of.
    event: models.BaseModel | None = None
    # The message in the chatter that says it already; an empty one for no entry.
    entry: models.BaseModel | None = None
    # The company that alone reads what is written.
    line: models.BaseModel | None = None
    # Instead of parties: somebody who may be on no contact, and in which language.
    address: str = ""
    lang: str = ""
    # The mail template of such a letter that goes beside another one.
    template: models.BaseModel | None = None
    # Letters to addresses under the same entry, each with a template of its own.
    beside: tuple = ()
    # Whether nobody can have had a mail about the record before.
    first: bool = False
    # Message-ID of the mail that a machine answers by it, empty where that had none.
    answers: str | None = None
    # Whether the mail is kept when it has left.
    keep: bool = False
    # News of the resolution that asks nothing (P3): its reader may want it later.
    news: bool = False
    # Which step of the process it tells, while nobody has written a word to it.
    step: str = ""
    # The phase that the record was moved into, where that is what it tells.
    phase: str = ""
    # Our own words, in place of one text for all: function of a language code.
    say: Callable | None = None

    def get_text(self, lang, text):
        """Return what the act has to say to who reads a language.

        :param lang: language code
        :param text: HTML that somebody wrote for all, or nothing
        """
        return (self.say(lang) if self.say else text) or ""


@dataclass
class Draft:
    """One text to be rendered: the mail of a reader, or the entry of the chatter."""

    record: models.BaseModel
    # Nobody, for the entry that everybody reads and for who is on no contact.
    party: models.BaseModel
    lang: str
    text: str = ""
    url: str = ""
    facts: dict = field(default_factory=dict)
    subject: str = ""
    # The words of the template alone, then the whole mail around them.
    content: Markup = Markup()
    body_html: Markup = Markup()
    # Shows all facts and buttons that a mail may have: to know one again.
    complete: bool = False
    # What the text shows, ``ir.attachment`` of the record.
    files: models.BaseModel | None = None
    letter: Letter | None = None
    # None for the entry, which travels nowhere.
    channel: str | None = None
    # Where it goes, as the channel writes it.
    address: str = ""
    # Message-IDs of the first and of the last mail before, to the same reader.
    earlier_ids: tuple = ()
    # The message that carries it, and the evidence of its delivery.
    message: models.BaseModel | None = None
    notice: models.BaseModel | None = None
