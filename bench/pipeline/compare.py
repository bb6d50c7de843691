"""Whether script and project publish and hold back the same. Runs nothing."""

import sys
from pathlib import Path

import polars as pl

from bench.pipeline.data import LAST
from bench.pipeline.metrics import of_limit, of_tyle
from bench.pipeline.sides import Case, Limit, Tyle

_HELD = ("unit_code", "day", "rule", "rows")


def compare(case: Case, data: Path, limit: Limit, tyle: Tyle) -> None:
    """Compare rates and metrics of both cell by cell, and what each held back with the faults put in."""
    rates = [side.rates().select(in_one_form()).sort("month", "scope", "member") for side in (limit, tyle)]
    if not rates[0].equals(rates[1]):
        sys.exit(f"{case.name}: the rates differ: {pl.concat(rates).unique(keep='none')}")
    computed = [of_limit(limit.state, data, case.size, tyle.state), of_tyle(tyle.state)]
    if not computed[0].equals(computed[1]):
        sys.exit(f"{case.name}: the metrics differ: {pl.concat(computed).unique(keep='none')}")
    key = pl.read_csv(data / "key.csv")
    key = key.group_by("unit_code", "day", "rule").agg(pl.col("rows").sum())
    for side in (limit, tyle):
        held = (
            side.held()
            .filter(pl.col("day").is_in(key["day"].implode()))
            .select(*_HELD[:3], pl.col("rows").cast(pl.Int64))
        )
        expected = key
        if case.mode == "day" and side is limit:
            held, expected = (frame.filter(day=LAST.isoformat()) for frame in (held, key))
        if not held.sort(_HELD).equals(expected.select(_HELD).sort(_HELD)):
            differing = pl.concat([held, expected.select(_HELD)]).unique(keep="none")
            sys.exit(f"{case.name}: {side.name} holds back otherwise than was put in: {differing}")


def in_one_form() -> list[pl.Expr]:
    """The columns that both marts have."""
    whole = (pl.col(name).cast(pl.Int64) for name in ("online", "in_person", "total"))
    rates = (pl.col(name).cast(pl.Decimal(9, 2)) for name in ("rate", "rate_change"))
    names = (pl.col(name).cast(pl.String) for name in ("month", "scope", "member"))
    return [*names, *whole, *rates, pl.col("meets_target").cast(pl.Boolean)]
