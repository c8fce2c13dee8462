# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Writes what a mail says of itself so that every reader reads it as it was meant."""

from email.header import Header

# RFC 2047: no line of encoded words is longer.
LONGEST_LINE = 76


class EncodedSubject(str):
    """A subject that is written as one run of encoded words (RFC 2047).

    Python encodes word by word, and its versions before 3.12.4 lose blanks between an
    encoded word and the next one. Readers drop what separates encoded words, so that
    the blanks have to be inside of them.

    ``email.policy`` asks a value that has a name to fold itself.
    """

    name = "Subject"
    defects = ()

    def fold(self, *, policy):
        """Return the header as it is sent.

        :param policy: ``email.policy.Policy`` of the mail
        """
        encoded = Header(
            str(self),
            charset="utf-8",
            header_name=self.name,
            maxlinelen=LONGEST_LINE,
            continuation_ws=" ",
        ).encode(linesep=policy.linesep)
        return f"{self.name}: {encoded}{policy.linesep}"


def get_language_tag(lang):
    """Return a language as HTML names it (BCP 47).

    :param lang: code of Odoo, as ``fr_FR`` or ``sr@latin``
    """
    return (lang or "").partition("@")[0].replace("_", "-")
