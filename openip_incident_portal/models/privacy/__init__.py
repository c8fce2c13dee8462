from . import incident_intake_keeping
from . import incident_personal_data
from . import res_config_settings_personal_data
