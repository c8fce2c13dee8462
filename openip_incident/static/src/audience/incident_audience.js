import {Component} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {Message} from "@mail/core/common/message";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";
import {useService} from "@web/core/utils/hooks";

/** Under an entry of the chatter: who reads it, where not simply both parties. */
export class IncidentAudience extends Component {
    static template = "openip_incident.IncidentAudience";
    static props = {message: Object};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
    }

    get audience() {
        return this.props.message.incident_audience;
    }

    get icon() {
        return this.audience.kind === "private" ? "fa-lock" : "fa-home";
    }

    get passOnLabel() {
        return _t("Pass on to %s", this.audience.pass_on);
    }

    onClickPassOn() {
        this.dialog.add(ConfirmationDialog, {
            title: this.passOnLabel,
            body: _t("1 mail leaves, and both parties read this message from now on."),
            confirmLabel: _t("Pass on"),
            confirm: () => this.passOn(),
            cancel: () => {
                // Nothing has happened.
            },
        });
    }

    async passOn() {
        const {message} = this.props;
        await this.orm.call("mail.message", "action_incident_pass_on", [[message.id]]);
        await message.thread?.fetchMessages({around: message.id});
        await this.action.doAction("soft_reload");
    }
}

Message.components = {...Message.components, IncidentAudience};

patch(Message.prototype, {
    get incidentAudience() {
        return this.message.incident_audience;
    },
});
