"""The result of a check of the doctor. Checks nothing."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fault"]
_NAMED = 3  # examples in one line


@dataclass(frozen=True)
class Finding:
    """One result: which check, its level, one line on it (Vietnamese), and what to do where it is not ok.

    `repairable`: `tyle doctor --repair` sets it right.
    """

    check: str
    level: Level
    message: str
    remedy: str = ""
    repairable: bool = False


def some(names: list[str]) -> str:
    """The first few of a list, and how many there are besides."""
    more = f" và {len(names) - _NAMED} nữa" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
