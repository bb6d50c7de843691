/*
description = """
`rate_hundredths` for a metric that is rounded to fewer decimals: part / whole in hundredths of a percent, rounded half up
to a multiple of `step` (1: two decimals, 10: one, 100: none)."""
parameters  = { part = "BIGINT", whole = "BIGINT", step = "INTEGER" }
returns     = "BIGINT"
*/
CASE WHEN whole > 0 AND part BETWEEN 0 AND whole THEN
    CASE WHEN whole < 100000000000 THEN
        CAST(
            (
                CAST(part AS BIGINT) * 20000 + CAST(whole AS BIGINT) * step
                - MOD(
                    CAST(part AS BIGINT) * 20000 + CAST(whole AS BIGINT) * step,
                    CAST(whole AS BIGINT) * (2 * step)
                )
            ) / (CAST(whole AS BIGINT) * (2 * step))
            AS BIGINT
        ) * step
    ELSE
        CAST(
            (
                CAST(part AS DECIMAL(20, 0)) * 20000 + CAST(whole AS DECIMAL(20, 0)) * step
                - MOD(
                    CAST(part AS DECIMAL(20, 0)) * 20000 + CAST(whole AS DECIMAL(20, 0)) * step,
                    CAST(whole AS DECIMAL(20, 0)) * (2 * step)
                )
            ) / (CAST(whole AS DECIMAL(20, 0)) * (2 * step))
            AS BIGINT
        ) * step
    END
END
