"""The program that a worker starts for each run: has the resident process fork the run, or else becomes it.

To the worker this program is the run: it hands signals on, and ends as the run ends. It is started as a file and uses
little of the standard library, so it starts in a hundredth of a second. How it asks is here for both sides.
"""

import array
import os
import signal
import socket
import struct
import sys
from types import FrameType

STARTED, REFUSED = b"+", b"-"
ENGINE = "prefect.engine"
_CODE = struct.Struct("<i")  # how the run ended: its exit code, negative for a signal
_SIZE = struct.Struct("<Q")
_PEER = struct.Struct("3i")  # process, user, group
_FILES = 2
_HANDED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def address(name: str) -> str:
    """The address of a resident process; it is no file and goes with the process (Linux)."""
    return f"\0{name}"


def is_own(peer: socket.socket) -> bool:
    """Whether the other end belongs to this user: others on the machine can use the same address."""
    _, user, _ = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return bool(user == os.getuid())


def send_request(to: socket.socket, environment: dict[str, str], folder: str, files: tuple[int, int]) -> None:
    """Ask for a run with this environment in this folder; `files`: descriptors of its output and errors."""
    parts = (folder, *(f"{name}={value}" for name, value in environment.items()))
    body = b"\0".join(os.fsencode(part) for part in parts)
    to.sendmsg([_SIZE.pack(len(body))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))])
    to.sendall(body)


def receive_request(sender: socket.socket) -> tuple[dict[str, str], str, tuple[int, int]]:
    """What `send_request` sent. Raises OSError where it is cut off, ValueError where it is no request."""
    header, files, _, _ = socket.recv_fds(sender, _SIZE.size, _FILES)
    try:
        if len(header) != _SIZE.size or len(files) != _FILES:
            raise ValueError("not a request")
        folder, *variables = (os.fsdecode(part) for part in _exactly(sender, *_SIZE.unpack(header)).split(b"\0"))
        return dict(variable.split("=", 1) for variable in variables), folder, (files[0], files[1])
    except (OSError, ValueError):
        for file in files:
            os.close(file)
        raise


def send_end(to: socket.socket, code: int) -> None:
    """Report how a run ended."""
    to.sendall(_CODE.pack(code))


def ask(name: str) -> int | None:
    """Have this process's run forked, wait for it, and return how it ended; None where it was not started."""
    asked_to_end: list[int] = []
    with socket.socket(socket.AF_UNIX) as resident:

        def hand_on(number: int, _frame: FrameType | None) -> None:
            asked_to_end.append(number)
            resident.send(bytes([number]))

        started = False
        try:
            resident.connect(address(name))
            if is_own(resident):
                send_request(resident, dict(os.environ), os.getcwd(), (1, 2))  # noqa: PTH109 - pathlib takes as long as all of this
                for number in _HANDED_ON:
                    signal.signal(number, hand_on)
                started = _exactly(resident, len(STARTED)) == STARTED
                if started:
                    return int(*_CODE.unpack(_exactly(resident, _CODE.size)))
        except OSError:
            if started:  # the resident process has gone, and the run with it
                return 1
    for number in _HANDED_ON:
        signal.signal(number, signal.SIG_DFL)
    return -asked_to_end[0] if asked_to_end else None


def _exactly(sender: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = sender.recv(size - len(found))
        if not part:
            raise ConnectionError("the other end has gone")
        found += part
    return found


def main(name: str) -> None:
    """Ask, and end as the run ended; where it was not started, become the run."""
    code = ask(name)
    if code is None:
        os.execv(sys.executable, [sys.executable, "-m", ENGINE])  # noqa: S606
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1])
