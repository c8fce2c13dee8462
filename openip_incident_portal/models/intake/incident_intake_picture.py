# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.openip_incident.tools.remote_content import clean_remote


class IncidentIntake(models.Model):
    """The pictures of a mail that is no incident yet: for agents, and nothing else."""

    _inherit = "incident.intake"

    def _guards_files(self):
        return bool(self)

    def _prepare_arrival_vals(self, msg_dict, mail, values):
        """Keep nothing that loads from afar, were it only until the mail is posted."""
        vals = super()._prepare_arrival_vals(msg_dict, mail, values)
        return {**vals, "body": clean_remote(vals.get("body"))}

    def _prepare_handed_vals(self, mail, ticket):
        """Show the pictures of the mail as the incident's own."""
        vals = super()._prepare_handed_vals(mail, ticket)
        originals = self._filter_handed_files(mail)
        copies = originals.browse(command[1] for command in vals["attachment_ids"])
        by_id = dict(zip(originals.ids, copies, strict=True))

        def allow(address):
            return by_id.get(address.file_id, copies.browse())

        vals["body"] = ticket._settle_text(vals["body"], allow)[0]
        return vals

    def _settle_files(self):
        """Show the files of these intakes by rights only, old texts included."""
        self.env["mail.message"]._settle_stored(self._name, self.ids)
        for intake in self:
            mail = intake.original_id
            body = mail.body if mail else clean_remote(intake.body)
            if intake.body != body:
                intake.body = body
        self.file_ids.filtered("access_token").write({"access_token": False})


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _get_guarding_models(self):
        return super()._get_guarding_models() | {"incident.intake"}
