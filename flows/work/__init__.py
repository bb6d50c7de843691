"""The work of a day, a backfill, a closing, a release and a report, as plain functions. Does not know Prefect."""
