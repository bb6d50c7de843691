"""The command line in a child that has imported everything already: exit code and what it printed."""

import os
import sys
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.torture.life", "flows.cli"])


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int | None
    out: str
    err: str


def tyle(*arguments: str) -> Ended:
    """Carry out `tyle <arguments>`."""
    with TemporaryDirectory() as folder:
        process = _FORKS.Process(target=_run, args=(arguments, Path(folder)))
        process.start()
        process.join()
        out, err = (Path(folder, name).read_text(encoding="utf-8") for name in ("out", "err"))
        return Ended(process.exitcode, out, err)


def _run(arguments: tuple[str, ...], folder: Path) -> None:
    from flows.cli import main

    for number, name in ((1, "out"), (2, "err")):
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT)
        os.dup2(descriptor, number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
    try:
        main(arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
