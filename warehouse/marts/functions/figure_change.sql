/*
description = """
How a figure changed, as one text: its name, what it was and what it is now, a dash where it was not stated. Null where it
did not change."""
parameters  = { figure = "STRING", was = "BIGINT", is_now = "BIGINT" }
returns     = "STRING"
*/
CASE WHEN was IS DISTINCT FROM is_now THEN
    figure || ': ' || COALESCE(CAST(was AS STRING), '–') || ' → ' || COALESCE(CAST(is_now AS STRING), '–')
END
