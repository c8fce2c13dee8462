# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Personal links: who may come, for what and until when, signed by the database."""

import binascii
import re
from dataclasses import dataclass

from odoo import fields
from odoo.tools import hash_sign, verify_hash_signed

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,400}={0,2}")


@dataclass(frozen=True)
class Claim:
    """What a link says that we have signed; whether it still counts, its owner knows.

    A record counts its versions: what was signed under another one opens nothing.
    """

    record_id: int
    version: int
    # Timestamp of its end.
    until: int
    # What else was signed, by name; nothing for what older links do not say.
    facts: dict

    @property
    def late(self):
        """Whether the date until which the link was good is over."""
        return self.until < fields.Datetime.now().timestamp()


class SignedLink:
    """A kind of link: how its token is written and read.

    What was mailed must stay good: names may be added at the end, as optional ones.

    :param scope: what keeps the tokens of one kind from opening anything else
    :param names: what a token says, in its order: ``record``, ``version``, ``until``
        and the names of facts
    :param optional: how many of the last names older links do not say
    """

    def __init__(self, scope, *names, optional=0):
        self.scope = scope
        self.names = names
        self.least = len(names) - optional

    def sign(self, record, version, until, **facts):
        """Return the token of a link to a record.

        :param record: what it opens
        :param version: the record's version, an integer
        :param until: timestamp of its end
        :param facts: value by name, as JSON knows them
        """
        said = {"record": record.id, "version": version, "until": until, **facts}
        # SUDO: the signature needs the database's secret, which stays here.
        env = record.sudo().env
        return hash_sign(env, self.scope, [said[name] for name in self.names])

    def decode(self, env, token):
        """Return what a token says that we have signed, compared in constant time.

        The date is left to the owner: who comes late is told so, or helped.

        :param token: what the browser sent
        :return: :class:`Claim`, or None for what we have not signed
        """
        # Core leaves out what is not in its alphabet: there would be many tokens for
        # one, and who looks for ours would not know them all.
        if not TOKEN.fullmatch(token or ""):
            return None
        try:
            # SUDO: see above.
            values = verify_hash_signed(env(su=True), self.scope, token)
            count = len(values)
        except (TypeError, ValueError, IndexError, binascii.Error):
            return None
        if not self.least <= count <= len(self.names):
            return None
        said = dict(zip(self.names, values, strict=False))
        ends = said.pop("record"), said.pop("version"), said.pop("until")
        return Claim(*ends, facts=said)
