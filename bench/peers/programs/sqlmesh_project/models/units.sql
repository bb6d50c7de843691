MODEL (name peer.units, kind FULL, columns (unit_code VARCHAR, unit_group VARCHAR));

JINJA_QUERY_BEGIN;
SELECT unit_code, unit_group FROM read_csv('{{ var('data') }}/units.csv', all_varchar = true)
JINJA_END;
