"""What Odoo compiles, remembered: the same text gives the same code."""

import builtins
import functools

# More than all that the tests compile.
TEXTS = 4000


def compile_once():
    """Have Odoo remember what it compiled, whatever caches it clears."""
    from odoo.tools import safe_eval

    from odoo.addons.base.models import ir_qweb

    remembered = functools.lru_cache(maxsize=TEXTS)(builtins.compile)
    ir_qweb.compile = safe_eval.compile = remembered
