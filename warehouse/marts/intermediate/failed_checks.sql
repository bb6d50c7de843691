/*
description = "The rules that did not hold, per delivery."
reads       = ["check_results"]
*/
SELECT *
FROM check_results
WHERE outcome <> 'holds'
