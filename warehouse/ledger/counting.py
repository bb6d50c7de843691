"""The SQL conditions that say which deliveries of the ledger count. Queries nothing."""

# A withdrawn delivery keeps its status and its rows: what was known before the withdrawal can still be asked.
NOT_WITHDRAWN = "delivery_id NOT IN (SELECT delivery_id FROM lake.decisions WHERE decision = 'withdrawn')"
COUNTS = f"status IN ('accepted', 'accepted_with_warnings') AND {NOT_WITHDRAWN}"
