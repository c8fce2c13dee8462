import {registry} from "@web/core/registry";

/** An agent validates the incident "Tour: no dial tone" and asks its parties. */
registry.category("web_tour.tours").add("incident_tour", {
    url: "/odoo/incidents",
    steps: () => [
        {
            content: "The incident waits for its validation",
            trigger: ".o_kanban_record:contains('Tour: no dial tone')",
            run: "click",
        },
        {
            content: "The banner says what is to be done",
            trigger: "div[name=incident_banner]:contains('Not validated yet')",
        },
        {
            content: "Open it",
            trigger: "button[name=action_incident_open_dialog]",
            run: "click",
        },
        {
            content: "It says first whom that writes to",
            trigger: ".modal div[name=summary]:contains('1 incident, 1 mail')",
        },
        {
            content: "Confirm",
            trigger: ".modal-footer button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "The mail to each party is shown under the entry of the chatter",
            trigger: ".o-incident-Deliveries li[data-status]",
        },
        {
            content: "Ask the parties",
            trigger: "button[name=incident_request]:contains('Ask the parties')",
            run: "click",
        },
        {
            content: "Write the question",
            trigger: ".modal .odoo-editor-editable:visible",
            run: "editor Since when?",
        },
        {
            content: "Send it",
            trigger: ".modal-footer button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "The banner says whom we wait for",
            trigger: "div[name=incident_banner]:contains('Waiting for an answer')",
        },
        {
            content: "And what comes next",
            trigger: "div[name=incident_banner]:contains('A mail is on its way')",
        },
        {
            content: "Look at the follow-up",
            trigger: "a.nav-link[name=incident_followup]",
            run: "click",
        },
        {
            content: "Hold the countdown",
            trigger: "button[name=action_followup_hold]",
            run: "click",
        },
        {
            content: "Until somebody continues it",
            trigger: ".modal-footer button[name=action_confirm]:contains('Hold')",
            run: "click",
        },
        {
            content: "The banner says so",
            trigger: "div[name=incident_banner]:contains('The countdown is held')",
        },
        {
            content: "Continue it",
            trigger: "button[name=action_followup_resume_dialog]:visible",
            run: "click",
        },
        {
            content: "It runs again",
            trigger: "button[name=action_followup_hold]:visible",
        },
        {
            content: "Go on without the answer",
            trigger: "button[name=action_incident_resume]",
            run: "click",
        },
        {
            content: "Back where it was",
            trigger: "button[name=action_incident_start_dialog]:contains('Start')",
        },
    ],
});
