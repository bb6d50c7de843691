{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='day') }}
{{ checked_counts(exports('A', var('data'), var('begin'), var('last'))) }}
