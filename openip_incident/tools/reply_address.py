# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Addresses that say which incident they are about: ``support+inc2026-00127-sig@…``.

What stands behind the plus is ours to choose, where the mail server delivers it to the
address without it (RFC 5233). It is put into Reply-To: a provider that gives our mails
another Message-ID, and a writer who finds another subject, leave it as it is.
"""

import base64
import re

PLUS = "+"
# RFC 5321, 4.5.3.1.1.
LONGEST_LOCAL_PART = 64
# 80 bits, in letters that survive mail servers that write addresses in lower case.
SIGNATURE_BYTES = 10
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,40}")
TAG = re.compile(r"([a-z0-9][a-z0-9._-]{0,40})-([a-z2-7]{16})")


def get_plain_address(address):
    """Return an address without what stands behind the plus of its local part.

    :param address: str
    """
    local, at, domain = address.rpartition("@")
    plain, _plus, _tag = local.partition(PLUS)
    return f"{plain}{at}{domain}" if plain else address


def get_tag(address):
    """Return what stands behind the plus, in lower case, empty for nothing."""
    local = address.rpartition("@")[0]
    return local.partition(PLUS)[2].lower()


def shorten(digest):
    """Return a digest as a signature for an address.

    :param digest: hexadecimal, of 80 bits at least
    """
    raw = bytes.fromhex(digest)[:SIGNATURE_BYTES]
    return base64.b32encode(raw).decode().lower()


def add_tag(address, name, signature):
    """Return an address that carries a name and a signature.

    :param address: str, one of ours
    :param name: number of an incident, for instance
    :param signature: what :func:`shorten` returned
    :return: the address as it was, where that is not possible
    """
    local, at, domain = address.rpartition("@")
    tagged = f"{local}{PLUS}{name.lower()}-{signature}"
    if not NAME.fullmatch(name.lower()) or len(tagged) > LONGEST_LOCAL_PART:
        return address
    return f"{tagged}{at}{domain}"


def read_tag(tag):
    """Return name and signature of a tag, in lower case; two empty texts for others."""
    match = TAG.fullmatch(tag.lower())
    return match.groups() if match else ("", "")
