MODEL (
  name peer.checked_a,
  kind INCREMENTAL_BY_TIME_RANGE (time_column (day, '%Y-%m-%d'), batch_size 5000),
  columns (
    sender VARCHAR, day DATE, field VARCHAR, online BIGINT, in_person BIGINT, total BIGINT, processed BIGINT,
    on_time BIGINT, rules VARCHAR
  ),
  audits (not_null(columns := (sender, total), condition := rules IS NULL))
);

JINJA_QUERY_BEGIN;
{{ checked_counts(exports('A', var('data'), start_ds, end_ds)) }}
JINJA_END;
