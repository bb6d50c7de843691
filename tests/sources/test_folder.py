"""Exports in a folder: which files they are, and when a file is finished."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.intake.clients import pull_source
from flows.settings.sources import FolderSource
from sources.export import Export, SourceError, UnreachableError, Window, within
from tests.sources.pulling import FIRST, LAST, NOW, UNIT, failure, pull

DAYS_LATER = datetime(2022, 8, 9)


def put(folder: Path, name: str, content: bytes = b"x", at: datetime = datetime(2022, 8, 2, 9, 30)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    moment = at.replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def exports(root: Path, name: str = "{date}*", **own: Any) -> list[Export]:
    return pull({"path": "inbox/{unit_id}", "name": name} | own, root)


def names(root: Path, name: str = "{date}*", **own: Any) -> list[str]:
    return [export.name for export in exports(root, name, **own)]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox" / "so-y-te"
    folder.mkdir(parents=True)
    return folder


def test_the_files_of_the_days_asked_for_in_order_of_their_names(inbox: Path, tmp_path: Path) -> None:
    for name in ("2022-08-02.xlsx", "2022-08-01.csv", "2022-08-01_lan2.csv", "2022-08-04.csv", "ghi-chu.txt"):
        put(inbox, name, name.encode())
    found = exports(tmp_path)
    assert [export.name for export in found] == ["2022-08-01.csv", "2022-08-01_lan2.csv", "2022-08-02.xlsx"]
    assert found[0].uri == "inbox/so-y-te/2022-08-01.csv"
    assert found[0].content == b"2022-08-01.csv"
    assert found[0].business_date == FIRST
    assert found[0].modified_at == datetime(2022, 8, 2, 9, 30)


def test_a_file_outside_the_workspace_is_named_in_full(tmp_path: Path) -> None:
    put(tmp_path, "2022-08-01.csv")
    (export,) = pull({"path": str(tmp_path)}, tmp_path / "elsewhere")
    assert export.uri.startswith("file:///")


@pytest.mark.parametrize("name", ["2022-08-01.csv.part", ".2022-08-01.csv", "~2022-08-01.csv", "2022-08-01.tmp"])
def test_unfinished_files_are_left_alone(inbox: Path, tmp_path: Path, name: str) -> None:
    put(inbox, name)
    assert names(tmp_path, "*{date}*") == []


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("bao-cao_{date}.xls?", "bao-cao_2022-08-01.xlsx"),
        ("*{date}*", "tong hop (2022-08-01) v2.csv"),
        ("{code}_{date:%d.%m.%y}.*", "H55.09_01.08.22.xls"),
        ("{date:%Y}-{date:%Y%m%d}.csv", "2022-20220801.csv"),
    ],
)
def test_patterns(inbox: Path, tmp_path: Path, pattern: str, name: str) -> None:
    put(inbox, name)
    put(inbox, "other.csv")
    put(inbox, "2021-20220801.csv")
    assert names(tmp_path, pattern) == [name]


def test_a_day_that_does_not_exist_is_no_export(inbox: Path, tmp_path: Path) -> None:
    put(inbox, "2022-08-45.csv")
    assert names(tmp_path) == []


def test_no_folder_is_no_export(tmp_path: Path) -> None:
    assert names(tmp_path) == []


def test_a_unit_without_a_code_cannot_be_asked_by_code(tmp_path: Path) -> None:
    from sources.templates import UnitAddress

    window = Window(FIRST, FIRST, NOW)
    with pytest.raises(SourceError, match=r"so-y-te: chưa có mã"):
        list(pull_source(FolderSource(path="inbox/{code}"), UnitAddress("so-y-te"), window, tmp_path, {}))


# --- files that may still be being written ---


def test_a_file_put_there_just_now_is_taken_once_it_has_not_changed_for_a_while(inbox: Path, tmp_path: Path) -> None:
    put(inbox, "2022-08-01.csv", at=NOW)
    assert len(exports(tmp_path, settle_seconds=0.1)) == 1


def test_a_file_that_has_not_changed_for_long_is_not_waited_for(inbox: Path, tmp_path: Path) -> None:
    put(inbox, "2022-08-01.csv", at=DAYS_LATER)
    assert len(exports(tmp_path, settle_seconds=600)) == 1


@pytest.mark.parametrize("grows", [True, False])
def test_a_file_that_changes_is_left_for_the_next_run_and_the_others_are_had(
    inbox: Path, tmp_path: Path, grows: bool
) -> None:
    put(inbox, "2022-08-01.csv")
    changing = put(inbox, "2022-08-02.csv", at=NOW)
    stopped = threading.Event()

    def change() -> None:
        with changing.open("r+b") as file:
            while not stopped.wait(0.02):
                file.seek(0, os.SEEK_END if grows else os.SEEK_SET)
                file.write(b"y")
                file.flush()

    writer = threading.Thread(target=change)
    writer.start()
    try:
        message = failure({"settle_seconds": 0.5}, tmp_path)
    finally:
        stopped.set()
        writer.join()
    assert message == "inbox/so-y-te/2022-08-02.csv: tệp đang được ghi; lần chạy sau sẽ lấy"
    assert names(tmp_path, settle_seconds=0.1) == ["2022-08-01.csv", "2022-08-02.csv"]


def test_a_file_too_large_is_refused_by_name_after_the_others_were_had(inbox: Path, tmp_path: Path) -> None:
    from sources.export import Window
    from tests.sources.pulling import LAST, UNIT

    put(inbox, "2022-08-01.csv", b"x" * 2000)
    put(inbox, "2022-08-02.csv", b"x" * 900)
    found = pull_source(FolderSource(max_mb=0.001), UNIT, Window(FIRST, LAST, NOW), tmp_path, {})
    assert next(found).name == "2022-08-02.csv"
    with pytest.raises(SourceError, match=r"^inbox/so-y-te/2022-08-01.csv: lớn hơn 0\.001 MB$"):
        next(found)


def test_a_run_on_folders_starts_without_the_clients_of_other_sources() -> None:
    import subprocess
    import sys

    code = (
        "import sys, flows.intake.clients, sources.folder\n"
        "heavy = {'asyncssh', 'httpx', 'psycopg', 'obstore', 'tenacity', 'msgspec', 'prefect'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_pattern_may_have_folders_of_its_own(tmp_path: Path) -> None:
    for name in ("2022-08-01/H55.09.csv", "2022-08-01/H55.10.csv", "2022-08-02/H55.09.csv", "2022-07-31/H55.09.csv"):
        put((tmp_path / "in" / name).parent, Path(name).name)
    put(tmp_path / "in", "H55.09.csv")
    found = exports(tmp_path, "{date}/{code}*", path="in")
    assert [(export.uri, export.name, export.business_date) for export in found] == [
        ("in/2022-08-01/H55.09.csv", "H55.09.csv", FIRST),
        ("in/2022-08-02/H55.09.csv", "H55.09.csv", LAST),
    ]


def test_brackets_in_a_pattern_are_brackets(tmp_path: Path) -> None:
    put(tmp_path / "in" / "[2022-08-01]", "a.csv")
    assert names(tmp_path, "[{date}]/a*", path="in") == ["a.csv"]


def test_what_is_too_large_together_is_named_for_each_day_beside_other_faults() -> None:
    def several() -> Iterator[Export]:
        for day, name, size in ((FIRST, "a", 600), (FIRST, "b", 600), (FIRST, "c", 400), (LAST, "d", 1000)):
            yield Export(day, name, name, None, b"x" * size)
        raise UnreachableError("e: đang được ghi")

    taken: list[str] = []
    with pytest.raises(UnreachableError, match="e: đang được ghi") as caught:
        taken.extend(one.name for one in within(several(), 1000 / 1024 / 1024))
    assert taken == ["a", "c", "d"]
    assert f"ngày {FIRST}: các tệp cộng lại lớn hơn 0.0009537 MB; không lấy b (" in str(caught.value)
    assert "không lấy 1 tệp (" in (caught.value.unnamed or "")


def test_only_so_many_files_of_a_day_are_fetched_and_the_others_are_named(inbox: Path, tmp_path: Path) -> None:
    for number in range(300):
        put(inbox, f"2022-08-01_{number:03}.csv")
    put(inbox, "2022-08-02.csv")
    window = Window(FIRST, LAST, NOW, files_per_day=5)
    found: list[str] = []
    with pytest.raises(SourceError) as caught:
        found.extend(one.name for one in pull_source(FolderSource(), UNIT, window, tmp_path, {}))
    line = str(caught.value)
    assert "ngày 2022-08-01: có 300 tệp, chỉ lấy 5 tệp đầu theo tên" in line
    assert "2022-08-01_005.csv, 2022-08-01_006.csv, 2022-08-01_007.csv và 292 tệp khác" in line
    assert "2022-08-02" not in line
    assert len(line.splitlines()) == 1
