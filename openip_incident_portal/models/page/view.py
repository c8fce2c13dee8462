# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What a page of an incident is about: which incident, for whom, under which paths.

A new way in is a class of paths and a controller that makes a :class:`View` of it;
whoever makes one has checked the access before.
"""

from dataclasses import dataclass
from functools import cached_property

from odoo import models

from .helpdesk_ticket_link import VIEW


class LinkPaths:
    """Paths for who has come by a personal link: each is a link of its own.

    :param until: timestamp of the end of the link that has opened the page. Its links
        end with it: else whoever once had one, by a forwarded mail for instance, could
        renew it for ever.
    """

    def __init__(self, until=None):
        self.until = until

    def get_path(self, ticket, party, purpose):
        """Return where a page of an incident is.

        :param purpose: ``view``, ``answer`` or ``closure``
        """
        return ticket._get_incident_path(party, purpose, until=self.until)

    def get_done_path(self, ticket, party, done):
        """Return where an act leads to, which says there what was done."""
        return f"{self.get_path(ticket, party, VIEW)}&done={done}"

    def get_file_path(self, ticket, party, attachment):
        """Return where a page finds one of its files."""
        token = ticket._sign_incident_link(party, VIEW, until=self.until)
        return f"/incident/{ticket.id}/file/{attachment.id}?token={token}"

    def get_calendar_path(self, ticket, party, intervention):
        """Return where a page finds the calendar file of an intervention."""
        token = ticket._sign_incident_link(party, VIEW, until=self.until)
        return f"/incident/{ticket.id}/intervention/{intervention.id}?token={token}"


class LoginPaths:
    """Paths for users with a login: they need no personal link."""

    def get_path(self, ticket, _party, purpose):
        """Return where a page of an incident is; see :meth:`LinkPaths.get_path`."""
        return f"/my/ticket/{ticket.id}" + ("" if purpose == VIEW else f"/{purpose}")

    def get_done_path(self, ticket, party, done):
        """Return where an act leads to, which says there what was done."""
        return f"{self.get_path(ticket, party, VIEW)}?done={done}"

    def get_file_path(self, ticket, _party, attachment):
        """Return where a page finds one of its files."""
        return f"/my/ticket/{ticket.id}/file/{attachment.id}"

    def get_calendar_path(self, ticket, _party, intervention):
        """Return where a page finds the calendar file of an intervention."""
        return f"/my/ticket/{ticket.id}/intervention/{intervention.id}"


@dataclass(frozen=True)
class View:
    """One reader of one incident, let in by whoever made this.

    The incident comes as superuser, its company's, and in the reader's language.
    """

    ticket: models.BaseModel
    # Who reads and acts: the customer, the integrator, or one of their colleagues.
    party: models.BaseModel
    paths: LinkPaths | LoginPaths
    # The party for which a colleague of it reads: whose mails it may know.
    speaks_for: models.BaseModel | None = None
    # Whether the reader only looks at somebody else's page.
    looks_on: bool = False

    @property
    def page(self):
        """The presenter, ``incident.page``."""
        return self.ticket.env["incident.page"]

    @cached_property
    def zone(self):
        """Name of the time zone in which the reader reads dates."""
        return self.ticket._get_reader_zone(self.party)

    @property
    def addressee(self):
        """Whose mails the reader may know."""
        return self.speaks_for or self.party

    @property
    def ids(self):
        """The records by which this reader's forms are known."""
        return self.ticket.id, self.party.id

    def get_path(self, purpose):
        """Return where a page of the incident is for this reader."""
        return self.paths.get_path(self.ticket, self.party, purpose)

    def get_done_path(self, done):
        """Return where an act leads this reader to."""
        return self.paths.get_done_path(self.ticket, self.party, done)

    def get_file_path(self, attachment):
        """Return where this reader finds a file of the page."""
        return self.paths.get_file_path(self.ticket, self.party, attachment)

    def get_calendar_path(self, intervention):
        """Return where this reader finds the calendar file of an intervention."""
        return self.paths.get_calendar_path(self.ticket, self.party, intervention)
