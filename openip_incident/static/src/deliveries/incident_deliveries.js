import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {Component} from "@odoo/owl";
import {Message} from "@mail/core/common/message";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

const LOOKS = {
    queued: {icon: "fa-clock-o", color: "text-muted"},
    sent: {icon: "fa-check", color: "text-success"},
    failed: {icon: "fa-exclamation-triangle", color: "text-danger"},
    bounced: {icon: "fa-exclamation-triangle", color: "text-danger"},
    cancelled: {icon: "fa-ban", color: "text-muted"},
    bundled: {icon: "fa-clock-o", color: "text-muted"},
    digested: {icon: "fa-envelope-o", color: "text-muted"},
    omitted: {icon: "fa-ban", color: "text-muted"},
};

/** Under an entry of the chatter: to which party it went, and whether it arrived. */
export class IncidentDeliveries extends Component {
    static template = "openip_incident.IncidentDeliveries";
    static props = {deliveries: Array};

    look(delivery) {
        return LOOKS[delivery.status];
    }

    details(delivery) {
        const date = delivery.sent_date
            ? _t("sent on %s", formatDateTime(deserializeDateTime(delivery.sent_date)))
            : "";
        return [delivery.email, date, delivery.failure].filter(Boolean).join(" – ");
    }
}

Message.components = {...Message.components, IncidentDeliveries};

patch(Message.prototype, {
    get incidentDeliveries() {
        return this.message.incident_deliveries || [];
    },
});
