// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {SearchModel} from "@web/search/search_model";

const FIND = "incident_find";
const FILTERS = ["filter", "dateFilter"];

/**
 * Whoever looks for something looks everywhere: filters that are on make room for it,
 * and come back when it is taken away. What is chosen afterwards narrows, as usual.
 */
export class IncidentSearchModel extends SearchModel {
    setup(services) {
        super.setup(services);
        this.roomMade = [];
        this.onExactHit = null;
    }

    isFilter(queryElem) {
        return FILTERS.includes(this.searchItems[queryElem.searchItemId].type);
    }

    isFind(queryElem) {
        return this.searchItems[queryElem.searchItemId].fieldName === FIND;
    }

    get looksForIncidents() {
        return Object.values(this.searchItems).some((item) => item.fieldName === FIND);
    }

    get incidentWanted() {
        return this.query
            .filter((queryElem) => this.isFind(queryElem))
            .map((queryElem) => queryElem.autocompleteValue.value)
            .join(" ");
    }

    get hasIncidentFilters() {
        return this.query.some((queryElem) => this.isFilter(queryElem));
    }

    /**
     * @override
     */
    addAutoCompletionValues(searchItemId, autocompleteValue) {
        if (this.searchItems[searchItemId].fieldName === FIND) {
            this.roomMade.push(...this.query.filter((elem) => this.isFilter(elem)));
            this.query = this.query.filter((elem) => !this.isFilter(elem));
            this.onExactHit?.(autocompleteValue.value);
        }
        super.addAutoCompletionValues(searchItemId, autocompleteValue);
    }

    /**
     * @override
     */
    deactivateGroup(groupId) {
        const wanted = this.incidentWanted;
        super.deactivateGroup(groupId);
        if (wanted && !this.incidentWanted && this.roomMade.length) {
            this.query.push(...this.roomMade.splice(0));
            this._notify();
        }
    }

    /**
     * @override
     */
    clearQuery() {
        this.roomMade = [];
        super.clearQuery();
    }

    // What lies outside the filters

    /**
     * Return the domain of what is looked for, without the filters.
     *
     * @returns {Array}
     */
    getDomainOutside() {
        const query = this.query;
        this.query = query.filter((elem) => !this.isFilter(elem));
        try {
            return this._getDomain();
        } finally {
            this.query = query;
        }
    }

    showOutside() {
        this.query = this.query.filter((elem) => !this.isFilter(elem));
        this._notify();
    }
}
