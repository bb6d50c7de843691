MODEL (name peer.mart_a, kind FULL, audits (not_null(columns := (member))));

JINJA_QUERY_BEGIN;
{{ mart('A', 'peer.checked_a', 'peer.units') }}
JINJA_END;
