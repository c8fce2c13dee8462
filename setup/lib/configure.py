"""Runs in Odoo's shell on a new database: what a demonstration needs to get mail."""

DOMAIN = "incident.example.com"

if not env["mail.alias.domain"].search([], limit=1):  # noqa: F821
    # Odoo gives the first domain to every company.
    env["mail.alias.domain"].create({"name": DOMAIN})  # noqa: F821
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")  # noqa: F821
env.cr.commit()  # noqa: F821
