# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is around the words of a mail, rendered once as a form and then filled in.

The mails of a batch differ there by a few texts: the number of the incident, the
address of a button, what stands behind a label. All else is the same in many of them.
Without it everything works, slower.
"""

import re
from itertools import chain, count
from typing import Any, NamedTuple

from markupsafe import escape

from odoo import api, models
from odoo.tools import ormcache, split_every

from ...tools.whose_code import is_code_of

# For fewer mails a form costs what it saves.
FEW = 4
# Whose way of writing attributes is known: another's may depend on what they say.
KNOWN_WRITERS = ("odoo.addons.base.", "odoo.addons.openip_incident.")

# What a layout shows, what it asks for and what it goes through: in it, each text that
# a form leaves out is shown as it is, or asked for whether it is there.
VALUE = (
    r"(?:frame\['(?!buttons|facts)\w+'\]|button\['\w+'\]|fact\[[01]\]|outlook\['\w+'\]|"
    r"row\['(?:lang|mark)'\]|row\['party'\]\.(?:is_company|name)|file|0)"
)
FOUND = rf"(?:{VALUE}|frame\['\w+'\]|row\['party'\]|ctx\.get\('files'\))"
VALUES = re.compile(VALUE)
CONDITIONS = re.compile(rf"{FOUND}(?: and {FOUND})*|button\['act'\] == '\w+'")
LISTS = re.compile(r"frame\['(?:buttons|facts)'\]|ctx\['files'\]")
FORMATTED = re.compile(r"\{\{(.*?)\}\}|[{#]\{")
SET = {"t-set": "frame", "t-value": "row['frame']", "t-else": ""}
NAMES = re.compile("button|fact|file")

# What words neither use nor set that are filled in: it is of the layout.
RESERVED = re.compile(r"\b(?:row\w*|frame|button|fact|file|outlook)\b")
# What is each reader's own, and what words are told beside that.
OWN = ("party", "url")
TOLD = re.compile(r"\bctx(?:\.get\(|\[)'(?!party'|url')\w+'")
READER = re.compile(r"\b(?:ctx|party|url|user|env|datetime|time)\b")
LAYOUT = ".//t[@t-if=\"row.get('frame')\"]"
MARK = "row['mark']"


class Reader(NamedTuple):
    """Stands for the reader of a mail."""

    is_company: bool
    name: Any


class Form(NamedTuple):
    """A layout with places for texts.

    :param formats: what is before the words and behind them, to be formatted
    :param places: for each of them, which text stands where
    """

    formats: list
    places: list

    def fill(self, texts):
        """Return what a mail has before its words, and behind them."""
        texts = [str(escape(text)) for text in texts]
        return [
            written % tuple(map(texts.__getitem__, places))
            for written, places in zip(self.formats, self.places, strict=True)
        ]


def make_form(pieces, mark):
    """Return a form.

    :param pieces: what a layout makes of places, before the words and behind them
    :param mark: text that begins each place
    """
    parts = [re.split(rf"{mark}-(\d+)-", piece) for piece in pieces]
    return Form(
        ["%s".join(part.replace("%", "%%") for part in piece[::2]) for piece in parts],
        [list(map(int, piece[1::2])) for piece in parts],
    )


def replace_texts(row, function):
    """Return the row of a mail with the texts replaced that a form leaves out.

    :param row: as the layout gets it
    :param function: function of a text, which is never empty
    """

    def replace(value):
        return function(value) if value and isinstance(value, str) else value

    frame, reader = row["frame"], row["party"]
    frame = {**frame, "number": replace(frame["number"])}
    frame["buttons"] = [
        {**button, "url": replace(button["url"])} for button in frame["buttons"]
    ]
    frame["facts"] = [(label, replace(value)) for label, value in frame["facts"]]
    if reader:
        reader = Reader(reader.is_company, replace(reader.name))
    return {**row, "frame": frame, "party": reader}


def take_texts(row):
    """Return what a mail has in common with others of its form, and its own texts.

    :param row: as the layout gets it
    :return: two values to be compared and to be filled in; nothing for a mail that
        needs more than texts
    """
    frame, texts = row["frame"], []
    safe = all(button["url"].startswith("http") for button in frame["buttons"])
    if not safe or row["ctx"].get("files"):
        return None
    rest = replace_texts(row, texts.append)
    shape = {
        **rest["frame"],
        "buttons": tuple(tuple(one.items()) for one in rest["frame"]["buttons"]),
        "facts": tuple(rest["frame"]["facts"]),
    }
    return (row["lang"], rest["party"], tuple(shape.items())), texts


class IncidentMailRenderer(models.AbstractModel):
    """Fills in forms, where the layout is known to show texts as they are.

    Each form is held against a mail that is rendered as a whole.
    """

    _inherit = "incident.mail.renderer"

    @api.model
    def _render_rows(self, template, document, lang, rows, mark):
        fillable = len(rows) >= FEW and self._writes_as_known()
        if not fillable or not self._is_fillable(document):
            return super()._render_rows(template, document, lang, rows, mark)
        known = [row.get("frame") and take_texts(row) for row in rows]
        groups = self._group_alike(known)
        filled = {index for _first, *others in groups for index in others}
        bare = [
            {**row, "frame": None} if index in filled else row
            for index, row in enumerate(rows)
        ]
        sources = self._find_sources(document, bare)
        kept = list(dict.fromkeys(sources))
        sample_mark = self._make_mark()
        samples = [self._make_sample(rows[first], sample_mark) for first, *_ in groups]
        output = super()._render_rows(
            template, document, lang, [bare[index] for index in kept] + samples, mark
        )
        pieces = list(split_every(4, output[:-1], list))
        rendered = dict(zip(kept, pieces, strict=False))
        mails = [list(rendered[source]) for source in sources]
        for (first, *others), piece in zip(groups, pieces[len(kept) :], strict=True):
            form = make_form(piece[1::2], sample_mark)
            if form.fill(known[first][1]) != mails[first][1::2]:
                return super()._render_rows(template, document, lang, rows, mark)
            for index in others:
                mails[index][1::2] = form.fill(known[index][1])
        return [*chain.from_iterable(mails), output[-1]]

    @api.model
    def _group_alike(self, known):
        """Return the places of mails that are of one form each: list of lists.

        :param known: what :func:`take_texts` says of each mail
        """
        groups = {}
        for index, one in enumerate(known):
            if one:
                groups.setdefault(one[0], []).append(index)
        return [group for group in groups.values() if len(group) >= FEW]

    @api.model
    def _find_sources(self, document, rows):
        """Return for each row the place of the first that says the same, or its own."""
        sources = list(range(len(rows)))
        if not self._is_same_to_all(document):
            return sources
        said = {}
        for index, row in enumerate(rows):
            if row.get("frame"):
                continue
            words = {name: one for name, one in row["ctx"].items() if name not in OWN}
            others = said.setdefault(row["object"].id, [])
            for other, earlier in others:
                if words == earlier:
                    sources[index] = other
                    break
            else:
                others.append((index, words))
        return sources

    @api.model
    @ormcache("document", cache="templates")
    def _is_same_to_all(self, document):
        """Tell whether words are the same to all readers who are told the same."""
        words, subject = find_words(document)
        return all(map(is_for_all, [*words.iter(), *subject.iter()]))

    @api.model
    def _make_sample(self, row, mark):
        """Return the row of a form: that of a mail, with places instead of texts."""
        numbers = count()
        return replace_texts(row, lambda _text: f"{mark}-{next(numbers)}-")

    @api.model
    @ormcache("document", cache="templates")
    def _is_fillable(self, document):
        """Tell whether a layout shows texts as they are, and its words use none."""
        layout = document.element.find(LAYOUT)
        if layout is None:
            return False
        words, subject = find_words(document)
        if words is None:
            return False
        inside = set(words.iter())
        around = [node for node in layout.iterdescendants() if node not in inside]
        apart = all(map(is_apart, [*words.iter(), *subject.iter()]))
        return apart and all(map(is_plain, around))

    @api.model
    def _writes_as_known(self):
        """Tell whether nobody else has a say in what attributes say."""
        qweb = type(self.env["incident.mail.qweb"])
        return is_code_of(KNOWN_WRITERS, qweb.__mro__, ["_post_processing_att"])


def find_words(document):
    """Return the words within a layout and the subject, as elements.

    Nothing for words where the layout has something beside them.
    """
    marks = document.element.findall(f'.//t[@t-out="{MARK}"]')
    subject = marks[0].getprevious()
    layout = document.element.find(LAYOUT)
    marks = layout.findall(f'.//t[@t-out="{MARK}"]')
    words = marks and marks[0].getnext()
    if len(marks) != 2 or words is None or words.getnext() is not marks[1]:
        return None, subject
    return words, subject


def is_plain(node):
    """Tell whether an element of a layout shows texts as they are."""
    return all(
        is_plain_directive(name, value.strip())
        for name, value in node.attrib.items()
        if name.startswith("t-")
    )


def is_plain_directive(name, value):
    """Tell whether a directive shows, or asks for, what is known of mails."""
    if name in SET:
        return value == SET[name]
    if name in ("t-if", "t-elif"):
        return bool(CONDITIONS.fullmatch(value))
    if name == "t-foreach":
        return bool(LISTS.fullmatch(value))
    if name == "t-as":
        return bool(NAMES.fullmatch(value))
    if name.startswith("t-attf-"):
        return all(
            VALUES.fullmatch((match[1] or "").strip())
            for match in FORMATTED.finditer(value)
        )
    return bool(
        (name == "t-out" or name.startswith("t-att-")) and VALUES.fullmatch(value)
    )


def is_apart(node):
    """Tell whether an element of the words has nothing to do with the layout."""
    directives = {
        name: value for name, value in node.attrib.items() if name.startswith("t-")
    }
    names = {directives.get(name) for name in ("t-set", "t-as")}
    return (
        "t-call" not in directives
        and "ctx" not in names
        and not any(map(RESERVED.search, directives.values()))
    )


def is_for_all(node):
    """Tell whether an element of words knows nothing of who reads it."""
    directives = [
        TOLD.sub("", value)
        for name, value in node.attrib.items()
        if name.startswith("t-")
    ]
    return not any(map(READER.search, directives))
