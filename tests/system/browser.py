"""Real Chromium: visitors who read, click and type, and see what is wrong with pages.

Every page that a visitor looks at is checked for what all pages have to be.
"""

import os
import resource
import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}

# Pages are looked at by people, too, when this names a folder for their pictures.
PICTURES = os.environ.get("OPENIP_SCREENSHOTS")

# Checks pages for what the guidelines ask; our pages alone, not the portal's frame.
AXE = os.environ.get("OPENIP_AXE")
FIND_VIOLATIONS = """async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const found = await axe.run(
        {exclude: [[".o_portal > header"], [".o_portal > footer"]]},
        {runOnly: tags});
    return found.violations.map(({id, nodes}) => `${id}: ${nodes[0].html}`);
}"""

# What a browser offers to act on, by the names that assistive technology gives it.
CONTROLS = {
    "button",
    "checkbox",
    "combobox",
    "DateTime",
    "link",
    "listbox",
    "menuitem",
    "progressbar",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
}

# Odoo's pages go on by themselves once they are loaded, and say when they are through;
# those that our links lead to have nothing of Odoo's.
READY = """() => !document.querySelector("script[src*='assets_frontend']") ||
    document.body.matches("[is-ready=true]")"""

# Milliseconds within which a local server has answered.
PATIENCE = 20_000
# How often it is looked whether a page still waits, in milliseconds.
POLL = 20


class Browser:
    """One Chromium process, in which each visitor has cookies of its own."""

    def __init__(self):
        self.playwright = self.chromium = None
        self.visitors = []

    def start(self):
        """Start Chromium as the system has it."""
        with _unlimited_memory():
            self.playwright = sync_playwright().start()
            self.chromium = self.playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
        return self

    def stop(self):
        """End all processes."""
        if self.chromium:
            self.chromium.close()
        if self.playwright:
            self.playwright.stop()

    def visitor(self, name, lang="en_US", size=None):
        """Return somebody who has opened a browser for the first time.

        :param name: for messages and pictures
        :param lang: language of the browser, as Odoo names it
        :param size: ``PHONE`` or ``DESKTOP``
        """
        size = size or DESKTOP
        context = self.chromium.new_context(
            viewport=size,
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
            locale=lang.replace("_", "-"),
            timezone_id="Europe/Paris",
        )
        context.set_default_timeout(PATIENCE)
        self.visitors.append(Visitor(name, lang, context))
        return self.visitors[-1]

    def part(self):
        """Let all visitors leave."""
        while self.visitors:
            self.visitors.pop().context.close()


class Visitor:
    """Somebody in front of a browser with one page open.

    :ivar troubles: what went wrong in the browser so far, in words
    """

    def __init__(self, name, lang, context):
        self.name = name
        self.lang = lang
        self.context = context
        self.page = context.new_page()
        self.troubles = []
        self._expected = None
        self._pending = set()
        self.page.on("request", lambda request: self._pending.add(request))
        for end in ("requestfinished", "requestfailed"):
            self.page.on(end, lambda request: self._pending.discard(request))
        self.page.on("console", self._hear_console)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self.page.on("requestfailed", self._hear_failure)
        self.page.on("response", self._hear_response)

    def renew(self):
        """Return the same person with the same cookies in front of a fresh page."""
        self.page.close()
        return Visitor(self.name, self.lang, self.context)

    # What goes wrong

    def _note(self, trouble):
        self.troubles.append(f"{trouble} on {self.page.url}")

    def _hear_console(self, message):
        # The browser repeats here what the response has told already.
        repeated = self._expected and f"status of {self._expected}" in message.text
        if message.type in ("error", "warning") and not repeated:
            self._note(f"console: {message.text}")

    def _hear_failure(self, request):
        self._note(f"{request.method} {request.url}: {request.failure}")

    def _hear_response(self, response):
        if response.status >= 400 and response.status != self._expected:
            self._note(f"{response.status} for {response.url}")

    @contextmanager
    def expecting(self, status):
        """Take an answer with this status for what it should be, during a block."""
        self._expected = status
        with self.page.expect_response(lambda answer: answer.status == status):
            yield
        self.page.wait_for_load_state("load")
        self._expected = None

    # What one does

    def open(self, url):
        """Open a page, which must be there."""
        answer = self.page.goto(url)
        assert answer.ok or answer.status == self._expected, (answer.status, url)

    def settle(self):
        """Return when the page asks for nothing any more.

        Who goes on at once breaks off what it still asks for.
        """
        self.page.wait_for_load_state("load")
        self.page.wait_for_function(READY)
        waited = 0
        while self._pending:
            # Not for one event: the last request may fail instead of ending.
            self.page.wait_for_timeout(POLL)
            waited += POLL
            assert waited < PATIENCE, [request.url for request in self._pending]

    def press(self, name):
        """Click a button or a link by its name, which leads to another page."""
        page = self.page
        control = page.get_by_role("button", name=name, exact=True)
        control = control.or_(page.get_by_role("link", name=name, exact=True))
        with page.expect_navigation():
            control.click()

    def choose(self, name):
        """Tick what begins with these words."""
        self.page.get_by_label(name).check()

    # What one sees

    def text(self, selector="#wrap"):
        """Return what one can read on the page, white space folded."""
        return " ".join(self.page.locator(selector).inner_text().split())

    def look(self, name):
        """Assert what all pages have to be; take their pictures if somebody wants them.

        :param name: of the page, for messages and pictures
        :return: what one can read on it
        """
        page = self.page
        where = f"{self.name} at {name}"
        assert page.locator("html").get_attribute("lang") == self.lang.replace("_", "-")
        assert page.title().strip(), f"no title: {where}"
        assert page.locator("h1").count() == 1, f"headings: {where}"
        assert not self.nameless(), f"{where}: {self.nameless()}"
        assert not self.violations(), f"{where}: {self.violations()}"
        own = page.viewport_size
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{where} is {width} wide"
            self._take_picture(name, size["width"])
        page.set_viewport_size(own)
        assert not self.troubles, self.troubles
        return self.text()

    def violations(self):
        """Return which rules of WCAG 2.2, levels A and AA, the page breaks."""
        assert AXE, "needs what setup/test prepares"
        self.page.evaluate(Path(AXE).read_text())
        return self.page.evaluate(FIND_VIOLATIONS)

    def nameless(self):
        """Return the visible controls that a screen reader has no name for."""
        session = self.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        found = [
            node
            for node in nodes
            if not node["ignored"] and node["role"]["value"] in CONTROLS
        ]
        assert found, "the page has no controls, or Chromium calls them otherwise"
        return [
            node["role"]["value"]
            for node in found
            if not node.get("name", {}).get("value", "").strip()
        ]

    def _take_picture(self, name, width):
        if PICTURES:
            path = Path(PICTURES) / f"{name}-{self.lang[:2]}-{width}.png"
            self.page.screenshot(path=path, full_page=True)


@contextmanager
def _unlimited_memory():
    """Start programs without the limit that Odoo sets for its own process.

    Chromium reserves far more addresses than it ever uses.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
