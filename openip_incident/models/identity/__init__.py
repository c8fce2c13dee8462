from . import incident_identity
from . import fetchmail_server_copy
from . import mail_mail_copy
