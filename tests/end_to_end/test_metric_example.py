"""The worked example of docs/metric.md: its cases are sent, and each ratio is what the page counts by hand."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from flows.runs.lakes import lake_of
from flows.settings.workspace import open_workspace
from flows.work.outputs.labels import labels_of
from flows.work.outputs.marts import month_marts
from reports.site.pages import write_site
from reports.site.view import Terms, view
from tests.flows.workspaces import put, run, small_workspace
from warehouse.published.read import read_published

PAGE = (Path(__file__).parents[2] / "docs" / "metric.md").read_text(encoding="utf-8")
DAY = date(2025, 10, 1)


class Example(NamedTuple):
    root: Path
    marts: dict[str, pl.DataFrame]
    published: dict[str, pl.DataFrame]


def table(heading: str, number: int) -> list[dict[str, str]]:
    """The rows of a table under the heading."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = re.findall(r"(?:^\|.*\n)+", part, re.MULTILINE)[number].splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in rows]


def block(heading: str, language: str) -> str:
    found = re.search(rf"\n## {heading}\n.*?```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


CASES, BY_HAND = table("Worked example", 0), table("Worked example", 1)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A workspace that took the cases, with the metric and the target that the page adds."""
    units = list(dict.fromkeys(case["Unit"] for case in CASES))
    settings = "".join(f'[units.{unit}]\ncontract = "cases"\n' for unit in units)
    root = small_workspace(tmp_path_factory.mktemp("metric") / "home", settings).root
    with (root / "reference/metrics.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + block("Add one", "toml"))
    (root / "reference/targets.csv").write_text(block("Targets", "csv"), encoding="utf-8")
    workspace = open_workspace(root)
    columns = [name for name in CASES[0] if name not in {"No.", "Unit"}]
    for unit in units:
        rows = [";".join(case[name] for name in columns) for case in CASES if case["Unit"] == unit]
        put(workspace, unit, DAY, content="\n".join([";".join(columns), *rows, ""]).encode())
    result = run(workspace, DAY, tuple(units))
    assert result.held_back.is_empty()
    with lake_of(workspace) as lake:
        marts = month_marts(workspace, lake, "2025-10")
    return Example(root, marts, read_published(workspace.published, "2025-10"))


def of_all(example: Example, metric: str) -> dict[str, Any]:
    return example.marts["monthly_rates"].row(
        by_predicate=(pl.col("metric_id") == metric) & (pl.col("scope") == "all"), named=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("by_hand", [pytest.param(row, id=row["metric"].strip("`")) for row in BY_HAND])
def test_a_ratio_is_what_the_page_counts_by_hand(example: Example, by_hand: dict[str, str]) -> None:
    found = of_all(example, by_hand["metric"].strip("`"))
    above, below = (by_hand[part].split(", ") for part in ("cases above", "cases below"))
    assert (found["numerator"], found["denominator"]) == (len(above), len(below))
    assert found["rate"] == Decimal(by_hand["rate"])
    assert {*above} <= {*below} <= {case["No."] for case in CASES} - {"8"}


def test_the_page_says_what_is_above_and_below_as_the_definition_does() -> None:
    """Counted once more from the rows of the table, without tyle."""
    level, online = ("Mức độ", "Toàn trình"), ("Hình thức nộp", "Trực tuyến")
    counted = [case for case in CASES if case["Trạng thái"] != "Từ chối tiếp nhận"]
    settled = [case for case in counted if case["Ngày kết thúc"]]
    paid = [case for case in counted if case["Phải nộp phí, lệ phí"] == "Có"]
    full = [case for case in counted if case[level[0]] == level[1]]

    def is_online(case: dict[str, str]) -> bool:
        return case[online[0]] == online[1]

    def in_time(case: dict[str, str]) -> bool:
        due, end = (tuple(map(int, reversed(case[name].split("/")))) for name in ("Ngày hẹn trả", "Ngày kết thúc"))
        return end <= due

    expected = {
        "online_rate": ([case for case in full if is_online(case)], full),
        "full_process_rate": ([case for case in full if is_online(case)], counted),
        "all_online_rate": ([case for case in counted if is_online(case)], counted),
        "settled_on_time_rate": ([case for case in settled if in_time(case)], settled),
        "online_payment_rate": ([case for case in paid if case["Đã thanh toán trực tuyến"] == "Có"], paid),
    }
    named = {
        metric: tuple(", ".join(case["No."] for case in cases) for cases in parts) for metric, parts in expected.items()
    }
    assert {row["metric"].strip("`"): (row["cases above"], row["cases below"]) for row in BY_HAND} == named


def test_a_metric_is_added_by_one_entry(example: Example) -> None:
    found = of_all(example, "postal_share")
    assert (found["numerator"], found["denominator"], found["rate"]) == (2, 15, Decimal("13.33"))
    of_each = (
        example.published["monthly_rates"].group_by("metric_id").len().filter(pl.col("metric_id") != "on_time_rate")
    )
    assert of_each["len"].n_unique() == 1  # as many members have it as any other
    (row,) = example.published["metrics"].filter(metric_id="postal_share").to_dicts()
    assert (row["numerator_words"], row["denominator_words_en"]) == ("Bưu chính", "All cases")
    assert not example.published["rankings"].filter(metric_id="postal_share").is_empty()
    labels = labels_of(open_workspace(example.root).organisation)
    pages = write_site(view(example.published, "2025-10", Terms("t", "t", 0, labels)), {}, labels.zone)
    assert "Tỷ lệ hồ sơ qua bưu chính" in pages["phuong-phap.html"].decode()
    assert "Share filed by post" in pages["en/phuong-phap.html"].decode()


def test_a_target_is_entered_for_a_metric(example: Example) -> None:
    found = of_all(example, "all_online_rate")
    assert (found["target"], found["meets_target"], found["needed"]) == (Decimal("40.00"), True, 0)
    assert of_all(example, "full_process_rate")["target"] is None
