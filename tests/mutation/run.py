"""Runs the tests on mutants, each in a process forked from one with the libraries loaded; no file is changed."""

import importlib
import importlib.abc
import importlib.util
import io
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.mutation.mutants import Mutant

_PATIENCE = 4  # times as long as without a change: after that a mutant counts as endless
_LEAST_SECONDS = 20
_LONGEST = 600


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed text."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = mutant.module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, Path(self.mutant.module).resolve(), loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.code, self.mutant.module, "exec"), module.__dict__)


def seconds_unchanged(tests: Sequence[str], libraries: Sequence[str]) -> float:
    """Import the libraries, then time the tests without any change. Raises SystemExit where they fail.

    Imports only: the threads of polars, once at work, do not survive a fork.
    """
    os.environ["POLARS_MAX_THREADS"] = "1"  # many small frames in as many processes as there are processors
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none is needed here
    with redirect_stdout(io.StringIO()):
        pytest.main(["--version"])  # loads pytest's own modules
    for library in libraries:
        importlib.import_module(library)
    began = time.monotonic()
    _fork(None, tests, _LONGEST)
    _, status = os.wait()
    if status != 0:
        sys.exit(f"the tests fail without any change: {' '.join(tests)}")
    return time.monotonic() - began


def survivors(mutants: Sequence[Mutant], tests: Sequence[str], seconds: float) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant of a module as it is done, and whether it survived: whether all tests pass with it.

    The test files that noticed most go first.
    """
    waiting = list(reversed(mutants))
    running: dict[int, tuple[Mutant, list[str]]] = {}
    noticed = dict.fromkeys(tests, 0)
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            mutant, order = waiting.pop(), sorted(tests, key=lambda file: -noticed[file])
            running[_fork(mutant, order, max(_LEAST_SECONDS, int(_PATIENCE * seconds)))] = mutant, order
        child, status = os.wait()
        mutant, order = running.pop(child)
        if os.WIFEXITED(status) and status != 0:
            noticed[order[os.WEXITSTATUS(status) - 1]] += 1
        yield mutant, status == 0


def _fork(mutant: Mutant | None, tests: Sequence[str], seconds: int) -> int:
    """A process that ends with 0, or with the number of the first test file that fails, from 1."""
    child = os.fork()
    if child:
        return child
    signal.alarm(seconds)  # ends the process: an endless mutant is noticed
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.dup2(nowhere, sys.stderr.fileno())  # where polars prints its panics
        if mutant is not None:
            sys.meta_path.insert(0, _Mutated(mutant))
        os._exit(next((number for number, file in enumerate(tests, start=1) if _fails(file)), 0))
    finally:
        os._exit(1)


def _fails(file: str) -> bool:
    return pytest.main([file, "-x", "-p", "no:cacheprovider", "--capture=sys"]) != pytest.ExitCode.OK
