-- The month of every group and of all units together, weighted by their cases.
SELECT *
FROM month_rates
WHERE scope IN ('group', 'all')
