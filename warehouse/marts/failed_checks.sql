-- The rules that did not hold.
SELECT *
FROM check_results
WHERE outcome <> 'holds'
