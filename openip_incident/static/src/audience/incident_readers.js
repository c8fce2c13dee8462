import {Chatter} from "@mail/chatter/web_portal/chatter";
import {Component} from "@odoo/owl";
import {Composer} from "@mail/core/common/composer";
import {RecipientsInput} from "@mail/core/web/recipients_input";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/** Above the editor of the chatter: who reads what is being typed. */
export class IncidentReaders extends Component {
    static template = "openip_incident.IncidentReaders";
    static props = {thread: Object, type: String};

    get parties() {
        return this.props.thread.incident_parties;
    }

    /** Everybody whom the message names: chips and mentions. */
    get recipients() {
        const {thread} = this.props;
        const named = [...thread.suggestedRecipients, ...thread.additionalRecipients];
        const ids = new Set(named.map((recipient) => recipient.partner_id));
        for (const partner of thread.composer?.mentionedPartners ?? []) {
            if (!ids.has(partner.id)) {
                named.push({partner_id: partner.id, name: partner.name});
            }
        }
        return named;
    }

    get isNote() {
        return this.props.type === "note";
    }

    get leftOut() {
        const recipients = this.recipients;
        const ids = recipients.map((recipient) => recipient.partner_id);
        const addresses = recipients.map((recipient) => recipient.email);
        return this.parties.filter(
            (party) =>
                party.email &&
                !ids.includes(party.id) &&
                !addresses.includes(party.email)
        );
    }

    get names() {
        const roles = Object.fromEntries(
            this.parties.map((party) => [party.id, party.role])
        );
        return this.recipients
            .map((recipient) => {
                const name = recipient.name || recipient.email;
                const role = roles[recipient.partner_id];
                return role ? `${name} (${role})` : name;
            })
            .join(", ");
    }

    get isInside() {
        return this.isNote || !this.recipients.length;
    }

    get line() {
        if (this.isNote) {
            return _t("Internal note: nobody outside reads it");
        }
        if (!this.recipients.length) {
            return _t("Goes to colleagues only: nobody outside reads it");
        }
        return _t("Read by: %s", this.names);
    }

    get warning() {
        if (this.isInside) {
            return "";
        }
        const others = this.leftOut.map((party) => party.name).join(", ");
        return others ? _t("Not shown to %s", others) : "";
    }
}

Chatter.components = {...Chatter.components, IncidentReaders};

patch(RecipientsInput.prototype, {
    getPlaceholder() {
        const placeholder = super.getPlaceholder(...arguments);
        return placeholder && this.props.thread.incident_parties
            ? _t("Colleagues only")
            : placeholder;
    },
});

patch(Composer.prototype, {
    get placeholder() {
        if (
            this.thread?.incident_parties &&
            this.props.type === "message" &&
            !this.props.placeholder
        ) {
            return _t("Write a message…");
        }
        return super.placeholder;
    },
});
