# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, version):
    """Let go of a view that finds nothing in the new layout of the pages by link.

    The layout is written first, and would be refused for it; the view comes anew.
    """
    cr.execute(
        """
        WITH former AS (
            DELETE FROM ir_model_data
             WHERE module = 'openip_incident_portal' AND model = 'ir.ui.view'
               AND name = 'login_layout'
         RETURNING res_id
        )
        DELETE FROM ir_ui_view WHERE id IN (SELECT res_id FROM former)
        """
    )
