/*
description = """
What stands behind a delivery that counts though it broke a critical rule, or whose figures were corrected; a row each.
`kind`: released (a person let it count), corrected (by a decision, or by an entry of corrections.toml that was there when the
file came), eased (tyle.toml makes a critical rule weaker or turns it off). `override_id`: the decision as `decisions` has it
(its delivery and kind); without a decision the delivery itself, with the rule that is eased."""
reads       = ["broken_checks", "critical_rules", "deciding_deliveries", "known_decisions", "units"]
*/
WITH counted AS (
    SELECT
        deciding.month,
        deciding.delivery_id,
        deciding.unit_id,
        deciding.business_date,
        deciding.contract,
        deciding.decided_at
    FROM deciding_deliveries AS deciding
    JOIN units
        ON units.unit_id = deciding.unit_id
        AND units.valid_from <= deciding.business_date
        AND (units.valid_to IS NULL OR units.valid_to >= deciding.business_date)
    WHERE deciding.is_accepted = 1
),

broken AS (
    SELECT
        counted.*,
        results.rule,
        results.sample,
        results.severity,
        CASE WHEN results.rule = 'corrected' THEN 'corrected' WHEN results.severity = 'critical' THEN 'released' END AS explains
    FROM counted
    JOIN broken_checks AS results
        ON results.delivery_id = counted.delivery_id
        AND results.business_date = counted.business_date
),

samples AS (
    SELECT delivery_id, explains, MIN(sample) AS sample
    FROM broken
    WHERE explains IS NOT NULL
    GROUP BY delivery_id, explains
),

decided AS (
    SELECT
        counted.*,
        decisions.delivery_id || '#' || decisions.decision AS override_id,
        decisions.decision AS kind,
        decisions.rules_broken,
        samples.sample,
        decisions.person,
        decisions.reason
    FROM counted
    JOIN known_decisions AS decisions
        ON decisions.month = counted.month
        AND decisions.released_as = counted.delivery_id
    LEFT JOIN samples
        ON samples.delivery_id = counted.delivery_id
        AND samples.explains = decisions.decision
    WHERE decisions.decision = 'corrected'
        OR (decisions.decision = 'released' AND decisions.rules_broken IS NOT NULL)
),

checked AS (
    SELECT
        broken.month,
        broken.delivery_id,
        broken.unit_id,
        broken.business_date,
        broken.contract,
        broken.decided_at,
        broken.delivery_id || '#' || broken.rule AS override_id,
        CASE WHEN broken.rule = 'corrected' THEN 'corrected' ELSE 'eased' END AS kind,
        CASE WHEN broken.rule <> 'corrected' THEN broken.rule END AS rules_broken,
        broken.sample,
        CAST(NULL AS STRING) AS person,
        CAST(NULL AS STRING) AS reason
    FROM broken
    LEFT JOIN critical_rules
        ON critical_rules.contract = broken.contract
        AND critical_rules.rule = broken.rule
    LEFT JOIN decided
        ON decided.delivery_id = broken.delivery_id
        AND decided.kind = broken.rule
    WHERE (critical_rules.rule IS NOT NULL AND broken.severity <> 'critical')
        OR (broken.rule = 'corrected' AND decided.delivery_id IS NULL)
)

SELECT * FROM decided
UNION ALL
SELECT * FROM checked
