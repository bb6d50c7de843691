"""Order of the work, retries, schedules, alerts, the command line. The only room with prefect; no room imports it."""

import warnings

# Great Expectations imports a client that warns of a proxy library we do not need. It turns the warning off itself, but
# another thread that restores its filters at that moment turns it on again; so it is off from the start.
warnings.filterwarnings("ignore", message="SOCKS support in urllib3")
