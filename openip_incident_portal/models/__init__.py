from . import page
from . import guard
from . import cockpit
from . import colleague
from . import form
from . import intake
from . import informed
from . import privacy
