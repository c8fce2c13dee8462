import {Message} from "@mail/core/common/message_model";
import {fields} from "@mail/core/common/record";

import {patch} from "@web/core/utils/patch";

patch(Message.prototype, {
    setup() {
        super.setup(...arguments);
        /** Who reads an entry of an incident, where not simply both parties. */
        this.incident_audience = fields.Attr(false);
    },
});
