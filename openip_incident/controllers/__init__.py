from . import portal_chatter
from . import ticket_close
from . import ticket_form
from . import personal_data
from . import core_rating
from . import health
from . import monitoring
