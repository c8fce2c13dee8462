import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {registry} from "@web/core/registry";
import {useIncidentStage} from "./incident_stage_hook";

export class IncidentKanbanRenderer extends KanbanRenderer {
    setup() {
        super.setup();
        this.enterStage = useIncidentStage();
    }

    /**
     * @override
     */
    async sortRecordDrop(dataRecordId, dataGroupId, params) {
        const {list} = this.props;
        const targetId = params.parent?.dataset.id;
        const record = list.records.find((candidate) => candidate.id === dataRecordId);
        const isMove =
            list.isGrouped &&
            list.groupByField.name === "stage_id" &&
            targetId &&
            targetId !== dataGroupId;
        if (!isMove || !record?.data.is_incident) {
            return super.sortRecordDrop(dataRecordId, dataGroupId, params);
        }
        params.parent.classList.remove("o_kanban_hover");
        const target = list.groups.find((group) => group.id === targetId);
        this.toggleProcessing(dataRecordId, true);
        try {
            await this.enterStage(record.resId, target.value, () => list.model.load());
        } finally {
            this.toggleProcessing(dataRecordId, false);
        }
    }
}

export const incidentKanbanView = {
    ...kanbanView,
    Renderer: IncidentKanbanRenderer,
};

registry.category("views").add("incident_kanban", incidentKanbanView);
