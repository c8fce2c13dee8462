import {Component} from "@odoo/owl";
import {Message as MessageModel} from "@mail/core/common/message_model";
import {Message} from "@mail/core/common/message";
import {fields} from "@mail/core/common/record";
import {patch} from "@web/core/utils/patch";
import {url} from "@web/core/utils/urls";

/** Under a mail of which not all is shown: the mail as it came, as a file. */
export class IncidentOriginal extends Component {
    static template = "openip_incident.IncidentOriginal";
    static props = {inboundId: Number};

    get href() {
        return url("/web/content", {
            model: "incident.inbound",
            id: this.props.inboundId,
            field: "raw",
            filename_field: "raw_name",
            download: true,
        });
    }
}

Message.components = {...Message.components, IncidentOriginal};

patch(MessageModel.prototype, {
    setup() {
        super.setup(...arguments);
        /** Row of the mail whose source is kept, false without. */
        this.incident_original_id = fields.Attr(false);
    },
});

patch(Message.prototype, {
    get incidentOriginal() {
        return this.message.incident_original_id;
    },
});
