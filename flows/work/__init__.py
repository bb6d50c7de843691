"""What a day, a backfill, a closing, a release, a report do: plain functions. Knows no orchestrator."""
