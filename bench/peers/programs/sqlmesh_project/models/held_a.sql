MODEL (name peer.held_a, kind VIEW);

JINJA_QUERY_BEGIN;
{{ held('A', 'peer.checked_a') }}
JINJA_END;
