"""Where no target is in force, it is said for whom and since when; a target of another time is never taken."""

from collections.abc import Iterable
from datetime import date

import polars as pl
import pytest

from reports.labels import Labels
from reports.month.content import write_report
from reports.month.targets import Lapse, lapses, sentence
from tests.reports.example import KNOWN_AT, NAMES, marts, unit
from transforms.dictionary.columns import REFERENCE

END = date(2022, 12, 31)


def targets(*rows: tuple[str, date, date | None, str]) -> pl.DataFrame:
    """Rows of the mart: whose target (`group` or `group/unit`), from, to, metric."""
    named = [
        (scope.split("/")[-1], scope.split("/")[0], scope.split("/")[1] if "/" in scope else None, *span, metric)
        for scope, *span, metric in rows
    ]
    return pl.DataFrame(
        [(scope, group, of, 55, "QĐ", since, until, metric) for scope, group, of, since, until, metric in named],
        schema=REFERENCE["targets"].schema,
        orient="row",
    )


def since(
    year: int, until: date | None, *scopes: str, metric: str = "online_rate"
) -> Iterable[tuple[str, date, date | None, str]]:
    return [(scope, date(year, 1, 1), until, metric) for scope in scopes]


def test_those_whose_target_ended_on_the_same_day_are_named_together() -> None:
    frame = targets(*since(2022, END, "departments", "all"), *since(2022, None, "districts"))
    assert lapses(frame, ["departments", "districts", "communes", "all"], date(2025, 7, 1)) == [
        Lapse(("departments", "all"), END),
        Lapse(("communes",), None),
    ]
    assert lapses(frame, ["departments", "districts", "all"], END) == []


def test_a_target_that_begins_later_is_not_taken_but_named() -> None:
    frame = targets(*since(2022, END, "all"), *since(2026, None, "all"))
    assert lapses(frame, ["all"], date(2025, 1, 1)) == [Lapse(("all",), END, date(2026, 1, 1))]


def test_a_target_of_another_metric_is_none_and_those_of_units_are_their_group_s() -> None:
    other = targets(*since(2022, None, "all", metric="on_time_rate"))
    assert lapses(other, ["all"], END) == [Lapse(("all",), None)]
    assert lapses(other, ["all"], END, "on_time_rate") == []
    assert lapses(targets(*since(2022, None, "departments/so-y-te")), ["departments"], END) == []


@pytest.mark.parametrize(
    ("lapse", "vi", "en"),
    [
        (
            Lapse(("all", "departments"), END),
            "Không có chỉ tiêu đang có hiệu lực cho Sở, ban, ngành; Toàn tỉnh: chỉ tiêu trước hết hiệu lực 31/12/2022.",
            "No target is in force for Departments; Whole province: the last one ended on 31 December 2022.",
        ),
        (
            Lapse(("communes",), None, date(2026, 1, 1)),
            "Không có chỉ tiêu đang có hiệu lực cho Xã, phường; chỉ tiêu tiếp theo từ 1/1/2026.",
            "No target is in force for Communes and wards; the next one begins on 1 January 2026.",
        ),
    ],
)
def test_it_is_a_sentence_in_both_languages(lapse: Lapse, vi: str, en: str) -> None:
    assert (sentence(lapse, NAMES), sentence(lapse, NAMES, "en")) == (vi, en)


def test_the_report_says_it_and_says_nothing_where_targets_are_in_force_or_nobody_ever_had_one() -> None:
    rows = [unit("a", "Sở A", "departments", 1, 3, 1, target_pct=None, meets_target=None)]
    made = marts(rows)

    def below(frame: pl.DataFrame, names: Labels = NAMES) -> str:
        return write_report(made | {"targets": frame}, "2022-08", KNOWN_AT, "tỉnh", "mức độ 4", names=names).below

    ended = targets(*since(2021, date(2022, 8, 18), "departments", "all"))
    assert "Sở, ban, ngành; Toàn tỉnh: chỉ tiêu trước hết hiệu lực 18/8/2022." in below(ended)
    nothing = below(targets())
    assert nothing == below(targets(*since(2022, None, "departments", "all")))
    assert "hiệu lực" not in nothing
