import {Component, useState} from "@odoo/owl";
import {Message} from "@mail/core/common/message";
import {patch} from "@web/core/utils/patch";
import {useService} from "@web/core/utils/hooks";

/** Under a mail that was not counted: why, and the buttons to judge it. */
export class IncidentDisregard extends Component {
    static template = "openip_incident.IncidentDisregard";
    static props = {message: Object};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({busy: false});
    }

    onClickCount() {
        return this.judge("mail.message", "action_count_as_answer_dialog");
    }

    onClickDismiss() {
        return this.judge("incident.review", "action_dismiss_dialog");
    }

    onClickHandOver() {
        return this.judge("incident.review", "action_hand_over_dialog");
    }

    async judge(model, method) {
        const {message} = this.props;
        const id =
            model === "incident.review" ? message.incident_review.id : message.id;
        this.state.busy = true;
        try {
            const result = await this.orm.call(model, method, [[id]]);
            if (result?.type) {
                await this.action.doAction(result, {onClose: () => this.reload()});
            } else {
                await this.reload();
            }
        } finally {
            this.state.busy = false;
        }
    }

    /** The entry itself has changed, and what the incident is waiting for. */
    async reload() {
        const {message} = this.props;
        await message.thread?.fetchMessages({around: message.id});
        await this.action.doAction("soft_reload");
    }
}

Message.components = {...Message.components, IncidentDisregard};

patch(Message.prototype, {
    get incidentDisregard() {
        return this.message.incident_disregard || this.message.incident_review;
    },
});
