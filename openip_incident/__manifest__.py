# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "OpenIP Incident",
    "summary": "Telecom incidents followed by customer and integrator",
    "version": "19.0.1.0.0",
    "category": "After-Sales",
    "author": "OpenIP",
    "website": "https://github.com/openip/openip-incident",
    "license": "AGPL-3",
    "depends": ["helpdesk_mgmt", "base_automation", "resource"],
    "data": [
        # Security
        "security/incident_security.xml",
        "security/ir.model.access.csv",
        # Data: templates before the stages that send them, stages before the team
        "data/ir_sequence_data.xml",
        "data/mail_activity_type_data.xml",
        "data/incident_escalation_level_data.xml",
        "data/notice_layout.xml",
        "data/mail_template_data.xml",
        "data/helpdesk_ticket_stage_data.xml",
        "data/helpdesk_ticket_team_data.xml",
        # Views: actions before the menus that open them
        "views/helpdesk_ticket_templates.xml",
        "views/helpdesk_ticket_views.xml",
        "views/incident_views.xml",
        "views/incident_act_wizard_views.xml",
        "views/incident_notice_views.xml",
        "views/incident_escalation_level_views.xml",
        "views/helpdesk_ticket_stage_views.xml",
        "views/helpdesk_ticket_team_views.xml",
        "views/res_partner_views.xml",
        "views/incident_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "openip_incident/static/src/**/*",
        ],
        "web.assets_tests": [
            "openip_incident/static/tests/tours/**/*",
        ],
    },
    "demo": [
        "demo/res_company_demo.xml",
        "demo/res_partner_demo.xml",
        "demo/res_users_demo.xml",
        "demo/helpdesk_demo.xml",
        "demo/helpdesk_ticket_demo.xml",
        "demo/incident_process_demo.xml",
    ],
    "uninstall_hook": "uninstall_hook",
    "installable": True,
}
