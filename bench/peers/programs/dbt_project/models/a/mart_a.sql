{{ config(materialized='table') }}
{{ mart('A', ref('checked_a'), ref('units')) }}
