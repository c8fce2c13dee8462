// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

/**
 * Says in an empty list how many incidents lie outside the filters, and offers them.
 */
export class IncidentOutside extends Component {
    static template = "openip_incident.Outside";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.state = useState({count: 0});
        onWillStart(async () => {
            const model = this.env.searchModel;
            if (model.hasIncidentFilters) {
                this.state.count = await this.orm.searchCount(
                    model.resModel,
                    model.getDomainOutside()
                );
            }
        });
    }

    get title() {
        const wanted = this.env.searchModel.incidentWanted;
        return wanted
            ? _t("No incident found for “%s”", wanted)
            : _t("No incident within these filters");
    }

    get sentence() {
        const {count} = this.state;
        return count === 1
            ? _t("1 incident lies outside the filters.")
            : _t("%s incidents lie outside the filters.", count);
    }

    show() {
        this.env.searchModel.showOutside();
    }
}
