import {Component, onWillStart, useState} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {user} from "@web/core/user";

/** What stands still in the process, for everybody who depends on it. */
export class IncidentAlarms extends Component {
    static template = "openip_incident.Alarms";
    static components = {Dropdown, DropdownItem};
    static props = {};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({alarms: [], mayOpen: false});
        onWillStart(() => this.load());
    }

    async load() {
        if (!(await user.hasGroup("helpdesk_mgmt.group_helpdesk_user_own"))) {
            return;
        }
        const found = await this.orm.silent.call(
            "incident.health",
            "get_incident_alarms",
            []
        );
        this.state.alarms = found.alarms;
        this.state.mayOpen = found.may_open;
    }

    open() {
        if (this.state.mayOpen) {
            this.action.doAction("openip_incident.incident_health_action", {
                clearBreadcrumbs: true,
            });
        }
    }
}

registry
    .category("systray")
    .add("openip_incident.alarms", {Component: IncidentAlarms}, {sequence: 40});
