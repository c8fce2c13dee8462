# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads what our own mail server says about the sender of a mail (RFC 8601).

Anybody can write an ``Authentication-Results`` field into a mail. Those count that name
a server of ours and stand above the first ``Received`` that another server has written;
where several tell about the same method, the highest does, as servers write on top.
"""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .mail_domain import get_registrable_domain

PASS = "pass"
FAIL = "fail"

# Longer than what any server writes; the rest of a field is not looked at.
MAX_FIELD = 20_000

PIECES = re.compile(r'\\.|[^\\"();]+|.', re.S)
# A keyword with its value; a version of the method may follow the keyword.
PAIR = re.compile(
    r'(?<!\S)([\w.\-]+)(?:\s*/\s*\d+)?\s*=\s*("(?:[^"\\]|\\.)*"|[^\s"]*)', re.S
)
ESCAPED = re.compile(r"\\(.)", re.S)

SPF_FAILURES = ("fail", "hardfail", "softfail")
DMARC_PASSES = ("pass", "bestguesspass")


@dataclass(frozen=True)
class Result:
    """What a server has found out by one method.

    :ivar method: ``dmarc``, ``spf``, ``dkim`` or another, in lower case
    :ivar value: ``pass``, ``fail`` or another, in lower case
    :ivar properties: dict of what was looked at, as ``header.from``
    """

    method: str
    value: str
    properties: dict = field(default_factory=dict)


def judge(headers, sender_domain, servers, hosts=()):
    """Tell whether our mail server has authenticated the domain of a sender.

    DMARC decides where it passes or fails. Otherwise SPF or DKIM have to pass for the
    sender's own domain, once one of them fails; without any result nothing is said.

    :param headers: pairs of name and value, from the top of the mail
    :param sender_domain: domain of the address in ``From``
    :param servers: names by which our servers sign their results (authserv-id)
    :param hosts: patterns of the names of other servers of ours that write
        ``Received``
    :return: ``PASS``, ``FAIL`` or None
    """
    if not sender_domain:
        return None
    results = find_results(headers, servers, hosts)
    verdict = _judge_dmarc(results.get("dmarc", ()), sender_domain)
    return verdict or _judge_parts(
        results.get("spf", ()), results.get("dkim", ()), sender_domain
    )


def find_results(headers, servers, hosts=()):
    """Return what our own servers say, by method.

    :param headers: see :func:`judge`
    :param servers: see :func:`judge`
    :param hosts: see :func:`judge`
    :return: dict of method: list of :class:`Result`
    """
    servers = [_normalize_host(name) for name in servers]
    known = servers + [_normalize_host(name) for name in hosts]
    found = {}
    for name, value in headers:
        name = name.lower()
        if name == "received" and not _is_ours(_get_receiver(str(value)), known):
            break
        if name == "authentication-results":
            server, results = parse_results(str(value))
            if server in servers:
                methods = {result.method for result in results} - found.keys()
                for method in methods:
                    found[method] = [item for item in results if item.method == method]
    return found


def parse_results(value):
    """Return who says something in an ``Authentication-Results`` field, and what.

    :param value: str, folded or not
    :return: name of the server in lower case, empty without one, and list of
        :class:`Result`
    """
    head, *infos = _split(value)
    words = head.split()
    # Some put results where the name of the server belongs.
    server = "" if not words or "=" in head else _normalize_host(_unquote(words[0]))
    pairs = [
        [(key.lower(), _unquote(text)) for key, text in PAIR.findall(info)]
        for info in infos
    ]
    return server, [
        Result(item[0][0], item[0][1].lower(), dict(item[1:])) for item in pairs if item
    ]


def _split(value):
    """Return what stands between semicolons, without comments."""
    parts, depth, quoted = [""], 0, False
    for piece in PIECES.findall(value[:MAX_FIELD]):
        if depth:
            depth += (piece == "(") - (piece == ")")
        elif quoted or piece == '"':
            quoted ^= piece == '"'
            parts[-1] += piece
        elif piece == "(":
            depth = 1
            parts[-1] += " "
        elif piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _unquote(text):
    if len(text) > 1 and text[0] == text[-1] == '"':
        return ESCAPED.sub(r"\1", text[1:-1])
    return text


def _normalize_host(name):
    return name.strip().lower().rstrip(".")


def _get_receiver(value):
    """Return the name of the server that has written a ``Received`` field."""
    words = _split(value)[0].lower().split()
    # The first word behind "from" is whatever the other side has called itself.
    start = 2 if words[:1] == ["from"] else 0
    if "by" not in words[start:-1]:
        return ""
    return _normalize_host(words[words.index("by", start) + 1])


def _is_ours(name, known):
    return any(fnmatchcase(name, pattern) for pattern in known)


def _judge_dmarc(results, domain):
    if any(result.value == "fail" for result in results):
        return FAIL
    passed = [result for result in results if result.value in DMARC_PASSES]
    if not passed:
        return None
    # Somebody else's mail may pass: what counts is who is taken for its author.
    named = [result.properties.get("header.from", domain) for result in passed]
    return PASS if any(_is_aligned(name, domain) for name in named) else FAIL


def _judge_parts(spf, dkim, domain):
    looked_at = [(result, ("smtp.mailfrom", "smtp.helo")) for result in spf]
    looked_at += [(result, ("header.d", "header.i")) for result in dkim]
    if any(_passes_for(result, names, domain) for result, names in looked_at):
        return PASS
    failed = any(result.value in SPF_FAILURES for result in spf)
    return FAIL if failed or any(result.value == "fail" for result in dkim) else None


def _passes_for(result, names, domain):
    if result.value != "pass":
        return False
    found = [result.properties[name] for name in names if name in result.properties]
    return bool(found) and _is_aligned(found[0], domain)


def _is_aligned(name, domain):
    """Tell whether two domains, or addresses, have one owner (relaxed alignment)."""
    name = name.strip("<>").rpartition("@")[2]
    return get_registrable_domain(name) == get_registrable_domain(domain)
