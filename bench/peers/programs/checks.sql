{# The checks and the mart as SQL, for all peers that write them in SQL. Plain enough for SQLMesh's parser. #}

{% macro exports(workload, data, begin, last) %}
(
    SELECT *
    FROM (
        SELECT *, split_part(split_part(filename, '/', -1), '.', 1) AS sender, split_part(filename, '/', -2)::DATE AS day
        FROM read_csv(
            '{{ data }}/in/*/*.csv', auto_detect = false, header = true, quote = '', escape = '', filename = true,
            {% if workload == 'A' %}
            delim = ';',
            columns = {
                'report_date': 'VARCHAR', 'unit_code': 'VARCHAR', 'field': 'VARCHAR', 'online': 'VARCHAR',
                'in_person': 'VARCHAR', 'total': 'VARCHAR', 'processed': 'VARCHAR', 'on_time': 'VARCHAR',
                'stated_rate': 'VARCHAR'
            }
            {% else %}
            delim = ',',
            columns = {
                'case_id': 'VARCHAR', 'unit_code': 'VARCHAR', 'procedure_code': 'VARCHAR', 'channel': 'VARCHAR',
                'level': 'VARCHAR', 'received_at': 'VARCHAR', 'due_at': 'VARCHAR', 'finished_at': 'VARCHAR',
                'status': 'VARCHAR'
            }
            {% endif %}
        )
    ) AS files
    WHERE day BETWEEN '{{ begin }}'::DATE AND '{{ last }}'::DATE
)
{% endmacro %}

{% macro number(name) %}
try_cast(replace(x.{{ name }}, '.', '') AS BIGINT) AS {{ name }}, x.{{ name }} IS NOT NULL AS {{ name }}_said
{% endmacro %}

{# Rows of counts; `rules`: what their whole delivery breaks, null where it is good. #}
{% macro checked_counts(exports) %}
WITH typed AS (
    SELECT
        x.sender, x.day, x.unit_code, x.field, try_strptime(x.report_date, '%d/%m/%Y')::DATE AS stated_day,
        {{ number('online') }}, {{ number('in_person') }}, {{ number('total') }}, {{ number('processed') }},
        {{ number('on_time') }},
        (try_cast(replace(x.stated_rate, ',', '.') AS DECIMAL(9, 2)) * 100)::BIGINT AS stated,
        count(*) OVER (PARTITION BY x.sender, x.day, x.field) AS times
    FROM {{ exports }} AS x
),
judged AS (
    SELECT
        *,
        concat_ws(
            '|',
            CASE WHEN stated_day IS NULL OR stated_day <> day THEN 'date_is_business_date' END,
            CASE WHEN times > 1 THEN 'field_once' END,
            CASE WHEN least(online, in_person, total, processed, on_time) < 0 THEN 'numbers_not_negative' END,
            CASE
                WHEN (online IS NULL AND online_said) OR (in_person IS NULL AND in_person_said)
                    OR (total IS NULL AND total_said) OR (processed IS NULL AND processed_said)
                    OR (on_time IS NULL AND on_time_said) OR stated IS NULL
                    THEN 'numbers_readable'
            END,
            CASE WHEN total > 0 AND stated <> (online * 20000 + total) // (2 * total) THEN 'rate_is_right' END,
            CASE WHEN on_time > processed THEN 'settled_within_received' END,
            CASE WHEN online + in_person <> total THEN 'total_is_sum' END,
            CASE WHEN unit_code <> sender THEN 'unit_is_sender' END,
            CASE WHEN field IS NULL OR NOT (online_said AND in_person_said AND total_said) THEN 'values_stated' END
        ) AS broken
    FROM typed
),
delivered AS (
    SELECT sender, day, string_agg(DISTINCT nullif(broken, ''), '|') AS rules FROM judged GROUP BY sender, day
)
SELECT
    judged.sender, judged.day, judged.field, judged.online, judged.in_person, judged.total, judged.processed,
    judged.on_time, delivered.rules
FROM judged JOIN delivered ON judged.sender = delivered.sender AND judged.day = delivered.day
{% endmacro %}

{# Cases; `rules`: the first rule that a row breaks, null where it is good. `earlier`: where the days before are, if any. #}
{% macro checked_cases(exports, earlier) %}
WITH typed AS (
    SELECT
        x.sender, x.day, x.case_id, x.unit_code, x.procedure_code, try_cast(x.channel AS TINYINT) AS channel,
        try_cast(x.level AS TINYINT) AS level, try_strptime(x.received_at, '%Y%m%d%H%M%S')::DATE AS received_on,
        try_strptime(x.due_at, '%Y%m%d%H%M%S')::DATE AS due_on,
        try_strptime(x.finished_at, '%Y%m%d%H%M%S')::DATE AS ended_on, x.finished_at IS NOT NULL AS ended,
        try_cast(x.status AS TINYINT) AS status
    FROM {{ exports }} AS x
),
repeated AS (
    SELECT case_id FROM typed WHERE case_id IS NOT NULL GROUP BY case_id HAVING count(*) > 1
),
placed AS (
    SELECT *, 1 AS place, day AS first_day FROM typed
    WHERE case_id IS NULL OR case_id NOT IN (SELECT case_id FROM repeated)
    UNION ALL
    SELECT
        *, row_number() OVER (PARTITION BY case_id ORDER BY day) AS place,
        min(day) OVER (PARTITION BY case_id) AS first_day
    FROM typed WHERE case_id IN (SELECT case_id FROM repeated)
)
SELECT
    sender, day, case_id, procedure_code, channel, level, received_on, due_on, ended_on, status,
    CASE
        WHEN case_id IS NULL THEN 'case_id_valid'
        WHEN channel IS NULL OR channel NOT BETWEEN 1 AND 3 THEN 'channel_known'
        WHEN status IS NULL OR status NOT BETWEEN 1 AND 10 THEN 'status_known'
        WHEN received_on IS NULL OR received_on > day THEN 'received_on_stated'
        WHEN ended AND ended_on IS NULL THEN 'dates_readable'
        WHEN ended_on < received_on OR due_on < received_on THEN 'dates_in_order'
        WHEN unit_code <> sender THEN 'handled_by_sender'
        WHEN place > 1 AND day = first_day THEN 'case_once'
        WHEN place > 1 THEN 'case_not_counted_before'
        {% if earlier %}
        WHEN case_id IN (
            SELECT before.case_id FROM {{ earlier }} AS before
            WHERE before.rules IS NULL AND before.day < (SELECT min(typed.day) FROM typed)
                AND before.case_id IN (SELECT typed.case_id FROM typed)
        ) THEN 'case_not_counted_before'
        {% endif %}
    END AS rules
FROM placed
{% endmacro %}

{# What is held back: of counts a delivery and rule, of cases a row. #}
{% macro held(workload, checked) %}
{% if workload == 'A' %}
SELECT DISTINCT sender, day, unnest(string_split(rules, '|')) AS rule FROM {{ checked }} WHERE rules IS NOT NULL
{% else %}
SELECT sender, day, coalesce(case_id, '') AS case_id, rules AS rule FROM {{ checked }} WHERE rules IS NOT NULL
{% endif %}
{% endmacro %}

{# Monthly rates of units, groups and all, rounded half up in integers. #}
{% macro mart(workload, checked, units) %}
WITH by_unit AS (
    SELECT
        strftime(c.day, '%Y-%m') AS month, u.unit_code, u.unit_group,
        {% if workload == 'A' %}
        sum(c.online) AS online, sum(c.in_person) AS in_person, sum(c.total) AS total, sum(c.processed) AS processed,
        sum(c.on_time) AS on_time
        {% else %}
        count(*) FILTER (WHERE c.channel = 1) AS online, count(*) FILTER (WHERE c.channel <> 1) AS in_person,
        count(*) AS total, count(*) FILTER (WHERE c.status = 10) AS processed,
        count(*) FILTER (WHERE c.status = 10 AND c.ended_on <= c.due_on) AS on_time
        {% endif %}
    FROM {{ checked }} AS c JOIN {{ units }} AS u ON u.unit_code = c.sender
    WHERE c.rules IS NULL
    GROUP BY 1, 2, 3
),
summed AS (
    SELECT
        month, CASE grouping(unit_code, unit_group) WHEN 1 THEN 'unit' ELSE 'group' END AS scope,
        coalesce(unit_code, unit_group, 'all') AS member, sum(online)::BIGINT AS online,
        sum(in_person)::BIGINT AS in_person, sum(total)::BIGINT AS total, sum(processed)::BIGINT AS processed,
        sum(on_time)::BIGINT AS on_time
    FROM by_unit
    GROUP BY GROUPING SETS ((month, unit_code), (month, unit_group), (month))
),
rated AS (
    SELECT
        *, CASE WHEN total > 0 THEN (((online * 20000 + total) // (2 * total)) / 100)::DECIMAL(5, 2) END AS rate
    FROM summed
)
SELECT
    month, scope, member, online, in_person, total, processed, on_time, rate, rate >= 55 AS meets_target,
    rate - lag(rate) OVER (PARTITION BY scope, member ORDER BY month) AS rate_change
FROM rated
{% endmacro %}
