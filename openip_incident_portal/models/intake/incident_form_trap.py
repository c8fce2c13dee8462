# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib

from odoo import api, models
from odoo.tools import plaintext2html

from ...tools.form_words import LENGTHS
from ...tools.mail_screen import TRAPPED

# More notes than that on one mail are a robot's doing.
MAX_NOTES = 3


class IncidentForm(models.AbstractModel):
    _inherit = "incident.form"

    @api.model
    def _hold_trapped(self, form, values):
        """Show agents a report whose trap was filled: nobody gets a mail.

        Robots fill it, but so do browsers that mean well; only a human can tell.

        :param values: checked or unchecked texts
        :return: False when no more is kept: then it has to go back to its sender
        """
        # SUDO: what was written is put before agents, and shown to nobody else.
        intake = (form.intake or self._find_trapped(form, values)).sudo()
        intake.write({"hold_reason": TRAPPED, "to_review": True})
        text = "\n".join(f"{name}: {text}" for name, text in values.items() if text)
        return self._note_trapped(intake, text) and super()._hold_trapped(form, values)

    @api.model
    def _note_trapped(self, intake, text):
        """Write down what a trapped report says; return False where there are enough.

        What others have written there does not count.
        """
        digest = hashlib.sha256(text.encode()).hexdigest()
        name = f"<incident-trap-{intake.id}-%s@openip-incident>"
        # SUDO: see above.
        notes = self.env["mail.message"].sudo()
        own = [("model", "=", intake._name), ("res_id", "=", intake.id)]
        known = notes.search([*own, ("message_id", "=like", name % "%")]).mapped(
            "message_id"
        )
        if name % digest in known:
            return True
        if len(known) >= MAX_NOTES:
            return False
        note = intake._message_log(body=plaintext2html(text))
        note.message_id = name % digest
        return True

    @api.model
    def _find_trapped(self, form, values):
        """Return the intake of who reports with a login: one at a time."""
        # SUDO: see above.
        intakes = self.env["incident.intake"].sudo()
        vals = {
            "email_from": form.reporter.email_formatted or form.email,
            "partner_id": form.reporter.id,
            "team_id": form.team.id,
            "hold_reason": TRAPPED,
            "state": "sent",
        }
        found = intakes.search([(name, "=", vals[name]) for name in vals], limit=1)
        return found or intakes.create(
            {
                **vals,
                "subject": (values["subject"] or "")[: LENGTHS["subject"]],
                "body": plaintext2html(values["description"] or ""),
                "lang": self.env.lang,
            }
        )
