import {Component, useState} from "@odoo/owl";
import {Message} from "@mail/core/common/message";
import {patch} from "@web/core/utils/patch";
import {useService} from "@web/core/utils/hooks";

/** Under a mail that a machine wrote: why it is no answer, and how to count it. */
export class IncidentDisregard extends Component {
    static template = "openip_incident.IncidentDisregard";
    static props = {message: Object};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({busy: false});
    }

    async onClickCount() {
        const {message} = this.props;
        this.state.busy = true;
        try {
            await this.orm.call("mail.message", "action_count_as_answer", [
                [message.id],
            ]);
            // The entry itself has changed, and what the incident is waiting for.
            await message.thread?.fetchMessages({around: message.id});
            await this.action.doAction("soft_reload");
        } finally {
            this.state.busy = false;
        }
    }
}

Message.components = {...Message.components, IncidentDisregard};

patch(Message.prototype, {
    get incidentDisregard() {
        return this.message.incident_disregard;
    },
});
