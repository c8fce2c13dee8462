from . import incident_template_trial
from . import mail_template
from . import mail_template_uses
