# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..words import BATCH


class _Log:
    """The messages that a tracking is about to write; no RPC can forge this object."""

    def __init__(self):
        self.values_list = []


class HelpdeskTicket(models.Model):
    """Logs what an act changes on all its incidents at once, core one by one.

    Without it everything works, slower.
    """

    _inherit = "helpdesk.ticket"

    def _message_track(self, fields_iter, initial_values_dict):
        """Log the changes of all incidents at once: core creates message by message."""
        log = _Log()
        records = self.with_context(incident_log=log)
        tracking = super(HelpdeskTicket, records)._message_track(
            fields_iter, initial_values_dict
        )
        # SUDO: as core's own log of what its caller was allowed to change.
        self.sudo()._incident_write_log(log.values_list)
        return tracking

    def _incident_write_log(self, values_list):
        """Write the messages of a log, then what they say of the changed fields."""
        commands = [values.pop("tracking_value_ids", None) for values in values_list]
        records = self.with_context(**{BATCH: True})
        messages = records._message_create(values_list)
        records.env["mail.tracking.value"].create(
            [
                {**values, "mail_message_id": message.id}
                for message, changes in zip(messages, commands, strict=True)
                for _command, _id, values in changes or ()
            ]
        )

    def _message_log_batch(self, bodies, **kwargs):
        return super(
            HelpdeskTicket, self.with_context(incident_logging=True)
        )._message_log_batch(bodies, **kwargs)

    def _message_create(self, values_list):
        """Keep what the tracking logs until the changes of all incidents are known."""
        log = self.env.context.get("incident_log")
        if isinstance(log, _Log) and self.env.context.get("incident_logging"):
            log.values_list += values_list
            return self.env["mail.message"]
        return super()._message_create(values_list)
