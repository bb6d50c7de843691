"""Published points in the marts: the last of a month, beside the own figure; every cell again by hand."""

import random
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.builders import MEMBERS, ONLINE_RATE, Sent, Setting, Unit, at, aug, batch, every_day
from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.marts.materialise import build_marts, materialise
from warehouse.marts.workbench import workbench
from warehouse.published import audit
from warehouse.published.publish import expectation, publish

Row = dict[str, Any]
BOARD = """
[[metric]]
id = "speed"
version = 1
name = "Tiến độ"
definition = "điểm tiến độ"
kind = "given"
maximum = 20
component = ["Tiến độ giải quyết"]
beside = "online_rate"
tolerance = 2.5

[[metric]]
id = "speed"
version = 2
name = "Tiến độ"
definition = "điểm tiến độ, thang mới"
kind = "given"
maximum = 22.5
component = ["Tiến độ giải quyết"]
valid_from = 2022-08-01
decimals = 1
beside = "online_rate"

[[metric]]
id = "openness"
version = 1
name = "Công khai"
definition = "điểm công khai"
kind = "given"
maximum = 18
component = ["Công khai, minh bạch"]

[[metric]]
id = "unproven"
version = 1
name = "Chưa kiểm chứng"
definition = "điểm"
kind = "given"
maximum = 5
component = ["Điểm thưởng"]
verified = false
"""
UNITS = (Unit("a"), Unit("b", order=2), Unit("c", "districts"), Unit("tinh", "province"))
SETTING = Setting(UNITS, metrics=ONLINE_RATE + BOARD, whole_unit="tinh")
RATES = ("month", "metric_id", "scope", "member")


def scored(unit: str, day: date, *scores: tuple[str, int, int, int], **more: Any) -> Sent:
    return Sent(unit, day, contract="scores", scores=scores, **more)


def marts(
    lake: Lake, setting: Setting = SETTING, months: Iterable[str] = ("2022-08",), **limits: Any
) -> dict[str, Any]:
    return build_marts(lake, setting.reference(), list(months), **limits)


def by_metric(frame: Any, *columns: str) -> dict[tuple[str, str], Any]:
    rows = frame.filter(frame["points"].is_not_null()).to_dicts()
    return {(row["metric_id"], row["member"]): tuple(row[name] for name in columns) for row in rows}


def test_the_last_points_of_the_month_count(lake: Lake) -> None:
    sent = [
        scored("a", aug(3), ("speed", 2, 1800, 2250), ("openness", 1, 900, 1800)),
        scored("a", aug(20), ("openness", 1, 1650, 1800)),
        scored("b", aug(5), ("openness", 1, 1799, 1800)),
    ]
    commit(lake, batch(*sent))
    found = marts(lake)
    figures = by_metric(found["monthly_rates"], "points", "points_maximum", "points_lost", "rate", "scored_on")
    assert figures == {
        ("speed", "a"): (Decimal("18.00"), Decimal("22.50"), Decimal("4.50"), Decimal("80.00"), aug(3)),
        ("openness", "a"): (Decimal("16.50"), Decimal("18.00"), Decimal("1.50"), Decimal("91.67"), aug(20)),
        ("openness", "b"): (Decimal("17.99"), Decimal("18.00"), Decimal("0.01"), Decimal("99.94"), aug(5)),
    }
    assert found["daily_scores"].height == 4
    ranks = found["rankings"].filter(metric_id="openness").select("member", "rank", "ranked_of").rows()
    assert ranks == [("b", 1, 2), ("a", 2, 2)]


def test_a_later_version_of_a_day_and_a_withdrawn_one(lake: Lake) -> None:
    commit(lake, batch(scored("a", aug(3), ("openness", 1, 900, 1800))))
    commit(lake, batch(scored("a", aug(3), ("openness", 1, 1000, 1800), decided_at=at(4))))
    commit(lake, batch(scored("a", aug(9), ("openness", 1, 1100, 1800), status="quarantined")))
    assert by_metric(marts(lake)["monthly_rates"], "points") == {("openness", "a"): (Decimal("10.00"),)}
    as_known = marts(lake, known_at=at(3, 21))
    assert by_metric(as_known["monthly_rates"], "points") == {("openness", "a"): (Decimal("9.00"),)}


def test_a_later_version_says_which_points_it_changed(lake: Lake) -> None:
    commit(lake, batch(scored("a", aug(3), ("openness", 1, 900, 1800), ("speed", 2, 1000, 2250))))
    commit(lake, batch(scored("a", aug(3), ("openness", 1, 1050, 1800), ("speed", 2, 1000, 2250), decided_at=at(4))))
    commit(lake, batch(scored("b", aug(3), ("openness", 1, 900, 1800), status="quarantined")))
    commit(lake, batch(scored("b", aug(3), ("openness", 1, 950, 1800), decided_at=at(5))))
    found = marts(lake)["restatements"].sort("unit_id")
    assert found.select("unit_id", "kind", "total_before", "total", "other_changes").rows() == [
        ("a", "correction", None, None, "openness: 9.00 → 10.50"),
        ("b", "correction", None, None, None),  # the one before did not count
    ]


def test_points_of_the_whole_are_those_of_its_unit_and_no_sum(lake: Lake) -> None:
    sent = [
        scored("a", aug(3), ("openness", 1, 900, 1800)),
        scored("tinh", aug(3), ("openness", 1, 1500, 1800)),
    ]
    commit(lake, batch(*sent))
    rates = marts(lake)["monthly_rates"].filter(metric_id="openness")
    assert rates.select("scope", "member", "unit_group", "points").rows() == [
        ("all", "all", "all", Decimal("15.00")),
        ("unit", "a", "departments", Decimal("9.00")),
    ]
    without = marts(lake, replace(SETTING, whole_unit=None))["monthly_rates"].filter(metric_id="openness")
    assert without["member"].to_list() == ["a", "tinh"]


def test_a_month_without_points_and_a_metric_that_is_off_have_no_row(lake: Lake) -> None:
    commit(lake, batch(scored("a", date(2022, 7, 30), ("openness", 1, 900, 1800)), Sent("a", aug(3), [("x", 1, 1)])))
    commit(lake, batch(scored("a", aug(3), ("unproven", 1, 400, 500))))
    found = marts(lake)
    assert found["monthly_rates"]["metric_id"].unique().to_list() == ["online_rate"]
    assert found["monthly_scores"].is_empty()
    assert found["daily_scores"].is_empty()


def test_points_stand_beside_the_own_rate(lake: Lake) -> None:
    july = date(2022, 7, 5)
    sent = [
        Sent("a", july, [("x", 80, 20)]),
        Sent("b", july, [("x", 77, 23)]),
        Sent("c", july, [("x", 77, 23)]),
        scored("a", july, ("speed", 1, 1650, 2000)),  # 82.5 % beside 80 %: just within
        scored("b", july, ("speed", 1, 1600, 2000)),  # 80 % beside 77 %: just outside
        scored("c", july, ("openness", 1, 900, 1800)),  # beside nothing
        scored("a", aug(3), ("speed", 2, 1800, 2250)),  # beside without a tolerance
    ]
    commit(lake, batch(*sent))
    found = marts(lake, months=["2022-07", "2022-08"])["monthly_scores"]
    columns = ("member", "metric_id", "own_rate", "difference", "agrees")
    assert found.select(columns).rows() == [
        ("c", "openness", None, None, None),
        ("a", "speed", Decimal("80.00"), Decimal("2.50"), True),
        ("b", "speed", Decimal("77.00"), Decimal("3.00"), False),
        ("a", "speed", None, None, None),
    ]


def test_points_of_another_day_do_not_move_the_day_the_figures_go_to(lake: Lake) -> None:
    setting = replace(SETTING, expected=every_day("ab", aug(1), aug(31)))
    commit(lake, batch(Sent("a", aug(3), [("x", 1, 1)]), scored("a", aug(25), ("openness", 1, 900, 1800))))
    found = marts(lake, setting)
    assert found["monthly_unit_rates"].filter(unit_id="a").select("as_of", "days_expected").rows() == [(aug(3), 3)]
    assert by_metric(found["monthly_rates"], "as_of", "scored_on") == {("openness", "a"): (aug(3), aug(25))}


def test_targets_and_the_month_before(lake: Lake) -> None:
    setting = replace(SETTING, targets=[("departments", "50.00", date(2022, 1, 1), "openness")])
    sent = [
        scored("a", date(2022, 7, 30), ("openness", 1, 900, 1800), ("speed", 1, 1000, 2000)),
        scored("a", aug(30), ("openness", 1, 899, 1800), ("speed", 2, 1000, 2250)),
    ]
    commit(lake, batch(*sent))
    rates = marts(lake, setting)["monthly_rates"]
    assert by_metric(rates, "target", "meets_target", "previous_rate", "change") == {
        ("openness", "a"): (Decimal("50.00"), False, Decimal("50.00"), Decimal("-0.06")),
        ("speed", "a"): (None, None, None, None),  # another version: another maximum
    }


def test_points_that_are_expected_may_be_incomplete(lake: Lake) -> None:
    setting = replace(SETTING, due_scores=[("a", aug(1)), ("a", aug(8)), ("b", aug(1))])
    commit(lake, batch(scored("a", aug(8), ("openness", 1, 900, 1800)), scored("c", aug(8), ("openness", 1, 9, 1800))))
    rates = marts(lake, setting)["monthly_rates"]
    assert by_metric(rates, "days_expected", "days_accepted", "is_complete") == {
        ("openness", "a"): (2, 1, False),
        ("openness", "c"): (0, 0, True),
    }


def test_points_that_a_person_let_count_are_marked(lake: Lake) -> None:
    eased = scored("a", aug(3), ("openness", 1, 2000, 1800), eased=[("points_within_maximum", "warning")])
    commit(lake, batch(eased))
    found = marts(lake)
    assert by_metric(found["monthly_rates"], "rate", "has_override") == {("openness", "a"): (None, True)}
    assert found["daily_scores"]["override_ids"].to_list() == ["a:2022-08-03:scores:v1#points_within_maximum"]


@dataclass(frozen=True)
class Board:
    """The metrics of BOARD as a person reads them."""

    maximum: dict[tuple[str, int], int]
    decimals: dict[tuple[str, int], int]


THE_BOARD = Board(
    {("speed", 1): 2000, ("speed", 2): 2250, ("openness", 1): 1800},
    {("speed", 1): 2, ("speed", 2): 1, ("openness", 1): 2},
)


def share(points: int, maximum: int, decimals: int) -> Decimal:
    scale: int = 10**decimals
    return Decimal(floor(Fraction(points * 100, maximum) * scale + Fraction(1, 2))) / scale


@pytest.mark.parametrize("seed", range(4))
def test_every_cell_again_by_hand(lake: Lake, seed: int) -> None:
    dice = random.Random(seed)
    versions = {"2022-07": {"speed": 1, "openness": 1}, "2022-08": {"speed": 2, "openness": 1}}
    sent: list[Sent] = []
    for month, known in versions.items():
        for unit in ("a", "b", "c", "tinh"):
            for day in sorted(dice.sample(range(1, 29), dice.randint(0, 4))):
                own = {name: version for name, version in known.items() if dice.random() < 0.7}
                points = [
                    (name, version, dice.randint(0, THE_BOARD.maximum[name, version]), THE_BOARD.maximum[name, version])
                    for name, version in own.items()
                ]
                status = dice.choice(["accepted", "accepted", "accepted_with_warnings", "quarantined"])
                if points:
                    sent.append(scored(unit, date.fromisoformat(f"{month}-{day:02}"), *points, status=status))
    dice.shuffle(sent)
    commit(lake, batch(*sent, Sent("a", aug(28), [("x", 3, 1)])))
    with lake.snapshot() as cursor:
        ledger = {name: cursor.table(f"lake.{name}").pl().to_dicts() for name in LAKE}
    found = marts(lake, months=versions)["monthly_rates"]
    rows = found.filter(found["points"].is_not_null()).to_dicts()
    cells = ("points", "points_maximum", "points_lost", "rate", "scored_on", "metric_version", "previous_rate")
    got = {tuple(row[name] for name in RATES): tuple(row[name] for name in cells) for row in rows}
    assert got == expected(ledger)


def expected(ledger: dict[str, list[Row]]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """From the rows of the ledger: one month, one unit, one component at a time."""
    accepted = {row["delivery_id"] for row in ledger["deliveries"] if row["status"].startswith("accepted")}
    found: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for month in ("2022-07", "2022-08"):
        for unit in ("a", "b", "c", "tinh"):
            for metric in ("speed", "openness"):
                own = [
                    row
                    for row in ledger["scores"]
                    if (row["unit_id"], row["metric_id"], f"{row['business_date']:%Y-%m}") == (unit, metric, month)
                    and row["delivery_id"] in accepted
                ]
                if not own:
                    continue
                last = max(own, key=lambda row: row["business_date"])
                version, points = last["metric_version"], last["points_hundredths"]
                maximum = THE_BOARD.maximum[metric, version]
                scope = ("all", "all") if unit == "tinh" else ("unit", unit)
                before = found.get(("2022-07", metric, *scope)) if month == "2022-08" else None
                found[month, metric, *scope] = (
                    Decimal(points) / 100,
                    Decimal(maximum) / 100,
                    Decimal(maximum - points) / 100,
                    share(points, maximum, THE_BOARD.decimals[metric, version]),
                    last["business_date"],
                    version,
                    before[3] if before and before[5] == version else None,
                )
    return found


def test_the_groups_have_no_points_of_their_own(lake: Lake) -> None:
    commit(lake, batch(scored("a", aug(3), ("openness", 1, 900, 1800))))
    rates = marts(lake)["monthly_rates"].filter(metric_id="openness")
    assert set(rates["scope"]) == {"unit"}
    assert "departments" in MEMBERS["member"]


@pytest.fixture(scope="module")
def published(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A good publication with points, and what the audit was given."""
    home = Path(shutil.copytree(empty_home, tmp_path_factory.mktemp("scores") / "home"))
    with open_lake(home) as lake:
        july = date(2022, 7, 5)
        sent = [
            *(Sent(unit, july, [("x", 80, 20)]) for unit in "abc"),
            scored("a", july, ("speed", 1, 1650, 2000), ("openness", 1, 900, 1800)),
            scored("b", date(2022, 7, 4), ("openness", 1, 900, 1800)),
            scored("b", july, ("openness", 1, 1000, 1800)),
            scored("tinh", july, ("openness", 1, 1700, 1800)),
        ]
        commit(lake, batch(*sent))
        materialise(lake, SETTING.reference())
        publication = publish(lake, at(20), "0")
        assert publication is not None
        with workbench(lake), lake.snapshot() as cursor:
            return publication.path, {**expectation(cursor), "publication_id": publication.publication_id}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("SELECT 1", []),
        (
            "UPDATE marts.monthly_rates SET points = NULL WHERE member = 'a' AND metric_id = 'openness'",
            [
                "monthly_rates: 1 dòng có điểm mà chỉ số không phải điểm được công bố, hoặc ngược lại",
                "monthly_rates: 1 dòng có điểm bị mất khác",
                "monthly_scores: 1 dòng khác monthly_rates",
            ],
        ),
        (
            "UPDATE marts.daily_scores SET points_maximum = 20, points_lost = 10, rate = 50 WHERE points = 10",
            ["daily_scores: 1 dòng có điểm tối đa khác định nghĩa của chỉ số"],
        ),
        (
            "UPDATE marts.daily_scores SET points = 19, points_lost = -1, rate = NULL WHERE unit_id = 'tinh'",
            [
                "daily_scores: 1 dòng có điểm ngoài khoảng từ 0 đến điểm tối đa mà không do quyết định nào",
                "monthly_scores: 1 dòng khác ngày cuối trong daily_scores",
            ],
        ),
        (
            "UPDATE marts.daily_scores SET points_lost = 0 WHERE unit_id = 'tinh'",
            ["daily_scores: 1 dòng có điểm bị mất khác điểm tối đa trừ điểm"],
        ),
        (
            "UPDATE marts.daily_scores SET rate = 94.45 WHERE unit_id = 'tinh'",
            ["daily_scores: 1 dòng có rate khác điểm / điểm tối đa"],
        ),
        (
            "UPDATE marts.monthly_scores SET agrees = FALSE WHERE member = 'a' AND metric_id = 'speed'",
            ["monthly_scores: 1 dòng có difference hoặc agrees khác hiệu của hai tỷ lệ"],
        ),
        (
            "UPDATE marts.monthly_scores SET own_rate = 81, difference = 1.5 WHERE agrees",
            ["monthly_scores: 1 dòng đặt cạnh số khác monthly_rates hoặc khác định nghĩa"],
        ),
        (
            "UPDATE marts.monthly_scores SET points = 9.99, points_lost = 8.01 WHERE member = 'b'",
            ["monthly_scores: 2 dòng khác monthly_rates", "monthly_scores: 1 dòng khác ngày cuối trong daily_scores"],
        ),
        (
            "DELETE FROM marts.daily_scores WHERE unit_id = 'b' AND points = 10",
            ["daily_scores: ", "monthly_scores: 2 dòng khác ngày cuối trong daily_scores"],
        ),
    ],
)  # fmt: skip
def test_points_that_contradict_themselves_are_found_out(
    published: tuple[Path, dict[str, Any]], tmp_path: Path, damage: str, found: list[str]
) -> None:
    file, expected = published
    damaged = shutil.copyfile(file, tmp_path / "damaged.duckdb")
    with duckdb.connect(str(damaged)) as writer:
        writer.execute(damage)
        differences = list(audit.differences(writer, expected))
    assert len(differences) == len(found), differences
    assert all(map(str.startswith, differences, found)), differences
