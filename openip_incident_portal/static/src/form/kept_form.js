// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Draft} from "./draft";

/**
 * Keeps what is typed into a form of a page until it has been sent.
 *
 * The form works without: it is sent as any other.
 */
export class KeptForm {
    /**
     * @param {HTMLFormElement} el
     */
    constructor(el) {
        this.el = el;
        this.draft = new Draft(el);
    }

    start() {
        this.setup();
        this.listen();
        this.restore();
    }

    /** Prepare the form: to be extended. */
    setup() {
        this.words = this.el.querySelector(".o_incident_words")?.content;
    }

    listen() {
        this.el.addEventListener("submit", (ev) => this.onSubmit(ev));
        for (const kind of ["input", "change"]) {
            this.el.addEventListener(kind, (ev) => this.onTyped(ev));
        }
    }

    /** Show what hangs on the form's values: to be extended. */
    refresh() {
        // Of what is typed, no more than that is shown.
    }

    word(key) {
        const word = this.words.querySelector(`[data-word=${key}]`);
        return word.textContent.trim().replace(/\s+/g, " ");
    }

    onTyped(ev) {
        if (ev.target.type !== "file") {
            this.draft.save();
        }
    }

    onSubmit() {
        this.draft.save();
        this.draft.markSent();
    }

    /** Bring the draft back, unless the server has given the form back itself. */
    restore() {
        const errors = document.getElementById("form_errors");
        if (errors) {
            errors.focus();
        } else if (this.draft.restore()) {
            this.tellRestored();
            this.refresh();
        }
        this.el.dataset.ready = "1";
    }

    tellRestored() {
        const place = this.el.querySelector(".o_incident_draft");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm o_incident_button_plain";
        button.textContent = this.word("discard");
        button.addEventListener("click", () => {
            this.draft.forget();
            this.el.reset();
            this.refresh();
            place.replaceChildren();
            place.classList.remove("alert");
        });
        place.classList.add("alert");
        place.append(`${this.word("restored")} `, button);
    }
}
