"""Two machines decide on the same state of the lake: one commits, the other decides anew."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.beyond.sharing import Shared
from tests.warehouse.builders import Sent, at, aug, batch
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.lake.rows import append
from warehouse.lake.shared import SharedLake
from warehouse.ledger.commit import commit, store
from warehouse.ledger.decisions import Decision, reject
from warehouse.ledger.deliveries import seen
from warehouse.ledger.versions import number
from warehouse.places.errors import DecisionError, LockedError, OvertakenError

pytestmark = pytest.mark.slow

MINE = Sent("a", aug(1), [("đất đai", 1, 2)], place="mine", decided_at=at(1))
SAME = Sent("a", aug(1), [("đất đai", 1, 2)], place="theirs", decided_at=at(1))
OTHER = Sent("a", aug(1), [("đất đai", 5, 2)], place="theirs", decided_at=at(1))


@pytest.fixture
def machines(shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Lake, Lake]]:
    """Two machines, neither of which sees the other's lock."""
    monkeypatch.setattr(SharedLake, "alone", lambda *_: nullcontext())
    with open_lake(tmp_path / "one", shared.lake) as one, open_lake(tmp_path / "two", shared.lake) as two:
        yield one, two


def ledger(lake: Lake) -> list[tuple[str, str]]:
    return seen(lake, aug(1), aug(31)).select("delivery_id", "status").rows()


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (SAME, [("a:2022-08-01:summary:v1", "accepted"), ("a:2022-08-01:summary:v1:dup1", "duplicate")]),
        (OTHER, [("a:2022-08-01:summary:v1", "accepted"), ("a:2022-08-01:summary:v2", "accepted")]),
    ],
)
def test_who_is_overtaken_numbers_anew(
    machines: tuple[Lake, Lake], theirs: Sent, expected: list[tuple[str, str]]
) -> None:
    one, two = machines
    attempts = 0

    def work(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        nonlocal attempts
        attempts += 1
        stored = store(cursor, batch(MINE), number)
        if attempts == 1:
            commit(two, batch(theirs))
        return stored

    stored = one.write(work)
    assert attempts == 2
    assert ledger(two) == ledger(one) == expected
    assert stored["delivery_id"].to_list() == [expected[1][0]]
    with two.snapshot() as cursor:
        moments = cursor.execute("SELECT decided_at FROM lake.deliveries ORDER BY delivery_id").fetchall()
    assert moments[0] < moments[1]


def test_a_write_that_decides_nothing_anew_is_refused(machines: tuple[Lake, Lake]) -> None:
    one, two = machines
    with pytest.raises(OvertakenError), one.writing() as cursor:  # noqa: PT012
        store(cursor, batch(MINE), number)
        commit(two, batch(OTHER))
    assert ledger(one) == [("a:2022-08-01:summary:v1", "accepted")]


def test_ducklake_s_own_retry_would_number_a_version_twice(machines: tuple[Lake, Lake]) -> None:
    """Why it is off."""
    one, two = machines
    one.connection.execute("SET GLOBAL ducklake_max_retry_count = 10")
    with one.writing() as cursor:
        store(cursor, batch(MINE), number)
        commit(two, batch(OTHER))
    assert ledger(one) == [("a:2022-08-01:summary:v1", "accepted")] * 2


def test_one_decision_of_two_at_once_is_kept(machines: tuple[Lake, Lake], monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = machines
    commit(one, batch(Sent("a", aug(1), status="quarantined", decided_at=at(1))))
    of_one, of_two = (Decision("a:2022-08-01:summary:v1", name, "sai", at(2)) for name in "AB")
    first = iter([lambda: reject(two, of_two)])

    def overtaken(*given: Any) -> None:
        next(first, lambda: None)()
        append(*given)

    monkeypatch.setattr("warehouse.ledger.decisions.append", overtaken)
    with pytest.raises(DecisionError, match=r"đã bị loại .*bởi B"):
        reject(one, of_one)


def test_somebody_who_never_gets_through_says_so(machines: tuple[Lake, Lake]) -> None:
    one, two = machines
    days = iter(range(1, 31))

    def work(cursor: duckdb.DuckDBPyConnection) -> None:
        store(cursor, batch(MINE), number)
        commit(two, batch(Sent("b", aug(next(days)), decided_at=at(1))))

    with pytest.raises(LockedError, match="chạy lại luôn an toàn"):
        one.write(work, timeout=0.5)
    assert all(delivery_id.startswith("b:") for delivery_id, _ in ledger(one))


def test_writers_queue_and_say_for_whom(shared: Shared, tmp_path: Path) -> None:
    with open_lake(tmp_path / "one", shared.lake) as one:
        with shared.lake.alone(1), pytest.raises(LockedError, match=r"đang được tiến trình .* trên máy .* ghi"):
            commit(one, batch(MINE), timeout=0.1)
        commit(one, batch(MINE))
        assert ledger(one) == [("a:2022-08-01:summary:v1", "accepted")]
