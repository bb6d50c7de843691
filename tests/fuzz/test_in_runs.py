"""Each kind of file of the fuzzers in a run of 26 good units: the other 25 are published, always."""

import shutil
from pathlib import Path

import pytest

from flows.intake import reading
from flows.settings.workspace import Workspace, open_workspace
from tests.flows.workspaces import MONDAY, outcomes, run, to_lake
from tests.fuzz.in_runs import BAD, broken_files, put_broken, stopped, workspace_of_26
from tests.fuzz.seeds import READERS
from tests.transforms.bombs import BOMBS, LIARS

FILES = 20  # of each format


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_of_26(tmp_path_factory.mktemp("prepared") / "w").root


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> Workspace:
    return open_workspace(Path(shutil.copytree(prepared, tmp_path / "w")))


def test_25_units_are_published_whatever_the_26th_sends(workspace: Workspace) -> None:
    put_broken(workspace, [broken_files(reader, 1, 7)[0] for reader in READERS])
    day = run(workspace, MONDAY)
    assert stopped(day, len(READERS)) == ""
    assert day.published is not None


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_broken_files_of_a_format_stop_no_run(workspace: Workspace, reader: str) -> None:
    put_broken(workspace, broken_files(reader, FILES, 1))
    assert stopped(to_lake(workspace, MONDAY), FILES) == ""


@pytest.mark.nightly
def test_files_made_to_exhaust_the_machine_stop_no_run_and_are_not_read_again(workspace: Workspace) -> None:
    made = [make for name, make in (BOMBS | LIARS).items() if name != "text beyond the limit"]  # which is not fetched
    put_broken(workspace, [make() for make in made])
    day = to_lake(workspace, MONDAY)
    assert stopped(day, len(made)) == ""
    assert outcomes(day)[BAD] == "quarantined"
    reading.end_workers()
    assert to_lake(workspace, MONDAY).stored.is_empty()
    assert not reading._all, "nothing was read again"
