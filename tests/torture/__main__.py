"""`make torture`: kills, readers, writers at length; one table, exit 1 if anything was lost or doubled.

A part is a function that is given a seed, does its work and returns a line per figure; it raises AssertionError where
something does not hold. Add one to PARTS.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

Figures = Sequence[tuple[str, object]]
Part = Callable[[int, int], Figures]


def killed_processes(seed: int, size: int) -> Figures:
    """A day's work killed `size` times."""
    from tests.torture.kills import KINDS, torture
    from tests.torture.life import STEPS

    with tempfile.TemporaryDirectory(prefix="tyle-torture-") as folder:
        tally = torture(Path(folder), seed, size, say=lambda line: print_line(line, sys.stderr))
    faults = [*tally.lost, *tally.doubled, *tally.wrong]
    by_step = [(f"  {step}", "  ".join(f"{kind} {tally.kills[step, kind]}" for kind in KINDS)) for step in STEPS]
    return [
        ("số lần giết / kills", tally.killed),
        *by_step,
        ("vòng / rounds", tally.rounds),
        ("khởi động lại / restarts", tally.restarts),
        ("điều đã kiểm / statements checked", tally.checked),
        ("mất / lost", len(tally.lost)),
        ("đếm hai lần / doubled", len(tally.doubled)),
        ("sai khác / different", len(tally.wrong)),
        *(("!", line) for line in faults[:20]),
    ]


PARTS: dict[str, Part] = {"kills": killed_processes}
MUST_BE_ZERO = ("mất", "đếm hai lần", "sai khác")


def full_disk(_: int, size: int) -> Figures:
    """A day on a disk with ever more room, until it has enough."""
    from tests.torture.disks import trials

    done = trials(*(str(left) for left in range(0, 12_000, max(12_000 * 10 // size, 100))))
    ended = [trial for trial in done if trial.code == 1]
    wrong = [f"{trial.fault} KB: {line}" for trial in done for line in trial.wrong]
    wrong += [f"{trial.fault} KB: {trial.err}" for trial in ended if len(trial.err) != 2 or trial.drafts]
    return [
        ("đĩa đầy / full disks", len(ended)),
        ("đủ chỗ / room enough", len(done) - len(ended)),
        ("sai khác / different", len(wrong)),
        *(("!", line) for line in wrong[:20]),
    ]


def readers(_: int, size: int) -> Figures:
    """Readers beside publications, a quarter as many as kills."""
    from tests.warehouse.reading import read_while_publishing
    from warehouse.lake.opening import open_lake

    with tempfile.TemporaryDirectory(prefix="tyle-torture-") as folder, open_lake(Path(folder)) as lake:
        seen = read_while_publishing(lake, publications=max(size // 4, 1))
    return [
        ("công bố / publications", seen.publications),
        ("lần đọc / reads", seen.reads),
        ("bản đã thấy / publications seen", seen.seen),
        ("sai khác / different", len(seen.errors) + seen.stale),
        *(("!", line) for line in seen.errors[:20]),
    ]


def machines(seed: int, size: int) -> Figures:
    """Four machines at once on a lake in PostgreSQL and S3, killed a fifth as often."""
    from tests.torture.machines import MACHINES, torture

    with tempfile.TemporaryDirectory(prefix="tyle-torture-") as folder:
        tally = torture(Path(folder), seed, max(size // 5, 1), say=lambda line: print_line(line, sys.stderr))
    faults = [*tally.lost, *tally.doubled, *tally.wrong]
    return [
        ("máy cùng lúc / machines at once", MACHINES),
        ("vòng / rounds", tally.rounds),
        ("lần chạy / runs", tally.lives),
        ("số lần giết / kills", tally.killed),
        ("lần gửi trong kho / deliveries", tally.delivered),
        ("điều đã kiểm / statements checked", tally.checked),
        ("mất / lost", len(tally.lost)),
        ("đếm hai lần / doubled", len(tally.doubled)),
        ("sai khác / different", len(tally.wrong)),
        *(("!", line) for line in faults[:20]),
    ]


PARTS: dict[str, Part] = {"kills": killed_processes, "disk": full_disk, "readers": readers, "machines": machines}
MUST_BE_ZERO = ("mất", "đếm hai lần", "sai khác")


def print_line(line: str, stream: TextIO = sys.stdout) -> None:
    stream.write(line + "\n")
    stream.flush()


def main() -> int:
    """Carry out the parts asked for; 1 if one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--size", type=int, default=200)
    asked = parser.parse_args()
    failed = False
    for name in asked.parts or PARTS:
        print_line(f"{name} (python -m tests.torture {name} --seed {asked.seed} --size {asked.size})")
        started = time.monotonic()
        try:
            figures = PARTS[name](asked.seed, asked.size)
        except AssertionError as error:
            figures = [("sai khác / different", error)]
        failed |= any(label.startswith(MUST_BE_ZERO) and figure != 0 for label, figure in figures)
        for label, figure in [*figures, ("giây / seconds", round(time.monotonic() - started))]:
            print_line(f"  {label:<36} {figure}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
