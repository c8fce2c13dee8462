# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, version):
    # An update keeps a label's translation, also where the label is another one now.
    cr.execute(
        """
        UPDATE ir_model_fields
           SET field_description = jsonb_build_object(
               'en_US', field_description ->> 'en_US')
         WHERE model = 'incident.outage' AND name = 'next_message_date'
        """
    )
