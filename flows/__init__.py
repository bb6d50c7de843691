"""Order, retries, schedules, alerts, the command line. The only room that imports prefect; nobody imports it."""
