MODEL (name peer.mart_b, kind FULL, audits (not_null(columns := (member))));

JINJA_QUERY_BEGIN;
{{ mart('B', 'peer.checked_b', 'peer.units') }}
JINJA_END;
