"""A case counts once: what the lake answers about cases it has counted."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.warehouse.builders import Sent, at, aug, batch
from transforms.check.frames import CANDIDATES, SPEAKING
from warehouse.lake.lake import Lake
from warehouse.ledger.cases import counted_elsewhere
from warehouse.ledger.commit import commit
from warehouse.places.errors import CountedMeanwhileError


def cases(unit: str, day: date, *ids: str, **sent: str) -> Sent:
    return Sent(unit, day, contract="cases", cases=ids, content=repr((unit, day, ids)), **sent)


def asked(unit: str, day: date, *ids: str, speaks: bool = True) -> pl.DataFrame:
    rows = [(0, row, unit, day, id_, at(5), speaks) for row, id_ in enumerate(ids, start=2)]
    return pl.DataFrame(rows, schema=CANDIDATES, orient="row")


def repeats(lake: Lake, candidates: pl.DataFrame) -> list[int]:
    return counted_elsewhere(lake, candidates, speaking(candidates)).rows["row"].sort().to_list()


def speaking(candidates: pl.DataFrame) -> pl.DataFrame:
    """The files of the candidates that speak for their unit and day."""
    return candidates.filter("speaks").select(SPEAKING.names()).unique()


def test_a_case_counted_on_another_day_or_by_another_unit_is_known(lake: Lake) -> None:
    commit(lake, batch(cases("a", aug(1), "X", "Y"), cases("b", aug(1), "Z")))
    assert repeats(lake, asked("a", aug(2), "X", "N", "Z")) == [2, 4]


def test_the_same_unit_and_day_is_a_new_version_not_a_repeat(lake: Lake) -> None:
    commit(lake, batch(cases("a", aug(1), "X")))
    assert repeats(lake, asked("a", aug(1), "X")) == []


def test_what_was_held_back_or_replaced_counts_no_case(lake: Lake) -> None:
    commit(lake, batch(cases("a", aug(1), "X"), cases("b", aug(1), "Y", status="quarantined")))
    commit(lake, batch(cases("a", aug(1), "Z")))
    assert repeats(lake, asked("a", aug(2), "X", "Y", "Z")) == [4]


def test_what_the_same_batch_replaces_counts_no_more(lake: Lake) -> None:
    commit(lake, batch(cases("a", aug(1), "X")))
    news = pl.concat([asked("a", aug(1), "N"), asked("a", aug(2), "X").with_columns(file=pl.lit(1, pl.UInt32))])
    assert repeats(lake, news) == []


def test_nothing_asked_is_nothing_known(lake: Lake) -> None:
    assert repeats(lake, asked("a", aug(1))) == []


def test_a_case_counted_between_check_and_commit_stops_the_commit_whole(lake: Lake) -> None:
    mine = batch(cases("a", aug(2), "X", "Y"), Sent("b", aug(2), [("x", 1, 0)]))
    commit(lake, batch(cases("a", aug(1), "X")))
    with pytest.raises(CountedMeanwhileError):
        commit(lake, mine)
    with lake.snapshot() as cursor:
        assert cursor.sql("SELECT unit_id, business_date FROM lake.deliveries").fetchall() == [("a", aug(1))]
    commit(lake, batch(cases("a", aug(1), "Z")))
    assert commit(lake, mine).height == 2


def test_what_was_looked_up_in_the_lakes_own_state_is_not_looked_up_again(lake: Lake) -> None:
    commit(lake, batch(cases("a", aug(1), "X")))
    mine = asked("a", aug(2), "Y")
    before = counted_elsewhere(lake, mine, speaking(mine)).snapshot
    assert before is not None
    commit(lake, batch(cases("b", aug(1), "Y")))
    with pytest.raises(CountedMeanwhileError):  # the lake has moved on since
        commit(lake, replace(batch(cases("a", aug(2), "Y")), cases_snapshot=before))
    mine = asked("a", aug(2), "Z")
    now = counted_elsewhere(lake, mine, speaking(mine)).snapshot
    assert commit(lake, replace(batch(cases("a", aug(2), "Z")), cases_snapshot=now)).height == 1
