// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {onMounted, onWillUnmount, useEnv} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/**
 * Return a function that opens the one incident that is known by exactly some number.
 *
 * @returns {Function}
 */
export function useIncidentExactHit() {
    const orm = useService("orm");
    const action = useService("action");
    return async (text) => {
        const id = await orm.call("helpdesk.ticket", "incident_find_exact", [text]);
        if (id) {
            await action.doAction({
                type: "ir.actions.act_window",
                res_model: "helpdesk.ticket",
                res_id: id,
                views: [[false, "form"]],
            });
        }
        return Boolean(id);
    };
}

/**
 * Open an exact hit as soon as it is searched for in a view of incidents.
 */
export function useIncidentSearch() {
    const model = useEnv().searchModel;
    const open = useIncidentExactHit();
    onMounted(() => {
        model.onExactHit = open;
    });
    onWillUnmount(() => {
        model.onExactHit = null;
    });
}

/**
 * Tell whether an empty view says what lies outside its filters.
 *
 * @param {object} searchModel
 * @returns {Boolean}
 */
export function hasOutside(searchModel) {
    return Boolean(
        searchModel?.looksForIncidents &&
            (searchModel.hasIncidentFilters || searchModel.incidentWanted)
    );
}
