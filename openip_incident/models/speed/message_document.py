# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields


class MessageDocument(fields.Many2oneReference):
    """The document of a message, which looks at the cached lists of messages only.

    A new message is added to the lists of its document that are in the cache already.
    Core finds out for each list whether the message belongs there before it looks
    whether there is one; for a batch of documents that is a tenth of all its work.
    Without it everything works, slower.
    """

    def _update_inverses(self, records, value):
        models = set(records.mapped(self.model_field))
        if any(
            value in inverse._get_cache(records.env)
            for inverse in records.pool.field_inverses[self]
            if inverse.model_name in models
        ):
            return super()._update_inverses(records, value)
