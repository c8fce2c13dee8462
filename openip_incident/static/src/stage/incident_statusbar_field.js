import {
    StatusBarDurationField,
    statusBarDurationField,
} from "@mail/views/fields/statusbar_duration/statusbar_duration_field";
import {registry} from "@web/core/registry";
import {useIncidentStage} from "./incident_stage_hook";

export class IncidentStatusBarField extends StatusBarDurationField {
    setup() {
        super.setup();
        this.enterStage = useIncidentStage();
    }

    /**
     * @override
     */
    async selectItem(item) {
        const {record} = this.props;
        if (!record.data.is_incident || record.isNew) {
            return super.selectItem(item);
        }
        if (await record.save()) {
            await this.enterStage(record.resId, item.value, () => record.load());
        }
    }
}

export const incidentStatusBarField = {
    ...statusBarDurationField,
    component: IncidentStatusBarField,
    additionalClasses: ["o_field_statusbar_duration"],
    fieldDependencies: [
        ...statusBarDurationField.fieldDependencies,
        {name: "is_incident", type: "boolean"},
    ],
};

registry.category("fields").add("incident_statusbar", incidentStatusBarField);
