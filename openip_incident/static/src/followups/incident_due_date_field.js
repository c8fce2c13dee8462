import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";
import {capitalize} from "@web/core/utils/strings";
import {_t} from "@web/core/l10n/translation";
import {formatDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";

const {DateTime} = luxon;

/** Days beyond which a date says more than their number. */
const FAR = 99;

/** When the next step is due: the day as people say it, and the time. */
export class IncidentDueDateField extends RemainingDaysField {
    get diffString() {
        const {name, record} = this.props;
        const value = record.data[name];
        if (!value) {
            return this.missingLabel;
        }
        return `${this.dayLabel} ${value.toLocaleString(DateTime.TIME_SIMPLE)}`;
    }

    /** The day, counted in days: tomorrow is no "next month", whatever the month. */
    get dayLabel() {
        const {name, record} = this.props;
        if (Math.abs(this.diffDays) > FAR) {
            return this.formattedValue;
        }
        return capitalize(record.data[name].toRelativeCalendar({unit: "days"}));
    }

    /** Why a follow-up has no date. */
    get missingLabel() {
        const {event_id: event, undelivered} = this.props.record.data;
        if (undelivered) {
            return _t("Not delivered");
        }
        return event ? _t("Mail on its way") : "";
    }

    /**
     * @override
     */
    get numericValue() {
        const {name, record} = this.props;
        return formatDateTime(record.data[name]);
    }
}

export const incidentDueDateField = {
    ...remainingDaysField,
    component: IncidentDueDateField,
    displayName: _t("Due date"),
    supportedTypes: ["datetime"],
};

registry.category("fields").add("incident_due_date", incidentDueDateField);
