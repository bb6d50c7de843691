{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='day') }}
{{ checked_cases(exports('B', var('data'), var('begin'), var('last')), this if is_incremental() else none) }}
