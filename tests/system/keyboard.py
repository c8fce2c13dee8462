"""Somebody who has no mouse, and enlarges what is on the screen."""

# CSS pixels of a screen of 1280 by 800: as it is, at 200 %, and at 400 %.
SIZES = (
    {"width": 1280, "height": 800},
    {"width": 640, "height": 400},
    {"width": 320, "height": 256},
)

# A date has a stop for each of its parts.
STOPS_WITHIN = 20

# Of the controls on the page, by their place in the document: which can be reached,
# and of which groups of radio buttons.
CONTROLS = """() => {
    const wanted = "a[href], button, input, select, textarea, summary, [tabindex]";
    const places = [...document.querySelectorAll(wanted)].filter((control) => {
        const style = getComputedStyle(control);
        const box = control.getBoundingClientRect();
        return control.checkVisibility({visibilityProperty: true}) &&
            !control.disabled && control.tabIndex >= 0 && box.width && box.height &&
            control.type !== "hidden" && !control.closest(".o_incident_trap") &&
            style.pointerEvents !== "none";
    });
    const groups = new Set();
    const found = [];
    for (const control of places) {
        if (control.type === "radio") {
            const group = `${control.form?.action} ${control.name}`;
            if (groups.has(group)) {
                continue;
            }
            groups.add(group);
        }
        found.push(control);
    }
    window.walkControls = found;
    return found.map((control) => control.outerHTML.slice(0, 120));
}"""

# Where the focus is: which control, whether one sees it, and that it has the focus.
FOCUS = """() => {
    const control = document.activeElement;
    if (!control || control === document.body || control === document.documentElement) {
        return null;
    }
    const box = control.getBoundingClientRect();
    const style = getComputedStyle(control);
    const width = parseFloat(style.outlineWidth);
    const outlined = style.outlineStyle !== "none" && width >= 1;
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1),
        innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    const same = (other) => other.type === "radio" && other.name === control.name;
    const index = (window.walkControls || []).findIndex(
        (other) => other === control || (control.type === "radio" && same(other)));
    return {
        index,
        html: control.outerHTML.slice(0, 160),
        name: (control.labels?.[0]?.innerText || control.getAttribute("aria-label") ||
            control.innerText || "").trim(),
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 &&
            box.left < innerWidth,
        shown: outlined || style.boxShadow !== "none",
        covered: !(top && (control.contains(top) || top.contains(control) ||
            top.closest("label")?.control === control)),
    };
}"""

# What is wider than the screen, or cut where nobody can scroll to it.
CUT = """() => {
    const wide = document.documentElement.scrollWidth;
    const cut = [...document.querySelectorAll("#wrap *, main *")].filter((node) => {
        const style = getComputedStyle(node);
        const box = node.getBoundingClientRect();
        if (!node.checkVisibility({visibilityProperty: true}) || !box.width ||
            style.position === "absolute" || node.closest("svg, .o_incident_trap")) {
            return false;
        }
        const hidden = style.overflowX === "hidden" || style.overflowX === "clip";
        return (hidden && node.scrollWidth > node.clientWidth + 1 && box.width > 1) ||
            box.left < -1;
    });
    return {wide, cut: cut.map((node) => node.outerHTML.slice(0, 160))};
}"""


class Keyboard:
    """The keys of a visitor, and what they lead to.

    :param visitor: :class:`~tests.system.browser.Visitor`
    """

    def __init__(self, visitor):
        self.visitor = visitor
        self.page = visitor.page

    def walk(self, name):
        """Assert that a page can be used without a mouse, however large it is.

        :param name: of the page, for messages
        """
        own = self.page.viewport_size
        for size in SIZES:
            self.page.set_viewport_size(size)
            found = self.page.evaluate(CUT)
            where = f"{name} at {size['width']}"
            assert found["wide"] <= size["width"], f"{where}: {found['wide']} wide"
            assert not found["cut"], f"{where}: cut off: {found['cut']}"
        for size in SIZES[:2]:
            self.page.set_viewport_size(size)
            self._walk_once(f"{name} at {size['width']}")
        self.page.set_viewport_size(own)

    def _walk_once(self, where):
        """Go through all controls by Tab, then back out of the page."""
        controls = self.page.evaluate(CONTROLS)
        self._leave()
        seen = []
        for _stop in range(len(controls) + STOPS_WITHIN):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            if seen and focus and focus["index"] == seen[-1]:
                # The parts of a date.
                continue
            if not focus or focus["index"] in seen:
                break
            html = focus["html"]
            assert focus["index"] >= 0, f"{where}: focus on what is no control: {html}"
            assert focus["inside"], f"{where}: focus is off the screen: {html}"
            assert focus["shown"], f"{where}: focus cannot be seen: {html}"
            assert not focus["covered"], f"{where}: focus is covered: {html}"
            seen.append(focus["index"])
        else:
            raise AssertionError(f"{where}: the focus is trapped")
        missed = [html for place, html in enumerate(controls) if place not in seen]
        assert not missed, f"{where}: not reached: {missed}"
        assert seen == sorted(seen), f"{where}: not in the order of the page: {seen}"

    def _leave(self):
        """Put the focus before the first control, as a fresh page has it."""
        self.page.evaluate(
            "() => {document.activeElement?.blur(); getSelection().removeAllRanges();"
            " const start = document.createElement('span'); start.tabIndex = -1;"
            " document.body.prepend(start); start.focus(); start.remove();}"
        )

    def reach(self, name):
        """Go to a control by Tab alone.

        :param name: its label begins with it
        """
        self._leave()
        for _stop in range(200):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            if focus and focus["name"].startswith(name):
                return self
        raise AssertionError(f"no key leads to {name} on {self.page.url}")

    def choose(self, name):
        """Tick what begins with these words; of several the arrows choose.

        :param name: its label begins with it
        """
        self._leave()
        for _stop in range(200):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            for _choice in range(6):
                if focus and focus["name"].startswith(name):
                    self.page.keyboard.press("Space")
                    return self
                if not focus or 'type="radio"' not in focus["html"]:
                    break
                self.page.keyboard.press("ArrowDown")
                focus = self.page.evaluate(FOCUS)
        raise AssertionError(f"no key chooses {name} on {self.page.url}")

    def type(self, name, text):
        """Type a text into a field.

        :param name: its label begins with it
        """
        self.reach(name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        return self

    def enter(self, name):
        """Press a button or follow a link, which leads to another page.

        :param name: it begins with it
        """
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self
