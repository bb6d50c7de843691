{{ config(materialized='table') }}
SELECT * FROM read_csv('{{ var('data') }}/units.csv', all_varchar = true)
