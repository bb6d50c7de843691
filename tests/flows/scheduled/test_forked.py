"""Runs that a resident process forks: what they get, how they end, and what ends with what.

The resident process here imports nothing, and a run is the text in its variable PREFECT_DO. The real one, in a worker,
is in tests/operation.
"""

import os
import signal
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.server import PROJECT, until

NOT_STARTED = 99
RESIDENT = """
import os, socket, sys
from flows.scheduled.server import forked
from flows.scheduled.server.forking import Forking, installed

with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(forked.address(sys.argv[1]))
    listener.listen()
    forking = Forking(listener, dict(os.environ), {"LIBRARY": "1"}, installed(sys.argv[2:]))
    print("listens", flush=True)
    run = forking.next_run()
if run:
    os.dup2(run.files[0], 1)
    os.chdir(run.folder)
    os.environ.clear()
    os.environ.update(run.environment)
    exec(run.environment["PREFECT_DO"])
else:
    print("changed" if forking.changed else "ended", flush=True)
"""
ASKS = f"""
import sys
from flows.scheduled.server import forked

code = forked.ask(sys.argv[1])
sys.exit({NOT_STARTED} if code is None else code % 256)
"""
WAITS = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print(os.getpid(), flush=True)
time.sleep(60)
"""
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)}


class Resident:
    """A resident process, and programs that ask it."""

    def __init__(self, *installed: Path) -> None:
        self.name = f"tyle-test-{uuid.uuid4()}"
        self.process = started(RESIDENT, ENVIRONMENT, self.name, *map(str, installed))
        assert line(self.process) == "listens"

    def ask(self, do: str, folder: Path = PROJECT, **variables: str) -> "subprocess.Popen[str]":
        return started(ASKS, ENVIRONMENT | {"PREFECT_DO": textwrap.dedent(do)} | variables, self.name, folder=folder)

    def code(self, do: str, **variables: str) -> int:
        with self.ask(do, **variables) as asks:
            return asks.wait(30)


def started(
    program: str, environment: dict[str, str], *arguments: str, folder: Path = PROJECT
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def gone(process: int) -> bool:
    """Whether a process has ended; what nobody waits for any more counts as ended."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


@pytest.fixture
def resident() -> Iterator[Resident]:
    made = Resident()
    yield made
    made.process.kill()
    made.process.wait()


def test_a_run_has_the_environment_folder_and_output_of_who_asked(resident: Resident, tmp_path: Path) -> None:
    does = "print(os.environ['TYLE_WORKSPACE'], os.getcwd(), os.getppid(), os.getpgid(0) == os.getpid())"
    with resident.ask(does, tmp_path, TYLE_WORKSPACE="/srv/tỷ lệ") as asks:
        assert line(asks) == f"/srv/tỷ lệ {tmp_path} {resident.process.pid} True"
        assert asks.wait(30) == 0


@pytest.mark.parametrize(
    ("does", "code"),
    [
        ("sys.exit(3)", 3),
        ("raise ValueError", 1),
        ("os.kill(os.getpid(), 11)", -signal.SIGSEGV % 256),
        ("os.kill(os.getpid(), 9)", -signal.SIGKILL % 256),
    ],
)
def test_a_run_ends_as_it_would_by_itself_and_takes_nobody_along(resident: Resident, does: str, code: int) -> None:
    assert resident.code(does) == code
    assert resident.code("sys.exit(0)") == 0


def test_runs_side_by_side_end_each_with_its_own_code(resident: Resident) -> None:
    asked = [resident.ask(WAITS) for _ in range(3)]
    for asks in asked:
        line(asks)
    assert resident.code("sys.exit(5)") == 5
    asked[1].terminate()
    assert asked[1].wait(30) == 7
    assert [asks.poll() for asks in asked] == [None, 7, None]
    for asks in (asked[0], asked[2]):
        asks.terminate()
        assert asks.wait(30) == 7


def test_a_run_whose_asker_is_killed_is_killed_with_what_it_started(resident: Resident) -> None:
    does = "import subprocess; print(os.getpid(), subprocess.Popen(['sleep', '60']).pid, flush=True); os.wait()"
    with resident.ask(does) as asks:
        processes = [int(word) for word in line(asks).split()]
        asks.kill()
    until(lambda: all(map(gone, processes)), 30)
    assert resident.code("sys.exit(0)") == 0


def test_once_it_is_asked_to_end_it_takes_no_more_and_ends_with_its_last_run(resident: Resident) -> None:
    with resident.ask(WAITS) as asks:
        line(asks)
        resident.process.terminate()
        until(lambda: resident.code("sys.exit(0)") == NOT_STARTED, 30)
        assert resident.process.poll() is None
        asks.terminate()
        assert asks.wait(30) == 7
    assert line(resident.process) == "ended"
    assert resident.process.wait(30) == 0


def test_where_it_is_killed_its_runs_are_asked_to_end_and_fail(resident: Resident) -> None:
    with resident.ask(WAITS) as asks:
        run = int(line(asks))
        resident.process.kill()
        assert asks.wait(30) == 1
        until(lambda: gone(run), 30)


def test_once_what_it_imported_has_changed_it_refuses_and_ends_with_its_last_run(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("1")
    resident = Resident(module)
    with resident.ask(WAITS) as asks:
        line(asks)
        module.write_text("22")
        assert resident.code("sys.exit(0)") == NOT_STARTED
        assert resident.code("sys.exit(0)") == NOT_STARTED
        asks.terminate()
        assert asks.wait(30) == 7
    assert line(resident.process) == "changed"
    assert resident.process.wait(30) == 0


def test_a_run_with_variables_that_libraries_read_when_they_are_imported_is_refused(resident: Resident) -> None:
    assert resident.code("sys.exit(0)", POLARS_MAX_THREADS="1") == NOT_STARTED
    assert resident.code("sys.exit(0)", PREFECT_FLOWS_DEFAULT_RETRIES="2") == 0
    library = "sys.exit(int(os.environ['LIBRARY']))"  # set by what was imported
    assert (resident.code(library), resident.code(library, LIBRARY="2")) == (1, 2)


def test_nobody_listens_or_it_belongs_to_somebody_else(resident: Resident) -> None:
    asks = f"import os; own = os.getuid(); os.getuid = lambda: own + 1\n{ASKS}"
    with started(asks, ENVIRONMENT | {"PREFECT_DO": "sys.exit(0)"}, resident.name) as stranger:
        assert stranger.wait(30) == NOT_STARTED
    with started(ASKS, ENVIRONMENT, "tyle-nobody") as lonely:
        assert lonely.wait(30) == NOT_STARTED
