MODEL (
  name peer.checked_b,
  kind INCREMENTAL_BY_TIME_RANGE (time_column (day, '%Y-%m-%d'), batch_size 5000),
  columns (
    sender VARCHAR, day DATE, case_id VARCHAR, procedure_code VARCHAR, channel TINYINT, level TINYINT,
    received_on DATE, due_on DATE, ended_on DATE, status TINYINT, rules VARCHAR
  ),
  audits (
    not_null(columns := (case_id, sender), condition := rules IS NULL),
    unique_values(columns := (case_id), condition := rules IS NULL),
    accepted_values(column := channel, is_in := (1, 2, 3), condition := rules IS NULL)
  )
);

JINJA_QUERY_BEGIN;
{{ checked_cases(exports('B', var('data'), start_ds, end_ds), 'peer.checked_b') }}
JINJA_END;
