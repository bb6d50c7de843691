"""Links, pipes and names that are no text among the exports: no link is followed, no source stops."""

import os
from pathlib import Path

import pytest

from sources.export import SourceError, Window
from tests.sources.pulling import FIRST, LAST, NOW, UNIT, failure, pull
from tests.sources.test_folder import put

INBOX = "inbox/so-y-te"


def taken_and_failure(root: Path, **own: str) -> tuple[list[str], str]:
    """The names of the exports that were had, and why the source failed after them."""
    from flows.intake.clients import pull_source
    from flows.settings.sources import FolderSource

    found: list[str] = []
    exports = pull_source(FolderSource.model_validate(own), UNIT, Window(FIRST, LAST, NOW), root, {})
    with pytest.raises(SourceError) as caught:
        found.extend(export.name for export in exports)
    return found, str(caught.value)


@pytest.mark.parametrize("target", ["/proc/self/environ", "secret.csv", "gone"])
def test_a_link_is_named_and_not_followed(tmp_path: Path, target: str) -> None:
    put(tmp_path, "secret.csv", b"token")
    put(tmp_path / INBOX, "2022-08-02.csv")
    (tmp_path / INBOX / "2022-08-01.csv").symlink_to(tmp_path / target)
    found, message = taken_and_failure(tmp_path)
    assert found == ["2022-08-02.csv"]
    assert message.startswith(f"{INBOX}/2022-08-01.csv: là liên kết")


def test_a_link_on_the_way_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "so-y-te.csv", b"token")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2022-08-01").symlink_to(tmp_path / "elsewhere")
    message = failure({"path": "in", "name": "{date}/{unit_id}.csv"}, tmp_path)
    assert message.startswith("in/2022-08-01/so-y-te.csv: là liên kết")


def test_a_folder_that_an_administrator_linked_is_read(tmp_path: Path) -> None:
    put(tmp_path / "share" / "so-y-te", "2022-08-01.csv")
    (tmp_path / "inbox").symlink_to(tmp_path / "share")
    assert [export.name for export in pull({}, tmp_path)] == ["2022-08-01.csv"]


def test_a_pipe_is_named_and_not_waited_for(tmp_path: Path) -> None:
    put(tmp_path / INBOX, "2022-08-02.csv")
    os.mkfifo(tmp_path / INBOX / "2022-08-01.csv")
    found, message = taken_and_failure(tmp_path)
    assert found == ["2022-08-02.csv"]
    assert message == f"{INBOX}/2022-08-01.csv: không phải tệp thường"


@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_what_takes_the_place_of_a_file_after_the_look_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    from sources import folder

    path = put(tmp_path / INBOX, "2022-08-01.csv", b"12345")
    put(tmp_path, "secret.csv", b"token")
    looked = folder._matching

    def swapped(*terms: object) -> object:
        found = looked(*terms)  # type: ignore[arg-type]
        path.unlink()
        if kind == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to(tmp_path / "secret.csv")
        return found

    monkeypatch.setattr(folder, "_matching", swapped)
    message = failure({}, tmp_path)
    assert message.startswith(f"{INBOX}/2022-08-01.csv: ")


def test_a_name_that_is_no_utf_8_is_an_export_like_others(tmp_path: Path) -> None:
    folder = put(tmp_path / INBOX, "2022-08-02.csv").parent
    put(folder, os.fsdecode(b"2022-08-01 b\xe9.csv"))
    first, second = pull({}, tmp_path)
    assert (first.name, second.name) == (r"2022-08-01 b\xe9.csv", "2022-08-02.csv")
    assert first.uri == rf"{INBOX}/2022-08-01 b\xe9.csv"
