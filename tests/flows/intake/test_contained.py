"""Whatever goes wrong with one unit's source or file stays there: the other units of the day count."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.intake import check, clients, reading
from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, open_workspace
from flows.work.quarantine import release
from flows.work.source_check import examine_sources
from sources.export import Export
from tests.flows.intake import traps
from tests.flows.workspaces import MONDAY, morning_after, outcomes, put, put_all, small_workspace, to_lake
from tests.transforms.test_cases import GOOD
from transforms.check import tables
from transforms.dictionary.contracts import Contract
from transforms.read.filings import Filings
from warehouse.ledger.decisions import Decision
from warehouse.places.errors import DecisionError


@pytest.mark.slow
def test_an_error_that_no_source_should_raise_is_that_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    asked = clients.pull_source

    def failing(source: Any, unit: Any, *terms: Any) -> Iterator[Export]:
        if unit.unit_id == "so-noi-vu":
            raise ValueError("user:password")
        yield from asked(source, unit, *terms)

    monkeypatch.setattr(clients, "pull_source", failing)
    day = to_lake(workspace, MONDAY)
    assert outcomes(day) == {"so-y-te": "accepted", "so-noi-vu": "missing", "ubnd-huyen-a": "accepted"}
    assert list(day.failures) == ["so-noi-vu"]
    assert "ValueError, test_contained.py:" in day.failures["so-noi-vu"]
    assert "password" not in day.failures["so-noi-vu"]
    found = examine_sources(workspace, morning_after(MONDAY), all_sources=False)
    assert (found.level, found.message) == ("fault", f"so-noi-vu: {day.failures['so-noi-vu']}")


@pytest.mark.slow
def test_a_unit_with_too_many_files_for_a_day_is_told_so_and_the_others_count(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", "[run]\nfiles_per_day = 2\n")
    put_all(workspace, MONDAY)
    for number in range(3):
        put(workspace, "so-noi-vu", MONDAY, f"Đất đai;{number};2;{number + 2}", tag=f"_{number}")
    day = to_lake(workspace, MONDAY)
    assert outcomes(day) == dict.fromkeys(("so-y-te", "so-noi-vu", "ubnd-huyen-a"), "accepted")
    assert sorted(day.stored["unit_id"]) == ["so-noi-vu", "so-noi-vu", "so-y-te", "ubnd-huyen-a"]
    assert list(day.failures) == ["so-noi-vu"]
    assert "có 4 tệp, chỉ lấy 2 tệp đầu" in day.failures["so-noi-vu"]


def test_files_that_are_too_large_together_are_named_and_the_others_count(tmp_path: Path) -> None:
    large = '[units.so-noi-vu.source]\nkind = "folder"\nmax_mb = 0.004\n'
    workspace = small_workspace(tmp_path / "w", f"[run]\nmb_per_day = 0.001\n{large}")
    put_all(workspace, MONDAY)
    for number in range(3):  # 1.5 KB each: with the first of 200 bytes two of them are within 4 KB
        put(workspace, "so-noi-vu", MONDAY, f"Đất đai;{number};2;{number + 2}" + "\n" * 1_500, tag=f"_{number}")
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3" + "\n" * 1_500, tag="_x")
    day = to_lake(workspace, MONDAY)
    assert outcomes(day) == dict.fromkeys(("so-y-te", "so-noi-vu", "ubnd-huyen-a"), "accepted")
    taken = [name for name, count in (("so-noi-vu", 3), ("so-y-te", 2), ("ubnd-huyen-a", 1)) for _ in range(count)]
    assert sorted(day.stored["unit_id"]) == taken
    assert list(day.failures) == ["so-noi-vu"]
    assert "các tệp cộng lại lớn hơn 0.004 MB; không lấy 2022-08-01_2.csv (" in day.failures["so-noi-vu"]


@pytest.mark.slow
def test_strange_files_of_one_unit_stop_no_other(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    inbox = put(workspace, "so-noi-vu", MONDAY, "Đất đai;1;2;3").parent
    for path in inbox.iterdir():
        path.unlink()
    put(workspace, "so-noi-vu", MONDAY, "Đất đai;1;2;3", tag=os.fsdecode(b" b\xe9o c\xe1o"))
    os.mkfifo(inbox / f"{MONDAY}-b.csv")
    (inbox / f"{MONDAY}-c.csv").symlink_to("/proc/self/environ")
    day = to_lake(workspace, MONDAY)
    assert outcomes(day) == dict.fromkeys(("so-y-te", "so-noi-vu", "ubnd-huyen-a"), "accepted")
    assert "là liên kết" in day.failures["so-noi-vu"]
    assert "không phải tệp thường" in day.failures["so-noi-vu"]


def trapped(monkeypatch: pytest.MonkeyPatch, step: str, word: str = "Bẫy") -> None:
    """Make a step of the check fail wherever this word is in what it gets."""
    right = getattr(check, step)

    def failing(*terms: Any, **named: Any) -> Any:
        if word in said(terms):
            raise KeyError("secret")
        return right(*terms, **named)

    monkeypatch.setattr(check, step, failing)


def said(term: Any) -> str:
    """All rows in these arguments, as text."""
    if isinstance(term, Filings):
        return said(term.texts)
    if isinstance(term, pl.DataFrame):
        return str(term.drop("content", strict=False).rows())
    if isinstance(term, tuple):
        return " ".join(map(said, term))
    return ""


@pytest.mark.parametrize(
    "step",
    [
        "prepare",
        *(pytest.param(step, marks=pytest.mark.slow) for step in ("known_before", "with_past", "sums_of", "check")),
        *(pytest.param(step, marks=pytest.mark.slow) for step in ("describe", "overlooked", "by_themselves")),
    ],
)
def test_only_the_file_on_which_the_check_itself_fails_is_held_back_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    put(workspace, "so-noi-vu", MONDAY, "Đất đai;1;2;3", "Bẫy;1;2;4")
    put(workspace, "so-y-te", MONDAY, "Đất đai;2;2;4", tag="_2")
    trapped(monkeypatch, step)
    day = to_lake(workspace, MONDAY)
    assert outcomes(day) == {"so-y-te": "accepted", "so-noi-vu": "quarantined", "ubnd-huyen-a": "accepted"}
    [held] = day.stored.filter(status="quarantined").iter_rows(named=True)
    assert held["reason"] == "readable"
    assert "KeyError, test_contained.py:" in findings_of(workspace)
    assert "secret" not in findings_of(workspace)
    assert to_lake(workspace, MONDAY).stored.is_empty(), "the same bytes are not tried again"


_BIG = 2**62  # two of them are too large for a column of the lake
_RECORD = '[{"Lĩnh vực": "%s", "Trực tuyến": 1, "Trực tiếp": 2, "Tổng số": 3}]'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_RECORD % "Đất\\u0000đai", "ô có ký tự không hợp lệ"),
        (_RECORD % "Đất\\ud800đai", "ô có ký tự không hợp lệ"),
        (f"Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;{_BIG};0;{_BIG}\nHộ tịch;{_BIG};0;{_BIG}\n", "số nguyên"),
        (json.dumps([GOOD | {"NgayTra": "00000101000000", "DonViXuLy": ""}]), "ngày phải đọc được"),
        (json.dumps([GOOD | {"NgayHenTra": "9999-12-31", "DonViXuLy": ""}]), "ngày phải đọc được"),
    ],
)
def test_what_the_lake_could_not_hold_is_refused_before(tmp_path: Path, content: str, said: str) -> None:
    settings = '[units.so-noi-vu]\ncontract = "cases"\n' if "MaHoSo" in content else ""
    workspace = small_workspace(tmp_path / "w", settings)
    put_all(workspace, MONDAY)
    put(workspace, "so-noi-vu", MONDAY, content=content.encode())
    day = to_lake(workspace, MONDAY)
    assert outcomes(day) == {"so-y-te": "accepted", "so-noi-vu": "quarantined", "ubnd-huyen-a": "accepted"}
    assert said in " ".join(day.findings["message"])


def test_a_row_that_cannot_be_stored_holds_back_its_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = tables.daily_counts

    def without_total(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
        total = pl.when(pl.col("field") != "Bẫy").then("total")
        return right(rows, contract).with_columns(total=total)

    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    put(workspace, "so-noi-vu", MONDAY, "Bẫy;1;2;3")
    monkeypatch.setattr(tables, "daily_counts", without_total)
    day = to_lake(workspace, MONDAY)
    assert outcomes(day) == {"so-y-te": "accepted", "so-noi-vu": "quarantined", "ubnd-huyen-a": "accepted"}
    assert "ValueError, commit.py:" in findings_of(workspace)


def findings_of(workspace: Workspace) -> str:
    """The messages on rejected files, as the lake keeps them."""
    with lake_of(workspace) as lake, lake.snapshot() as cursor:
        return "; ".join(row[0] for row in cursor.execute("SELECT sample FROM lake.check_results").fetchall() if row[0])


@pytest.mark.slow
def test_an_error_of_the_program_that_is_about_no_file_holds_nobody_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    trapped(monkeypatch, "prepare", "Đất đai")
    with pytest.raises(KeyError):
        to_lake(workspace, MONDAY)
    monkeypatch.undo()
    assert outcomes(to_lake(workspace, MONDAY)) == dict.fromkeys(("so-y-te", "so-noi-vu", "ubnd-huyen-a"), "accepted")


@pytest.mark.slow
def test_a_file_whose_reader_is_ended_is_held_back_and_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = small_workspace(tmp_path / "w", "[run]\nread_seconds = 1\n")
    put_all(workspace, MONDAY)
    put(workspace, "so-noi-vu", MONDAY, '"Đất đai treo";1;2;3')
    reading.end_workers()
    monkeypatch.setattr(reading, "command", traps.command)
    monkeypatch.setattr(reading, "_PATIENCE", 60)
    day = to_lake(workspace, MONDAY)
    reading.end_workers()
    assert outcomes(day) == {"so-y-te": "accepted", "so-noi-vu": "quarantined", "ubnd-huyen-a": "accepted"}
    assert "đọc tệp này quá 1 giây" in findings_of(workspace)
    monkeypatch.setattr(reading, "command", None)  # nothing is read again
    for later in (MONDAY, MONDAY + timedelta(days=1)):
        assert to_lake(workspace, later).stored.is_empty()


@pytest.mark.slow
@pytest.mark.parametrize("total", [3, 4])
def test_once_the_limit_is_raised_the_stored_file_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: int
) -> None:
    workspace = small_workspace(tmp_path / "w", "[run]\nread_seconds = 1\n")
    put_all(workspace, MONDAY)
    put(workspace, "so-noi-vu", MONDAY, f'"Đất đai treo";1;2;{total}')
    reading.end_workers()
    with monkeypatch.context() as trapped_workers:
        trapped_workers.setattr(reading, "command", traps.command)
        trapped_workers.setattr(reading, "_PATIENCE", 60)
        held = to_lake(workspace, MONDAY).stored.filter(status="quarantined")["delivery_id"].item()
        assert "tăng read_seconds ở [run] của tyle.toml, rồi cho đọc lại: tyle quarantine release" in findings_of(
            workspace
        )
    reading.end_workers()
    (workspace.root / "tyle.toml").write_text("[run]\nread_seconds = 60\n", encoding="utf-8")
    decision = Decision(held, "An", "đã tăng read_seconds", morning_after(MONDAY) + timedelta(hours=1))
    with lake_of(open_workspace(workspace.root)) as lake:
        if total != 3:  # nobody has seen yet that the total is wrong
            with pytest.raises(DecisionError, match=r"nay đọc được, nhưng trái quy tắc; dòng 2.*thêm --override"):
                release(workspace, lake, decision)
        released = release(workspace, lake, decision, override=total != 3)
    assert released.totals["total"] == total
    assert released.overridden == (() if total == 3 else ("total_is_sum",))
