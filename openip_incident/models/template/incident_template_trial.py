# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...tools.template_words import (
    find_brace,
    find_brace_in_html,
    get_chains,
    get_inline_expressions,
    get_qweb_expressions,
)
from ...tools.zones import DEFAULT_ZONE
from ..correspondence.letter import Draft
from ..followups import ACTIONS
from ..phases import REGISTERED
from ..words import ON_TRIAL, TRIAL

SAMPLE_NUMBER = "INC0000-00000"
SAMPLE_TEXT = "<p>…</p>"
SAMPLE_URL = "https://example.com"


@dataclass
class Use:
    """What the process uses a template for."""

    # Model of the records that it is rendered for.
    model: str = "helpdesk.ticket"
    # Whether replies to the mail find the incident by the number in its subject.
    numbered: bool = True
    # Each the facts of a mail that it may have to say.
    facts: list = field(default_factory=lambda: [{}])


class Rollback(Exception):
    """The made-up record goes away again."""


class IncidentTemplateTrial(models.AbstractModel):
    """Renders templates for a made-up record, which no trace is left of."""

    _name = "incident.template.trial"
    _description = "Trial of Mail Templates"

    @api.model
    def _try_templates(self, templates):
        """Render the templates that are in use, in every language.

        :param templates: ``mail.template``
        :raises UserError: naming template, language, field and reason
        """
        # SUDO: the process renders as the system too; core has checked what this
        # person may write into a template, and nothing of the record is kept.
        trial, templates = self.sudo(), templates.sudo()
        uses = [
            (template, use)
            for template in templates
            for use in trial._get_template_uses(template)
        ]
        for model in {use.model for _template, use in uses}:
            with trial._make_sample(model) as sample:
                for template, use in uses if sample else ():
                    if use.model == model:
                        trial._try_template(template, use, sample)

    # What templates are used for

    @api.model
    def _get_template_uses(self, template):
        """Return what the process uses a template for: list of :class:`Use`."""
        stages = self.env["helpdesk.ticket.stage"].search(
            [("mail_template_id", "=", template.id), ("incident_phase", "!=", False)]
        )
        steps = self.env["incident.followup.step"].search_count(
            [("mail_template_id", "=", template.id)], limit=1
        )
        uses = []
        # An incident that is exempt from follow-ups enters the stages of a plan, too.
        if stages or self._is_used_by_team(template):
            uses.append(Use())
        if steps or stages.followup_plan_id:
            uses.append(Use(facts=self._get_step_samples()))
        return uses

    @api.model
    def _is_used_by_team(self, template):
        """Tell whether a team of the process has a template for one of its mails."""
        names = self._get_team_template_fields()
        teams = self.env["helpdesk.ticket.team"].search(
            [("incident_process", "=", True)]
        )
        return any(template in teams.mapped(name) for name in names)

    @api.model
    def _get_team_template_fields(self):
        """Return the fields of a team that name mails about its incidents."""
        return ["update_template_id", "rejected_template_id"]

    @api.model
    def _get_step_samples(self):
        """Return what mails of a follow-up may have to say, for each next step."""
        shared = {
            "deadline": fields.Datetime.now(),
            "zone": DEFAULT_ZONE,
            "reminder_number": 1,
            "reminder_total": 3,
        }
        actions = [False, *dict(ACTIONS)]
        return [{**shared, "next_action": action} for action in actions]

    # The made-up record

    @contextmanager
    def _make_sample(self, model):
        """Give a made-up record with its parties, and take it back.

        Nothing hears of it: no rule of automation, no follower, no tracking.

        :param model: name of a model that the process writes about
        """
        context = {
            "tracking_disable": True,
            "mail_create_nosubscribe": True,
            "mail_create_nolog": True,
            TRIAL: ON_TRIAL,
        }
        try:
            with self.env.cr.savepoint():
                yield self.with_context(**context)._create_sample(model)
                raise Rollback
        except Rollback:
            return

    @api.model
    def _create_sample(self, model):
        """Return a made-up record of a model, nothing where none can be made."""
        if model != "helpdesk.ticket":
            return None
        team = self.env["helpdesk.ticket.team"].search(
            [("incident_process", "=", True)], limit=1
        )
        if not team:
            return None
        customer, integrator = self._create_sample_parties()
        return self.env[model].create(
            {
                "number": SAMPLE_NUMBER,
                "name": self.env._("No outgoing calls"),
                "description": SAMPLE_TEXT,
                "team_id": team.id,
                "stage_id": team._get_incident_stage(REGISTERED).id,
                "partner_id": customer.id,
                "integrator_id": integrator.id,
                "user_id": False,
            }
        )

    @api.model
    def _get_sample_readers(self, sample):
        """Return who reads mails about a made-up record: to be extended."""
        return sample._get_correspondents()

    @api.model
    def _create_sample_parties(self):
        values = [
            {"name": self.env._("Customer"), "email": "customer@example.com"},
            {
                "name": self.env._("Integrator"),
                "email": "integrator@example.com",
                "is_integrator": True,
            },
        ]
        return self.env["res.partner"].create(
            [{**vals, "is_company": True} for vals in values]
        )

    # Trying

    @api.model
    def _try_template(self, template, use, sample):
        for lang, name in self.env["res.lang"].get_installed():
            translated = template.with_context(lang=lang)
            self._try_field(translated, "subject", use, sample, lang, name)
            self._try_field(translated, "body_html", use, sample, lang, name)

    @api.model
    def _try_field(self, template, fname, use, sample, lang, lang_name):
        """Try one field of a template in one language.

        :raises UserError: naming template, language, field and reason
        """
        # Read before a failure that may leave the database unreadable.
        label = self._get_field_label(template, fname)
        try:
            trouble = self._find_unknown(template, fname, use.model)
            trouble = trouble or self._find_trouble(template, fname, use, sample, lang)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            trouble = self._describe_error(error)
        if trouble:
            raise UserError(
                self.env._(
                    "The mail template %(template)s cannot be used like this.\n"
                    "%(field)s, %(language)s: %(reason)s",
                    template=template.name,
                    field=label,
                    language=lang_name,
                    reason=trouble,
                )
            )

    @api.model
    def _get_field_label(self, template, fname):
        # In the language of who saves, not in the one that is tried.
        labels = template.with_context(lang=self.env.lang).fields_get([fname])
        return labels[fname]["string"]

    @api.model
    def _describe_error(self, error):
        """Return in one line what went wrong, without the trace of QWeb around it."""
        while error.__cause__ is not None:
            error = error.__cause__
        lines = str(error).strip().splitlines() or [""]
        return f"{type(error).__name__}: {lines[0]}"

    @api.model
    def _find_unknown(self, template, fname, model):
        """Return what is wrong with the fields that are asked of ``object``, or None.

        Also in branches that are not taken for the made-up record.
        """
        source = template[fname]
        inline = fname == "subject"
        read = get_inline_expressions if inline else get_qweb_expressions
        for expression in read(source):
            for chain in get_chains(expression, "object"):
                if not self._is_known(model, chain):
                    return self.env._(
                        "there is no field %(field)s",
                        field=".".join(["object", *chain]),
                    )
        return None

    @api.model
    def _is_known(self, model, chain):
        records = self.env[model]
        for name in chain:
            if name not in records._fields:
                return hasattr(records, name)
            if not records._fields[name].relational:
                return True
            records = records[name]
        return True

    @api.model
    def _find_trouble(self, template, fname, use, sample, lang):
        """Return what is wrong with the rendered words, or None."""
        pieces = self._render_trial(template, fname, use, sample, lang)
        if fname == "body_html":
            brace = next(filter(None, map(find_brace_in_html, pieces)), None)
        else:
            brace = next(filter(None, map(find_brace, pieces)), None)
        if brace:
            return self.env._(
                "braces that belong to no expression are mailed as they are: %(text)s",
                text=brace,
            )
        if fname == "subject" and use.numbered:
            if not all(sample.number in piece for piece in pieces):
                return self.env._(
                    "the number of the incident is missing, by which we recognise "
                    "answers. Please add {{ object.number }}."
                )
        return None

    @api.model
    def _render_trial(self, template, fname, use, sample, lang):
        """Return what a field becomes for each reader and each thing to say."""
        renderer = self.env["incident.mail.renderer"]
        body = fname == "body_html"
        mark = renderer._make_mark()
        rows = self._prepare_sample_rows(use, sample, lang, mark)
        document = renderer._get_document(
            "" if body else template.subject or "",
            template.body_html if body else "",
            lang,
            False,
        )
        pieces = renderer._render_rows(template, document, lang, rows, mark)
        return pieces[1 if body else 0 : -1 : 2]

    @api.model
    def _prepare_sample_rows(self, use, sample, lang, mark):
        """Return what a mail is rendered from: for the chatter and for each party."""
        renderer, dates = self.env["incident.mail.renderer"], {}
        nobody = self.env["res.partner"]
        drafts = [
            Draft(sample, party, lang, text, SAMPLE_URL, facts)
            for party in (nobody, *self._get_sample_readers(sample))
            for text in ("", SAMPLE_TEXT)
            for facts in use.facts
        ]
        return [
            renderer._prepare_row(
                sample.with_context(lang=lang),
                draft.party.with_context(lang=lang),
                draft,
                mark,
                dates,
            )
            for draft in drafts
        ]
