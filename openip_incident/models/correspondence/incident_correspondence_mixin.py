# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.spoken_date import say_moment
from ...tools.zones import choose_zone, get_said_zone
from .letter import MAIL


class IncidentCorrespondenceMixin(models.AbstractModel):
    """What a record says of itself to whoever writes its letters.

    Several correspondents who must not see each other: each act writes one visible
    entry in the chatter and, per correspondent, one hidden message with one mail: own
    subject, language, link and Message-ID.
    """

    _name = "incident.correspondence.mixin"
    _description = "Correspondence with Several Parties"

    # What a model has to say about itself

    def _get_correspondents(self):
        """Return to whom this record writes, the first being the most important."""
        self.ensure_one()
        return self.env["res.partner"]

    def _get_letter_parties(self, letter):
        """Return to whom a letter goes that does not say it: to be extended.

        :param letter: :class:`Letter`
        """
        return self._get_correspondents()

    def _get_correspondence_url(self, party):
        """Return the page that a correspondent is invited to, or False."""
        return False

    def _get_correspondence_act(self, party):
        """Return what a correspondent is invited to do on its page.

        :return: ``view``, ``several``, ``answer`` or ``closure``
        """
        return "view"

    def _get_correspondence_number(self):
        """Return the number that is in the subject of every mail, if there is one."""
        return ""

    def _get_correspondence_subject(self, party, subject):
        """Return the subject of a mail as one correspondent needs it.

        :param party: the reader, nobody for the chatter
        :param subject: what the template made of it
        """
        return subject

    def _get_correspondence_facts(self, party):
        """Return what every mail says of this record, in the language of the context.

        :param party: the reader, who must be allowed to know it
        :return: list of (label, value)
        """
        return []

    def _get_all_correspondence_facts(self, party):
        """Return every fact that a mail may have shown: to know one again."""
        return self._get_correspondence_facts(party)

    def _prepare_reader_facts(self, facts, party):
        """Return the facts of an act as one reader may know them, in its language.

        :param facts: dict that templates find in ``ctx``
        :param party: the reader, nobody for the chatter
        """
        return facts

    def _get_correspondence_sender(self):
        """Return the address that these records write from and are answered at.

        :return: dict of id: formatted address
        """
        company = self.env.company
        return dict.fromkeys(self.ids, company.email_formatted)

    def _get_reply_address(self, party, sender):
        """Return where a correspondent answers to, as a formatted address.

        :param party: the reader
        :param sender: the address from :meth:`_get_correspondence_sender`
        """
        return sender

    def _get_correspondence_lang(self):
        """Return the language of the chatter's entries."""
        self.ensure_one()
        return self._get_correspondence_company().partner_id._get_incident_lang(
            self.env.lang or "en_US"
        )

    def _get_correspondence_company(self):
        self.ensure_one()
        return self._mail_get_companies(default=self.env.company)[self.id]

    def _get_letter_channel(self, party, letter):
        """Return by which channel a correspondent is written to: to be extended.

        :param party: the reader, nobody for an address that is on no contact
        :param letter: :class:`Letter`
        :return: key of the ``channel`` of ``incident.notice``
        """
        return MAIL

    def _render_letter_words(self, template, draft):
        """Return subject and words of a letter to an address: to be extended."""
        renderer = self.env["incident.mail.renderer"]
        return renderer._render_words(template, self, draft.lang)

    def _get_letter_frame(self, draft):
        """Return what a letter to an address shows beside its words: to be extended.

        :param draft: :class:`Draft`, with its words
        :return: dict of parameters of ``_wrap_words``
        """
        return {}

    def _prepare_letter_message_vals(self, draft):
        """Return what else the message of a draft says: to be extended."""
        return {}

    def _prepare_letter_mail_vals(self, draft):
        """Return what else the mail of a draft says: to be extended."""
        return {}

    def _prepare_notice_vals(self, draft):
        """Return the evidence of a draft, nothing where none is kept: to be extended.

        :param draft: :class:`Draft`, with its message
        """
        return {}

    def _settle_drafts(self, template, drafts):
        """Complete what was rendered before it is written: to be extended.

        :param template: ``mail.template`` that gave the words
        :param drafts: list of :class:`Draft`, rendered
        """

    def _after_correspondence(self):
        """Take note that these records have been written about."""

    def _format_correspondence_date(self, date, party, lang, weekday=True):
        """Return a date as a correspondent says it: by the clocks around the reader.

        :param date: naive UTC
        :param party: the reader, nobody for the chatter
        :param weekday: whether its name is told, too
        """
        zone = self._get_reader_zone(party)
        return self._format_date_in(date, zone, lang, self._get_home(party), weekday)

    def _get_reader_zone(self, party, known=None):
        """Return the name of the time zone in which a correspondent reads dates.

        :param known: the zone for readers who have none of their own, if known
        """
        return get_said_zone(party.tz) or known or self._get_correspondence_zone()

    def _get_home(self, party):
        """Return the zone of whose hour nothing has to be said.

        It is the reader's and ours; nothing where we do not know that.
        """
        zone = get_said_zone(party.tz)
        return zone if zone and zone == self._get_correspondence_zone() else None

    @api.model
    def _format_date_in(self, date, zone, lang, home=None, weekday=True):
        return say_moment(date, zone, lang, fields.Datetime.now(), home, weekday)

    def _get_correspondence_zone(self):
        """Return the time zone for readers who have none of their own."""
        company = self._get_correspondence_company()
        # SUDO: one time zone and one country are read.
        company = company.sudo()
        zone = company.resource_calendar_id._get_known_zone()
        # The country is read where it is needed only.
        return get_said_zone(zone) or choose_zone(zone, country=company.country_id.code)
