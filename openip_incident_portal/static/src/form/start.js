// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {forgetOldDrafts, forgetSentDraft} from "./draft";
import {KeptForm} from "./kept_form";
import {PageForm} from "./page_form";
import {ReportForm} from "./report_form";

const FORMS = "form.o_incident_sent_form, form[data-draft]";

/**
 * @param {HTMLFormElement} el
 * @returns {Function} what helps with it
 */
function chooseForm(el) {
    if (el.matches(".o_incident_form")) {
        return ReportForm;
    }
    return el.matches(".o_incident_sent_form") ? PageForm : KeptForm;
}

function start() {
    forgetOldDrafts();
    forgetSentDraft();
    for (const el of document.querySelectorAll(FORMS)) {
        new (chooseForm(el))(el).start();
    }
    document.getElementById("form_errors")?.focus();
}

if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
} else {
    start();
}
