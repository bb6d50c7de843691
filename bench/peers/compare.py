"""Whether a peer makes the same as the bare script: every cell of the mart, every row that is held back."""

import sys

import polars as pl

from bench.pipeline.compare import in_one_form
from bench.pipeline.data import LAST
from bench.pipeline.sides import Case, Limit, Side

_MORE = ("processed", "on_time")  # counts that the project publishes as metrics, which bench.pipeline compares


def compare_with_limit(case: Case, limit: Limit, peer: Side) -> None:
    """End this program where they differ; of a day, what is held back of that day is compared."""
    columns = [*in_one_form(), *(pl.col(name).cast(pl.Int64) for name in _MORE)]
    _same(case, peer, "rates", *(side.rates().select(columns) for side in (limit, peer)))
    held = [limit.held_rows(), peer.held()]
    if case.mode == "day":
        held = [frame.filter(pl.col("day") == LAST) for frame in held]
    _same(case, peer, "held", *(frame.select(sorted(limit.held_rows().columns)) for frame in held))


def _same(case: Case, peer: Side, what: str, expected: pl.DataFrame, found: pl.DataFrame) -> None:
    if not expected.sort(pl.all()).equals(found.sort(pl.all())):
        differing = pl.concat([expected, found]).unique(keep="none")
        sys.exit(f"{case.name}: {peer.name} and the bare script differ, {what}: {differing}")
