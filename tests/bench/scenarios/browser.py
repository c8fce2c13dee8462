"""A browser in the same process: what a request costs, without the network."""

import json

from lxml import etree, html
from werkzeug.test import Client
from werkzeug.wrappers import Response

from odoo import http

PASSWORD = "bench-password"
# What a web server says of a request.
ENVIRONMENT = {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}


class Browser:
    """A client of Odoo's web application, logged in or not.

    :param session: where it is
    :param login: the user, whose password becomes :data:`PASSWORD`
    """

    def __init__(self, session, login=None):
        if not session.notes.get("web"):
            http.root.initialize()
            session.notes["web"] = True
        self.client = Client(http.root, Response)
        # Bytes of the last answer to a JSON call.
        self.received = 0
        # Odoo would lead a French reader to other addresses.
        self.client.set_cookie("frontend_lang", "en_US")
        if login:
            with session.environment() as env:
                user = env["res.users"].search([("login", "=", login)])
                user.password = PASSWORD
            params = {"db": session.database, "login": login, "password": PASSWORD}
            self.post_json("/web/session/authenticate", params)

    def post_json(self, path, params):
        """Return the result of a JSON call.

        :param path: path on the server
        :param params: its arguments
        """
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.client.post(path, json=body, **ENVIRONMENT)
        body = answer.get_data()
        self.received = len(body)
        found = json.loads(body)
        if "error" in found:
            raise ValueError(found["error"]["data"]["message"])
        return found["result"]

    def call(self, model, method, args, kwargs):
        """Call a method as the web client does."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post_json(f"/web/dataset/call_kw/{model}/{method}", params)

    def get(self, path):
        """Return the text of a page, or fail."""
        answer = self.client.get(path, **ENVIRONMENT)
        if answer.status_code != 200:
            target = answer.headers.get("Location", "")
            raise ValueError(f"{path}: {answer.status} {target}")
        return answer.get_data(as_text=True)

    def read_form(self, text):
        """Return the fields of the page's own form, filled in as a human would.

        :param text: the page
        """
        [form] = html.fromstring(text).xpath("//form[.//textarea]")
        values = {}
        for field in form.xpath(".//*[@name]"):
            name, kind = field.get("name"), field.get("type")
            if kind == "hidden" or field.get("tabindex") == "-1":
                values[name] = field.get("value") or ""
            elif kind in ("radio", "checkbox") or field.tag == "select":
                values[name] = field.get("value") or _choose(field)
            elif kind == "email":
                values[name] = field.get("value") or "somebody@customer.example.com"
            elif kind not in ("file", "submit", "datetime-local", "date"):
                values[name] = field.get("value") or "No dial tone"
        return values

    def post(self, path, values):
        """Send a form.

        :param path: where to
        :param values: dict of its fields
        """
        answer = self.client.post(path, data=values, **ENVIRONMENT)
        if answer.status_code not in (302, 303):
            raise ValueError(f"{path}: {answer.status}")

    @staticmethod
    def read_specification(arch, fields):
        """Return the fields of a view, as the web client asks for them."""
        names = {
            node.get("name")
            for node in etree.fromstring(arch).iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }
        return {
            name: {"fields": {"display_name": {}}}
            if fields[name]["type"] in ("many2one", "many2many", "one2many")
            else {}
            for name in names
            if name in fields
        }


def _choose(field):
    options = [option.get("value") for option in field.xpath(".//option")]
    return options[-1] if options else "1"
