"""May it pass? The only room that imports great_expectations (and pandas)."""
