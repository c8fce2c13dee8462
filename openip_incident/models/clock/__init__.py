# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The clock of the contract: guaranteed times, what stopped them, and the proof.

Facts are entries of a ledger that nobody edits; what is counted is a function of them.

Floor 12. Door: ``_describe_entry``, ``_format_clock``, ``_get_clock_disputable``,
``_get_clock_disputes``, ``_get_judgement``, ``_incident_append_dispute``,
``_incident_end_waits``, ``_is_clock_told``, ``_read_ledgers``, ``_tell_clock``,
``_tell_clock_line``, ``_tell_clock_lines``, ``_tell_clock_total``, ``_to_fact``.
"""

from . import incident_holiday
from . import incident_contract
from . import incident_contract_version
from . import incident_clock_cause
from . import incident_clock_threshold
from . import incident_clock_entry
from . import incident_clock_entry_chain
from . import incident_clock_entry_act
from . import incident_clock_judgement
from . import incident_service
from . import res_partner
from . import helpdesk_ticket_team
from . import helpdesk_ticket_contract
from . import helpdesk_ticket_clock
from . import helpdesk_ticket_clock_recount
from . import incident_clock_recount
from . import helpdesk_ticket_clock_facts
from . import helpdesk_ticket_clock_history
from . import helpdesk_ticket_clock_act
from . import helpdesk_ticket_clock_explain
from . import helpdesk_ticket_clock_shown
from . import helpdesk_ticket_clock_told
from . import helpdesk_ticket_clock_answer
from . import incident_followup_clock
from . import incident_clock_mail
from . import incident_followup_tasks
from . import incident_health
from . import incident_personal_data
