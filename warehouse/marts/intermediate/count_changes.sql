/*
description = """
Per change the further counts that it changed, in words, of all fields and levels; of one whose both deliveries count."""
reads       = ["changes", "daily_counts", "known_deliveries"]
*/
WITH shown AS (
    SELECT delivery_after AS delivery_id FROM changes
    UNION
    SELECT delivery_before FROM changes
),

others AS (
    SELECT
        counts.delivery_id,
        SUM(counts.received) AS received,
        SUM(counts.settled) AS settled,
        SUM(counts.settled_on_time) AS settled_on_time,
        SUM(counts.to_pay) AS to_pay,
        SUM(counts.paid_online) AS paid_online,
        SUM(counts.digitised_files) AS digitised_files,
        SUM(counts.digitised_results) AS digitised_results,
        SUM(counts.electronic_results) AS electronic_results,
        SUM(counts.resubmitted) AS resubmitted,
        SUM(counts.overdue) AS overdue
    FROM shown
    JOIN known_deliveries AS deliveries ON deliveries.delivery_id = shown.delivery_id
    JOIN daily_counts AS counts ON counts.delivery_id = shown.delivery_id
    WHERE deliveries.status IN ('accepted', 'accepted_with_warnings')
    GROUP BY counts.delivery_id
)

SELECT
    changes.delivery_id,
    changes.is_withdrawal,
    CONCAT_WS(
        '; ',
        figure_change('received', was.received, is_now.received),
        figure_change('settled', was.settled, is_now.settled),
        figure_change('settled_on_time', was.settled_on_time, is_now.settled_on_time),
        figure_change('to_pay', was.to_pay, is_now.to_pay),
        figure_change('paid_online', was.paid_online, is_now.paid_online),
        figure_change('digitised_files', was.digitised_files, is_now.digitised_files),
        figure_change('digitised_results', was.digitised_results, is_now.digitised_results),
        figure_change('electronic_results', was.electronic_results, is_now.electronic_results),
        figure_change('resubmitted', was.resubmitted, is_now.resubmitted),
        figure_change('overdue', was.overdue, is_now.overdue)
    ) AS other_changes
FROM changes
JOIN others AS was ON was.delivery_id = changes.delivery_before
JOIN others AS is_now ON is_now.delivery_id = changes.delivery_after
