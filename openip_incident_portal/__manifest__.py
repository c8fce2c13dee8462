# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "OpenIP Incident Portal",
    "summary": "Mail intake, form and portal for customers and integrators",
    "version": "19.0.1.1.0",
    "category": "After-Sales",
    "author": "OpenIP",
    "website": "https://github.com/openip/openip-incident",
    "license": "AGPL-3",
    "depends": ["openip_incident", "portal"],
    "data": [
        "security/incident_portal_security.xml",
        "security/ir.model.access.csv",
        "data/form_link_layout.xml",
        "data/mail_template_intake_data.xml",
        "data/ir_cron_data.xml",
        "data/incident_health_data.xml",
        "data/incident_mail_provider_data.xml",
        "views/incident_intake_views.xml",
        "views/incident_act_wizard_views.xml",
        "views/helpdesk_ticket_team_views.xml",
        "views/incident_portal_menus.xml",
        "views/incident_mail_provider_views.xml",
        "views/res_config_settings_views.xml",
        "data/mail_template_page_data.xml",
        "data/mail_template_registered_data.xml",
        "views/incident_form_field_views.xml",
        "views/helpdesk_ticket_views.xml",
        "views/public_layout.xml",
        "views/personal_page_templates.xml",
        "views/portal_templates.xml",
        "views/form_templates.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "openip_incident_portal/static/tests/tours/**/*",
        ],
        "web.assets_frontend": [
            "openip_incident_portal/static/src/page/**/*",
            "openip_incident_portal/static/src/portal/**/*",
            "openip_incident_portal/static/src/form/**/*",
        ],
    },
    "demo": [
        "demo/incident_intake_demo.xml",
    ],
    "installable": True,
}
