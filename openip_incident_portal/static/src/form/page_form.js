// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Files} from "./files";
import {KeptForm} from "./kept_form";

/**
 * Helps with a form of a page: files, a draft, and one sending at a time.
 *
 * The form works without: everything is checked again by the server.
 */
export class PageForm extends KeptForm {
    /**
     * @param {HTMLFormElement} el
     */
    constructor(el) {
        super(el);
        this.files = new Files(this);
        this.sending = false;
    }

    /**
     * @param {Array<File>} files that were chosen before the form was given back
     */
    start(files = []) {
        this.setup();
        this.listen();
        // Back from the next page: the form may be sent again.
        window.addEventListener("pageshow", () => this.setSending(false));
        const waiting = [...files, ...(this.files.input?.files || [])];
        if (waiting.length) {
            this.files.add(waiting);
        }
        this.restore();
    }

    /** Show what hangs on the form's values: to be extended. */
    refresh() {
        this.files.check();
    }

    // Complaints

    /**
     * Complain about a field, or take the complaint back.
     *
     * @param {String} name of the place for it
     * @param {HTMLElement|null} input
     * @param {String} trouble
     */
    tell(name, input, trouble) {
        const place = this.el.querySelector(`#${CSS.escape(name)}_error`);
        if (place) {
            place.textContent = trouble;
            place.classList.toggle("d-block", Boolean(trouble));
        }
        if (input) {
            input.classList.toggle("is-invalid", Boolean(trouble));
            input.toggleAttribute("aria-invalid", Boolean(trouble));
            if (trouble) {
                input.setAttribute("aria-invalid", "true");
                const ids = (input.getAttribute("aria-describedby") || "").split(" ");
                const all = new Set([...ids.filter(Boolean), `${name}_error`]);
                input.setAttribute("aria-describedby", [...all].join(" "));
            }
        }
    }

    /**
     * Return the first field that is wrong: to be extended.
     *
     * @returns {HTMLElement|null}
     */
    findWrong() {
        return this.files.check() ? null : this.files.input;
    }

    // Sending

    async onSubmit(ev) {
        ev.preventDefault();
        if (this.sending) {
            return;
        }
        this.setSending(true);
        await this.files.ready;
        const wrong = this.findWrong();
        if (wrong) {
            this.setSending(false);
            wrong.focus();
            return;
        }
        try {
            await this.prepare();
            this.draft.save();
            this.draft.markSent();
            if (this.files.isEmpty) {
                this.el.submit();
            } else {
                await this.upload();
            }
        } catch {
            this.setSending(false);
            this.el.querySelector(".o_incident_trouble").hidden = false;
        }
    }

    /** Get what the form needs before it is sent: to be extended. */
    async prepare() {
        await this.files.ready;
    }

    setSending(sending) {
        this.sending = sending;
        // One with a name asks for something else than to be sent.
        const buttons = "button[type=submit]:not([name])";
        for (const button of this.el.querySelectorAll(buttons)) {
            button.disabled = sending;
        }
        this.el.querySelector(".o_incident_trouble").hidden = true;
        if (!sending) {
            this.el.querySelector(".o_incident_progress").hidden = true;
        }
    }

    /**
     * Send the form with its files and show how far that is.
     *
     * @returns {Promise}
     */
    upload() {
        const box = this.el.querySelector(".o_incident_progress");
        const bar = box.querySelector("progress");
        box.hidden = false;
        return new Promise((resolve, reject) => {
            const xhr = new XMLHttpRequest();
            xhr.upload.onprogress = (ev) => {
                bar.value = ev.lengthComputable ? (100 * ev.loaded) / ev.total : 0;
            };
            xhr.onerror = reject;
            xhr.onload = () => {
                if (xhr.status < 400) {
                    window.location.replace(xhr.responseURL);
                    resolve();
                } else if (this.showAnswer(xhr.responseText)) {
                    resolve();
                } else {
                    reject(new Error(xhr.statusText));
                }
            };
            xhr.open("POST", this.el.action);
            xhr.send(new FormData(this.el));
        });
    }

    /**
     * Show the form as the server gives it back, with the files still chosen.
     *
     * @param {String} text HTML
     * @returns {Boolean} whether the answer has a form
     */
    showAnswer(text) {
        const answer = new DOMParser().parseFromString(text, "text/html");
        const fresh = answer.querySelector("#wrap");
        const form = fresh?.querySelector("form.o_incident_sent_form");
        if (!form) {
            return false;
        }
        // It says that the files have to be chosen again.
        form.querySelector(".o_incident_again")?.remove();
        document.querySelector("#wrap").replaceChildren(...fresh.childNodes);
        document.title = answer.title;
        window.scrollTo(0, 0);
        const files = this.files.chosen.map((item) => item.file);
        new this.constructor(form).start(files);
        return true;
    }
}
