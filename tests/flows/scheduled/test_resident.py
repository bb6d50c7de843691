"""What the resident process has imported when it forks, and that a forked process computes a day with it."""

import subprocess
import sys
from pathlib import Path

from tests.end_to_end.server import PROJECT
from tests.flows.workspaces import MONDAY, put_all, small_workspace

# A forked process runs a day and reports what it had to import for it.
DAY = """
import os, sys
from pathlib import Path
from flows.scheduled.server.resident import preload

preload()
before = set(sys.modules)
# imported by each run, as @flow reads the run's retries when it is imported
assert not before & {"flows.scheduled.daily", "flows.scheduled.close"}
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
from flows.settings.workspace import open_workspace
from tests.flows.workspaces import MONDAY, run

result = run(open_workspace(Path(sys.argv[1])), MONDAY)
assert result.published.publication and result.held_back.is_empty()
others = {"tests", "demo", *sys.stdlib_module_names}
print(*sorted(name for name in set(sys.modules) - before if name.split(".")[0] not in others))
"""


def program(text: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", text, *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_forked_process_runs_a_day_and_imports_nothing_for_it(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    assert program(DAY, str(workspace.root)) == []


def test_once_a_library_has_a_pool_of_threads_nothing_is_forked() -> None:
    refused = """
import polars
from flows.scheduled.server.resident import UnsafeError, preload

polars.thread_pool_size()
try:
    preload()
except UnsafeError as error:
    print(error)
"""
    said = " ".join(program(refused))
    assert said.startswith("threads that a forked process would lack: polars-")
