# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whose code the methods of a class are: what is known of them holds for no other."""


def is_code_of(modules, classes, names):
    """Tell whether all methods of some names are written where they are known.

    Asked of the functions: one that is put into a class afterwards is not its code.
    Asked each time, and never kept: an addon that is loaded for one database may change
    the classes of all (``post_load``), whose registries empty no cache for that.

    :param modules: tuple of how the names of Python modules begin
    :param classes: of a chain, as ``__mro__`` has it
    :param names: of the methods, wherever in the chain they are
    """
    return all(
        module.startswith(modules)
        for cls in classes
        for name in names
        if name in vars(cls)
        for module in _find_modules(vars(cls)[name])
    )


def _find_modules(function):
    """Return where a function is written, and where what it wraps is."""
    function = getattr(function, "__func__", function)
    while function is not None:
        yield getattr(function, "__globals__", {}).get("__name__", "")
        function = getattr(function, "__wrapped__", None)
