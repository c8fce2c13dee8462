// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {forgetOldDrafts, forgetSentDraft} from "./draft";
import {PageForm} from "./page_form";
import {ReportForm} from "./report_form";

function start() {
    forgetOldDrafts();
    forgetSentDraft();
    for (const el of document.querySelectorAll("form.o_incident_sent_form")) {
        const Form = el.matches(".o_incident_form") ? ReportForm : PageForm;
        new Form(el).start();
    }
    document.getElementById("form_errors")?.focus();
}

if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
} else {
    start();
}
