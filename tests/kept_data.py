"""What most test classes begin with is made once, in a copy of the database.

Each class of ``IncidentCommon`` would make the same companies, users, teams and
contacts, and roll them back. Here they are written once per process into a copy of the
database, which the tests of these classes use: each class still has a transaction of
its own, which is rolled back.

There is one copy for the real clock and one for the time at which simulated clocks
start. A class with another clock, or one that makes its data in its own way, does so in
the untouched database.
"""

from contextlib import contextmanager

from freezegun.api import freeze_factories

from odoo import models
from odoo.modules.registry import Registry
from odoo.sql_db import close_db, db_connect
from odoo.tools import config

from .system.server import copy_database, drop_database, new_name


class KeptData:
    """The copies of the database, by the time at which their data were made.

    :param registry: Odoo's, which serves all copies, as all have the same addons
    :param caches: those of the registry, `tests.kept.Caches`
    """

    def __init__(self, registry, caches):
        self.registry = registry
        self.caches = caches
        self.plain = registry.db_name
        # What the caches hold of the databases that are not in use, by their names.
        self.contents = {}
        # Name of the copy, and what a class finds in itself, by the time.
        self.made = {}

    def begin_class(self, common, core, moments):
        """Return ``setUpClass`` of a class: it finds its data instead of making them.

        :param common: the class
        :param core: the class that it extends, whose data are kept as well
        :param moments: the times for which data are kept, None for the real clock
        """
        original = common.setUpClass.__func__.original

        def begin(cls):
            moment = freeze_factories[-1]() if freeze_factories else None
            if moment not in moments or not _makes_the_same(cls, common, core):
                return original(cls)
            if moment not in self.made:
                self.made[moment] = self._make(common, core, original)
            name, values = self.made[moment]
            cls.addClassCleanup(self._use, self.plain)
            self._use(name)
            super(core, cls).setUpClass()
            for key, value in values.items():
                setattr(cls, key, _bind(value, cls.env))

        return begin

    def remove(self):
        """Drop the copies."""
        for name, _values in self.made.values():
            del Registry.registries[name]
            close_db(name)
            drop_database(name)

    def _make(self, common, core, original):
        name = new_name()
        copy_database(name)
        Registry.registries[name] = self.registry
        self.contents[name] = {}
        self._use(name)
        base = core.__mro__[1]
        with _begun("Base", base, base.setUpClass.__func__) as case:
            foreign = set(vars(case))
        with _begun("Common", common, original) as case:
            _confirm(case.env)
            case.env.flush_all()
            case.cr.precommit.run()
            case.env.flush_all()
            case.cr.connection.commit()
            found = {key: val for key, val in vars(case).items() if key not in foreign}
        self.caches.fill({})
        self._use(self.plain)
        return name, found

    def _use(self, name):
        """Have the registry and everybody who asks for it use a database."""
        self.contents[self.registry.db_name] = self.caches.read()
        self.caches.fill(self.contents[name])
        config["db_name"] = [name]
        self.registry.db_name = name
        self.registry._db = db_connect(name)
        if self.registry._db_readonly:
            self.registry._db_readonly = db_connect(name, readonly=True)


def _makes_the_same(cls, common, core):
    """Tell whether a class makes what the common one does, before all of its own."""
    order = cls.__mro__
    usual = common.__mro__[: common.__mro__.index(core)]
    hooks = {
        name
        for name, value in [*vars(common).items(), *vars(core).items()]
        if isinstance(value, classmethod) and name != "setUpClass"
    }
    return order[order.index(common) : order.index(core)] == usual and all(
        getattr(cls, name).__func__ is getattr(common, name).__func__ for name in hooks
    )


@contextmanager
def _begun(name, base, set_up):
    """Give a class whose ``setUpClass`` has run, and clean up after it."""
    case = type(name, (base,), {"__module__": base.__module__})
    try:
        set_up(case)
        yield case
    finally:
        case.doClassCleanups()


def _confirm(env):
    """Have the copy be the real database: else everything in it would wait."""
    # Its module can only be imported where Odoo's addons are loaded.
    identity = env["incident.identity"]._get_actual()
    env["ir.config_parameter"].set_param(
        "openip_incident.confirmed_database", identity.dump()
    )


def _bind(value, env):
    """Return a value with its records in another environment."""
    if isinstance(value, models.BaseModel):
        own = env(user=value.env.uid, context=value.env.context, su=value.env.su)
        return own[value._name].browse(value._ids)
    if isinstance(value, dict):
        return {key: _bind(item, env) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(_bind(item, env) for item in value)
    return value
