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

Figures = Sequence[tuple[str, object]]
Part = Callable[[int, int], Figures]


def killed_processes(seed: int, size: int) -> Figures:
    """A day's work killed `size` times."""
    from tests.torture.kills import KINDS, torture
    from tests.torture.life import STEPS

    with tempfile.TemporaryDirectory(prefix="tyle-torture-") as folder:
        tally = torture(Path(folder), seed, size, say=lambda line: print(line, file=sys.stderr))
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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="default: all")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--size", type=int, default=200)
    asked = parser.parse_args()
    failed = False
    for name in asked.parts or PARTS:
        print(f"{name} (--seed {asked.seed} --size {asked.size})", flush=True)
        started = time.monotonic()
        try:
            figures = PARTS[name](asked.seed, asked.size)
        except AssertionError as error:
            figures, failed = [("lỗi / failed", error)], True
        failed |= any(label.startswith(MUST_BE_ZERO) and figure != 0 for label, figure in figures)
        for label, figure in figures:
            print(f"  {label:<36} {figure}")
        print(f"  {'giây / seconds':<36} {time.monotonic() - started:.0f}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
