"""What an update makes of the words of mails, and what it must leave."""

# Words of one's own, in one language.
OWN_WORDS = """
    UPDATE mail_template
       SET body_html = jsonb_set(body_html, '{fr_FR}', '"<p>Chez nous.</p>"')
     WHERE id = (SELECT res_id FROM ir_model_data WHERE model = 'mail.template'
                    AND name = 'mail_template_opened')
"""
# Mails that had a full stop behind a title or a name, in both languages.
STOPS = """
    SELECT d.name, said.key AS lang, said.value ~
           '(object.name|asked)[^>]*>[^<]*</(em|strong|t)>\\s*[.]' AS stops,
           said.value LIKE '%Chez nous%' AS own
      FROM mail_template t JOIN ir_model_data d ON d.res_id = t.id,
           jsonb_each_text(t.body_html) AS said
     WHERE d.model = 'mail.template' AND d.name IN (
           'mail_template_opened', 'mail_template_auto_closed',
           'mail_template_registered', 'mail_template_works_announced',
           'mail_template_works_changed', 'mail_template_works_cancelled')
"""
SOLUTION_MAILS = """
    SELECT d.name, t.body_html->>'en_US' LIKE '%object.resolution_text%' AS english,
           t.body_html->>'fr_FR' LIKE '%object.resolution_text%' AS french
      FROM mail_template t JOIN ir_model_data d ON d.res_id = t.id
     WHERE d.module = 'openip_incident' AND d.model = 'mail.template'
       AND d.name IN ('mail_template_closure_request', 'mail_template_closed',
                      'mail_template_auto_closed')
     ORDER BY 1
"""
# Mails that say what is news besides the words of a person, in both languages.
TOLD = """
    SELECT d.name, said.key AS lang,
           said.value LIKE '%ctx.get(''reopened'')%' AS tells
      FROM mail_template t JOIN ir_model_data d ON d.res_id = t.id,
           jsonb_each_text(t.body_html) AS said
     WHERE d.model = 'mail.template'
       AND d.name IN ('mail_template_update', 'mail_template_informed')
     ORDER BY 1, 2
"""
# Mails that called each request a question, or their reader somebody else.
ASKED = """
    SELECT d.name, said.key AS lang,
           CASE d.name WHEN 'mail_template_outage_message'
                -- An update has said it in English to the French.
                THEN (said.value LIKE '%Vos services%') = (said.key = 'fr_FR')
                ELSE said.value ~ 'request_kind|reporter_reads' END AS asked
      FROM mail_template t JOIN ir_model_data d ON d.res_id = t.id,
           jsonb_each_text(t.body_html) AS said
     WHERE d.model = 'mail.template' AND d.name IN (
           'mail_template_reminder', 'mail_template_registered',
           'mail_template_outage_message')
"""
# What those who wait were asked for.
KINDS = """
    SELECT t.number, f.request_kind
      FROM incident_followup f JOIN helpdesk_ticket t ON t.id = f.ticket_id
     WHERE f.state IN ('running', 'held') AND t.incident_phase IN ('waiting', 'frozen')
     ORDER BY t.number
"""
