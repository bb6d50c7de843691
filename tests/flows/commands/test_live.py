"""`tyle status --live` beside a run in a process of its own, which waits at a source until the test lets it go on."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Timer

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from flows.cli import main
from flows.runs.diary import FOLDER, RunRecord, runs, under_way
from flows.settings.workspace import Workspace
from tests.end_to_end.server import PROJECT, until
from tests.flows.workspaces import HEADER, MONDAY, put, small_workspace

SOURCE = """
[run]
lookback_days = 0
[units.so-noi-vu.source]
kind = "http"
url = "{url}"
"""
STEPS = ["pull", "land", "check summary", "commit", "publish", "site", "docs", "alert"]


@pytest.fixture
def go_on() -> Event:
    return Event()


@pytest.fixture
def workspace(tmp_path: Path, httpserver: HTTPServer, go_on: Event) -> Iterator[Workspace]:
    """A day with a right export, a wrong one, and one whose source answers only once the test says so."""

    def answer(_: Request) -> Response:
        go_on.wait(60)
        return Response(f"{HEADER}\nĐất đai;1;2;3\n")

    httpserver.expect_request(f"/{MONDAY}.csv").respond_with_handler(answer)
    made = small_workspace(tmp_path / "w", SOURCE.format(url=httpserver.url_for("/{date}.csv")))
    put(made, "so-y-te", MONDAY, "Đất đai;1;2;4")
    put(made, "ubnd-huyen-a", MONDAY, "Đất đai;1;2;3")
    yield made
    go_on.set()


@contextmanager
def tyle(workspace: Workspace, *arguments: str, out: int = subprocess.PIPE) -> Iterator["subprocess.Popen[str]"]:
    """A command in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TYLE_"))}
    command = [sys.executable, "-m", "flows", *arguments, "--workspace", str(workspace.root)]
    environment = clean | {"PYTHONPATH": str(PROJECT), "TERM": "xterm", "COLUMNS": "100", "LINES": "30"}
    with subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=PROJECT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def waiting(workspace: Workspace) -> Iterator["subprocess.Popen[str]"]:
    """A run of the day that waits at its source."""
    with tyle(workspace, "run", "--date", str(MONDAY)) as run:
        until(lambda: [step for found in runs(workspace.root) for step in found.steps if step.done])
        yield run


@contextmanager
def terminal(workspace: Workspace) -> Iterator[tuple["subprocess.Popen[str]", Callable[[], str]]]:
    """The command on a terminal, and a function that gives the text it has written there."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    written = bytearray()

    def screen() -> str:
        with suppress(OSError):  # nothing new, or the command has ended
            while more := os.read(ours, 65536):
                written.extend(more)
        return re.sub(r"\x1b\[[0-9;]*m", "", written.decode("utf-8", "replace"))

    try:
        with tyle(workspace, "status", "--live", out=theirs) as process:
            yield process, screen
    finally:
        os.close(theirs)
        os.close(ours)


def begun(status: "subprocess.Popen[str]") -> str:
    """The first line of a command that follows a run."""
    assert status.stdout
    return status.stdout.readline()


@pytest.mark.slow
def test_a_run_is_followed_until_it_ends(workspace: Workspace, go_on: Event) -> None:
    with waiting(workspace) as run, tyle(workspace, "status", "--live") as status:
        assert re.fullmatch(rf"01/08/2022  chạy từ [\d:]+, \d+ s, tiến trình {run.pid}\n", begun(status))
        assert status.poll() is None
        go_on.set()
        output, _ = status.communicate(timeout=60)
        assert (run.wait(60), status.returncode) == (2, 2)  # a unit is held back
    assert re.findall(r"^01/08/2022  (.+?)(?: 3/3)? \d+\.\d s$", output, re.MULTILINE) == STEPS
    assert "total_is_sum" in output


@pytest.mark.slow
def test_on_a_terminal_it_is_a_screen_that_changes(workspace: Workspace, go_on: Event) -> None:
    with waiting(workspace), terminal(workspace) as (status, screen):
        until(lambda: "đang chờ" in screen())
        assert re.search(r"▸ pull 2/3 \d+ s", screen())
        assert "Sở Y tế" in screen()
        go_on.set()
        until(lambda: screen() and status.poll() is not None)
        shown, stays = screen().split("\x1b[?1049l")
    assert "bị giữ lại" in shown
    assert "total_is_sum" in stays
    assert status.returncode == 2


@pytest.mark.slow
def test_for_machines_it_waits_and_says_how_the_day_stands(
    workspace: Workspace, go_on: Event, capsys: pytest.CaptureFixture[str]
) -> None:
    with waiting(workspace):
        Timer(1, go_on.set).start()
        with pytest.raises(SystemExit) as ended:
            main(["status", "--live", "--json", "--workspace", str(workspace.root)])
    assert ended.value.code == 2
    states = {state["unit_id"]: state["outcome"] for state in json.loads(capsys.readouterr().out)}
    assert states == {"so-y-te": "quarantined", "so-noi-vu": "accepted", "ubnd-huyen-a": "accepted"}


@pytest.mark.slow
def test_a_run_that_is_killed_is_told_as_cut_off(workspace: Workspace) -> None:
    with waiting(workspace) as run, tyle(workspace, "status", "--live") as status:
        begun(status)
        run.kill()
        _, output = status.communicate(timeout=60)
    assert status.returncode == 1
    assert "tyle: 01/08/2022: lần chạy bị cắt ngang" in output


@pytest.mark.slow
def test_where_nothing_runs_it_says_so_and_is_as_ever(workspace: Workspace) -> None:
    with tyle(workspace, "status", "--live", "--date", str(MONDAY)) as status:
        _, output = status.communicate(timeout=60)
    assert output == "Không có lần chạy nào đang diễn ra.\n"
    assert status.returncode == 0


def test_what_a_run_writes_is_what_others_see(tmp_path: Path) -> None:
    def seen() -> list[RunRecord]:
        return runs(tmp_path)

    with under_way(tmp_path, MONDAY, MONDAY) as diary:
        diary.write(step="pull", of=2)
        diary.write(step="pull")
        (run,) = seen()
        assert (run.process, run.ended) == (os.getpid(), None)
        assert [(step.name, step.done, step.of, step.seconds) for step in run.steps] == [("pull", 1, 2, None)]
        with under_way(tmp_path, MONDAY, MONDAY):
            assert [other.ended for other in seen()] == [None, None]
        assert [other.ended for other in seen()] == [None, "done"]
    with pytest.raises(ZeroDivisionError), under_way(tmp_path, MONDAY, MONDAY) as diary:
        raise ZeroDivisionError
    (run,) = seen()  # those before it are gone
    assert run.ended == "failed"


def test_a_run_that_nobody_can_look_at_goes_on(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("")  # no folder can be made there
    with under_way(tmp_path, MONDAY, MONDAY) as diary:
        diary.write(step="pull", of=1)
    assert runs(tmp_path) == []
