# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What our own mail server says of a sender, in the shapes in which servers say it."""

import time

from odoo.tests import BaseCase, tagged

from ..tools.mail_authentication import FAIL, PASS, find_results, judge, parse_results
from ..tools.mail_domain import get_registrable_domain, normalize_domain
from ..tools.subject_number import MAX_NUMBERS, find_numbers

MX = "mx.operator.example"
SENDER = "client.fr"
BORDER = (
    "Received",
    f"from out.client.fr (out.client.fr [192.0.2.1]) by {MX} with ESMTP",
)
INSIDE = ("Received", f"from {MX} by store.operator.example with LMTP id 1; Mon, 1")
FOREIGN = ("Received", "from pc.client.fr by out.client.fr with ESMTPSA id 2; Mon, 1")


def ar(text, server=MX, name="Authentication-Results"):
    return (name, f"{server}; {text}")


# what it is: (headers from the top, verdict)
SHAPES = {
    "dmarc passes": ([ar("dmarc=pass header.from=client.fr")], PASS),
    "dmarc fails": ([ar("dmarc=fail header.from=client.fr")], FAIL),
    "dmarc fails without enforcement": (
        [ar("dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=client.fr")],
        FAIL,
    ),
    "dmarc passes, spf fails: forwarded": (
        [ar("spf=fail smtp.mailfrom=client.fr; dmarc=pass header.from=client.fr")],
        PASS,
    ),
    "dmarc fails, spf passes for somebody else": (
        [ar("spf=pass smtp.mailfrom=evil.fr; dmarc=fail header.from=client.fr")],
        FAIL,
    ),
    "dmarc passes for somebody else": ([ar("dmarc=pass header.from=evil.fr")], FAIL),
    "dmarc passes for a sub-domain": (
        [ar("dmarc=pass header.from=mail.client.fr")],
        PASS,
    ),
    "dmarc best guess": ([ar("dmarc=bestguesspass header.from=client.fr")], PASS),
    "no policy, spf passes": (
        [ar("dmarc=none; spf=pass smtp.mailfrom=jean@client.fr")],
        PASS,
    ),
    "no policy, spf fails": (
        [ar("dmarc=none header.from=client.fr; spf=fail smtp.mailfrom=client.fr")],
        FAIL,
    ),
    "dmarc has an error, dkim passes": (
        [ar("dmarc=temperror; spf=softfail; dkim=pass header.d=client.fr")],
        PASS,
    ),
    "spf softfail": ([ar("spf=softfail smtp.mailfrom=client.fr")], FAIL),
    "spf hardfail, as it was once": (
        [ar("spf=hardfail smtp.mailfrom=client.fr")],
        FAIL,
    ),
    "spf neutral": ([ar("spf=neutral smtp.mailfrom=client.fr")], None),
    "spf none": ([ar("spf=none smtp.mailfrom=client.fr")], None),
    "spf passes by the name of the server": (
        [ar("spf=pass smtp.helo=out.client.fr; dkim=fail header.d=client.fr")],
        PASS,
    ),
    "spf passes for somebody else": ([ar("spf=pass smtp.mailfrom=evil.fr")], None),
    "spf passes for somebody else, dkim fails": (
        [ar("spf=pass smtp.mailfrom=evil.fr; dkim=fail header.d=client.fr")],
        FAIL,
    ),
    "dkim passes by identity": (
        [ar("spf=fail smtp.mailfrom=x.fr; dkim=pass header.i=@mail.client.fr")],
        PASS,
    ),
    "two signatures, one is broken": (
        [ar("dkim=fail header.d=client.fr; dkim=pass header.d=client.fr")],
        PASS,
    ),
    "dkim of a mailing list only": (
        [ar("spf=fail; dkim=pass header.d=lists.example.net")],
        FAIL,
    ),
    "no results": ([ar("none")], None),
    "no field": ([], None),
    "an empty field": ([("Authentication-Results", "")], None),
    "only a name": ([("Authentication-Results", MX)], None),
    "other methods": ([ar("arc=fail; iprev=fail policy.iprev=192.0.2.1")], None),
    "with a version": ([("Authentication-Results", f"{MX} 1; dmarc=fail")], FAIL),
    "method with a version": ([ar("dmarc/1=fail; spf / 1 = pass")], FAIL),
    "upper case": (
        [
            (
                "AUTHENTICATION-RESULTS",
                f"{MX.upper()}.; DMARC=FAIL HEADER.FROM=CLIENT.FR",
            )
        ],
        FAIL,
    ),
    "folded": (
        [
            (
                "Authentication-Results",
                f"{MX};\r\n\tspf=none;\r\n dmarc=fail\r\n\t(p=none)",
            )
        ],
        FAIL,
    ),
    "folded before anything": (
        [("Authentication-Results", f"\r\n {MX}\r\n ;dmarc\r\n\t=\r\n fail")],
        FAIL,
    ),
    "comments everywhere": (
        [
            (
                "Authentication-Results",
                f"(a;(b)) {MX} (c) 1 (d); (dmarc=pass) dmarc (e) = (f) fail (g)",
            )
        ],
        FAIL,
    ),
    "comment with a semicolon and a bracket": (
        [ar("spf=none (dmarc=pass; \\) ; dmarc=pass); dmarc=fail")],
        FAIL,
    ),
    "comment in front of the name": (
        [("Authentication-Results", f"(mx.evil.fr;) {MX}; dmarc=fail")],
        FAIL,
    ),
    "quoted name": ([("Authentication-Results", f'"{MX}"; dmarc=fail')], FAIL),
    "quoted reason that looks like a result": (
        [ar('dmarc=fail reason="; dmarc=pass \\" ; dmarc=pass" header.from=client.fr')],
        FAIL,
    ),
    "quoted values": (
        [ar('spf=fail; dkim=pass header.d="client.fr" header.b="a=b;c"')],
        PASS,
    ),
    "several fields": (
        [ar("spf=fail smtp.mailfrom=evil.fr"), ar("dmarc=fail"), ar("dkim=none")],
        FAIL,
    ),
    "the higher field decides": (
        [ar("dmarc=fail"), ar("dmarc=pass header.from=client.fr")],
        FAIL,
    ),
    "the results stand below our own Received": ([BORDER, ar("dmarc=fail")], FAIL),
    "the results stand above it": ([ar("dmarc=fail"), BORDER, FOREIGN], FAIL),
    "the mail has passed a server of ours": (
        [("Return-Path", "<x@client.fr>"), INSIDE, ar("dmarc=fail"), BORDER, FOREIGN],
        FAIL,
    ),
    "forged below the sender's server": (
        [BORDER, FOREIGN, ar("dmarc=pass header.from=client.fr"), ar("spf=fail")],
        None,
    ),
    "forged failure below the sender's server": ([FOREIGN, ar("dmarc=fail")], None),
    "forged in front, our server speaks above": (
        [ar("dmarc=fail"), BORDER, ar("dmarc=pass header.from=client.fr")],
        FAIL,
    ),
    "another server's opinion": (
        [ar("dmarc=fail", server="mx.evil.fr"), ar("spf=fail", server=f"x{MX}")],
        None,
    ),
    "a name that begins like ours": ([ar("dmarc=fail", server=f"{MX}.evil.fr")], None),
    "results without a name": ([("Authentication-Results", "dmarc=fail")], None),
    "another field": (
        [
            ar("dmarc=fail", name="ARC-Authentication-Results"),
            ar("dmarc=fail", name="X-A"),
        ],
        None,
    ),
    "who calls himself 'by' our name": (
        [("Received", f"from by (by {MX}) by evil.fr with SMTP"), ar("dmarc=fail")],
        None,
    ),
    "who calls himself 'by', received by us": (
        [
            ("Received", f"from by (evil.fr [192.0.2.9]) by {MX} with ESMTP"),
            ar("dmarc=fail"),
        ],
        FAIL,
    ),
    "our name in a comment": (
        [("Received", f"from a (by {MX}) by evil.fr; date"), ar("dmarc=fail")],
        None,
    ),
    "a Received that names no server": (
        [("Received", "(qmail 1 invoked by uid 2); date"), ar("dmarc=fail")],
        None,
    ),
    "our Received in upper case, folded": (
        [
            ("Received", f"FROM a.fr (a.fr)\r\n\tBY {MX.upper()}. (Postfix)"),
            ar("dmarc=fail"),
        ],
        FAIL,
    ),
}


@tagged("post_install", "-at_install")
class TestMailAuthentication(BaseCase):
    def _judge(self, headers, domain=SENDER):
        return judge(headers, domain, [MX], ["*.operator.example"])

    def test_shapes(self):
        self.assertGreaterEqual(len(SHAPES), 30)
        for name, (headers, verdict) in SHAPES.items():
            with self.subTest(name):
                self.assertEqual(self._judge(headers), verdict)

    def test_a_server_that_is_not_named_as_ours_ends_what_counts(self):
        headers = [INSIDE, ar("dmarc=fail"), BORDER]
        self.assertEqual(judge(headers, SENDER, [MX], ["store.operator.example"]), FAIL)
        self.assertIsNone(judge(headers, SENDER, [MX]))

    def test_without_a_sender_nothing_is_said(self):
        self.assertIsNone(self._judge([ar("dmarc=fail")], ""))

    def test_properties_are_read(self):
        server, [result] = parse_results(
            f'{MX}; dkim=pass (2048 bit) reason="a; b" header.d=client.fr header.s=k1'
        )
        self.assertEqual((server, result.method, result.value), (MX, "dkim", "pass"))
        self.assertEqual(
            result.properties,
            {"reason": "a; b", "header.d": "client.fr", "header.s": "k1"},
        )

    def test_whatever_stands_there_is_read_in_no_time(self):
        monsters = ('"', "(", "\\", ";", "a=b", "a ", "a/ ", 'a=" ', "by ", "é", "\x00")
        for monster in monsters:
            with self.subTest(monster):
                text = monster * (32_000 // len(monster))
                start = time.process_time()
                find_results(
                    [
                        ("Received", f"from {text} by {MX}"),
                        ("Authentication-Results", f"{MX}; {text}"),
                        ("Authentication-Results", text),
                    ],
                    [MX],
                )
                self.assertLess(time.process_time() - start, 0.5)


@tagged("post_install", "-at_install")
class TestMailDomain(BaseCase):
    def test_registrable_domains(self):
        for domain, expected in {
            "client.fr": "client.fr",
            "a.b.client.fr": "client.fr",
            "Mail.Client.FR.": "client.fr",
            "a.client.co.uk": "client.co.uk",
            "a.club.asso.fr": "club.asso.fr",
            "a.mairie.gouv.fr": "mairie.gouv.fr",
            "a.bücher.de": "xn--bcher-kva.de",
            "a.xn--bcher-kva.de": "xn--bcher-kva.de",
            "a.BÜCHER.de": "xn--bcher-kva.de",
            "x.例え.jp": "xn--r8jz45g.jp",
            "a.unknown.zzz": "unknown.zzz",
            "co.uk": "co.uk",
            "localhost": "localhost",
            "[192.0.2.1]": "[192.0.2.1]",
            "192.0.2.1": "192.0.2.1",
            "": "",
            "a..b": "a..b",
        }.items():
            with self.subTest(domain):
                self.assertEqual(get_registrable_domain(domain), expected)

    def test_what_is_no_domain_is_left_alone(self):
        for text in ("é" * 300, "é" * 70 + ".fr", "a." * 2000 + "fr"):
            self.assertEqual(normalize_domain(text), text)
            self.assertTrue(get_registrable_domain(text))


@tagged("post_install", "-at_install")
class TestSubjectNumber(BaseCase):
    def test_numbers(self):
        for subject, expected in {
            "Re: [inc26-00042]: line 7": ["INC26-00042", "7"],
            "#INC1!": ["INC1"],
            "no number": [],
            "": [],
            "(a1){b2}<c3>;d4,'e5'\"f6\"": ["A1", "B2", "C3", "D4", "E5", "F6"],
            "1\t2\n3": ["1", "2", "3"],
            "ligne\xa0n°7": ["N°7"],
        }.items():
            with self.subTest(subject):
                self.assertEqual(find_numbers(subject), expected)
        self.assertEqual(len(find_numbers("1 " * 50)), MAX_NUMBERS)

    def test_time_grows_with_the_length_only(self):
        """A word of 24,000 letters without a digit once took 0.7 s."""
        for text in ("a", "a1", "[", "a [", "1 "):
            with self.subTest(text):
                start = time.process_time()
                find_numbers(text * 200_000)
                self.assertLess(time.process_time() - start, 1)
