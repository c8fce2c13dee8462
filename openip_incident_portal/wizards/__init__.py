from . import incident_act_wizard
