MODEL (name peer.held_b, kind VIEW);

JINJA_QUERY_BEGIN;
{{ held('B', 'peer.checked_b') }}
JINJA_END;
