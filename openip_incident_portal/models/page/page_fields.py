# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a page of an incident reads, by one query each.

A third of the columns that there are. What is missing here costs one query more.
"""

PAGE_FIELDS = (
    "active",
    "answered_party_id",
    "close_reason",
    "closed_date",
    "closure_decision",
    "company_id",
    "create_date",
    "customer_party_id",
    "description",
    "duplicate_id",
    "expected_restoration_date",
    "incident_contract_version_id",
    "incident_impact",
    "incident_informs",
    "incident_intervention_until",
    "incident_onsite",
    "incident_phase",
    "incident_reporter_id",
    "incident_service",
    "incident_since",
    "incident_tried",
    "integrator_handler_id",
    "integrator_id",
    "integrator_party_id",
    "is_incident",
    "last_stage_update",
    "name",
    "number",
    "outage_id",
    "partner_id",
    "partner_name",
    "private_request_party_id",
    "resolution_cause_id",
    "resolution_text",
    "restored_date",
    "service_id",
    "solved_date",
    "stage_id",
    "team_id",
    "validated_date",
    "wait_for",
    "wait_start",
)
COMPANY_FIELDS = (
    "email_secondary_color",
    "incident_legal_link",
    "incident_portal_form",
    "incident_privacy_link",
    "name",
    "partner_id",
    "phone",
    "resource_calendar_id",
    "uses_default_logo",
)
# Of its contacts.
PARTY_FIELDS = (
    "active",
    "incident_party_id",
    "name",
    "partner_share",
    "tz",
    # By its company's country a zone is chosen where nobody has chosen any.
    "city",
    "country_id",
    "is_company",
    "parent_id",
    "state_id",
    "street",
    "street2",
    "type",
    "zip",
)
# By which a personal link is known for good, of its incident and of its party.
LINK_FIELDS = (
    "incident_customer_generation",
    "incident_integrator_generation",
    "incident_link_version",
)
READER_FIELDS = ("incident_link_generation", "lang")
