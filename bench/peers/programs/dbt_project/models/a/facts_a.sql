SELECT * EXCLUDE (rules) FROM {{ ref('checked_a') }} WHERE rules IS NULL
