// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {PageForm} from "./page_form";

const CAPTCHA = "incident_form";
const CAPTCHA_SCRIPT = "https://www.recaptcha.net/recaptcha/api.js?render=";
const COMPLAINT_DELAY = 300;

function loadScript(address) {
    return new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
    });
}

/**
 * Helps to fill in the form that starts an incident.
 */
export class ReportForm extends PageForm {
    setup() {
        super.setup();
        this.el.noValidate = true;
        this.category = this.el.querySelector("#category");
        this.customer = this.el.querySelector("#customer");
        this.service = this.el.querySelector("#known_service");
        const fields = "input:not([type=file]), select, textarea";
        for (const field of this.el.querySelectorAll(fields)) {
            field.addEventListener("input", (ev) => this.onInput(ev));
            field.addEventListener("change", (ev) => this.onChange(ev));
            field.addEventListener("focusout", (ev) => this.onChange(ev));
        }
        this.showFields();
        this.showServices();
    }

    refresh() {
        super.refresh();
        this.showFields();
        this.showServices();
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
        // Where the customer is typed, the server has brought its services only.
        if (!chosen || !this.service || this.customer.tagName !== "SELECT") {
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

    async onSubmit(ev) {
        if (ev.submitter?.name === "choose") {
            // The form comes back with the services of the customer.
            return;
        }
        await super.onSubmit(ev);
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
            setTimeout(() => this.check(input), COMPLAINT_DELAY);
        }
    }

    isForNew() {
        const ticked = this.el.querySelector("#customer_new")?.checked;
        return this.customer?.value === "new" || Boolean(ticked);
    }

    /** Tell whether it is an outage that we know: it says all the rest. */
    isKnown() {
        const chosen = this.el.querySelector("[name=outage]:checked");
        return Boolean(chosen) && chosen.value !== "else";
    }

    getTrouble(input) {
        if (this.isKnown()) {
            return "";
        }
        const ofNew = input.name === "customer_name" || input.name === "customer_email";
        if (input.type === "radio") {
            const chosen = this.el.querySelector(`[name="${input.name}"]:checked`);
            return chosen ? "" : this.word("choice");
        }
        if (ofNew && !this.isForNew()) {
            return "";
        }
        const filled = input.type === "checkbox" ? input.checked : input.value.trim();
        if (!filled && (input.required || ofNew)) {
            return this.word(input.tagName === "SELECT" ? "choice" : "missing");
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
        this.tell(radio ? input.name : input.id, radio ? null : input, trouble);
        return !trouble;
    }

    findWrong() {
        const inputs = [...this.el.querySelectorAll("input, select, textarea")].filter(
            (input) => !["hidden", "file"].includes(input.type)
        );
        const [wrong] = inputs.filter((input) => !this.check(input));
        const files = super.findWrong();
        return wrong || files;
    }

    /** Add the token that Odoo's own captcha asks for, where it is installed. */
    async prepare() {
        await super.prepare();
        const key = this.el.dataset.captcha;
        if (!key) {
            return;
        }
        if (!window.grecaptcha) {
            await loadScript(CAPTCHA_SCRIPT + encodeURIComponent(key));
        }
        await new Promise((resolve) => window.grecaptcha.ready(resolve));
        const token = await window.grecaptcha.execute(key, {action: CAPTCHA});
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
