# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Due work of any model, in batches, each row once whatever crashes or runs twice.

A room that has due work keeps a table of :class:`~.task.Task` beside what does it, and
a scheduled action that hands the table over.

Floor 3. Door: ``_run_tasks``.
"""

from . import incident_engine
