import {
    StatusBarDurationField,
    statusBarDurationField,
} from "@mail/views/fields/statusbar_duration/statusbar_duration_field";
import {registry} from "@web/core/registry";
import {useIncidentStage} from "./incident_stage_hook";

function show(el, visible) {
    el.classList.toggle("d-none", !visible);
}

export class IncidentStatusBarField extends StatusBarDurationField {
    setup() {
        super.setup();
        this.enterStage = useIncidentStage();
    }

    /**
     * Where its neighbours have no room, the stage stands between dots: alone it would
     * look like one more button beside those of the acts.
     *
     * @override
     */
    adjustVisibleItems() {
        const root = this.rootRef.el;
        // What wraps has no room: until that is known, it may.
        root.classList.remove("flex-nowrap", "text-nowrap");
        super.adjustVisibleItems();
        const alone = !this.dropdownRef.el.classList.contains("d-none");
        const current = root.querySelector(".o_arrow_button_current");
        if (!alone || this.env.isSmall || !current) {
            return;
        }
        root.classList.add("flex-nowrap", "text-nowrap");
        const items = this.getAllItems().filter(
            (item) => item.isSelected || !item.isFolded
        );
        const index = items.findIndex((item) => item.isSelected);
        this.items.before = items.slice(0, index);
        this.items.after = [...items.slice(index + 1), ...this.items.folded];
        show(this.beforeRef.el, Boolean(this.items.before.length));
        show(this.afterRef.el, Boolean(this.items.after.length));
        show(current, true);
        show(this.dropdownRef.el, false);
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
