"""Runs in Odoo's shell on the test database: compiles what browsers load.

Each copy of the database would compile it again for the first page that is looked at,
and each test of a page for itself, whose database is rolled back.
"""

# What the pages of parties and of agents load, and whether it has styles and scripts.
BUNDLES = (
    ("web.assets_frontend", True, True),
    ("web.assets_frontend_minimal", False, True),
    ("web.assets_frontend_lazy", False, True),
    ("web.assets_web", True, True),
    ("web.assets_web_print", True, False),
    ("web.assets_tests", False, True),
    ("web.assets_emoji", False, True),
    ("openip_incident_portal.assets_link", True, True),
    ("bus.websocket_worker_assets", False, True),
)
parameters = env["ir.asset"]._get_asset_params()  # noqa: F821
for name, css, js in BUNDLES:
    options = {"css": css, "js": js, "assets_params": parameters}
    bundle = env["ir.qweb"]._get_asset_bundle(name, **options)  # noqa: F821
    if css:
        bundle.css()
    if js:
        bundle.js()
env.cr.commit()  # noqa: F821
