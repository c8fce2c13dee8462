# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The buttons of the form: what the table of phases allows, in each phase."""

import re
from pathlib import Path

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.openip_incident.models.phases import ACTS, ROWS

from .common import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    PHASES,
    REGISTERED,
    WAITING,
    IncidentCommon,
)

# Written out once more instead of taken from the code: this is the specification. The
# first one stands out.
BUTTONS = {
    REGISTERED: ["Open", "Ask the parties", "Reject"],
    OPENED: [
        "Start",
        "Inform the parties",
        "Ask the parties",
        "Escalate",
        "Solved",
        "Close",
    ],
    IN_PROGRESS: [
        "Solved",
        "Inform the parties",
        "Ask the parties",
        "Escalate",
        "Close",
    ],
    ESCALATED: [
        "Solved",
        "Inform the parties",
        "Ask the parties",
        "De-escalate",
        "Close",
    ],
    WAITING: [
        "Record an answer",
        "Resume",
        "Inform the parties",
        "Ask again",
        "Escalate",
        "Solved",
        "Close",
    ],
    FROZEN: [
        "Record an answer",
        "Resume",
        "Inform the parties",
        "Ask again",
        "Escalate",
        "Solved",
        "Close",
    ],
    CLOSURE: [
        "Closure confirmed",
        "Not solved",
        "Inform the parties",
        "Ask the parties",
        "Escalate",
        "Close",
    ],
    CLOSED: ["Reopen"],
}

ADDON = Path(__file__).resolve().parents[1]
LITERAL = re.compile(rf"incident_phase[^\"]*['\"](?:{'|'.join(PHASES)})['\"]")
MODIFIERS = ("invisible", "readonly", "required", "column_invisible", "t-if")


@tagged("post_install", "-at_install")
class TestButtons(IncidentCommon):
    def _get_buttons(self, incident):
        """Return the labels of the process's buttons on a form, main ones first."""
        view = self.env.ref("helpdesk_mgmt.ticket_view_form")
        arch = incident.get_view(view.id, "form")["arch"]
        buttons = etree.fromstring(arch).xpath("//header//button[@name]")
        ours = [button for button in buttons if "incident_" in button.get("name")]
        shown = [button for button in ours if not self._is_hidden(incident, button)]
        shown.sort(key=lambda button: "btn-primary" not in button.get("class", ""))
        return [button.get("string") for button in shown]

    def _is_hidden(self, incident, button):
        condition = button.get("invisible") or "False"
        names = set(re.findall(r"[a-z_]+", condition)) & set(incident._fields)
        return safe_eval(condition, {name: incident[name] for name in names})

    def test_each_phase_offers_its_acts(self):
        for phase in PHASES:
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase).with_user(self.agent)
                self.assertEqual(self._get_buttons(incident), BUTTONS[phase])

    def test_a_plain_ticket_offers_none(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "Plain"})
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "<p>Ink</p>", "team_id": team.id}
        )
        self.assertEqual(self._get_buttons(ticket), [])

    def test_what_is_offered_is_legal(self):
        """An act that moves is offered where the process knows its move."""
        for phase in PHASES:
            incident = self._create_incident_in(phase)
            for act, target in ACTS.items():
                with self.subTest(phase=phase, act=act):
                    legal = incident._is_incident_move_legal(self.stages[target])
                    offered = incident[f"incident_can_{act}"]
                    # What returns by an answer, or by reopening, has its own button;
                    # what was never validated is rejected.
                    table = target in ROWS[phase].targets
                    rejected = (phase, act) == (REGISTERED, "close")
                    self.assertEqual(offered, table and not rejected)
                    self.assertLessEqual(offered, legal)

    def test_views_name_no_phase(self):
        """What is shown when is told by computed fields, not once more in a view."""
        found = [
            (path.name, node.sourceline, name)
            for folder in (ADDON, ADDON.parent / "openip_incident_portal")
            for path in sorted((folder / "views").glob("*.xml"))
            for node in etree.parse(str(path)).iter(etree.Element)
            for name, value in node.attrib.items()
            if (name in MODIFIERS or name.startswith("decoration-"))
            and LITERAL.search(value)
        ]
        self.assertEqual(found, [])
