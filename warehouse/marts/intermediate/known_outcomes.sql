/*
description = "The outcomes of the periods, if recorded by `known_at` and not after `as_of`."
reads       = ["outcomes", "periods"]
*/
SELECT
    periods.month,
    outcomes.*
FROM outcomes
JOIN periods ON outcomes.business_date BETWEEN periods.period_from AND periods.period_to
WHERE (periods.as_of IS NULL OR outcomes.business_date <= periods.as_of)
    AND (periods.known_at IS NULL OR outcomes."at" <= periods.known_at)
