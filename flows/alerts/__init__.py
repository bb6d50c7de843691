"""Alerts on exports held back, missing or late: opened once, repeated at intervals, closed. Judges no delivery.

`standing` finds the current faults, `decide` derives which alerts change, `texts` words them, `send` sends a message,
and `raising` does all of it in an order that survives a crash.
"""
