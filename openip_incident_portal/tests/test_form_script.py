# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .form_common import FormCommon

# What the checks below share. A page that is left takes its script with it: a form is
# made anew instead, as the server would give it.
PREPARE = """
const find = (selector) => document.querySelector(selector);
const until = async (what, check) => {
    for (let turn = 0; turn < 200; turn++) {
        if (check()) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("waited for " + what);
};
const same = (what, one, other) => {
    if (one !== other) throw new Error(`${what}: ${one} is not ${other}`);
};
const get = (name) =>
    odoo.loader.modules.get("@openip_incident_portal/form/" + name);
const keys = () => Object.keys(localStorage);
const type = (selector, text) => {
    find(selector).value = text;
    find(selector).dispatchEvent(new Event("input", {bubbles: true}));
};
const comeAgain = async () => {
    const text = await (await fetch(location.href)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    find("#wrap").replaceChildren(...page.querySelector("#wrap").childNodes);
    const {ReportForm} = get("report_form");
    new ReportForm(find("form.o_incident_sent_form")).start();
};
const draw = (width, height, type) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, {width, height});
    canvas.getContext("2d").fillRect(0, 0, width / 2, height);
    return new Promise((resolve) => canvas.toBlob(resolve, type));
};
const choose = (...files) => {
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    find("#files").files = chosen.files;
    find("#files").dispatchEvent(new Event("change", {bubbles: true}));
};
const names = () => [...find("#files").files].map((file) => file.name).join(" ");
"""
RUN = """
(async () => {
    await until("script", () => find("form.o_incident_form[data-ready]"));
    %s
    console.log("test successful");
})().catch((error) => console.error(error));
"""

DRAFT = """
    const text = "Ligne coupée depuis 9 h";
    type("#description", text);
    find("#impact_down").click();
    same("drafts", keys().length, 1);
    const token = location.pathname.split("/").pop();
    if (keys()[0].includes(token) || localStorage[keys()[0]].includes(token)) {
        throw new Error("the link is kept");
    }
    await comeAgain();
    same("text", find("#description").value, text);
    same("choice", find("#impact_down").checked, true);
    const note = find(".o_incident_draft");
    if (!note.textContent.includes("here again")) throw new Error("not said");
    note.querySelector("button").click();
    same("discarded", keys().length, 0);
    same("as before", find("#description").value, "Busy tone on every call");
    same("note", note.textContent, "");
"""

FORGOTTEN = """
    const {Draft, forgetDrafts, forgetOldDrafts, forgetSentDraft} = get("draft");
    const draft = new Draft(find("form.o_incident_sent_form"));
    const age = (hours) => {
        const kept = JSON.parse(localStorage[draft.key]);
        kept.time -= hours * 3600 * 1000;
        localStorage[draft.key] = JSON.stringify(kept);
    };
    localStorage.other = "not ours";
    type("#description", "Plus rien");
    age(23);
    forgetOldDrafts();
    same("of yesterday", keys().length, 2);
    age(2);
    forgetOldDrafts();
    same("of the day before", keys().join(), "other");

    // Sent, but the next page is a login, or an error: nothing has arrived.
    draft.save();
    draft.markSent();
    forgetSentDraft();
    same("not arrived", keys().length, 2);
    draft.markSent();
    find("#wrap").dataset.incidentSent = "1";
    forgetSentDraft();
    same("arrived", keys().join(), "other");

    draft.save();
    forgetDrafts();
    same("logged out", keys().join(), "other");
"""

FILES = """
    choose(new File(["SIP 503"], "trace.pcap"));
    choose(new File(["voice"], "voice.m4a"));
    choose(new File(["SIP 503"], "other.pcap"), new File(["a"], "mail.eml"));
    await until("files", () => find("#files").files.length === 4);
    same("kinds", find("#files_error").textContent, "");
    for (const item of [...document.querySelectorAll(".o_incident_remove")].slice(1)) {
        find(".o_incident_remove").click();
    }
    same("left", names(), "mail.eml");

    // A phone's photo is made smaller; the one that is small already stays as it is.
    const large = await draw(4000, 3000, "image/jpeg");
    const small = await draw(300, 200, "image/png");
    choose(new File([large], "IMG_1.JPG", {type: "image/jpeg"}));
    choose(new File([small], "small.png", {type: "image/png"}));
    await until("pictures", () => document.querySelectorAll("li canvas").length === 2);
    same("order", names(), "mail.eml IMG_1.jpg small.png");
    const [, first, second] = find("#files").files;
    const bitmap = await createImageBitmap(first);
    same("width", bitmap.width, 2560);
    same("height", bitmap.height, 1920);
    same("untouched", second.size, small.size);

    const complain = async (file, words) => {
        choose(file);
        await until(words, () => find("#files_error").textContent === words);
        [...document.querySelectorAll(".o_incident_remove")].pop().click();
        same("put right", find("#files_error").textContent, "");
    };
    const big = (name, megabytes) =>
        new File([new Uint8Array(megabytes * 1024 * 1024)], name);
    await complain(big("scan $&.pdf", 11), "scan $&.pdf is larger than 10 MB.");
    await complain(big("lamp.mov", 51), "lamp.mov is larger than 50 MB.");
    await complain(new File([], "empty.txt"), "empty.txt is empty.");
    await complain(
        big("IMG_2.HEIC", 11),
        "IMG_2.HEIC is larger than 10 MB, and your browser cannot make it smaller. " +
            "Please choose it as JPEG, or send it to us by mail."
    );
    choose(...[1, 2, 3].map((name) => new File(["x"], `${name}.txt`)));
    const many = "You have chosen too many files (at most 5).";
    await until("count", () => find("#files_error").textContent === many);
    // Nothing of it starts to be sent.
    find("#impact_down").click();
    find("button[type=submit]").click();
    await until("held", () => !find("button[type=submit]").disabled);
    same("progress", find(".o_incident_progress").hidden, true);
    same("focus", document.activeElement.id, "files");
"""


@tagged("post_install", "-at_install")
class TestFormScript(FormCommon):
    """What the script of a form does before anything is sent."""

    def _run(self, check):
        self.baker.lang = "en_US"
        path = self._get_form_path(
            self.baker.email_formatted, html="<p>Busy tone on every call</p>"
        )
        self.browser_js(path, PREPARE + RUN % check)
        self.assertFalse(self.intake.ticket_id)

    def test_draft_comes_back_and_can_be_discarded(self):
        self._run(DRAFT)

    def test_draft_is_forgotten(self):
        """After a day, once it has arrived, and with the login."""
        self._run(FORGOTTEN)

    def test_files_are_collected_shrunk_and_checked(self):
        self._run(FILES)
