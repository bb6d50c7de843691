"""`python -m tests.fuzz READER SECONDS`: broken files in a child process of 1 GiB, each within 5 seconds.

`python -m tests.fuzz --in-runs FILES`: broken files of all formats in runs of 26 good units (tests.fuzz.in_runs).
A finding is written to `var/fuzz/`, and the search goes on; the exit code is 1 if there was one.
"""

import hashlib
import os
import resource
import select
import subprocess
import sys
import time
from pathlib import Path

MEMORY = 1 << 30
HANG = 5.0
START = 60.0
FOLDER = Path("var/fuzz")


def search(reader: str, seed_number: int, last: Path) -> None:
    """In the child: read broken files for ever; each is written to `last` before, a byte to stdout after."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    from tests.fuzz.broken import broken
    from tests.fuzz.judge import judge
    from tests.fuzz.seeds import READERS

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sound = READERS[reader]()

    def one(content: bytes) -> None:
        last.write_bytes(content)
        judge(content)
        os.write(1, b".")

    while True:
        seed_number += 1
        profile = settings(
            max_examples=1000,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        seed(seed_number)(profile(given(broken(reader, sound))(one)))()


def watch(reader: str, seconds: float) -> int:
    """In the parent: start a child, notice when it is silent or dies, keep the file, start the next."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    last = FOLDER / f"{reader}.last"
    end = time.monotonic() + seconds
    read = findings = 0
    while time.monotonic() < end:
        number = str(int(time.time() * 1000) % 2**32)
        log = (FOLDER / f"{reader}.log").open("wb")
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz", reader, "--child", number, str(last)],
            stdout=subprocess.PIPE,
            stderr=log,
        )
        assert child.stdout is not None
        patience, dots = START, b"."
        while time.monotonic() < end:
            ready, _, _ = select.select([child.stdout], [], [], min(patience, max(end - time.monotonic(), 0.01)))
            dots = os.read(child.stdout.fileno(), 65536) if ready else b""
            read += len(dots)
            if not dots:
                break
            patience = HANG
        finished = time.monotonic() >= end and child.poll() is None
        child.kill()
        child.wait()
        log.close()
        if not finished and last.exists():
            findings += 1
            content = last.read_bytes()
            name = FOLDER / f"{reader}-{hashlib.sha256(content).hexdigest()[:12]}"
            name.with_suffix(".bin").write_bytes(content)
            name.with_suffix(".txt").write_bytes(Path(log.name).read_bytes()[-4000:])
            sys.stdout.write(f"{reader}: finding {name}.bin\n")
    sys.stdout.write(f"{reader}: {read} files, {findings} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[2] == "--child":
        search(sys.argv[1], int(sys.argv[3]), Path(sys.argv[4]))
    elif len(sys.argv) == 3 and sys.argv[1] == "--in-runs":
        from tests.fuzz.in_runs import search as search_in_runs

        sys.exit(search_in_runs(int(sys.argv[2]), FOLDER))
    elif len(sys.argv) == 3:
        sys.exit(watch(sys.argv[1], float(sys.argv[2])))
    else:
        sys.exit("usage: python -m tests.fuzz READER SECONDS | --in-runs FILES")
