# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "OpenIP Incident Portal",
    "summary": "Mail intake, form and portal for customers and integrators",
    "version": "19.0.1.0.0",
    "category": "After-Sales",
    "author": "OpenIP",
    "website": "https://github.com/openip/openip-incident",
    "license": "AGPL-3",
    "depends": ["openip_incident", "portal"],
    "installable": True,
}
