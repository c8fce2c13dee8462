# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

# What a mail is made of that our renderer takes from its template.
WORDS = {"subject", "body_html", "model", "model_id"}


class MailTemplate(models.Model):
    """Templates of the process are tried out when a person saves them.

    A broken one would be found by the customers: as braces in a subject, or as a mail
    that nobody gets.
    """

    _inherit = "mail.template"

    def _check_can_be_rendered(self, fnames=None, render_options=None):
        if fnames is None or WORDS & set(fnames):
            self._check_incident_words()
        return super()._check_can_be_rendered(fnames, render_options)

    def update_field_translations(self, field_name, translations, source_lang=""):
        """Try out what a person has translated, as what it has written.

        :raises UserError: naming template, language, field and reason
        """
        res = super().update_field_translations(
            field_name, translations, source_lang=source_lang
        )
        if field_name in WORDS:
            self._check_incident_words()
        return res

    def _check_incident_words(self):
        """Try out the templates that the process uses, in every language.

        :raises UserError: naming template, language, field and reason
        """
        if self and self._is_saved_by_person():
            self.env["incident.template.trial"]._try_templates(self)

    def _is_saved_by_person(self):
        """Tell whether somebody is there to read a complaint.

        Nobody is while modules are loaded, updated or translated, or where a program
        writes as the system.
        """
        loading = not self.env.registry.ready or self.env.context.get("install_mode")
        return not (self.env.su or loading)
