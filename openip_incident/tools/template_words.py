# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads the words of a mail template without rendering them."""

import ast
import re

from lxml import etree, html

from odoo.tools.rendering_tools import parse_inline_template

# What starts or ends an expression, and is left in a text where its other half lacks.
BRACES = re.compile(r"\{\{|\}\}|#\{")
INLINE = re.compile(r"(?:#|\{)\{(.+?)\}\}?")

# Attributes of QWeb whose value is an expression, as it stands or after a prefix.
EXPRESSIONS = {
    "t-att",
    "t-elif",
    "t-esc",
    "t-field",
    "t-foreach",
    "t-if",
    "t-out",
    "t-raw",
    "t-value",
}
NOT_TEXT = ("style", "script")


def find_brace(text):
    """Return the first brace of an expression that a rendered text still holds.

    :param text: str, plain
    :return: some characters around it, or None
    """
    found = BRACES.search(text or "")
    return found and text[max(found.start() - 20, 0) : found.end() + 20].strip()


def find_brace_in_html(source):
    """Return the first brace of an expression that readers of rendered HTML would see.

    :param source: str, HTML
    :return: some characters around it, or None
    """
    root = html.fragment_fromstring(source or "", create_parent="div")
    for node in root.iter(etree.Element):
        texts = [node.tail]
        if node.tag not in NOT_TEXT:
            texts.append(node.text)
            texts += [value for name, value in node.items() if name != "style"]
        for text in texts:
            found = find_brace(text)
            if found:
                return found
    return None


def get_inline_expressions(source):
    """Return the expressions of an inline template, such as a subject.

    :param source: str
    :return: list of str
    """
    parts = parse_inline_template(source or "")
    return [expression for _text, expression, _default in parts if expression]


def get_qweb_expressions(source):
    """Return the expressions of a QWeb body, those of all its branches.

    :param source: str, HTML
    :return: list of str
    """
    root = html.fragment_fromstring(source or "", create_parent="t")
    found = []
    for node in root.iter(etree.Element):
        for name, value in node.items():
            if name.startswith("t-attf-"):
                found += INLINE.findall(value)
            elif name in EXPRESSIONS or name.startswith("t-att-"):
                found.append(value)
    return found


def get_chains(expression, name):
    """Return what an expression asks of a variable, attribute by attribute.

    :param expression: str, Python
    :param name: str, the variable
    :return: list of lists of str: ``[["partner_id", "name"]]``; nothing of what is no
        Python, which fails by itself
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError:
        return []
    chains = []
    for node in ast.walk(tree):
        chain = []
        while isinstance(node, ast.Attribute):
            chain.insert(0, node.attr)
            node = node.value
        if chain and isinstance(node, ast.Name) and node.id == name:
            chains.append(chain)
    return chains
