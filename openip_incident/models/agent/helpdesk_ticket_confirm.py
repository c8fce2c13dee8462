# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.arguments import ensure_key, to_record
from ..phases import ACTS, CLOSED, HUMAN_REASONS, REGISTERED

# Context key: values come out of a file that somebody imports.
IMPORTING = "incident_importing"

# Acts that move incidents, and the phase that each leads to.
ACT_PHASES = {**ACTS, "reject": CLOSED}


class HelpdeskTicket(models.Model):
    """No mail by accident: what a screen offers asks before it writes to the parties.

    Buttons, cards and the status bar call the methods on ``_dialog``, which say first
    how many incidents and mails an act is about. The acts themselves, which programs
    call, act at once.
    """

    _inherit = "helpdesk.ticket"

    # Dialogs

    def action_incident_open_dialog(self):
        """Ask before incidents are opened.

        :return: the wizard's action
        :raises UserError: where an incident cannot be opened
        """
        return self._incident_ask("open")

    def action_incident_start_dialog(self):
        """Ask before incidents are taken into work, where that mails; else do it.

        :return: the wizard's action, or True
        """
        if len(self) > 1 or self._count_incident_letters("start"):
            return self._incident_ask("start")
        return self.action_incident_start()

    def action_incident_resolve_dialog(self):
        """Ask before incidents are declared solved.

        :return: the wizard's action
        """
        return self._incident_ask("resolve")

    def action_incident_close_dialog(self, reason=None):
        """Ask before incidents are closed.

        :param reason: key of ``close_reason`` to propose, one that people give
        :return: the wizard's action
        """
        if reason:
            ensure_key(self.env, reason, [(key, key) for key in HUMAN_REASONS])
        if len(self) > 1:
            return self._incident_ask_for_batch("close")
        self._ensure_may_act()
        self._ensure_not_registered()
        context = {"default_close_reason": reason} if reason else {}
        return self._open_incident_wizard("close", **context)

    def action_incident_enter_dialog(self, stage):
        """Do what leads to a stage, but ask first where that mails.

        What the web client calls when a card was dropped on a stage, or its name was
        clicked.

        :param stage: ``helpdesk.ticket.stage`` or its id
        :return: True, or the wizard's action
        """
        self.ensure_one()
        stage = to_record(self.env, "helpdesk.ticket.stage", stage)
        if not self.is_incident or stage == self.stage_id:
            return self.action_incident_enter(stage)
        self._ensure_may_act()
        self._ensure_incident_move(stage)
        act = self._get_incident_act(stage)
        dialog = act and self._get_incident_dialogs().get(act)
        if dialog:
            return dialog()
        if not act and self._count_incident_letters("enter", stage=stage):
            return self._open_incident_wizard("enter", default_stage_id=stage.id)
        return self.action_incident_enter(stage)

    def _get_incident_dialogs(self):
        """Return the acts that mail without a question: dict of act: its dialog."""
        return {
            self.action_incident_open: self.action_incident_open_dialog,
            self.action_incident_start: self.action_incident_start_dialog,
            self.action_incident_resolve: self.action_incident_resolve_dialog,
            self.action_incident_close: self.action_incident_close_dialog,
        }

    def action_followup_send_now_dialog(self):
        """Ask before the next mails leave at once."""
        return self._get_open_followups().action_send_now_dialog()

    def action_followup_retry_dialog(self):
        """Ask before a step that failed is tried again, where that mails now."""
        return self._get_open_followups().action_retry_dialog()

    def action_followup_resume_dialog(self):
        """Ask before a countdown goes on, where that mails now."""
        return self._get_open_followups().action_resume_dialog()

    def _incident_ask(self, act):
        """Return the dialog of an act, unless the process refuses the act.

        :param act: key of the wizard's act, one that moves incidents
        """
        if len(self) > 1:
            return self._incident_ask_for_batch(act)
        self._ensure_may_act()
        for team, tickets in self.grouped("team_id").items():
            tickets._ensure_incident_move(team._get_incident_stage(ACT_PHASES[act]))
        return self._open_incident_wizard(act)

    # What an act would mail

    def _count_incident_letters(self, act, **facts):
        """Return how many mails to the parties an act would write now.

        :param act: key of the wizard's act
        :param facts: see :meth:`_get_incident_letters`
        """
        letters = self._get_incident_letters(act, **facts)
        return sum(len(addresses) for addresses in letters.values())

    def _get_incident_letters(self, act, **facts):
        """Return to whom an act would write now.

        :param act: key of the wizard's act
        :param facts: what the wizard knows: ``kind`` of a request, ``stage`` that is
            entered, ``partner`` who answered
        :return: dict of ticket: list of distinct normalised addresses
        """
        letters = {}
        for ticket in self:
            parties = ticket._get_incident_letter_parties(act, facts)
            letters[ticket] = ticket._get_incident_letter_addresses(parties)
        return letters

    def _get_incident_letter_parties(self, act, facts):
        """Return the parties to whom an act on this incident would write now."""
        self.ensure_one()
        nobody = self.env["res.partner"]
        if act == "update":
            mails = self.team_id.update_template_id
        elif act in ("answer", "count"):
            mails, partner = self._is_answer_forwarded(), facts.get("partner")
            party = partner and self._get_incident_party(partner)
            if not mails or not party:
                return nobody
            speaking = self._get_speaking_parties(party, partner)
            return self._get_other_incident_party(speaking)
        elif act in ("send_now", "retry", "continue"):
            # SUDO: follow-ups belong to the incident, whose reader asks.
            return self.sudo().followup_id._get_next_recipients(act)
        else:
            mails = self._is_incident_move_told(act, facts)
        return self._get_incident_letter_readers(facts) if mails else nobody

    def _get_incident_letter_readers(self, facts):
        """Return the parties that the words of an act are for: all there are."""
        self.ensure_one()
        return self._get_incident_parties()

    def _is_incident_move_told(self, act, facts):
        """Tell whether the move of an act is mailed to the parties."""
        if act == "enter":
            stage = facts["stage"]
        elif act in ACT_PHASES:
            kind = act == "request" and facts.get("kind")
            stage = self.team_id._get_incident_stage(ACT_PHASES[act], kind)
        else:
            return False
        if act == "enter" and stage == self.stage_id:
            return False
        # A way back is silent; another level is news, whatever came before.
        if act != "escalate" and self._is_incident_way_back(stage):
            return False
        rejected = act == "reject" or self.incident_phase == REGISTERED
        if rejected and stage.incident_phase == CLOSED:
            return bool(self.team_id.rejected_template_id)
        return bool(stage.mail_template_id)

    def _is_answer_forwarded(self):
        team = self.team_id
        return bool(team.incident_forward_answers and team.update_template_id)

    def _get_incident_letter_addresses(self, parties):
        """Return the distinct addresses at which parties of this incident are reached.

        :param parties: some of its parties
        :return: list of normalised addresses
        """
        reached = parties._filter_distinct_addresses()
        return [party.email_normalized for party in reached]

    @api.model
    def _describe_incident_letters(self, letters):
        """Return in words how many incidents and mails an act is about.

        :param letters: see :meth:`_get_incident_letters`
        """
        addresses = [address for some in letters.values() for address in some]
        count, mails, people = len(letters), len(addresses), len(set(addresses))
        incidents = (
            self.env._("1 incident")
            if count == 1
            else self.env._("%(count)s incidents", count=count)
        )
        if not mails:
            return self.env._("%(incidents)s, no mail", incidents=incidents)
        return self.env._(
            "%(incidents)s, %(mails)s",
            incidents=incidents,
            mails=self._describe_letters(mails, people),
        )

    @api.model
    def _describe_letters(self, mails, people):
        """Return in words how many mails leave, and to how many recipients."""
        if mails == 1:
            return self.env._("1 mail to 1 recipient")
        if people == 1:
            return self.env._("%(mails)s mails to 1 recipient", mails=mails)
        return self.env._(
            "%(mails)s mails to %(people)s recipients", mails=mails, people=people
        )

    # Stages that are typed into lists, forms of others and files

    def web_save(self, vals, specification, next_id=None):
        """Refuse to mail where somebody edits a stage: no dialog can ask there."""
        self._ensure_stage_untold(vals)
        return super().web_save(vals, specification, next_id=next_id)

    def web_save_multi(self, vals_list, specification):
        for ticket, vals in zip(self, vals_list, strict=False):
            ticket._ensure_stage_untold(vals)
        return super().web_save_multi(vals_list, specification)

    @api.model
    def load(self, fields, data):
        """Refuse to mail where a file says in which stages incidents are."""
        return super(HelpdeskTicket, self.with_context(**{IMPORTING: True})).load(
            fields, data
        )

    def _load_records_write(self, values):
        if self.env.context.get(IMPORTING):
            self._ensure_stage_untold(values)
        return super()._load_records_write(values)

    def _ensure_stage_untold(self, vals):
        """Refuse a change of stage that nobody was asked about, and that mails.

        :param vals: what the web client or a file wants to write
        :raises UserError: naming the act to use instead
        """
        # A change of team keeps the phase and mails nothing.
        if not vals.get("stage_id") or "team_id" in vals:
            return
        stage = self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
        for ticket in self.filtered("is_incident"):
            mails = ticket._count_incident_letters("enter", stage=stage)
            if mails:
                ticket._raise_stage_told(stage, mails)

    def _raise_stage_told(self, stage, mails):
        raise UserError(
            self.env._(
                "%(number)s cannot be put into %(stage)s here: %(mails)s would leave "
                "without a question. Use the button %(act)s of the incident, or move "
                "its card.",
                number=self.number,
                stage=stage.name,
                mails=self._describe_letters(mails, mails),
                act=self._get_stage_act_label(stage),
            )
        )

    def _get_stage_act_label(self, stage):
        """Return the act that leads to a stage, as the screens call it."""
        phase = stage.incident_phase
        acts = {target: act for act, target in ACT_PHASES.items()}
        acts[CLOSED] = "reject" if self.incident_phase == REGISTERED else "close"
        labels = self.env["incident.act.wizard"]._get_act_labels()
        return labels[acts.get(phase, "enter")]
