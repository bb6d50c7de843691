"""Files are read by workers within limits; what a file does to its worker is that file's fault, and no worker stays."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from flows.intake import reading
from flows.intake.reading import ReadingError, end_workers, read_apart
from flows.intake.reading_worker import Limits
from tests.flows.intake import traps
from tests.fuzz.seeds import READERS
from tests.reference import headers, titles
from transforms.dictionary.contracts import SUMMARY
from transforms.read.agreed import NOTHING_AGREED
from transforms.read.filings import FileRead, read_filings, read_here

GOOD = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1;2;3\n".encode()
LIMITS = Limits(seconds=1, memory_mb=256)


@pytest.fixture
def trapped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers with traps, which see processor time alone unless a file waits."""
    end_workers()
    monkeypatch.setattr(reading, "command", traps.command)
    monkeypatch.setattr(reading, "_PATIENCE", 60)
    yield
    end_workers()


def file(word: str) -> bytes:
    return GOOD + f"{word};1;2;3\n".encode()


def read(*contents: bytes, limits: Limits = LIMITS) -> dict[int, FileRead]:
    each = dict(enumerate(contents))
    return read_apart(each, SUMMARY, headers(), dict.fromkeys(each, NOTHING_AGREED), titles(), limits=limits)


def line(found: FileRead) -> str:
    return found.refusal.describe() if found.refusal else ""


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("treo", "đọc tệp này quá 1 giây"),
        ("đầy", "đọc tệp này quá 256 MB bộ nhớ"),
        ("sập", "(SIGSEGV)"),
        ("thoát", "(exit 3)"),
        ("hoảng", "(PanicError, traps.py:"),
    ],
)
@pytest.mark.usefixtures("trapped")
def test_a_file_that_exhausts_or_ends_its_worker_is_refused_by_name_and_the_others_are_read(
    word: str, said: str
) -> None:
    found = read(GOOD, file(word), file("in ra"), GOOD)
    assert [line(found[number]) for number in (0, 2, 3)] == ["", "", ""]
    assert [rows.height for number in (0, 2, 3) if (rows := found[number].rows) is not None] == [1, 2, 1]
    assert said in line(found[1])
    assert "secret" not in line(found[1])
    assert len(line(found[1]).splitlines()) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("trapped")
def test_a_reader_that_waits_for_ever_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PATIENCE", 1)
    assert "quá 1 giây" in line(read(file("chờ"))[0])


@pytest.mark.slow
@pytest.mark.usefixtures("trapped")
def test_many_files_are_read_side_by_side_and_each_answer_is_that_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_FILES", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    words = ["a", "sập", "b", "c", "treo", "d", "e", "f"]
    found = read(*map(file, words))
    assert list(found) == list(range(8))
    fields = {number: rows["field"].to_list()[-1] for number, each in found.items() if (rows := each.rows) is not None}
    assert fields == {number: word for number, word in enumerate(words) if word not in ("sập", "treo")}


def test_a_worker_reads_all_formats_as_this_process_does() -> None:
    contents = {number: make() for number, make in enumerate(READERS.values())}
    here, apart = (
        read_filings(contents, SUMMARY, headers(), None, titles(), each)
        for each in (read_here, partial(read_apart, limits=Limits(30, 1024)))
    )
    assert here.refusals == apart.refusals
    assert here.rows.equals(apart.rows)
    assert here.layouts == apart.layouts
    assert here.titles == apart.titles


def test_a_worker_is_kept_for_the_next_files() -> None:
    read(GOOD, limits=Limits(30, 1024))
    before = {worker.process.pid for worker in reading._all}
    read(GOOD, GOOD, limits=Limits(30, 1024))
    assert before
    assert {worker.process.pid for worker in reading._all} == before


def test_a_worker_knows_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    end_workers()
    monkeypatch.setenv("TYLE_SECRET", "hidden")
    read(GOOD, limits=Limits(30, 1024))
    [worker] = reading._all
    assert b"hidden" not in Path(f"/proc/{worker.process.pid}/environ").read_bytes()


def test_workers_that_cannot_start_are_no_fault_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    end_workers()
    monkeypatch.setattr(reading, "command", lambda *_: [sys.executable, "-c", "raise SystemExit(5)"])
    with pytest.raises(ReadingError, match="exit 5"):
        read(GOOD)


@pytest.mark.slow
@pytest.mark.usefixtures("trapped")
def test_a_worker_that_somebody_ends_is_no_fault_of_its_file() -> None:
    read(GOOD)
    [worker] = reading._all
    worker.process.send_signal(signal.SIGTERM)
    worker.process.wait()
    with pytest.raises(ReadingError):
        read(GOOD)
    assert line(read(GOOD)[0]) == ""


PROGRAM = """
import sys
from pathlib import Path
from flows.intake import reading
from tests.flows.intake import test_reading, traps
reading.command = traps.command
test_reading.read(test_reading.GOOD)
[worker] = reading._all
Path(sys.argv[1]).write_text(str(worker.process.pid))
if sys.argv[2] == "busy":
    test_reading.read(test_reading.file("chờ"), limits=reading.Limits(600, 1024))
if sys.argv[2] == "idle":
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("work", "number"),
    [
        ("busy", signal.SIGINT),
        *(pytest.param("busy", number, marks=pytest.mark.slow) for number in (signal.SIGTERM, signal.SIGKILL)),
        pytest.param("idle", signal.SIGKILL, marks=pytest.mark.slow),
        pytest.param("over", None, marks=pytest.mark.slow),
    ],
)
def test_no_worker_outlives_the_program_however_it_ends(
    tmp_path: Path, work: str, number: signal.Signals | None
) -> None:
    noted = tmp_path / "pid"
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(noted), work], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    while not (noted.is_file() and noted.read_text()):
        assert program.poll() is None
        time.sleep(0.05)
    pid = int(noted.read_text())
    if number is not None:
        program.send_signal(number)
    program.wait(60)
    until = time.monotonic() + 60
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pid)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait for a parent in this container."""
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
