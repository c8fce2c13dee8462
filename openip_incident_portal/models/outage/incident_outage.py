# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.outages import LASTING, OVER, RESOLVED, WORKS
from odoo.addons.openip_incident.tools.spoken_date import keep_hours_together

# What is more than that is counted, not named.
MAX_NAMED = 20


class IncidentOutage(models.Model):
    """What a party reads of an outage: plain values, in the reader's language."""

    _inherit = "incident.outage"

    def _prepare_public_facts(self, reader):
        """Return what a party may know of an outage of its own services.

        Nothing of whom else it hits; whether the reader may know of it at all is
        decided before.

        :param reader: ``res.partner``
        """
        self.ensure_one()
        ended = self.state in (RESOLVED, *OVER)
        facts = {
            "key": str(self.id),
            "title": self._get_title(),
            "number": self.number,
            "works": self.kind == WORKS,
            "lasts": self.state in LASTING,
            "state": self.state,
            "state_label": self.state_words,
            "since": self._say_to_reader(self.begin_date, reader),
            "expected": not ended
            and self._say_to_reader(self.expected_end_date, reader),
            "ended": self._say_to_reader(self.end_date, reader),
        }
        return {
            **facts,
            "line": self._get_public_line(facts),
            "message": self._get_last_message(reader),
        }

    def _get_public_line(self, facts):
        """Return in a sentence or two how it stands."""
        line = self.env._(
            "%(state)s, since %(date)s.",
            state=facts["state_label"],
            date=facts["since"],
        )
        if not facts["expected"]:
            return line
        end = self.env._("Expected end: %(date)s.", date=facts["expected"])
        return f"{line} {end}"

    def _get_last_message(self, reader):
        """Return what was published last, nothing where nothing was."""
        return next(
            (
                {**message, "date": self._say_to_reader(message["date"], reader)}
                for message in self._get_public_messages(reader)
            ),
            None,
        )

    def _say_to_reader(self, date, reader):
        """Return a date by the clocks around a reader, empty for none."""
        if not date:
            return ""
        return keep_hours_together(
            self._format_correspondence_date(date, reader, self.env.lang)
        )

    def _prepare_public_services(self, services, serves):
        """Return which of a reader's services are hit, by customer.

        :param services: those that the reader may know
        :param serves: whether the reader serves other customers
        """
        groups = sorted(
            services.grouped("party_id").items(),
            key=lambda group: (group[0].name or "").lower(),
        )
        title = self.env._("Your services")
        if serves:
            title = self.env._("Services of your customers (%s)", len(groups))
        return {
            "services_title": title,
            "customers": [
                {
                    "name": serves
                    and self.env._("%(customer)s:", customer=party.name or ""),
                    "services": self._name_services(ones),
                }
                for party, ones in groups
            ],
        }

    def _name_services(self, services):
        names = " · ".join(services[:MAX_NAMED].mapped("display_name"))
        more = len(services) - MAX_NAMED
        if more <= 0:
            return names
        return self.env._("%(names)s and %(count)s more", names=names, count=more)
