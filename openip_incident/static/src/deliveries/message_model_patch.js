import {Message} from "@mail/core/common/message_model";
import {fields} from "@mail/core/common/record";

import {patch} from "@web/core/utils/patch";

patch(Message.prototype, {
    setup() {
        super.setup(...arguments);
        /** The mails in which an entry of an incident went to its parties. */
        this.incident_deliveries = fields.Attr([]);
        /** Why a mail on an incident is no answer of a party. */
        this.incident_disregard = fields.Attr(false);
    },
});
