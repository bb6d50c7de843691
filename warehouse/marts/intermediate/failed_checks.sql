/*
description = "The rules that did not hold, per delivery; without those that are off for its sender."
reads       = ["broken_checks"]
*/
SELECT *
FROM broken_checks
WHERE severity <> 'off'
