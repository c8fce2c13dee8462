from . import base_automation
from . import incident_batch_mixin
from . import mail_batch
