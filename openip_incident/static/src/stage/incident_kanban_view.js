import {
    hasOutside,
    useIncidentSearch,
    useUnfoldFound,
} from "../search/incident_search_hook";
import {IncidentOutside} from "../search/incident_outside";
import {IncidentSearchModel} from "../search/incident_search_model";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {registry} from "@web/core/registry";
import {useIncidentStage} from "./incident_stage_hook";

export class IncidentKanbanController extends KanbanController {
    setup() {
        super.setup();
        useIncidentSearch();
    }
}

export class IncidentKanbanRenderer extends KanbanRenderer {
    static template = "openip_incident.KanbanRenderer";
    static components = {...KanbanRenderer.components, IncidentOutside};

    get showIncidentOutside() {
        return hasOutside(this.env.searchModel);
    }

    // What lies outside is counted anew for each search.
    get incidentOutsideKey() {
        return JSON.stringify(this.env.searchModel.domain);
    }

    setup() {
        super.setup();
        this.enterStage = useIncidentStage();
        useUnfoldFound(() => this.props.list);
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
    Controller: IncidentKanbanController,
    SearchModel: IncidentSearchModel,
    Renderer: IncidentKanbanRenderer,
};

registry.category("views").add("incident_kanban", incidentKanbanView);
