// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

const PREFIX = "openip_incident.draft.";
const SENT = "openip_incident.sent";
const LIFE = 24 * 3600 * 1000;
// A decision is taken anew each time; files are not kept by browsers.
const LEFT_OUT = ["button", "file", "hidden", "password", "reset", "submit"];
const DECISIONS = ["agreed", "decision", "remove", "score"];

/**
 * Return one of the browser's stores, nothing where it keeps none.
 *
 * @param {String} name
 * @returns {Storage|null}
 */
function getStore(name) {
    try {
        return window[name];
    } catch {
        return null;
    }
}

function read(key) {
    try {
        return JSON.parse(getStore("localStorage")?.getItem(key));
    } catch {
        return null;
    }
}

function getKeys() {
    return Object.keys(getStore("localStorage") || {}).filter((key) =>
        key.startsWith(PREFIX)
    );
}

/** Forget every draft of this browser. */
export function forgetDrafts() {
    getKeys().forEach((key) => localStorage.removeItem(key));
}

/** Forget the drafts that nobody has gone on with for a day. */
export function forgetOldDrafts() {
    for (const key of getKeys()) {
        const age = Date.now() - read(key)?.time;
        if (!(age >= 0 && age < LIFE)) {
            localStorage.removeItem(key);
        }
    }
}

/** Forget the draft that was sent, once a page says that it has arrived. */
export function forgetSentDraft() {
    const session = getStore("sessionStorage");
    const sent = session?.getItem(SENT);
    if (sent && document.querySelector("[data-incident-sent]")) {
        localStorage.removeItem(sent);
    }
    session?.removeItem(SENT);
}

/**
 * What somebody has typed into a form and not sent yet: text only, in this browser.
 */
export class Draft {
    /**
     * @param {HTMLFormElement} form names its draft, or has none
     */
    constructor(form) {
        this.form = form;
        this.key = form.dataset.draft && PREFIX + form.dataset.draft;
    }

    getFields() {
        return [...this.form.elements].filter(
            (field) =>
                field.name &&
                !DECISIONS.includes(field.name) &&
                !LEFT_OUT.includes(field.type) &&
                !field.closest(".o_incident_trap")
        );
    }

    isTicked(field) {
        return ["checkbox", "radio"].includes(field.type);
    }

    /** Of boxes to tick, several may have one name. */
    getTicks(values, name) {
        return [values[name] ?? []].flat();
    }

    /** Keep what the form says and what it did not come with. */
    save() {
        const store = this.key && getStore("localStorage");
        if (!store) {
            return;
        }
        const values = {};
        for (const field of this.getFields()) {
            if (!this.isTicked(field)) {
                values[field.name] = field.value;
            } else if (field.checked) {
                values[field.name] = [
                    ...this.getTicks(values, field.name),
                    field.value,
                ];
            }
        }
        try {
            store.setItem(this.key, JSON.stringify({time: Date.now(), values}));
        } catch {
            // A browser whose store is full or closed keeps no draft.
        }
    }

    /**
     * Put the draft into the form.
     *
     * @returns {Boolean} whether that has changed anything
     */
    restore() {
        const values = this.key && read(this.key)?.values;
        const changed = values && this.getFields().filter((f) => this.fill(f, values));
        return Boolean(changed?.length);
    }

    fill(field, values) {
        const value = values[field.name];
        if (this.isTicked(field)) {
            // A box that the page comes ticked with stays so: its reader has asked for it.
            const ticked =
                this.getTicks(values, field.name).includes(field.value) ||
                (field.type === "checkbox" && field.checked);
            const differs = ticked !== field.checked;
            field.checked = ticked;
            return differs;
        }
        if (typeof value !== "string" || value === field.value) {
            return false;
        }
        const before = field.value;
        field.value = value;
        // A list may not offer any more what was chosen.
        if (field.value !== value) {
            field.value = before;
            return false;
        }
        return true;
    }

    forget() {
        if (this.key) {
            getStore("localStorage")?.removeItem(this.key);
        }
    }

    /** Note that the form is on its way: the next page says whether it arrived. */
    markSent() {
        if (this.key) {
            getStore("sessionStorage")?.setItem(SENT, this.key);
        }
    }
}
