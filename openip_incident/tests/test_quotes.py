# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What others read of an answer that quotes us, through the real gateway."""

from lxml import html

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..tools.mail_frame import make_peek
from ..tools.quote_copies import PLACE_HTML, read_framed, read_whole
from ..tools.quote_lines import get_words
from .common import (
    CUSTOMER_MAIL,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    IncidentCommon,
)

QUESTION = "Since when has the line in the warehouse been down?"
WORDS = "The line came back at ten past eight."
INLINE = "Since Monday evening, we think."

HEADER = (
    "<b>De&nbsp;:</b> Operator &lt;{team}&gt;<br><b>Envoyé&nbsp;:</b> samedi 28 "
    f"novembre 2026 10:02<br><b>À&nbsp;:</b> Alice &lt;{CUSTOMER_MAIL}&gt;<br>"
    f"<b>Cc&nbsp;:</b> Igor &lt;{INTEGRATOR_MAIL}&gt;<br><b>Objet&nbsp;:</b> x"
)
SHAPES = {
    "outlook": "<div><p>{words}</p><div><div style='border-top:solid 1pt'><p>" + HEADER
    + "</p></div></div>{quoted}</div>",
    "outlook web": "<div>{words}</div><hr><div id='divRplyFwdMsg'>" + HEADER
    + "</div><div>{quoted}</div>",
    "gmail": "<div>{words}</div><div class='gmail_quote'><div>On Sat, Nov 28, 2026 at "
    "10:02 AM Operator &lt;{team}&gt; wrote:<br></div><blockquote class='gmail_quote'>"
    "{quoted}</blockquote></div>",
    "samsung": "<div>{words}</div><div>-------- Message d'origine --------</div>"
    "<div>De : Operator &lt;{team}&gt;</div><div>Date : 28/11/2026</div><div>À : Alice "
    f"&lt;{CUSTOMER_MAIL}&gt;</div>" "{quoted}",
    "no sign at all": "<p>{words}</p>{quoted}",
    "plain": "<pre>{words}\n\nOn Sat, Nov 28, 2026, Operator &lt;{team}&gt; wrote:\n"
    "{text}</pre>",
    "plain outlook": "<pre>{words}\n\n-----Original Message-----\nFrom: Operator &lt;"
    f"{{team}}&gt;\nTo: Alice &lt;{CUSTOMER_MAIL}&gt;\n\n" "{bare}</pre>",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestQuotes(IncidentCommon):
    def _ask(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            incident.incident_request("information", f"<p>{QUESTION}</p>")
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        return incident, letter["body"]

    def _build(self, shape, quoted, words=WORDS):
        text = html2plaintext(quoted).replace("<", "&lt;")
        marked = "\n".join(f"> {row}" for row in text.splitlines())
        return SHAPES[shape].format(
            words=words,
            quoted=quoted,
            text=marked,
            bare=text,
            team=self.team.alias_email,
        )

    def _answer(self, incident, **options):
        with self.capture_letters() as letters:
            self._reply(incident, self.customer, **options)
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        return self._entries(incident)[:1], letter["body"]

    def _see(self, body):
        """Return what an agent reads without unfolding anything."""
        tree = html.fragment_fromstring(body, create_parent="div")
        for node in tree.xpath("//*[@data-o-mail-quote or @data-o-mail-quote-node]"):
            node.drop_tree()
        return " ".join(" ".join(tree.itertext()).replace("> ", "").split())

    def test_what_we_sent_is_not_sent_again(self):
        for shape in SHAPES:
            with self.subTest(shape=shape):
                incident, quoted = self._ask()
                entry, body = self._answer(incident, html=self._build(shape, quoted))
                self.assertIn(WORDS, body)
                self.assertNotIn(QUESTION, body)
                self.assertNotIn(CUSTOMER_MAIL, body)
                self.assertNotIn("Message d'origine", body)
                self.assertNotIn("De :", html2plaintext(body))
                self.assertEqual(self._see(entry.body), WORDS)
                self.assertIn(QUESTION, entry.body, "it is folded, not lost")

    def test_mail_of_an_earlier_phase_is_known_again(self):
        """Its button and the state that it tells are not those of today."""
        for shape in SHAPES:
            with self.subTest(shape=shape):
                incident, quoted = self._ask()
                self._answer(incident, html="<p>First.</p>")
                self.assertNotEqual(incident.incident_phase, "waiting")
                html = self._build(shape, quoted)
                self._reply(incident, self.customer, html=html)
                entry = self._entries(incident)[:1]
                self.assertEqual(self._see(entry.body), WORDS)

    def test_answer_inside_a_quote_is_read_and_passed_on(self):
        for shape in SHAPES:
            with self.subTest(shape=shape):
                incident, quoted = self._ask()
                quoted = quoted.replace(QUESTION, f"{QUESTION}</p><p>{INLINE}")
                html = self._build(shape, quoted, words="See below.")
                entry, body = self._answer(incident, html=html)
                self.assertIn(INLINE, body)
                self.assertNotIn(QUESTION, body)
                self.assertNotIn(CUSTOMER_MAIL, body)
                self.assertEqual(self._see(entry.body), f"See below. {INLINE}")

    def test_third_persons_mail_is_passed_on_without_addresses(self):
        incident, _quoted = self._ask()
        header = HEADER.format(team="electrician@third.example.com")
        header = header.replace("Operator", "Electrician")
        html = f"<p>{WORDS}</p><hr><p>{header}</p><p>The fuse was out.</p>"
        entry, body = self._answer(incident, html=html)
        for text in (body, self._see(entry.body)):
            self.assertIn("Electrician", text)
            self.assertIn("The fuse was out.", text)
        self.assertNotIn(CUSTOMER_MAIL, body)
        self.assertNotIn("electrician@third.example.com", body)

    def test_mail_without_words_says_so(self):
        incident, quoted = self._ask()
        html = self._build("gmail", quoted, words="")
        entry, body = self._answer(incident, html=html)
        self.assertNotIn("wrote:", body)
        self.assertIn("answered without any text", body)
        entry.sudo().attachment_ids = self.env["ir.attachment"].create(
            {"name": "a.log"}
        )
        text = incident.sudo()._get_forwarded_text(self.integrator, entry)
        self.assertIn("sent files without any text", text)
        self.assertNotIn("wrote:", text)

    def test_what_the_other_party_got_is_no_quote(self):
        """Who says the same again says it; who was told by us quotes."""
        incident, quoted = self._ask()
        self._answer(incident, html=f"<p>{WORDS}</p>")
        again = f"<p>Again:</p><p>{WORDS} {INLINE}</p>"
        # A second mail right behind the first is passed on when somebody has looked.
        body = incident._mark_incident_quotes(again, self.customer.id)
        self.assertEqual(self._see(body), f"Again: {WORDS} {INLINE}")

    def test_number_in_an_answer_without_quotes_hides_nothing(self):
        incident, _quoted = self._ask()
        html = f"<p>{incident.number}</p><p>{WORDS}</p>"
        entry, body = self._answer(incident, html=html)
        self.assertIn(WORDS, body)
        self.assertEqual(self._see(entry.body), f"{incident.number} {WORDS}")

    def test_old_letters_may_be_gone(self):
        """Their words were deleted: the quote is unknown, and nothing is lost."""
        incident, quoted = self._ask()
        incident.sudo().notice_ids.message_id._reduce_letters()
        _entry, body = self._answer(incident, html=self._build("gmail", quoted))
        self.assertIn(WORDS, body)
        self.assertNotIn(CUSTOMER_MAIL, body)

    def test_only_a_mail_that_quotes_asks_for_what_was_sent(self):
        incident, quoted = self._ask()
        tickets, asked = type(incident), []
        self.patch(
            tickets,
            "_get_sent_copies",
            lambda ticket, party: asked.append(party) or [],
        )
        self._answer(incident, html=f"<p>{WORDS}</p>")
        self.assertFalse(asked)
        incident, quoted = self._ask()
        self._answer(incident, html=self._build("outlook", quoted))
        self.assertEqual(asked, [self.customer])

    def test_what_was_sent_costs_one_query(self):
        incident, quoted = self._ask()
        incident = incident.sudo()
        incident._get_sent_copies(self.customer)
        self.env.flush_all()
        incident.notice_ids.message_id.invalidate_recordset()
        with self.assertQueryCount(1):
            page, text = incident._get_sent_copies(self.customer)[::2]
        seen = html2plaintext(quoted).partition("[1]")[0]
        words = [word for line in seen.splitlines() for word in get_words(line)]
        self.assertEqual(sum(page, [])[: len(words)], words)
        self.assertIn(get_words(QUESTION), text)

    def test_a_bounded_number_of_mails_is_looked_at(self):
        incident, _quoted = self._ask()
        self.patch(
            type(incident), "_get_incident_url", lambda *args, **kwargs: "https://x"
        )
        with self.capture_letters():
            for _time in range(25):
                incident.incident_update("<p>News</p>")
        copies = incident.sudo()._get_sent_copies(self.customer)
        self.assertEqual(len(copies), 2 * 20)
        for copy in copies:
            self.assertIn(["news"], copy)

    def test_the_frame_of_all_mails_is_read_once(self):
        incident, _quoted = self._ask()
        incident = incident.sudo()
        contents = [
            "<p>One</p><p>Two <b>three</b></p>",
            "Bare words, then<br>a line <em>of its own</em>",
            "<ul><li>- One</li><li>2. Two</li></ul>",
            '<p><a href="https://a.example.com/x?y=1">Here</a>, <a href="/b">b</a></p>'
            '<img src="/web/image/1" alt="A picture">[1] One<br>[2] Two',
            "<div>1 &lt; 2 &amp; 3&nbsp;: « é » \u200b</div>" + "<p>Long</p>" * 200,
            "<blockquote><p>Quoted</p></blockquote><pre>a\n  b\n\nc</pre>",
            "<table><tr><td>A</td><td>B</td></tr></table><h2>Title</h2><hr>",
            "",
        ]
        for party in (self.customer, self.integrator, self.customer.browse()):
            join = incident._get_sent_frame(party)
            whole = read_whole(map(join, contents), html2plaintext)
            framed = read_framed(
                join(PLACE_HTML), contents, map(make_peek, contents), html2plaintext
            )
            self.assertEqual(len(framed), len(whole))
            for number, (one, another) in enumerate(zip(framed, whole, strict=True)):
                with self.subTest(party=party.name, number=number):
                    self.assertEqual(*(list(filter(None, it)) for it in (one, another)))

    def test_words_beside_ours_are_read_with_each_mail(self):
        incident, _quoted = self._ask()
        self.patch(
            type(incident),
            "_get_sent_frame",
            lambda ticket, party: "<div>We say: {}</div>".format,
        )
        [page, text] = incident.sudo()._get_sent_copies(self.customer)[::2]
        self.assertIn(get_words(QUESTION), page)
        [line] = [line for line in text if line[:2] == ["we", "say"] and line[2:]]
        self.assertIn(line[2:], page)
