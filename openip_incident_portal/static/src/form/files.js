// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {isApplePhoto, preparePicture} from "./picture";

const MEGABYTE = 1024 * 1024;
const VIDEO = /\.(mp4|mov|m4v|webm)$/i;

function isSame(one, other) {
    return ["name", "size", "lastModified"].every((key) => one[key] === other[key]);
}

/**
 * Return a size as the reader of the page writes it.
 *
 * @param {Number} size in bytes
 * @returns {String}
 */
function formatSize(size) {
    const small = size < MEGABYTE;
    const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
        style: "unit",
        unit: small ? "kilobyte" : "megabyte",
        maximumFractionDigits: small ? 0 : 1,
    });
    return format.format(small ? Math.ceil(size / 1024) : size / MEGABYTE);
}

/**
 * The files of a form: chosen one after another, shrunk, shown, and taken back.
 */
export class Files {
    /**
     * @param {PageForm} owner says words and complaints
     */
    constructor(owner) {
        this.owner = owner;
        this.input = owner.el.querySelector("input[type=file]");
        this.list = owner.el.querySelector(".o_incident_chosen");
        const {maxFiles, maxBytes, maxVideoBytes, maxTotalBytes} = owner.el.dataset;
        this.limits = {
            count: Number(maxFiles),
            size: Number(maxBytes),
            video: Number(maxVideoBytes),
            total: Number(maxTotalBytes),
        };
        // Each: the file as it was chosen, as it is sent, and its thumbnail.
        this.chosen = [];
        this.ready = Promise.resolve();
        this.input?.addEventListener("change", () => this.add([...this.input.files]));
    }

    get isEmpty() {
        return !this.chosen.length;
    }

    /**
     * Add files to those that are chosen already: a phone picks one at a time.
     *
     * @param {Array<File>} files
     * @returns {Promise} until they are as they will be sent
     */
    add(files) {
        const fresh = files
            .filter((file) => !this.chosen.some((item) => isSame(item.source, file)))
            .map((file) => ({source: file, file, thumbnail: null}));
        this.chosen.push(...fresh);
        this.show();
        this.ready = this.ready.then(() => this.prepare(fresh));
        return this.ready;
    }

    async prepare(items) {
        for (const item of items) {
            Object.assign(item, await preparePicture(item.source, this.limits.size));
        }
        this.show();
    }

    remove(item) {
        this.chosen = this.chosen.filter((other) => other !== item);
        this.show();
        this.input.focus();
    }

    show() {
        const sent = new DataTransfer();
        this.chosen.forEach((item) => sent.items.add(item.file));
        this.input.files = sent.files;
        this.list.replaceChildren(...this.chosen.map((item) => this.makeLine(item)));
        this.check();
    }

    makeLine(item) {
        const line = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = item.file.name;
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm o_incident_button_plain o_incident_remove";
        button.textContent = this.owner.word("remove");
        button.setAttribute("aria-label", `${button.textContent} ${item.file.name}`);
        button.addEventListener("click", () => this.remove(item));
        const parts = [name, ` (${formatSize(item.file.size)}) `, button];
        line.append(...(item.thumbnail ? [item.thumbnail] : []), ...parts);
        return line;
    }

    /**
     * Say what is wrong with the files.
     *
     * @returns {Boolean} whether nothing is
     */
    check() {
        if (!this.input) {
            return true;
        }
        const trouble = this.getTrouble();
        this.owner.tell("files", this.input, trouble);
        return !trouble;
    }

    getTrouble() {
        const files = this.chosen.map((item) => item.file);
        // A name may hold what replace() takes for a pattern: it comes from a function.
        const say = (word, file) =>
            this.owner.word(word).replace("{name}", () => file?.name);
        const sum = files.reduce((total, file) => total + file.size, 0);
        for (const file of files) {
            const word = this.getFileTrouble(file);
            if (word) {
                return say(word, file);
            }
        }
        if (files.length > this.limits.count) {
            return say("count");
        }
        return sum > this.limits.total ? say("total") : "";
    }

    getFileTrouble(file) {
        const kinds = this.input.accept.split(",");
        if (!file.size) {
            return "empty";
        }
        if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) {
            return "kind";
        }
        if (VIDEO.test(file.name)) {
            return file.size > this.limits.video ? "video" : "";
        }
        if (file.size <= this.limits.size) {
            return "";
        }
        return isApplePhoto(file) ? "photo" : "size";
    }
}
