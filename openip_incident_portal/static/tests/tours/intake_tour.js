import {registry} from "@web/core/registry";

/** An agent looks at the mail "Tour: box blinks" and makes an incident of it. */
registry.category("web_tour.tours").add("incident_intake_tour", {
    url: "/odoo/incident-intakes",
    steps: () => [
        {
            content: "The list shows what waits",
            trigger: ".o_searchview_facet:contains('Waiting')",
        },
        {
            content: "Open the mail",
            trigger: ".o_data_row td[name=subject]:contains('Tour: box blinks')",
            run: "click",
        },
        {
            content: "Its text is there",
            trigger: ".o_form_view div[name=body]:contains('Since 09:41')",
        },
        {
            content: "So are its files",
            trigger: ".o_form_view div[name=file_ids]:contains('box.log')",
        },
        {
            content: "It is spam",
            trigger: "button[name=action_discard]",
            run: "click",
        },
        {
            content: "It is not",
            trigger: "button[name=action_restore]",
            run: "click",
        },
        {
            content: "Make an incident of it",
            trigger: "button[name=action_convert]",
            run: "click",
        },
        {
            content: "The incident is open",
            trigger: ".o_form_view div[name=incident_banner]",
        },
    ],
});
