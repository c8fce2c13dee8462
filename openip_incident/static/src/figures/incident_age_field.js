import {Component, xml} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** How long ago something was, as people say it; the moment itself on hovering. */
export class IncidentAgeField extends Component {
    static template = xml`
        <span t-if="value" t-att-title="title" t-out="age" />
    `;
    static props = {...standardFieldProps};

    get value() {
        return this.props.record.data[this.props.name];
    }

    get age() {
        return this.value.toRelative({style: "short"});
    }

    get title() {
        const label = this.props.record.fields[this.props.name].string;
        return `${label}: ${formatDateTime(this.value)}`;
    }
}

export const incidentAgeField = {
    component: IncidentAgeField,
    displayName: _t("Age"),
    supportedTypes: ["datetime"],
};

registry.category("fields").add("incident_age", incidentAgeField);
