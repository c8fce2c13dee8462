import {registry} from "@web/core/registry";

/** An agent puts the list of incidents in groups, and looks for one in them. */
registry.category("web_tour.tours").add("incident_groups_tour", {
    url: "/odoo/incidents?view_type=list",
    steps: () => [
        {
            content: "The list shows rows",
            trigger: ".o_data_row:contains('Groups: lift telephone')",
        },
        {
            content: "Look for groups",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "By stage",
            trigger: ".o_group_by_menu .o_menu_item:contains(/^Stage$/)",
            run: "click",
        },
        {
            content: "Stages are closed, with their counts",
            trigger:
                ".o_list_view:not(:has(.o_data_row)) .o_group_header:contains(/^Registered \\(\\d+\\)/)",
        },
        {
            content: "Open one",
            trigger: ".o_group_header:contains('Registered')",
            run: "click",
        },
        {
            content: "Its rows are there",
            trigger: ".o_data_row:contains('Groups: lift telephone')",
        },
        {
            content: "Close it",
            trigger: ".o_group_header:contains('Registered')",
            run: "click",
        },
        {
            content: "They are gone",
            trigger: ".o_list_view:not(:has(.o_data_row))",
        },
        {
            content: "Look for the other one",
            trigger: ".o_searchview_input",
            run: "edit groups: fire alarm",
        },
        {
            content: "By all that names it",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:first",
            run: "click",
        },
        {
            content: "What is found is shown",
            trigger: ".o_data_row:contains('fire alarm'):contains('Registered')",
        },
        {
            content: "In all stages",
            trigger: ".o_data_row:contains('fire alarm, years ago')",
        },
        {
            content: "And nothing else",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('lift telephone')))",
        },
        {
            content: "Close a stage",
            trigger: ".o_group_header:contains('Registered')",
            run: "click",
        },
        {
            content: "Its rows are gone",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('Registered')))",
        },
        {
            content: "Look at an incident",
            trigger: ".o_data_row:contains('fire alarm, years ago') td[name=name]",
            run: "click",
        },
        {
            content: "Come back",
            trigger: ".o_form_view .breadcrumb-item.o_back_button, .o_back_button",
            run: "click",
        },
        {
            content: "What was open is open",
            trigger: ".o_list_view .o_data_row:contains('fire alarm, years ago')",
        },
        {
            content: "What was closed is closed: it opens",
            trigger: ".o_group_header:contains('Registered')",
            run: "click",
        },
        {
            content: "Both are open",
            trigger: ".o_data_row:contains('fire alarm'):contains('Registered')",
        },
        {
            content: "As in the kanban",
            trigger: ".o_switch_view.o_kanban",
            run: "click",
        },
        {
            content: "Where closed incidents are folded otherwise",
            trigger: ".o_kanban_record:contains('fire alarm, years ago')",
        },
    ],
});
