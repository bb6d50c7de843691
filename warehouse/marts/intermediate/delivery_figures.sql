/*
description = """
Each delivery's cases in the scope of the metric: procedures handled fully online (level 4). Cases sent by post count
as in person, so that (1) + (2) = (3). `lowest_level` 0: the delivery does not distinguish levels of service."""
reads       = ["delivery_levels"]
*/
SELECT
    delivery_id,
    MIN(service_level) AS lowest_level,
    SUM(CASE WHEN service_level = 4 THEN online ELSE 0 END) AS online,
    SUM(CASE WHEN service_level = 4 THEN in_person + COALESCE(postal_stated, 0) ELSE 0 END) AS in_person,
    SUM(CASE WHEN service_level = 4 THEN total ELSE 0 END) AS total
FROM delivery_levels
GROUP BY delivery_id
