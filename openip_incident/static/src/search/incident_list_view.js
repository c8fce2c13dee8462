// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {hasOutside, useIncidentSearch, useUnfoldFound} from "./incident_search_hook";
import {IncidentOutside} from "./incident_outside";
import {IncidentSearchModel} from "./incident_search_model";
import {ListController} from "@web/views/list/list_controller";
import {ListRenderer} from "@web/views/list/list_renderer";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";

// Each is asked for by itself: as many as core opens (MAX_NUMBER_OPENED_GROUPS).
const UNFOLDED = 10;

export class IncidentListController extends ListController {
    setup() {
        super.setup();
        useIncidentSearch();
    }
}

export class IncidentListRenderer extends ListRenderer {
    static template = "openip_incident.ListRenderer";
    static components = {...ListRenderer.components, IncidentOutside};

    setup() {
        super.setup();
        const {list} = this.props;
        // Only whoever has been here has opened any.
        const left = list.isGrouped && list.groups.some((group) => !group.isFolded);
        useUnfoldFound(() => this.props.list, UNFOLDED, left);
    }

    get showIncidentOutside() {
        return hasOutside(this.env.searchModel);
    }

    // What lies outside is counted anew for each search.
    get incidentOutsideKey() {
        return JSON.stringify(this.env.searchModel.domain);
    }
}

registry.category("views").add("incident_list", {
    ...listView,
    Controller: IncidentListController,
    Renderer: IncidentListRenderer,
    SearchModel: IncidentSearchModel,
});
