// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Offers the services that a reporter may have meant: one click enters one of them.
 */
export class IncidentServiceChoiceField extends Component {
    static template = "openip_incident.ServiceChoiceField";
    static props = {...standardFieldProps};

    get services() {
        return this.props.record.data[this.props.name].records.map((service) => ({
            id: service.resId,
            display_name: service.data.display_name,
        }));
    }

    choose(service) {
        return this.props.record.update({service_id: service});
    }
}

registry.category("fields").add("incident_service_choice", {
    component: IncidentServiceChoiceField,
    supportedTypes: ["many2many"],
    relatedFields: [{name: "display_name", type: "char"}],
});
