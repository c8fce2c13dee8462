from . import public_page
from . import personal_page
from . import form
from . import login_page
from . import portal
from . import base_form
from . import chatter
