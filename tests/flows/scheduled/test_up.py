"""`tyle up` before it starts anything, and how it starts and ends its programs.

All of it together is in tests/end_to_end/test_automations.py.
"""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from flows.cli import main
from flows.scheduled.server import children
from flows.scheduled.server.up import Setup, up
from tests.flows.workspaces import small_workspace

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# starts another in a session of its own, as Prefect's worker does, and prints its id
BEAR = """
import subprocess, sys, time
command = [sys.executable, "-c", "import time; time.sleep(60)"]
print(subprocess.Popen(command, start_new_session=True).pid, flush=True)
time.sleep(60)
"""
WAITS = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print("started", flush=True)
print("ended by", child.wait(), flush=True)
"""
PARENT = [sys.executable, "-c", BEAR]
LOCK = """
import sys, time, filelock
with filelock.FileLock(sys.argv[1]):
    print(1, flush=True)
    time.sleep(60)
"""


def failing(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["up", *arguments])
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_port_that_is_taken_is_named_and_nothing_starts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = small_workspace(tmp_path / "w").root
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = failing(capsys, "--workspace", str(root), "--port", str(port))
    assert line.startswith(f"tyle: cổng {port} không dùng được")
    assert line.endswith(f"--port {port + 1}")
    assert not (root / "logs").exists()


def test_a_folder_that_is_no_workspace_and_a_server_named_elsewhere_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "không có tyle.toml" in failing(capsys, "--workspace", str(tmp_path))
    root = small_workspace(tmp_path / "w").root
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert "PREFECT_API_URL đã chỉ một máy chủ khác" in failing(capsys, "--workspace", str(root))


def test_two_in_a_workspace_are_one_too_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = small_workspace(tmp_path / "w").root
    (root / ".prefect").mkdir()
    lock = str(root / ".prefect" / "up.lock")
    with subprocess.Popen([sys.executable, "-c", LOCK, lock], stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        assert f"tyle up đang chạy trong {root}" in failing(capsys, "--workspace", str(root))
        other.kill()


@pytest.mark.slow
def test_a_server_that_does_not_start_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.scheduled.environment import OrchestrationError

    root = small_workspace(tmp_path / "w").root
    monkeypatch.setenv("PREFECT_SERVER_API_KEEPALIVE_TIMEOUT", "nonsense")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    message = r"prefect server đã dừng \(mã \d+\): .+; nhật ký: .*prefect-server\.log"
    with pytest.raises(OrchestrationError, match=message), up(Setup(root, port)):
        pytest.fail("it is up")


def test_what_a_program_started_ends_with_it_wherever_it_is(tmp_path: Path) -> None:
    with children.adopting() as adopting:
        parent = children.start("parent", PARENT, os.environ, tmp_path / "logs" / "parent.log")
        other = children.start("other", SLEEP, os.environ, tmp_path / "logs" / "other.log")
        assert children.wait_until(lambda: bool(parent.last_line()), parent, adopting.stop, 20)
        started = int(parent.last_line())
        assert alive(started)
        parent.process.kill()  # and cannot end what it started
        children.end(parent, 5)
        children.end_orphans(adopting, [other])
        assert not alive(started)
        assert not other.ended
        os.kill(os.getpid(), signal.SIGTERM)
        assert adopting.stop.wait(5)
        children.end(other, 5)
        assert other.ended
        assert not children.wait_until(lambda: False, other, Event(), 20)  # it ended: there is no waiting


def test_what_a_program_started_is_asked_to_end_before_it(tmp_path: Path) -> None:
    parent = children.start("parent", [sys.executable, "-c", WAITS], os.environ, tmp_path / "parent.log")
    assert children.wait_until(lambda: bool(parent.last_line()), parent, Event(), 20)
    children.end_started_by(parent, 20)
    parent.process.wait(20)
    assert parent.last_line() == f"ended by {-signal.SIGTERM}"


def test_a_long_log_is_laid_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_LOG_BYTES", 10)
    log = tmp_path / "a.log"
    for word in ("first first", "second"):
        child = children.start("echo", [sys.executable, "-c", f"print('{word}')"], os.environ, log)
        child.process.wait()
    assert log.read_text() == "second\n"
    assert (tmp_path / "a.1.log").read_text() == "first first\n"
