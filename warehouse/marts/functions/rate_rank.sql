/*
description = """
Which contract gives the rate: of a unit's accepted deliveries of a day the one with the lowest rank. Null for a contract
that gives none (`processing` counts another population)."""
parameters  = { contract = "STRING" }
returns     = "INTEGER"
*/
CASE contract WHEN 'summary' THEN 1 WHEN 'cases' THEN 2 WHEN 'ii06' THEN 3 END
