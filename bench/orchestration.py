"""What Prefect costs: the same days of the same units, first run directly, then against a running server.

Measures wall and CPU seconds of client and server, less what the server uses while nothing runs, and whether every task
run that was started was recorded. A lost task run makes the benchmark fail, a time never does.

`python -m bench.orchestration [UNITS …]`
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench.processes import cpu_of, tree
from flows.scheduled.environment import give_database
from flows.scheduled.server import children
from flows.settings.workspace import create_workspace

UNITS = (26, 700)
FIRST, DAYS = date(2022, 8, 1), 5  # of which the first is cold
SIDES = ("direct", "orchestrated")
_COLUMNS = "unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"
_SETTLED = timedelta(seconds=120)


def main(sizes: list[int]) -> int:
    """Print the table; exit 1 where a task run or an event was lost."""
    print("| units | | direct, s | orchestrated, s | of it server | overhead | task runs started / recorded / ended |")
    print("|---|---|---|---|---|---|---|")
    lost = False
    with TemporaryDirectory(prefix="tyle-bench-") as folder:
        for units in sizes:
            home = Path(folder) / str(units)
            roots = {side: _province(home / side, units) for side in SIDES}
            with _server(home) as server:
                began = datetime.now(UTC)
                before, waited = server.cpu(), time.perf_counter()
                direct = _run("direct", roots["direct"], {})
                idling = (server.cpu() - before) / (time.perf_counter() - waited)
                before, waited = server.cpu(), time.perf_counter()
                through = _run("orchestrated", roots["orchestrated"], {"PREFECT_API_URL": server.api})
                recorded, ended = server.recorded(began, through["tasks"])
                serving = (server.cpu() - before - idling * (time.perf_counter() - waited)) / DAYS
            print(f"| {units:,} | server, nothing running: {idling:.2f} s CPU a second | | | | | |", flush=True)
            lost |= not through["tasks"] == recorded == ended
            counts = f"{through['tasks']} / {recorded} / {ended}"
            for name, kept in (("first day", slice(0, 1)), ("each further", slice(1, None))):
                for kind in ("cpu", "wall"):
                    own, other = (median(day[kind] for day in side["days"][kept]) for side in (direct, through))
                    server_part = serving if kind == "cpu" else 0.0
                    more = (other + server_part) / own - 1
                    print(
                        f"| {units:,} | {name}, {kind} | {own:.2f} | {other + server_part:.2f} | {server_part:.2f} "
                        f"| {more:+.0%} | {counts} |",
                        flush=True,
                    )
    return int(lost)


def _province(root: Path, units: int) -> Path:
    """A workspace of so many units, each with its export of every day."""
    create_workspace(root)
    names = [f"don-vi-{number:05d}" for number in range(units)]
    lines = [
        f"{name},Đơn vị {name[-5:]},so,departments,{i},2022-01-01,,pending,every_day,," for i, name in enumerate(names)
    ]
    (root / "reference" / "units.csv").write_text("\n".join([_COLUMNS, *lines, ""]), encoding="utf-8")
    (root / "tyle.toml").write_text("[run]\nlookback_days = 0\n", encoding="utf-8")
    for number, name in enumerate(names):
        folder = root / "inbox" / name
        folder.mkdir(parents=True)
        for offset in range(DAYS):
            day = FIRST + timedelta(days=offset)
            online, in_person = 10 + number % 7 + offset, 5 + number % 3
            rows = f"Đất đai;{online};{in_person};{online + in_person}\nHộ tịch;{offset};9;{offset + 9}\n"
            file = folder / f"{day}.csv"
            file.write_text("Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\n" + rows, encoding="utf-8")
            moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp()
            os.utime(file, (moment, moment))
    return root


def _run(side: str, root: Path, more: dict[str, str]) -> dict[str, Any]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TYLE_"))}
    command = [sys.executable, "-m", "bench.orchestrated", side, str(root), FIRST.isoformat(), str(DAYS)]
    done = subprocess.run(command, env=clean | more, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Server:
    def __init__(self, child: children.Child, port: int) -> None:
        self.api = f"http://127.0.0.1:{port}/api"
        self._process = child.process.pid

    def cpu(self) -> float:
        """CPU seconds of the server and of all that it has started."""
        return sum(map(cpu_of, tree(self._process)))

    def recorded(self, since: datetime, expected: int) -> tuple[int, int]:
        """How many task runs, and how many ends of them, the server has recorded; waits for those under way."""
        until = time.monotonic() + _SETTLED.total_seconds()
        when = {"since": since.isoformat(), "until": (since + timedelta(days=1)).isoformat()}
        ends = {"filter": {"event": {"name": ["prefect.task-run.Completed"]}, "occurred": when}, "limit": 1}
        while True:
            runs = int(httpx.post(f"{self.api}/task_runs/count", json={}, timeout=60, trust_env=False).json())
            ended = httpx.post(f"{self.api}/events/filter", json=ends, timeout=60, trust_env=False).json()["total"]
            if (runs, ended) == (expected, expected) or time.monotonic() > until:
                return runs, ended
            time.sleep(0.5)


@contextmanager
def _server(home: Path) -> Iterator[_Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = home / "prefect"
    give_database(place)
    environment = os.environ | {
        "PREFECT_HOME": str(place),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    child = children.start("server", command, environment, home / "server.log")
    try:
        for _ in range(600):
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=5, trust_env=False).is_success:
                    break
            time.sleep(0.3)
        yield _Server(child, port)
    finally:
        children.end(child, 20)


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or list(UNITS)))
