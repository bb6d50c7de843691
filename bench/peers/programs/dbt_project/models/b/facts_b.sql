SELECT * EXCLUDE (rules) FROM {{ ref('checked_b') }} WHERE rules IS NULL
