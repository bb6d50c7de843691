"""One of several machines: `python -m tests.beyond.machine HOME NUMBER LOCK`, the lake's place on standard input.

Commits its files day by day once a line on standard input starts it: of a unit of its own, of one that every machine
sends alike, and of one for which each machine has other figures.
"""

import json
import sys
from contextlib import nullcontext
from pathlib import Path

from tests.beyond.sharing import Shared
from tests.warehouse.builders import Sent, at, aug, batch
from warehouse.lake.opening import open_lake
from warehouse.lake.shared import SharedLake
from warehouse.ledger.commit import commit

MACHINES = 4
DAYS = (1, 2, 3)


def own(machine: int) -> str:
    return f"own-{machine}"


def files(machine: int, day: int) -> list[Sent]:
    """A machine's files of a day, in the order it commits them."""

    def sent(unit: str, online: int) -> Sent:
        place = f"{unit}@{machine}"
        return Sent(unit, aug(day), [("đất đai", online, day)], place=place, decided_at=at(day, hour=machine))

    return [sent(own(machine), machine + day), sent("alike", day), sent("contested", 10 * machine + day)]


def main(home: str, number: str, lock: str) -> None:
    shared = Shared(**json.loads(sys.stdin.readline()))
    with open_lake(Path(home), shared.lake) as lake:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        if lock == "unlocked":
            SharedLake.alone = lambda *_: nullcontext()  # type: ignore[method-assign]
        for day in DAYS:
            commit(lake, batch(*files(int(number), day)))


if __name__ == "__main__":
    main(*sys.argv[1:])
