/*
description = "The rules that did not hold."
reads       = ["check_results"]
*/
SELECT *
FROM check_results
WHERE outcome <> 'holds'
