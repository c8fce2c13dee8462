import {Thread} from "@mail/core/common/thread_model";
import {fields} from "@mail/core/common/record";

import {patch} from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** The parties of an incident, nothing for any other record. */
        this.incident_parties = fields.Attr(false);
    },
});
