"""The shortcuts through Great Expectations change no result."""

from contextlib import nullcontext
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from great_expectations.core import id_dict
from great_expectations.core.id_dict import IDDict

import expectations.configured_once
import expectations.context
from tests.expectations.facts import facts


@pytest.mark.slow
def test_results_are_those_of_great_expectations_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [facts({}, {"total_is_sum": 2}), facts({"rate_has_decimals": 1}), facts({}, {})]
    shortened = [_results(frame) for frame in frames]
    monkeypatch.setattr(expectations.context, "configured_once", nullcontext)
    assert shortened == [_results(frame) for frame in frames]
    assert [result["success"] for result in shortened] == [False, False, True]


@pytest.mark.parametrize(
    "values",
    [
        {"column": "rate", "row_condition": None},
        {"min_value": 0, "max_value": 1.5, "strict": True, 3: "x"},
        {
            "sizes": np.int64(3),
            "share": float("nan"),
            "within": {"of": [None, np.float64(0.5)], "day": date(2025, 1, 2)},
        },
    ],
)
def test_the_id_of_a_metric_is_that_of_great_expectations(
    values: dict[object, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    short = IDDict(values).to_id()
    monkeypatch.setattr(id_dict, "convert_to_json_serializable", expectations.configured_once._json_value)
    assert short == IDDict(values).to_id()


def _results(frame: pl.DataFrame) -> dict[str, Any]:
    """What a validation gives, without the time at which it was made."""
    result = expectations.context.validate("summary", frame.with_columns(agreed=pl.lit("")))
    document: dict[str, Any] = result.to_json_dict()  # type: ignore[no-untyped-call]
    del document["meta"]["batch_markers"]
    return document
