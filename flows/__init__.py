"""Order of the work, retries, schedules, alerts, the command line. The only room with prefect; no room imports it."""
