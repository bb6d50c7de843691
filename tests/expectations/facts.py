"""Facts of deliveries for the judge: no rule is broken but those that a test names."""

from datetime import date

import polars as pl

from transforms.check.rules import severities

RULES = severities("summary")
DAY = date(2022, 8, 1)


def facts(*deliveries: dict[str, int], day: date = DAY, name: str = "inbox/{}.csv") -> pl.DataFrame:
    """One row per delivery: how many rows break which rule."""
    rows = [
        {"file": number, "delivery": name.format(number), "business_date": day}
        | dict.fromkeys([*RULES, *(f"{rule}__unknown" for rule in RULES)], 0)
        | broken
        for number, broken in enumerate(deliveries)
    ]
    return pl.DataFrame(rows, schema_overrides={"file": pl.UInt32})
