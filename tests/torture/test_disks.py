"""A full disk and folders that cannot be written: one clear line, nothing lost, completed later."""

import pytest

from tests.torture.disks import Trial, trials

# KB left, which end at the catalog, the commit, the workbench, the published file; and folders that are full
SPACES = ("0", "200", "1000", "2500", "full:landing", "full:gx")
FOLDERS = ("landing", "lake", "published", "gx", "inbox")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def done() -> dict[str, Trial]:
    return {trial.fault: trial for trial in trials(*SPACES, *FOLDERS)}


@pytest.mark.parametrize("fault", [*SPACES, *FOLDERS])
def test_a_day_in_want_loses_nothing_and_completes_afterwards(done: dict[str, Trial], fault: str) -> None:
    trial = done[fault]
    assert trial.wrong == []
    assert trial.drafts == []
    assert trial.again == 0


@pytest.mark.parametrize("space", SPACES)
def test_a_full_disk_is_one_line_with_the_place_and_what_to_do(done: dict[str, Trial], space: str) -> None:
    assert done[space].code == 1
    (_, line) = done[space].err
    assert line.startswith("tyle: ")
    assert "/w/" in line
    assert "giải phóng chỗ" in line


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder != "inbox"])
def test_a_read_only_folder_is_one_line_with_the_place_and_what_to_do(done: dict[str, Trial], folder: str) -> None:
    assert done[folder].code == 1
    (_, line) = done[folder].err
    assert line.startswith("tyle: ")
    assert f"/w/{folder}/" in line
    assert "Hãy cho phép ghi" in line


def test_a_read_only_inbox_is_enough(done: dict[str, Trial]) -> None:
    assert done["inbox"].code == 0
