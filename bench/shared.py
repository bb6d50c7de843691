"""What one extract of all units costs beside a file of each: the same figures, the same day, from pull to lake.

Measures wall and CPU seconds and the peak of memory of a run, in a process of its own each. Fails where the two sides
store other figures, never for a time.

`python -m bench.shared [UNITS …]`
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flows.intake.reading import end_workers
from flows.runs.lakes import lake_of
from flows.runs.steps import DirectSteps
from flows.settings.workspace import create_workspace, open_workspace
from flows.work.day import DayRequest, run_day
from flows.work.outputs.site import SiteMade
from transforms.reference.clock import utc
from warehouse.ledger.past_counts import past_counts

UNITS = (3_300,)
DAY = date(2022, 8, 1)
_NOON = datetime(2022, 8, 1, 12, tzinfo=UTC)
FIELDS = ("Đất đai", "Hộ tịch", "Chứng thực", "Xây dựng", "Giáo dục")
SIDES = ("files", "shared")
_COLUMNS = "unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"
_SHARED = '[[shared]]\nid = "daily"\n'


def main(sizes: list[int]) -> int:
    """Print the table; exit 1 where the sides differ."""
    print("| units | | wall, s | CPU, s | peak memory, MB |")
    print("|---|---|---|---|---|")
    differ = False
    for units in sizes:
        with TemporaryDirectory(prefix="tyle-bench-") as folder:
            found = {side: _apart(_province(Path(folder) / side, units, side)) for side in SIDES}
        for side in SIDES:
            one = found[side]
            print(f"| {units:,} | {side} | {one['wall']:.1f} | {one['cpu']:.1f} | {one['memory']:,.0f} |", flush=True)
        differ |= found["files"]["sums"] != found["shared"]["sums"] or found["files"]["stored"] != units
    return 1 if differ else 0


def _apart(root: Path) -> dict[str, Any]:
    """A run in a process of its own."""
    code = f"from bench.shared import run; run({str(root)!r})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def run(root: str) -> None:
    """Take the day, and print what it cost as JSON."""
    workspace = open_workspace(Path(root))
    began = time.perf_counter()
    with lake_of(workspace) as lake:
        request = DayRequest(DAY, utc(_NOON), alert=False)
        result = run_day(workspace, lake, request, _ToLake())
        sums = past_counts(lake, DAY, DAY).select("online", "total").sum().row(0)
    wall = time.perf_counter() - began
    end_workers()
    own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        json.dumps(
            {
                "wall": wall,
                "cpu": sum(usage.ru_utime + usage.ru_stime for usage in (own, workers)),
                "memory": (own.ru_maxrss + workers.ru_maxrss) / 1024,
                "sums": list(sums),
                "stored": sum(not unit.startswith("@") for unit in result.stored["unit_id"]),
            }
        )
    )


class _ToLake(DirectSteps):
    """The steps of a day without publication and pages, which do not differ."""

    def call(self, name: str, step: Any) -> Any:
        """Leave out what comes after the lake."""
        left_out = {"publish": None, "site": SiteMade(), "docs": None}
        return left_out[name] if name in left_out else super().call(name, step)


def _province(root: Path, units: int, side: str) -> Path:
    create_workspace(root)
    rows = [f"xa-{n:05d},Xã Số {n:05d},xa,communes,{n},2022-01-01,,pending,every_day,," for n in range(1, units + 1)]
    (root / "reference" / "units.csv").write_text("\n".join([_COLUMNS, *rows, ""]), encoding="utf-8")
    (root / "tyle.toml").write_text(_SHARED if side == "shared" else "", encoding="utf-8")
    if side == "shared":
        text = "\n".join(["Đơn vị;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số", *_lines(units), ""])
        _put(root / "inbox" / "shared" / "daily" / f"{DAY}.csv", text)
        return root
    for number in range(1, units + 1):
        text = "\n".join(["Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số", *_figures(number), ""])
        _put(root / "inbox" / f"xa-{number:05d}" / f"{DAY}.csv", text)
    return root


def _figures(number: int) -> Iterator[str]:
    for at, field in enumerate(FIELDS):
        online, in_person = (number * 7 + at * 3) % 40, (number + at) % 11
        yield f"{field};{online};{in_person};{online + in_person}"


def _lines(units: int) -> Iterator[str]:
    for number in range(1, units + 1):
        yield from (f"Xã Số {number:05d};{line}" for line in _figures(number))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    finished = _NOON.timestamp() - 3600  # nobody waits for a file to be complete
    os.utime(path, (finished, finished))


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or list(UNITS)))
