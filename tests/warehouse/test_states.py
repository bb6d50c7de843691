"""The states of some days, and those of days among them that were read before."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

import warehouse.ledger.states
from tests.warehouse.builders import Sent, aug, batch
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.ledger.states import current_states, states_read_once


def test_days_within_the_span_read_last_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[date, date]] = []

    def reading(lake: Lake, first: date, last: date) -> pl.DataFrame:
        read.append((first, last))
        return current_states(lake, first, last)

    monkeypatch.setattr(warehouse.ledger.states, "current_states", reading)
    with open_lake(tmp_path) as lake:
        for day in (1, 2, 4):
            commit(lake, batch(Sent("a", day=aug(day)), Sent("b", day=aug(day), status="quarantined")))
        states_of = states_read_once()
        for first, last in ((1, 3), (2, 2), (1, 3), (3, 3), (2, 4), (4, 4)):
            assert states_of(lake, aug(first), aug(last)).equals(current_states(lake, aug(first), aug(last)))
    assert read == [(aug(1), aug(3)), (aug(2), aug(4))]
