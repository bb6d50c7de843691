"""Whatever goes wrong with one unit's source or file stays there: the other units of the day count."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.intake import pull
from sources.export import Export
from tests.flows.workspaces import MONDAY, outcomes, put, put_all, small_workspace, to_lake


@pytest.mark.slow
def test_an_error_that_no_source_should_raise_is_that_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    asked = pull.pull_source

    def failing(source: Any, unit: Any, *terms: Any) -> Iterator[Export]:
        if unit.unit_id == "so-noi-vu":
            raise ValueError("user:password")
        yield from asked(source, unit, *terms)

    monkeypatch.setattr(pull, "pull_source", failing)
    day = to_lake(workspace, MONDAY)
    assert outcomes(day) == {"so-y-te": "accepted", "so-noi-vu": "missing", "ubnd-huyen-a": "accepted"}
    assert list(day.failures) == ["so-noi-vu"]
    assert "ValueError, test_contained.py:" in day.failures["so-noi-vu"]
    assert "password" not in day.failures["so-noi-vu"]


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
