/*
description = """
The formula of every rate: part / whole in hundredths of a percent, rounded half up, in integers. `part`: online cases or
those settled on time; `whole`: total cases or those settled. Null where the whole is 0, or where a difference makes the
part negative or larger than the whole. Below 100 thousand million all of it is less than 2^53: there 64 bits give the same, some
ten times as fast as decimals."""
parameters  = { part = "BIGINT", whole = "BIGINT" }
returns     = "BIGINT"
*/
CASE WHEN whole > 0 AND part BETWEEN 0 AND whole THEN
    CASE WHEN whole < 100000000000 THEN
        CAST(
            (
                CAST(part AS BIGINT) * 20000 + CAST(whole AS BIGINT)
                - MOD(CAST(part AS BIGINT) * 20000 + CAST(whole AS BIGINT), CAST(whole AS BIGINT) * 2)
            ) / (CAST(whole AS BIGINT) * 2)
            AS BIGINT
        )
    ELSE
        CAST(
            (
                CAST(part AS DECIMAL(20, 0)) * 20000 + whole
                - MOD(CAST(part AS DECIMAL(20, 0)) * 20000 + whole, CAST(whole AS DECIMAL(20, 0)) * 2)
            ) / (CAST(whole AS DECIMAL(20, 0)) * 2)
            AS BIGINT
        )
    END
END
