"""Closing a month: who, with which figures; later changes are reported, and the closed figures can be reproduced."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from demo.clock import in_vietnam
from flows.cli import main
from flows.settings.workspace import Workspace, WorkspaceError, open_workspace
from flows.work.close import CloseRequest, changed_since, close_month, report_folder
from flows.work.outputs import report
from flows.work.outputs.site import SiteMade
from tests.flows.workspaces import MONDAY, copy_of, morning_after, put, put_all, run, small_workspace, to_lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.closings import Closing, last_closings
from warehouse.published.read import read_published

TUESDAY = MONDAY + timedelta(days=1)
SIGNED = in_vietnam(TUESDAY + timedelta(days=1), 9)


@pytest.fixture(scope="module")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of three units, published."""
    made = small_workspace(tmp_path_factory.mktemp("monthly") / "w")
    for day in (MONDAY, TUESDAY):
        put_all(made, day)
        run(made, day)
    return made.root


@pytest.fixture
def workspace(two_days: Path, tmp_path: Path) -> Workspace:
    """A copy of it for one test."""
    return copy_of(two_days, tmp_path / "w")


def closed(workspace: Workspace, person: str = "Nguyễn Văn A") -> Closing:
    with open_lake(workspace.root) as lake:
        return close_month(workspace, lake, CloseRequest("2022-08", person, SIGNED, note="Báo cáo 12")).closing


def changed(workspace: Workspace, closing: Closing) -> list[str]:
    with open_lake(workspace.root) as lake:
        return changed_since(workspace, lake, closing)


@pytest.mark.slow
def test_a_closing_says_who_and_what_to_ask_for_to_have_the_figures_again(workspace: Workspace) -> None:
    closing = closed(workspace)
    assert (closing.month, closing.as_of, closing.person, closing.note) == (
        "2022-08",
        TUESDAY,
        "Nguyễn Văn A",
        "Báo cáo 12",
    )
    assert closing.known_at < SIGNED
    assert (workspace.root / "published" / f"marts-{closing.publication_id}.duckdb").exists()
    with open_lake(workspace.root) as lake:
        assert last_closings(lake) == [closing]


@pytest.mark.slow
def test_the_report_of_a_closed_month_can_be_written_again_as_it_was(workspace: Workspace) -> None:
    closing = closed(workspace)
    written = {file.name: file.read_bytes() for file in report_folder(workspace, closing).iterdir()}
    put(workspace, "so-y-te", MONDAY, "Đất đai;9;9;18")
    run(workspace, TUESDAY, now=morning_after(TUESDAY) + timedelta(hours=1))
    source = report.figures(workspace, "2022-08", closing.as_of, closing.known_at, SIGNED)
    again = report.documents(workspace, report.content(workspace, "2022-08", source))
    assert sorted(written) == [f"bao-cao-2022-08.{kind}" for kind in ("docx", "html", "pdf", "xlsx")]
    assert written == again


@pytest.mark.slow
def test_a_later_version_is_told_and_later_days_are_not(workspace: Workspace) -> None:
    closing = closed(workspace)
    wednesday = TUESDAY + timedelta(days=1)
    put_all(workspace, wednesday)
    to_lake(workspace, wednesday)
    assert changed(workspace, closing) == []
    put(workspace, "so-y-te", MONDAY, "Đất đai;9;9;18")
    to_lake(workspace, wednesday, now=morning_after(wednesday) + timedelta(hours=1))
    assert changed(workspace, closing) == ["so-y-te"]


@pytest.mark.slow
def test_a_month_closed_again_is_the_newer_one(workspace: Workspace) -> None:
    closed(workspace)
    put(workspace, "so-y-te", MONDAY, "Đất đai;9;9;18")
    to_lake(workspace, TUESDAY, now=morning_after(TUESDAY) + timedelta(hours=1))
    with open_lake(workspace.root) as lake:
        request = CloseRequest("2022-08", "Trần Thị B", SIGNED + timedelta(hours=1))
        again = close_month(workspace, lake, request).closing
        assert last_closings(lake) == [again]
    assert changed(workspace, again) == []


SECOND_VERSION = """
[[metric]]
id = "online_rate"
version = 2
name = "Tỷ lệ hồ sơ trực tuyến của mọi mức độ"
definition = "Của mọi mức độ."
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "total" }]
valid_from = 2022-08-01
"""


def versions(workspace: Workspace) -> list[tuple[str, int]]:
    """The month and version of every published row of the online rate."""
    rates = read_published(workspace.published, "", ["monthly_rates"], ["monthly_rates"])["monthly_rates"]
    return sorted(set(rates.filter(metric_id="online_rate").select("month", "metric_version").rows()))


@pytest.mark.slow
def test_a_version_dated_back_leaves_the_closed_month_as_it_was_signed(workspace: Workspace) -> None:
    closing = closed(workspace)
    assert closing.metric_versions["online_rate"] == 1
    assert versions(workspace) == [("2022-08", 1)]
    metrics = workspace.root / "reference" / "metrics.toml"
    metrics.write_text(metrics.read_text(encoding="utf-8") + SECOND_VERSION, encoding="utf-8")
    later = open_workspace(workspace.root)
    september = date(2022, 9, 5)
    put_all(later, september)
    run(later, september)
    assert versions(later) == [("2022-08", 1), ("2022-09", 2)]
    with open_lake(later.root) as lake:
        again = close_month(later, lake, CloseRequest("2022-08", "B", SIGNED + timedelta(days=30))).closing
    assert again.metric_versions["online_rate"] == 1


@pytest.mark.slow
def test_a_version_dated_back_computes_a_month_that_nobody_closed(workspace: Workspace) -> None:
    metrics = workspace.root / "reference" / "metrics.toml"
    metrics.write_text(metrics.read_text(encoding="utf-8") + SECOND_VERSION, encoding="utf-8")
    put_all(workspace, TUESDAY + timedelta(days=1))
    run(open_workspace(workspace.root), TUESDAY + timedelta(days=1))
    assert versions(workspace) == [("2022-08", 2)]


@pytest.mark.slow
def test_what_a_closing_publishes_has_its_pages(workspace: Workspace) -> None:
    """A new target is published by the closing alone; who opens the pages sees it."""
    with open_lake(workspace.root) as lake:
        done = close_month(with_target(workspace, "61.00"), lake, CloseRequest("2022-08", "A", SIGNED))
    site = workspace.root / "published" / "site"
    assert done.published.site == SiteMade(site / "index.html")
    assert site.readlink() == Path(f"site-{done.closing.publication_id}")
    assert "61,00%" in (site / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_pages_that_cannot_be_made_do_not_keep_a_month_open(workspace: Workspace) -> None:
    site = workspace.root / "published" / "site"
    site.unlink()
    site.mkdir()  # a folder of somebody's where the link should be
    with open_lake(workspace.root) as lake:
        done = close_month(with_target(workspace, "61.00"), lake, CloseRequest("2022-08", "A", SIGNED))
        assert last_closings(lake) == [done.closing]
    assert done.published.site.failure
    assert "chưa làm được trang" in done.published.site.failure


def with_target(workspace: Workspace, target: str) -> Workspace:
    targets = workspace.root / "reference" / "targets.csv"
    targets.write_text(targets.read_text(encoding="utf-8").replace("55.00", target), encoding="utf-8")
    return open_workspace(workspace.root)


def test_what_cannot_be_closed_is_refused(workspace: Workspace) -> None:
    with open_lake(workspace.root) as lake:
        with pytest.raises(WorkspaceError, match="tháng 2022-06: chưa có số liệu nào để chốt"):
            close_month(workspace, lake, CloseRequest("2022-06", "A", SIGNED))
        with pytest.raises(WorkspaceError, match="--as-of 2022-09-01: không thuộc tháng 2022-08"):
            close_month(workspace, lake, CloseRequest("2022-08", "A", SIGNED, SIGNED.date() + timedelta(days=29)))
        assert last_closings(lake) == []


def test_the_commands_close_list_and_tell_what_is_incomplete(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace.root / "inbox" / "so-y-te" / f"{TUESDAY + timedelta(days=1)}.csv").unlink(missing_ok=True)
    to_lake(workspace, TUESDAY + timedelta(days=1))  # nobody sent
    where = ("--workspace", str(workspace.root))

    def tyle(*arguments: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            main((*arguments, *where))
        return ended.value.code, "".join(capsys.readouterr())

    code, output = tyle("close", "--month", "2022-08", "--by", "Nguyễn  Văn A")
    assert code == 2
    assert "3 đơn vị chưa đủ số liệu" in output
    assert "tyle report --month 2022-08 --as-of 2022-08-03 --known-at 2022-08-0" in output
    code, output = tyle("closings")
    assert code == 0
    assert "Nguyễn Văn A" in output
    put(workspace, "so-y-te", MONDAY, "Đất đai;9;9;18")
    to_lake(workspace, TUESDAY + timedelta(days=2))
    code, output = tyle("closings", "--json")
    assert code == 2
    assert json.loads(output)[0]["changed_since"] == ["so-y-te"]
    code, output = tyle("close", "--month", "2022-08", "--by", " ")
    assert code == 1
    assert output.endswith("--by: không được để trống\n")
