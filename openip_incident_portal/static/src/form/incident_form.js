// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

const CAPTCHA = "incident_form";
const MEGABYTE = 1024 * 1024;
const COMPLAINT_DELAY = 300;
// Something is wrong, or too much comes from here: the form is in the answer.
const GIVEN_BACK = [422, 429];

/**
 * Helps to fill in the form that starts an incident.
 *
 * The form works without: everything is checked again by the server.
 */
export class IncidentForm extends Interaction {
    static selector = ".o_incident_form";
    dynamicContent = {
        _root: {"t-on-submit": this.onSubmit},
        "input:not([type=file]), select, textarea": {
            "t-on-input": this.onInput,
            "t-on-change": this.onChange,
            "t-on-focusout": this.onChange,
        },
        "input[type=file]": {"t-on-change": this.onFiles},
        _window: {"t-on-pageshow": this.onPageShow},
    };

    setup() {
        this.el.noValidate = true;
        this.files = this.el.querySelector("input[type=file]");
        this.category = this.el.querySelector("#category");
        this.customer = this.el.querySelector("#customer");
        this.service = this.el.querySelector("#known_service");
        this.sending = false;
        this.showFields();
        this.showServices();
        document.getElementById("form_errors")?.focus();
    }

    word(key) {
        const words = this.el.querySelector(".o_incident_words").content;
        return words
            .querySelector(`[data-word=${key}]`)
            .textContent.replace(/\s+/g, " ");
    }

    // Fields that only some categories ask for

    showFields() {
        for (const block of this.el.querySelectorAll("[data-category-ids]")) {
            const ids = block.dataset.categoryIds.split(" ");
            block.hidden = !this.category || !ids.includes(this.category.value);
        }
        for (const hint of this.el.querySelectorAll(".o_incident_only")) {
            hint.hidden = true;
        }
    }

    // Services of the chosen customer

    showServices() {
        const chosen = this.customer?.value;
        if (!chosen || !this.service) {
            return;
        }
        for (const group of this.service.querySelectorAll("optgroup")) {
            const foreign = group.dataset.customer !== chosen;
            group.hidden = foreign;
            group.disabled = foreign;
            if (foreign && group.contains(this.service.selectedOptions[0])) {
                this.service.value = "";
            }
        }
    }

    // Checks

    onInput(ev) {
        // What is put right is no longer complained about.
        if (ev.target.matches(".is-invalid")) {
            this.check(ev.target);
        }
    }

    onChange(ev) {
        const input = ev.target;
        if (input === this.category) {
            this.showFields();
        }
        if (input === this.customer) {
            this.showServices();
        }
        // Who has only passed by is not told off. A complaint moves what is below: not
        // while somebody clicks there.
        if (ev.type === "change" || input.value) {
            this.waitForTimeout(() => this.check(input), COMPLAINT_DELAY);
        }
    }

    getTrouble(input) {
        const isNew = this.el.querySelector("#customer")?.value === "new";
        const ofNew = input.name === "customer_name" || input.name === "customer_email";
        if (input.type === "radio") {
            const chosen = this.el.querySelector(`[name="${input.name}"]:checked`);
            return chosen ? "" : this.word("missing");
        }
        if (ofNew && !isNew) {
            return "";
        }
        const filled = input.type === "checkbox" ? input.checked : input.value.trim();
        if (!filled && (input.required || ofNew)) {
            return this.word("missing");
        }
        if (input.type === "email" && input.validity.typeMismatch) {
            return this.word("email");
        }
        return input.type === "datetime-local" ? this.getMomentTrouble(input) : "";
    }

    getMomentTrouble(input) {
        // Zones differ by a day at most; the server knows better.
        const future = new Date(input.value) > Date.now() + 24 * 3600 * 1000;
        return input.validity.badInput || future ? this.word("moment") : "";
    }

    check(input) {
        const trouble = this.getTrouble(input);
        const radio = input.type === "radio";
        this.tell(radio ? "impact" : input.id, radio ? null : input, trouble);
        return !trouble;
    }

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

    // Files

    onFiles() {
        this.checkFiles();
    }

    checkFiles() {
        const chosen = [...this.files.files];
        const list = this.el.querySelector(".o_incident_chosen");
        list.replaceChildren(
            ...chosen.map((file) => {
                const item = document.createElement("li");
                const name = document.createElement("bdi");
                name.textContent = file.name;
                const size = ` (${this.formatSize(file.size)}) `;
                item.append(name, size, this.makeRemoveButton(file));
                return item;
            })
        );
        const trouble = this.getFilesTrouble(chosen);
        this.tell("files", this.files, trouble);
        return !trouble;
    }

    makeRemoveButton(file) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-outline-secondary o_incident_remove";
        button.textContent = this.word("remove");
        button.setAttribute("aria-label", `${this.word("remove")} ${file.name}`);
        this.addListener(button, "click", () => this.removeFile(file));
        return button;
    }

    /**
     * Take one file back: browsers let the choice be replaced as a whole only.
     *
     * @param {File} file
     */
    removeFile(file) {
        const kept = new DataTransfer();
        for (const other of this.files.files) {
            if (other !== file) {
                kept.items.add(other);
            }
        }
        this.files.files = kept.files;
        this.checkFiles();
        this.files.focus();
    }

    /**
     * Return a size as the reader of the page writes it.
     *
     * @param {Number} size in bytes
     * @returns {String}
     */
    formatSize(size) {
        const small = size < MEGABYTE;
        const format = new Intl.NumberFormat(document.documentElement.lang, {
            style: "unit",
            unit: small ? "kilobyte" : "megabyte",
            maximumFractionDigits: small ? 0 : 1,
        });
        return format.format(small ? Math.ceil(size / 1024) : size / MEGABYTE);
    }

    getFilesTrouble(chosen) {
        const kinds = this.files.accept.split(",");
        const isKnown = (file) =>
            kinds.some((kind) => file.name.toLowerCase().endsWith(kind));
        const large = chosen.find((file) => file.size > this.el.dataset.maxBytes);
        const empty = chosen.find((file) => !file.size);
        const strange = chosen.find((file) => !isKnown(file));
        if (chosen.length > this.el.dataset.maxFiles) {
            return this.word("count");
        }
        if (large) {
            return `${this.word("size")} ${large.name}`;
        }
        if (empty) {
            return `${this.word("empty")} ${empty.name}`;
        }
        return strange ? `${this.word("kind")} ${strange.name}` : "";
    }

    // Sending

    async onSubmit(ev) {
        if (ev.submitter?.name === "choose") {
            // The form comes back with the services of the customer.
            return;
        }
        ev.preventDefault();
        if (this.sending) {
            return;
        }
        const inputs = [...this.el.querySelectorAll("input, select, textarea")].filter(
            (input) => !["hidden", "file"].includes(input.type)
        );
        const wrong = inputs.filter((input) => !this.check(input));
        const filesFit = this.checkFiles();
        if (wrong.length || !filesFit) {
            (wrong[0] || this.files).focus();
            return;
        }
        this.setSending(true);
        try {
            await this.addCaptcha();
            if (this.files.files.length) {
                await this.upload();
            } else {
                this.el.submit();
            }
        } catch {
            this.setSending(false);
            this.el.querySelector(".o_incident_trouble").hidden = false;
        }
    }

    onPageShow() {
        // Back from the next page: the form may be sent again.
        this.setSending(false);
    }

    setSending(sending) {
        this.sending = sending;
        this.el.querySelector("button[type=submit]").disabled = sending;
        this.el.querySelector(".o_incident_trouble").hidden = true;
        if (!sending) {
            this.el.querySelector(".o_incident_progress").hidden = true;
        }
    }

    /**
     * Add the token that Odoo's own captcha asks for, where it is installed.
     */
    async addCaptcha() {
        const module = odoo.loader.modules.get("@google_recaptcha/js/recaptcha");
        if (!module) {
            return;
        }
        const captcha = new module.ReCaptcha();
        await captcha.loadLibs();
        const {token} = await captcha.getToken(CAPTCHA);
        if (token) {
            let input = this.el.querySelector("[name=recaptcha_token_response]");
            if (!input) {
                input = document.createElement("input");
                input.type = "hidden";
                input.name = "recaptcha_token_response";
                this.el.append(input);
            }
            input.value = token;
        }
    }

    /**
     * Send the form with its files and show how far that is.
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
                if (GIVEN_BACK.includes(xhr.status)) {
                    this.showAnswer(xhr.responseText);
                } else if (xhr.status < 400) {
                    window.location.replace(xhr.responseURL);
                } else {
                    reject(new Error(xhr.statusText));
                }
                resolve();
            };
            xhr.open("POST", this.el.action);
            xhr.send(new FormData(this.el));
        });
    }

    /**
     * Show the form as the server gives it back, with the files still chosen.
     */
    showAnswer(text) {
        const answer = new DOMParser().parseFromString(text, "text/html");
        const place = document.getElementById("wrap");
        const fresh = answer.getElementById("wrap");
        fresh.querySelector("input[type=file]").replaceWith(this.files);
        // It says that the files have to be chosen again.
        fresh.querySelector("#files_hint + .form-text")?.remove();
        const interactions = this.services["public.interactions"];
        interactions.stopInteractions(place);
        place.replaceChildren(...fresh.childNodes);
        interactions.startInteractions(place);
        window.scrollTo(0, 0);
    }
}

registry
    .category("public.interactions")
    .add("openip_incident_portal.incident_form", IncidentForm);
