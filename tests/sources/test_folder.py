from datetime import date
from pathlib import Path

import pytest

from sources.export import SourceError
from sources.folder import pull_folder

FIRST, LAST = date(2022, 8, 1), date(2022, 8, 3)


def names(folder: Path, pattern: str = "{date}*") -> list[str]:
    return [export.name for export in pull_folder(folder, pattern, FIRST, LAST, folder.parent)]


def test_the_files_of_the_days_asked_for_in_order_of_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "so-y-te"
    folder.mkdir()
    for name in ("2022-08-03.xlsx", "2022-08-01.csv", "2022-08-01_lan2.csv", "2022-08-04.csv", "ghi-chu.txt"):
        (folder / name).write_bytes(name.encode())
    exports = list(pull_folder(folder, "{date}*", FIRST, LAST, tmp_path))
    assert [export.name for export in exports] == ["2022-08-01.csv", "2022-08-01_lan2.csv", "2022-08-03.xlsx"]
    assert exports[0].uri == "so-y-te/2022-08-01.csv"
    assert exports[0].content == b"2022-08-01.csv"
    assert exports[0].business_date == FIRST


def test_a_file_outside_the_workspace_is_named_in_full(tmp_path: Path) -> None:
    (tmp_path / "2022-08-01.csv").write_bytes(b"x")
    (export,) = pull_folder(tmp_path, "{date}*", FIRST, LAST, tmp_path / "elsewhere")
    assert export.uri.startswith("file:///")


@pytest.mark.parametrize("name", ["2022-08-01.csv.part", ".2022-08-01.csv", "~2022-08-01.csv", "2022-08-01.tmp"])
def test_unfinished_files_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert names(tmp_path, "*{date}*") == []


@pytest.mark.parametrize(
    ("pattern", "name"),
    [("bao-cao_{date}.xls?", "bao-cao_2022-08-01.xlsx"), ("*{date}*", "tong hop (2022-08-01) v2.csv")],
)
def test_patterns(tmp_path: Path, pattern: str, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "other.csv").write_bytes(b"x")
    assert names(tmp_path, pattern) == [name]


def test_a_day_that_does_not_exist_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "2022-08-45.csv").write_bytes(b"x")
    assert names(tmp_path) == []


def test_no_folder_is_no_export_but_no_folder_at_all_is_an_error(tmp_path: Path) -> None:
    assert names(tmp_path / "none") == []
    (tmp_path / "2022-08-01.csv").symlink_to(tmp_path / "gone")
    assert names(tmp_path) == []
    with pytest.raises(SourceError, match="thiếu"):
        names(tmp_path, "*.csv")
