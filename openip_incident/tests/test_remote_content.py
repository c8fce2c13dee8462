# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""HTML loads nothing by itself, however it is written."""

import base64
from time import process_time
from unittest.mock import patch

from lxml import html
from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ..tools import own_links, remote_content
from ..tools.file_address import FileAddress, get_shown_ids, read_file_address
from ..tools.picture import get_kind, take_carried
from ..tools.remote_content import clean_remote, clean_style, has_token, is_plain
from .remote_shapes import HOST, SHAPES, find_loading, list_shapes, vary_shapes

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\nand so on").decode()

# Each opens a file for whoever has it.
TOKENS = (
    "/web/image/5?access_token=abc",
    "/web/content/5?download=true&amp;access_token=abc",
    "https://odoo.example/web/content/5/name.pdf?access_token=abc",
    "//odoo.example/web/image/5-1234/name.png?unique=1&amp;access_token=abc",
    "/web/image/res.partner/5/avatar_128?access_token=abc",
    "/web/image?model=ir.attachment&amp;id=5&amp;access_token=abc",
    "/web/image/5?access&#95;token=abc",
    "/web/image/5?access%5Ftoken=abc",
    "/web/image/5?%61ccess_token=abc",
    "/web/image/5?access%255Ftoken%253Dabc",
    "/web/image/5?ACCESS_TOKEN=abc",
    "/my/orders/5?access_token=abc",
    "https://other.example/?url=https%3A%2F%2Fodoo.example%2Fweb%2Fimage%2F5%3Faccess_token%3Dabc",
)
PLACES = (
    '<img src="{url}">',
    '<img srcset="{url} 2x" src="{url}">',
    '<a href="{url}">Kept</a>',
    '<p style="background:url({url})">Kept</p>',
    '<p style="background-image: url(&quot;{url}&quot;)">Kept</p>',
    '<td background="{url}">Kept</td>',
    '<video poster="{url}">Kept</video>',
    '<p title="{url}" class="{url}" id="{url}">Kept</p>',
    "<!-- {url} -->",
    "<p>See {url} please</p>",
    "{url}",
    "<pre>\n{url}\n</pre>",
)


@tagged("post_install", "-at_install")
class TestRemoteContent(BaseCase):
    def test_the_oracle_finds_what_loads(self):
        unseen = [
            name for name, body in list_shapes().items() if not find_loading(body)
        ]
        # For its parser a title is text.
        self.assertEqual(unseen, ["title"])
        self.assertGreaterEqual(len(SHAPES), 40)

    def test_no_shape_loads_anything(self):
        for body in vary_shapes():
            clean = clean_remote(body)
            self.assertFalse(find_loading(clean), (body, clean))
            self.assertFalse(find_loading(clean_remote(clean)), (body, clean))
            self.assertNotIn("<!--", clean)

    def test_cleaning_twice_changes_nothing(self):
        for body in list_shapes().values():
            clean = clean_remote(body)
            self.assertEqual(clean_remote(clean), clean, body)

    def test_text_is_kept(self):
        for name, body in list_shapes().items():
            silent = name in ("conditional comment",)
            if "Kept" in body and not silent:
                self.assertIn("Kept", clean_remote(body), name)

    def test_links_of_a_party_stay(self):
        for href in (
            "http://www.example.com/a?b=1&c=2#d",
            "https://example.com/é",
            "mailto:a@example.com?subject=a b",
            "tel:+33123456789",
        ):
            (link,) = self._parse(clean_remote(f'<a href="{href}">x</a>')).iter("a")
            self.assertEqual(link.get("href"), href)

    def test_links_that_run_lose_their_target(self):
        for href in (
            "javascript:alert(1)",
            " java\nscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "cid:x",
            "file:///etc/passwd",
        ):
            clean = clean_remote(f'<a href="{href}">x</a>', local=False)
            self.assertEqual(clean, "<a>x</a>")

    def test_looks_are_kept(self):
        style = (
            "color: #ff0000; background-color: rgb(1, 2, 3); padding: 4px 16px; "
            "border-left: 4px solid #cccccc; font: bold 12px/1.5 Arial, sans-serif; "
            "margin: 0 auto !important; width: 50%; line-height: 1.5"
        )
        self.assertEqual(clean_style(style), style)
        body = f'<p style="{style}" dir="rtl" lang="ar">x</p>'
        self.assertEqual(clean_remote(body), body)

    def test_quotes_stay_known_as_such(self):
        body = '<blockquote data-o-mail-quote="1" style="x: y">x</blockquote>'
        self.assertIn('data-o-mail-quote="1"', clean_remote(body))

    def test_a_broken_frame_breaks_nothing_around_it(self):
        for body in ("a</div></div>b<b x=1>", "<b x=1>a</p></table></body></html>b"):
            clean = clean_remote(body)
            self.assertEqual(clean.count("<div"), clean.count("</div"), clean)
            self.assertEqual(clean.count("<b"), clean.count("</b"), clean)
            self.assertIn("b", clean)

    def test_alternative_text_stands_for_a_picture(self):
        cases = {
            '<img src="http://x/y" alt="Plan: 2nd floor">': "[Plan: 2nd floor]",
            '<img src="http://x/y" alt="http://x/y">': "",
            '<img src="http://x/y" alt="">': "",
            '<img src="http://x/y">': "",
        }
        for body, text in cases.items():
            self.assertEqual(clean_remote(body), text)

    def test_no_token_is_left_wherever_it_stands(self):
        for url in TOKENS:
            for place in PLACES:
                body = place.format(url=url)
                self.assertTrue(has_token(body), body)
                clean = clean_remote(body)
                self.assertFalse(has_token(clean), (body, clean))
                self.assertNotIn("abc", clean)

    def test_what_only_speaks_of_tokens_stays(self):
        for body in ("access_token at 50% & more", "<p x='1'>The access_token, 5%</p>"):
            self.assertIn("access_token", clean_remote(body))
            self.assertIn("%", clean_remote(body))

    def test_plain_texts_are_not_touched(self):
        body = "<p>A <b>plain</b> text &amp; no <br/>more</p>"
        self.assertTrue(is_plain(body))
        self.assertEqual(clean_remote(body), body)
        for body in ("<p x>", "<img>", "a < b", "access_token=x"):
            self.assertFalse(is_plain(body), body)

    def test_addresses_of_files(self):
        cases = {
            "/web/image/5": (5, ""),
            "/web/image/5?access_token=a-b": (5, "a-b"),
            "/web/image/5-abc/name.png": (5, ""),
            "/web/image/5/300x300/name.png?unique=1": (5, ""),
            "/web/content/5?download=true&access_token=x": (5, "x"),
            "/web/content/ir.attachment/5/raw": (5, ""),
            "/web/image?model=ir.attachment&id=5&access_token=x": (5, "x"),
            "/web/content?id=5": (5, ""),
            "http://odoo.example:8069/web/image/5": (5, ""),
        }
        for address, expected in cases.items():
            found = read_file_address(address, ("odoo.example:8069",))
            self.assertEqual(found, FileAddress(*expected), address)
        for address in (
            "http://other.example/web/image/5",
            "//other.example/web/image/5",
            "/web/image/res.partner/5/avatar_128",
            "/web/image?model=res.partner&id=5",
            "/web/image/website.logo",
            "cid:5",
            "http://[",
            "/my/ticket/5/file/5",
            "/web/image/99999999999999",
        ):
            self.assertIsNone(read_file_address(address, ("odoo.example",)), address)
        self.assertEqual(get_shown_ids('<img alt="" src="/web/image/7">'), {7})

    def test_carried_pictures_are_taken_out(self):
        body = f'<img src="data:image/png;base64,{PIXEL}">' * 2
        text, ((name, content, info),) = take_carried(body)
        self.assertEqual((name, get_kind(content)), ("image.png", "image/png"))
        self.assertEqual(text, f'<img src="cid:{info["cid"]}">' * 2)
        # No picture, whatever it says.
        for fake in ("PHN2Zz4=", "!!!", ""):
            text, carried = take_carried(f'<img src="data:image/png;base64,{fake}">')
            self.assertFalse(carried)

    def test_time_grows_with_length_only(self):
        texts = (
            "<p x=1>" + "<div>" * 60_000,
            "<img src=x " * 60_000,
            '<p style="' + "rgb(1)" * 60_000 + 'x(">a',
            '<p style="' + "/*" * 60_000 + '">a',
            "<p x=1>" + "a%26" * 60_000 + " access_token=",
            "<p x=1>" + "x" * 200_000 + " access%5Ftoken=1",
            '<a href="' + "%25" * 60_000 + '">',
            "<!--" * 60_000,
        )
        for text in texts:
            start = process_time()
            clean_remote(text)
            self.assertLess(process_time() - start, 3, text[:20])

    def test_a_text_is_cleaned_once(self):
        body = "<p class='a'>Cleaned once</p>"
        with patch.object(
            remote_content, "_parse", wraps=remote_content._parse
        ) as parse:
            cleaned = [clean_remote(body, local=False) for _time in range(3)]
        self.assertEqual(set(cleaned), {'<p class="a">Cleaned once</p>'})
        self.assertEqual(parse.call_count, 1)
        # Where an address without host leads is the caller's to say.
        link = '<a href="/here">Cleaned once</a>'
        self.assertEqual(clean_remote(link, local=False), "<a>Cleaned once</a>")
        self.assertEqual(clean_remote(link), link)

    def test_what_a_caller_shows_is_for_its_reader_alone(self):
        for body in (
            '<p class="a">x</p><img src="/web/image/5">',
            '<p class="a">x</p><i\x00mg src="/web/image/5">',
            '<p class="a">x</p><a href="/web/image/5">y</a>',
        ):
            for key in ("first", "second"):

                def show(_source, _alt, key=key):
                    return {"src": f"/file?{key}"}

                def link(_href, key=key):
                    return f"/file?{key}"

                self.assertIn(f"/file?{key}", clean_remote(body, show, link))
            self.assertNotIn("/file", clean_remote(body))

    def test_our_links_are_cut_once(self):
        ours, theirs = "https://a.example.com", "https://b.example.com"
        body = f"<p>See {ours}/x and {theirs}/x</p>"
        with patch.object(own_links, "parse", wraps=own_links.parse) as parse:
            for _time in range(3):
                cut = own_links.strip_own_links(body, ours)
                self.assertEqual(cut, f"<p>See […] and {theirs}/x</p>")
        self.assertEqual(parse.call_count, 1)
        # Whose links they are may change.
        cut = own_links.strip_own_links(body, theirs)
        self.assertEqual(cut, f"<p>See {ours}/x and […]</p>")

    def test_what_is_no_markup_does_not_become_any(self):
        for kind in (Markup, str, Markup):
            cut = own_links.strip_own_links(kind("<b>As given</b>"), HOST)
            self.assertIs(type(cut), kind)

    def test_no_address_of_the_tracker_but_in_links(self):
        for body in vary_shapes():
            page = self._parse(f"<div>{clean_remote(body)}</div>")
            for node in page.iter():
                for name, value in node.attrib.items():
                    if name != "href":
                        self.assertNotIn(HOST, value.lower(), body)

    def _parse(self, body):
        return html.fragment_fromstring(body, create_parent="div")
