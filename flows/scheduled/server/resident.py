"""The resident process of a worker: imports once what runs import, then forks a process for each run.

`python -m flows.scheduled.server.resident NAME PARENT` (Linux). flows/scheduled/server/worker.py starts it, and
flows/scheduled/server/forked.py asks it for a run. A forked process is what `python -m prefect.engine` would be once it
has imported everything. The resident process itself calls no library, so that none has a thread or a lock to fork.
"""

import gc
import os
import runpy
import socket
import sys
import warnings
from importlib import import_module
from pathlib import Path

from flows.runs.garbage import search_seldom
from flows.scheduled.server import forked
from flows.scheduled.server.children import end_with_parent
from flows.scheduled.server.forking import Forking, Run, installed

UNSAFE = 69  # exit code
# Threads of libraries that may exist at a fork: they give memory back, or wait for work that begins after the fork. Any
# other, such as one of a pool of polars, may hold a lock for which the forked process would wait for ever.
_HARMLESS = frozenset({"jemalloc_bg_thd", "polars-ooc-clea"})
# What a run imports only once it is under way; a test names what is missing here.
_LATE = (
    *("prefect.flow_engine", "prefect._internal.metrics"),
    *("duckdb_extension_ducklake", "duckdb_extension_sqlite_scanner", "jinja2.ext"),
    *("polars._utils.udfs", "pyarrow.dataset", "pyarrow.pandas_compat"),
    *("expectations.pages", "expectations.results", "reference", "reports.site.pages", "sources.folder"),
)


class UnsafeError(RuntimeError):
    """This process must not fork; the message is one line."""


def bound(name: str) -> socket.socket:
    """A socket with this name, which does not listen yet. Raises UnsafeError where the system allows none."""
    try:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(forked.address(name))
    except OSError as error:
        raise UnsafeError(f"no socket: {error.strerror}") from error
    return listener


def preload() -> None:
    """Import what runs import, but for the flows: these read settings of their run when they are imported.

    Raises UnsafeError where a library has started a thread that a forked process would lack.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else numpy starts threads, which nothing here needs
    from expectations.judge import warm_up  # noqa: PLC0415
    from flows.scheduled.server.deployment_file import SHIPPED, entries  # noqa: PLC0415
    from warehouse.lake.connections import close_idle  # noqa: PLC0415

    warm_up()
    flows = [str(entry["entrypoint"]).rpartition(".")[0] for entry in entries(SHIPPED, "deployments")]
    for name in (*_LATE, *flows):
        import_module(name)
    for name in flows:
        del sys.modules[name]
    close_idle()
    search_seldom()
    gc.collect()
    gc.freeze()  # else a forked process copies what it never changes
    if strange := sorted(_threads() - _HARMLESS):
        raise UnsafeError(f"threads that a forked process would lack: {', '.join(strange)}")


def become(run: Run) -> None:
    """Make this forked process what `python -m prefect.engine` would be: environment, folder, output, settings."""
    from prefect.context import refresh_global_settings_context  # noqa: PLC0415 - as late as runs import it
    from prefect.logging.configuration import setup_logging  # noqa: PLC0415

    for file, number in zip(run.files, (1, 2), strict=True):
        os.dup2(file, number)
        os.close(file)
    os.chdir(run.folder)
    os.environ.clear()
    os.environ.update(run.environment)
    sys.argv = [forked.ENGINE]
    if not sys.flags.safe_path:
        sys.path[0] = run.folder
    sys.modules.pop(forked.ENGINE, None)  # it is run anew, as the main module
    refresh_global_settings_context()
    setup_logging()


def main(name: str, parent: int) -> None:
    """Import, listen, fork; begin anew once what was imported has changed and no run is left."""
    end_with_parent(parent)
    warnings.filterwarnings("ignore", ".*multi-threaded, use of fork", DeprecationWarning)
    environment = dict(os.environ)
    try:
        listener = bound(name)
        preload()
    except UnsafeError as error:
        sys.stderr.write(f"tyle: each run starts a Python of its own: {error}\n")
        sys.exit(UNSAFE)
    added = dict(set(os.environ.items()) - set(environment.items()))
    forking = Forking(listener, environment, added, installed())
    listener.listen()  # whoever asked before ran by itself
    run = forking.next_run()
    if run:
        become(run)
        runpy.run_module(forked.ENGINE, run_name="__main__", alter_sys=True)
    elif forking.changed:
        os.execve(sys.executable, command(name, parent), environment)  # noqa: S606


def command(name: str, parent: int) -> list[str]:
    """How this is started."""
    return [sys.executable, "-m", "flows.scheduled.server.resident", name, str(parent)]


def _threads() -> set[str]:
    """The names of this process's threads but the main one."""
    others = (task for task in Path("/proc/self/task").iterdir() if task.name != str(os.getpid()))
    return {(task / "comm").read_text(encoding="utf-8").strip() for task in others}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
