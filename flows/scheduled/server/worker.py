"""Prefect's worker, whose runs are forked by a resident process: `python -m flows.scheduled.server.worker …` (Linux).

Takes the arguments of `prefect worker start`, and is that worker but for the command that starts a run.
"""

import os
import runpy
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from prefect.utilities.processutils import command_to_string
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker

from flows.scheduled.server import forked, resident


class Keeper:
    """Starts the resident process of this worker, and starts it again if it dies."""

    def __init__(self) -> None:
        self._name = f"tyle-{os.getpid()}-{secrets.token_hex(8)}"
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Start the resident process, unless it runs, was asked to end, or ended because it must not fork."""
        if self._process and self._process.poll() in {None, 0, resident.UNSAFE}:
            return
        self._process = subprocess.Popen(  # noqa: S603
            resident.command(self._name, os.getpid()), stdin=subprocess.DEVNULL, start_new_session=True
        )

    def asking(self) -> list[str]:
        """The program that has a run forked."""
        return [sys.executable, "-I", "-S", str(Path(forked.__file__)), self._name]

    def end(self) -> None:
        """Ask the resident process to end; it does once its runs have."""
        if self._process:
            self._process.terminate()


KEEPER = Keeper()


class Configuration(ProcessJobConfiguration):
    """How a run is started: by the resident process, where its deployment names no command of its own."""

    def prepare_for_flow_run(self, *given: Any, **named: Any) -> None:
        """Fill in the command, then everything else as Prefect does."""
        if self.command is None:
            KEEPER.keep()
            self.command = command_to_string(KEEPER.asking())
        super().prepare_for_flow_run(*given, **named)


def main(arguments: list[str]) -> None:
    """Run `prefect worker start` with these arguments until it ends."""
    if sys.platform == "linux":
        ProcessWorker.job_configuration = Configuration
        KEEPER.keep()
    sys.argv = ["prefect", "worker", "start", "--type", "process", *arguments]
    try:
        runpy.run_module("prefect", run_name="__main__", alter_sys=True)
    finally:
        KEEPER.end()


if __name__ == "__main__":
    main(sys.argv[1:])
