// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("incident_form_tour", {
    steps: () => [
        {
            content: "The script is there before anything is clicked",
            trigger: "form.o_incident_form[novalidate]",
        },
        {
            content: "Nobody has chosen how bad it is",
            trigger: "button:contains(Send the report)",
            run: "click",
        },
        {
            content: "So nothing is sent",
            trigger: "#impact_error.d-block:contains(Please fill this in)",
        },
        {
            content: "Choose it",
            trigger: "#impact_down",
            run: "click",
        },
        {
            content: "The complaint goes away",
            trigger: "#impact_error:not(.d-block):not(:visible)",
        },
        {
            content: "Name the line",
            trigger: "#service",
            run: "edit +33 1 23 45 67 89",
        },
        {
            content: "The mail's text is in the form",
            trigger: "#description:value(Busy tone on every call)",
        },
        {
            content: "Choose two files",
            trigger: "input[type=file]",
            run() {
                const chosen = new DataTransfer();
                for (const name of ["trace.log", "wrong.log"]) {
                    chosen.items.add(new File(["SIP 503"], name));
                }
                this.anchor.files = chosen.files;
                this.anchor.dispatchEvent(new Event("change", {bubbles: true}));
            },
        },
        {
            content: "Take the second one back",
            trigger: ".o_incident_chosen li:contains(wrong.log) button",
            run: "click",
        },
        {
            content: "The first one is still chosen",
            trigger:
                ".o_incident_chosen:not(:contains(wrong.log)) li:contains(trace.log)",
        },
        {
            content: "Send the form",
            trigger: "button:contains(Send the report)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The number",
            trigger: ".o_incident_big:contains(/INC/)",
        },
    ],
});
