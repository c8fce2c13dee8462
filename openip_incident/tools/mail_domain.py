# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which part of a mail domain somebody has registered (publicsuffix.org)."""

from functools import cache

from publicsuffixlist import PublicSuffixList

# RFC 1035; what is longer is no domain, and slow to convert.
LONGEST = 253


@cache
def _get_suffixes():
    """Return the list that comes with the library, read when it is needed first."""
    return PublicSuffixList()


def normalize_domain(domain):
    """Return a domain as mail servers write it: ASCII, lower case, no dot at its end.

    :param domain: str, in Unicode or ASCII
    :return: str
    """
    name = (domain or "").strip().lower()
    if not name.isascii() and len(name) <= LONGEST:
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            # No domain at all: it is told from others as it stands.
            return name
    return name.rstrip(".")


def get_registrable_domain(domain):
    """Return the part of a domain that its owner has registered.

    Whoever owns it makes up as many names below it as he likes.

    :param domain: str, in Unicode or ASCII
    :return: str, the whole domain where it is a public suffix or an address
    """
    name = normalize_domain(domain)
    is_address = name.startswith("[") or name.rpartition(".")[2].isdigit()
    if is_address or len(name) > LONGEST:
        return name
    return _get_suffixes().privatesuffix(name) or name


def get_public_suffix(domain):
    """Return what stands behind the name that was registered: ``fr``, ``co.uk``.

    :param domain: a registrable domain
    :return: str
    """
    return _get_suffixes().publicsuffix(domain) or ""
