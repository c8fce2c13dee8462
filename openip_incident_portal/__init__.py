from odoo.addons.openip_incident.tools import log_tokens

from . import controllers
from . import models
from . import wizards
from .hooks import post_init_hook, pre_init_hook, uninstall_hook

# Whatever logs an address from here on: requests come once the addon is loaded.
log_tokens.install()
