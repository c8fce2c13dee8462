import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("incident_portal_login", {
    url: "/my",
    steps: () => [
        {
            content: "What waits for an answer stands out",
            trigger: ".o_portal_index_card:not(.d-none) a[href*='filterby=turn']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the incident that waits",
            trigger: ".o_incident_turn .o_incident_row_title a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is the reader's turn",
            trigger: ".o_incident_act a[href$='/answer']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Answer",
            trigger: "textarea[name='text']",
            run: "edit The red handset",
        },
        {
            content: "Send",
            trigger: "form[action$='/answer'] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The answer is in the conversation",
            trigger: ".o_incident_thanks",
        },
        {
            trigger: ".o_incident_entry:contains('The red handset')",
        },
        {
            content: "Back to the list",
            trigger: ".breadcrumb a:contains('Incidents')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_incident_list tr:not(.o_incident_turn) .o_incident_row_title",
        },
    ],
});
