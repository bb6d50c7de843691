"""What is shown of a ranking: marks, notes, changes, points."""

from decimal import Decimal

import polars as pl

from reports.labels import GroupName, Labels
from reports.month.ranking_changes import ranking_changes
from reports.month.rankings import rankings
from tests.reports.rankings_made import MONTH, marts_of, row

NAMES = Labels(
    names=(
        GroupName("departments", "Sở, ban, ngành", "Departments", "Các sở", "của các sở"),
        GroupName("communes", "Xã, phường", "Communes", "Các xã", "của các xã"),
    )
)


def test_rows_are_in_the_order_of_the_mart_and_groups_in_that_of_the_report() -> None:
    rows = [row("x", 1, 50, 100, unit_group="communes"), row("b", 1, 9, 10), row("a", 2, 8, 10)]
    ranking = rankings(marts_of(rows), MONTH, NAMES)["own"]
    assert [(group.group, [one.unit_id for one in group.rows]) for group in ranking.groups] == [
        ("departments", ["b", "a"]),
        ("communes", ["x"]),
    ]
    assert [group.ranked_of for group in ranking.groups] == [2, 1]


def test_each_row_says_why_it_has_no_rank_or_what_is_to_be_known_of_it() -> None:
    rows = [
        row("a", 1, 20, 20, ties=2, previous_rank=2, rank_change=1, previous_is_complete=True),
        row("b", 1, 30, 30, ties=2, previous_rank=1, rank_change=0, previous_is_complete=False),
        row("c", 3, 1489, 2000, is_complete=False, previous_rank=1, rank_change=-2, previous_is_complete=True),
        row("d", 4, 5, 20, has_override=True),
        row("e", None, 3, 4),
        row("f", None, 0, 0, is_small=False),
        row("g", None, None, None, is_complete=False),
        row("h", None, -3, 40, rate=None),
    ]
    ranking = rankings(marts_of(rows), MONTH, NAMES)["own"]
    assert [one.text for one in ranking.groups[0].rows] == [
        ("1=", "Sở a", "20", "20", "100", "2", "+1"),
        ("1=", "Sở b", "30", "30", "100", "1", "0 (~)"),
        ("3", "Sở c (*)", "1.489", "2.000", "74,45", "1", "−2"),
        ("4", "Sở d †", "5", "20", "25,00", "–", "–"),
        ("–", "Sở e (***)", "3", "4", "75,00", "–", "–"),
        ("–", "Sở f (0)", "0", "0", "", "–", "–"),
        ("–", "Sở g (**)", "", "", "", "–", "–"),
        ("–", "Sở h (#)", "-3", "40", "", "–", "–"),
    ]
    assert [note.split()[0] for note in ranking.notes] == ["=", "(*)", "(**)", "(***)", "(0)", "(#)", "†", "(~)"]
    assert "nhỏ hơn 10" in ranking.notes[3]


def test_a_ranking_without_anything_odd_has_no_note() -> None:
    ranking = rankings(marts_of([row("a", 1, 20, 40)]), MONTH, NAMES)["own"]
    assert ranking.notes == ()
    assert ranking.label == "Tỷ lệ của phép thử (own v1)"
    assert ranking.order == "càng cao càng tốt"


def test_points_of_a_scoreboard_stand_in_place_of_counts() -> None:
    given = row("a", 1, None, None, points=Decimal("16.50"), points_maximum=Decimal("18.00"), rate=Decimal("91.67"))
    (group,) = rankings(marts_of([given]), MONTH, NAMES)["own"].groups
    assert group.rows[0].text == ("1", "Sở a", "16,50", "18,00", "91,67", "–", "–")


def test_a_publication_of_an_older_version_has_no_rankings() -> None:
    marts = marts_of([row("a", 1, 20, 40)])
    del marts["rankings"]
    assert rankings(marts, MONTH, NAMES) == {}


def test_a_rank_that_changed_since_a_report_names_the_deliveries_of_the_group() -> None:
    before = marts_of([row("a", 1, 90, 100), row("b", 2, 80, 100), row("c", 3, 70, 100)])
    after = marts_of([row("b", 1, 95, 100), row("a", 2, 90, 100), row("c", 3, 70, 100)])
    schema = {"delivery_id": pl.String, "unit_id": pl.String, "contract": pl.String, "kind": pl.String}
    sent = [
        ("b:2022-08-09:summary:v2", "b", "summary", "correction"),
        ("b:2022-08-09:processing:v1", "b", "processing", None),
    ]
    deliveries = pl.DataFrame(sent, schema=schema, orient="row")
    found = list(ranking_changes(before, after, MONTH, ["own", "unknown"], deliveries))
    assert [(one.scope, one.measure, one.before, one.after) for one in found] == [
        ("b", "own.numerator", 80, 95),
        ("b", "own.rate", Decimal("80.00"), Decimal("95.00")),
        ("b", "own.rank", 2, 1),
        ("a", "own.rank", 1, 2),
    ]
    assert {one.text[-1] for one in found} == {"b:2022-08-09:summary:v2 (đơn vị gửi lại)"}
    assert found[-1].text[:4] == ("Sở a", "Tỷ lệ của phép thử: hạng", "1", "2")
    assert list(ranking_changes(before, after, MONTH, [], deliveries)) == []
