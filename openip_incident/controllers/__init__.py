from . import ticket_close
from . import ticket_form
