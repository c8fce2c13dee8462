// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {onMounted, onWillUnmount, useEffect, useEnv} from "@odoo/owl";
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
 * Show what is found, also in groups that are folded: closed incidents, for instance.
 * In groups of groups, those of the first level are unfolded.
 *
 * @param {() => object} getList the view's list
 * @param {Number} most how many groups are unfolded
 * @param {Boolean} left whether the groups are as somebody has left them
 */
export function useUnfoldFound(getList, most = Infinity, left = false) {
    const model = useEnv().searchModel;
    let restored = left;
    useEffect(
        (list, wanted) => {
            if (wanted && list.isGrouped && !restored) {
                const folded = list.groups.filter(
                    (group) => group.isFolded && group.count
                );
                Promise.all(folded.slice(0, most).map((group) => group.toggle()));
            }
            restored = false;
        },
        () => [getList(), model?.incidentWanted]
    );
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
