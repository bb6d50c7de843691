/*
description = """
Each delivery's cases in the scope of the metric: procedures handled fully online (level 4). Cases sent by post count
as in person, so that (1) + (2) = (3). `lowest_level` 0: the delivery does not distinguish levels of service."""
reads       = ["daily_counts"]
*/
SELECT
    delivery_id,
    MIN(service_level) AS lowest_level,
    SUM(CASE WHEN service_level = 4 THEN online ELSE 0 END) AS online,
    SUM(CASE WHEN service_level = 4 THEN in_person + COALESCE(postal, 0) ELSE 0 END) AS in_person,
    SUM(CASE WHEN service_level = 4 THEN total ELSE 0 END) AS total
FROM daily_counts
GROUP BY delivery_id
