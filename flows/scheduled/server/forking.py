"""Forks a process for each request, and reports to whoever asked how it ended. Does not know what the process does."""

import os
import selectors
import signal
import socket
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from flows.scheduled.server import forked
from flows.scheduled.server.children import end_with_parent

Files = tuple[tuple[str, int, int], ...]

_PATIENCE = 10.0  # seconds for a request to come whole
_NAMED = 3  # most files and variables that a line of the log names
_NO_PROCESS = 71  # exit code: the system gave none
_HANDLED = (signal.SIGTERM, signal.SIGCHLD)
_READ_AGAIN = ("PREFECT_", "TYLE_")  # variables that a run reads anew; libraries read others when they are imported


@dataclass(frozen=True)
class Run:
    """What a forked process is for: its environment, its folder, its output and errors (file descriptors)."""

    environment: Mapping[str, str]
    folder: str
    files: tuple[int, int]


@dataclass
class Forking:
    """The listening process.

    `environment`: the one it began with; a run with another one is refused. `added`: what imports have set since, which
    each run gets. `installed`: the files of what it imported; once they have `changed`, all runs are refused.
    """

    listener: socket.socket
    environment: Mapping[str, str]
    added: Mapping[str, str]
    installed: Files
    changed: bool = False
    _runs: dict[int, socket.socket] = field(default_factory=dict)  # by process: who asked for it
    _waiting: selectors.BaseSelector = field(default_factory=selectors.PollSelector)

    def next_run(self) -> Run | None:
        """In a forked process: what it is for. In this process: None, once it takes no more and all runs have ended.

        It takes no more after SIGTERM, and once what it imported has changed. Runs under way go on.
        """
        woken, wakes = socket.socketpair()
        for end in (woken, wakes, self.listener):
            end.setblocking(False)
        before = {number: signal.signal(number, _noted) for number in _HANDLED}
        signal.set_wakeup_fd(wakes.fileno())
        self._waiting.register(self.listener, selectors.EVENT_READ)
        self._waiting.register(woken, selectors.EVENT_READ)
        run = None
        while run is None and (self._listens() or self._runs):
            for key, _ in self._waiting.select():
                if key.fileobj is woken:
                    self._answer_signals(woken.recv(512))
                elif key.fileobj is not self.listener:
                    self._hand_on(key.data)
                elif self._listens() and (run := self._take()):
                    break
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        for end in (woken, wakes, self.listener, *self._runs.values()):  # a run must not hold those of others open
            end.close()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
        return run

    def _listens(self) -> bool:
        return self.listener.fileno() >= 0

    def _take_no_more(self) -> None:
        if self._listens():
            self._waiting.unregister(self.listener)
            self.listener.close()

    def _answer_signals(self, numbers: bytes) -> None:
        if signal.SIGTERM in numbers:
            self._take_no_more()
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                process, status = ended
                if asker := self._runs.pop(process, None):
                    self._forget(asker)
                    with asker, suppress(OSError):
                        forked.send_end(asker, os.waitstatus_to_exitcode(status))

    def _hand_on(self, process: int) -> None:
        """Hand on signals to a run; where whoever asked for it was killed, kill it with all it started."""
        if not (asker := self._runs.get(process)):
            return
        try:
            numbers = asker.recv(64)
        except OSError:
            numbers = b""
        with suppress(ProcessLookupError):
            for number in numbers:
                os.kill(process, number)
        if not numbers:
            self._forget(asker)
            os.kill(process, signal.SIGKILL)
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)

    def _forget(self, asker: socket.socket) -> None:
        with suppress(KeyError):
            self._waiting.unregister(asker)

    def _take(self) -> Run | None:
        """Take a request: what the forked process is for; None in this one."""
        try:
            asker, _ = self.listener.accept()
        except OSError:
            return None
        try:
            if not forked.is_own(asker):
                raise PermissionError
            asker.settimeout(_PATIENCE)
            environment, folder, files = forked.receive_request(asker)
            run = Run({**self.added, **environment}, folder, files)
        except (OSError, ValueError):
            asker.close()
            return None
        refused = self._refused(run)
        try:
            asker.sendall(forked.REFUSED if refused else forked.STARTED)
        except OSError:
            refused = True
        if self.changed:
            self._take_no_more()
        if not refused and self._fork(asker):
            return run
        for file in run.files:
            os.close(file)
        if refused:
            asker.close()
        return None

    def _refused(self, run: Run) -> bool:
        """Whether a run must start a Python of its own; the log says why."""
        now = installed([file for file, _, _ in self.installed])
        files = [after[0] for before, after in zip(self.installed, now, strict=True) if before != after]
        variables = {name for name, _ in _fixed(run.environment) ^ _fixed(self.environment)} - set(self.added)
        if why := [*files, *sorted(variables)][:_NAMED]:
            sys.stderr.write(
                f"tyle: a run starts a Python of its own: changed since this one began: {', '.join(why)}\n"
            )
        self.changed = self.changed or bool(files)
        return bool(why)

    def _fork(self, asker: socket.socket) -> bool:
        """Whether this is the forked process; its signals are still blocked, so that they do not wake this one."""
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
        try:
            process = os.fork()
        except OSError:
            with asker, suppress(OSError):
                forked.send_end(asker, _NO_PROCESS)
            process = -1
        if process == 0:
            os.setsid()
            end_with_parent(parent)
            asker.close()
            return True
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
        if process > 0:
            asker.setblocking(False)
            self._runs[process] = asker
            self._waiting.register(asker, selectors.EVENT_READ, process)
        return False


def installed(files: Sequence[str] = ()) -> Files:
    """When these files were changed, and their sizes; default: those of all modules that this process has imported.

    The folders into which packages are installed are among them.
    """
    if not files:
        modules = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
        folders = {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}
        files = sorted(folders | {file for file in modules if file})
    return tuple((file, *_changed(file)) for file in files)


def _changed(file: str) -> tuple[int, int]:
    try:
        status = os.stat(file)  # noqa: PTH116 - thousands, before each run
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _fixed(environment: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(name, value) for name, value in environment.items() if not name.startswith(_READ_AGAIN)}


def _noted(_number: int, _frame: object) -> None:
    """Signals are answered where they are waited for."""
