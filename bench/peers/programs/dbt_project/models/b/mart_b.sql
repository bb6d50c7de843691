{{ config(materialized='table') }}
{{ mart('B', ref('checked_b'), ref('units')) }}
