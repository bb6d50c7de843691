"""The shortcut through Great Expectations changes no result."""

from contextlib import nullcontext
from typing import Any

import polars as pl
import pytest

import expectations.context
from tests.expectations.facts import facts


@pytest.mark.slow
def test_results_are_those_of_great_expectations_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [facts({}, {"total_is_sum": 2}), facts({"rate_has_decimals": 1}), facts({}, {})]
    shortened = [_results(frame) for frame in frames]
    monkeypatch.setattr(expectations.context, "configured_once", nullcontext)
    assert shortened == [_results(frame) for frame in frames]
    assert [result["success"] for result in shortened] == [False, False, True]


def _results(frame: pl.DataFrame) -> dict[str, Any]:
    """What a validation gives, without the time at which it was made."""
    result = expectations.context.validate("summary", frame.with_columns(agreed=pl.lit("")))
    document: dict[str, Any] = result.to_json_dict()  # type: ignore[no-untyped-call]
    del document["meta"]["batch_markers"]
    return document
