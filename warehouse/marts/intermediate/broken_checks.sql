/*
description = "The rules that did not hold, per delivery; also those that are off for its sender."
reads       = ["check_results"]
*/
SELECT *
FROM check_results
WHERE outcome <> 'holds'
