from . import incident_mail_qweb
from . import incident_mail_renderer
from . import incident_correspondence_mixin
from . import incident_notice
from . import incident_notice_retry
from . import mail_mail
from . import helpdesk_ticket_kept_files
