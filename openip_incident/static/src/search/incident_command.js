// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";

const NAMESPACE = "!";
const LIMIT = 10;
const MIN_LENGTH = 2;
const AGENTS = "helpdesk_mgmt.group_helpdesk_user_own";

function openIncident(env, id) {
    return env.services.action.doAction({
        type: "ir.actions.act_window",
        res_model: "helpdesk.ticket",
        res_id: id,
        views: [[false, "form"]],
    });
}

/**
 * Open the incident that is known by exactly what was typed, else all that match.
 */
async function search(env, text) {
    const {orm, action} = env.services;
    const id = await orm.call("helpdesk.ticket", "incident_find_exact", [text]);
    if (id) {
        return openIncident(env, id);
    }
    return action.doAction("openip_incident.incident_action", {
        additionalContext: {
            search_default_our_turn: 0,
            search_default_incident_find: text,
        },
        clearBreadcrumbs: true,
    });
}

async function findIncidents(env, text) {
    const found = await env.services.orm.call("helpdesk.ticket", "name_search", [], {
        name: text,
        domain: [["is_incident", "=", true]],
        limit: LIMIT,
    });
    return found.map(([id, name]) => ({
        name,
        action: () => openIncident(env, id),
    }));
}

registry.category("command_setup").add(NAMESPACE, {
    debounceDelay: 200,
    emptyMessage: _t("No incident found"),
    name: _t("incidents"),
    placeholder: _t("Number, line, telephone, caller…"),
});

registry.category("command_provider").add("openip_incident.find", {
    namespace: NAMESPACE,
    provide: async (env, {searchValue}) => {
        const text = searchValue.trim();
        const isAgent = await user.hasGroup(AGENTS);
        return isAgent && text.length >= MIN_LENGTH ? findIncidents(env, text) : [];
    },
});

registry.category("command_provider").add("openip_incident.search", {
    provide: async (env, {searchValue = ""}) => {
        const text = searchValue.trim();
        if (text.length < MIN_LENGTH || !(await user.hasGroup(AGENTS))) {
            return [];
        }
        // Its name holds what was typed, so that the palette keeps it.
        return [
            {
                name: _t("Search the incidents for “%s”", text),
                action: () => search(env, text),
            },
        ];
    },
});
