"""What is wrong in a file of the configuration: one line for each place. Reads no file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from rapidfuzz import fuzz, process

T = TypeVar("T")
_ALIKE = 60  # of 100: a name that is less alike helps nobody
_LONGEST = 60  # letters of a value that are shown
_SHOWN = 50  # problems of one file in one message


@dataclass(frozen=True)
class Problem:
    """One fault: file, line (None: the file has no lines), key or column, the value, why it is wrong, what is near it.

    `value` is None where there is none, or where it may be a secret.
    """

    file: str
    line: int | None
    reason: str
    key: str = ""
    value: str | None = None
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        """All in one line."""
        place = f"{self.file}: dòng {self.line}" if self.line else self.file
        key = shown(self.key)
        if self.value is not None:
            key = f"{key} “{shown(self.value)}”" if key else f"“{shown(self.value)}”"
        near = f"; gần giống: {', '.join(map(shown, self.nearest))}" if self.nearest else ""
        return ": ".join(filter(None, (place, key, f"{self.reason}{near}")))


class ConfigurationError(ValueError):
    """Files of the configuration are wrong; `problems` are all that was found, the message has a line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(lines_of(self.problems)))


def lines_of(problems: Iterable[Problem]) -> list[str]:
    """A line for each problem; of a file with very many the first ones, and how many there are besides."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    lines: list[str] = []
    for file, found in by_file.items():
        lines += map(str, found[:_SHOWN])
        if len(found) > _SHOWN:
            lines.append(f"{file}: còn {len(found) - _SHOWN} chỗ sai nữa")
    return lines


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise ConfigurationError where there is at least one problem."""
    if found := tuple(problems):
        raise ConfigurationError(found)


def collected(problems: list[Problem], read: Callable[[], T]) -> T | None:
    """What `read` gives; None where it raises ConfigurationError, whose problems are added."""
    try:
        return read()
    except ConfigurationError as error:
        problems.extend(error.problems)
        return None


def in_folder(problem: Problem, prefix: str) -> Problem:
    """The problem, its file named with its folder."""
    return replace(problem, file=f"{prefix}{problem.file}")


def nearest(value: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known names that a value is most like, the likeliest first; none where nothing is alike."""
    choices = {name: name.casefold() for name in known}
    found = process.extract(value.casefold(), choices, scorer=fuzz.ratio, limit=limit, score_cutoff=_ALIKE)
    return tuple(name for _, _, name in found)


def shown(text: str) -> str:
    """A text as it may stand in a message: one line, nothing unprintable, not too long."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
