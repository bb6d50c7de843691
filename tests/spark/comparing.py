"""The marts of both engines side by side."""

from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from warehouse.lake.lake import Lake
from warehouse.marts.materialise import Reference, build_marts
from warehouse.marts.spark import Spark


def assert_same(lake: Lake, reference: Reference, months: list[str], **asked: Any) -> dict[str, pl.DataFrame]:
    """Every mart has the same rows, in the same types, from DuckDB and from Spark; returns them."""
    expected = build_marts(lake, reference, months, **asked)
    found = build_marts(lake, reference, months, **asked, engine=Spark())
    assert set(found) == set(expected)
    for name, frame in expected.items():
        assert_frame_equal(found[name], frame, check_exact=True)
    return found
