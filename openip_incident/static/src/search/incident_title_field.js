// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {CharField, charField} from "@web/views/fields/char/char_field";
import {registry} from "@web/core/registry";

/** Fewer letters do not tell what is broken, in a list of many columns. */
const LEAST_WIDTH = 180;

export const incidentTitleField = {
    ...charField,
    component: CharField,
    listViewWidth: [LEAST_WIDTH],
};

registry.category("fields").add("incident_title", incidentTitleField);
