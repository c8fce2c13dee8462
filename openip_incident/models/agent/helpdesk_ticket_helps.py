# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What the base leaves unsaid of the fields that agents meet every day."""

    _inherit = "helpdesk.ticket"

    category_id = fields.Many2one(
        help="The kind of service or trouble, for sorting and reports."
    )
    closed_date = fields.Datetime(help="When the ticket was closed.")
    last_stage_update = fields.Datetime(help="When the ticket last changed its stage.")
    name = fields.Char(
        help="The trouble in a few words; it stands in the subject of the mails."
    )
    number = fields.Char(
        help="The number to give on the phone; it stands in the subject of the mails."
    )
    partner_email = fields.Char(help="The address that the customer is written to.")
    partner_id = fields.Many2one(
        help="The customer who has the trouble: mails about it go to this contact."
    )
    partner_name = fields.Char(
        help="What the customer is called, also where it is on no contact yet."
    )
    priority = fields.Selection(
        help="How urgent it is; urgent tickets are listed first."
    )
    stage_id = fields.Many2one(help="Where the ticket stands.")
    tag_ids = fields.Many2many(
        help="Words of your own, to find tickets that have something in common."
    )
    team_id = fields.Many2one(
        help="The team that handles the ticket, with its stages and its mail address."
    )
    user_id = fields.Many2one(
        help="The agent who takes care of it, and is told of answers."
    )


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    closed = fields.Boolean(help="A ticket in this stage is closed, and dated so.")


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    name = fields.Char(
        help="What the team is called on incidents and in the mails to its members."
    )
