"""Places and names with `{date}`, `{unit_id}` and `{code}` in them. Opens nothing.

`{date}` is written YYYY-MM-DD; `{date:%d%m%Y}` writes it otherwise (%Y, %y, %m and %d). In names, `*` and `?` stand for
any characters but `/`. Braces that are meant are doubled, as in Python's format strings.
"""

import glob
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from string import Formatter

from sources.export import SourceError

NO_CODE = "{}: chưa có mã (code) trong reference/units.csv mà nguồn cần {}"
_ISO = "%Y-%m-%d"
_DIGITS = {"%Y": r"\d{4}", "%y": r"\d{2}", "%m": r"\d{2}", "%d": r"\d{2}"}
_GLOB = {"*": "[^/]*", "?": "[^/]"}
_UNFINISHED = re.compile(r"(^|/)[.~][^/]*$|\.(tmp|part|partial|crdownload|filepart)$", re.IGNORECASE)


@dataclass(frozen=True)
class UnitAddress:
    """How a unit is named at a source: its id here, and its code in other systems (None = not known)."""

    unit_id: str
    code: str | None = None


def check_template(template: str, allowed: Collection[str], required: Collection[str] = ()) -> None:
    """Raise ValueError, one line, when a template cannot be filled or lacks a required placeholder."""
    found = set()
    try:
        parts = _parse(template)
    except ValueError:
        raise ValueError(f"“{template}”: dấu {{ }} không thành cặp") from None
    for _, name, spec in parts:
        if name is None:
            continue
        if name not in allowed:
            known = ", ".join(f"{{{placeholder}}}" for placeholder in sorted(allowed))
            raise ValueError(f"“{{{name}}}” không có; chỉ có {known}")
        if spec and (name != "date" or re.sub("|".join(_DIGITS), "", spec).count("%")):
            raise ValueError(f"“{{{name}:{spec}}}”: chỉ {{date}} có mẫu, gồm %Y, %y, %m, %d")
        found.add(name)
    for name in required:
        if name not in found:
            raise ValueError(f"“{template}”: thiếu {{{name}}}")


def check_name(template: str, allowed: Collection[str]) -> None:
    """As check_template, for a name that must state day, month and year."""
    check_template(template, allowed)
    _whole_date(template)


def fill(template: str, unit: UnitAddress, day: date | None = None) -> str:
    """A template with its placeholders filled. Raises SourceError when the unit has no code and one is asked for."""
    text = []
    for literal, name, spec in _parse(template):
        text.append(literal)
        if name == "date" and day is not None:
            text.append(day.strftime(spec or _ISO))
        elif name is not None:
            text.append(_of_unit(name, unit))
    return "".join(text)


@dataclass(frozen=True)
class NamePattern:
    """Which names are exports of a unit, and for which day."""

    template: str
    unit: UnitAddress

    @cached_property
    def is_literal(self) -> bool:
        """Whether a day has just one name, without `*` and `?`."""
        return not any(re.search(r"[*?]", literal) for literal, _, _ in _parse(self.template))

    def name_of(self, day: date) -> str | None:
        """The one name of a day, of a literal pattern; None where it is that of an unfinished file."""
        name = fill(self.template, self.unit, day)
        return None if _UNFINISHED.search(name) else name

    def day_of(self, name: str) -> date | None:
        """The day a name stands for; None for names that are no export, and for those of unfinished files."""
        match = self._of_any_day.fullmatch(name)
        if match is None or _UNFINISHED.search(name):
            return None
        try:
            day = datetime.strptime(match["date"], _whole_date(self.template)).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            return None  # 2022-13-45 is a name like any other, no day
        return day if re.fullmatch(self._regex(day), name) else None

    @cached_property
    def _of_any_day(self) -> re.Pattern[str]:
        return re.compile(self._regex(None))

    def fixed_start(self) -> str:
        """The text all names begin with."""
        start = ""
        for literal, name, _ in _parse(self.template):
            before = re.split(r"[*?]", literal)[0]
            start += before
            if before != literal or name == "date":
                break
            if name is not None:
                start += _of_unit(name, self.unit)
        return start

    def glob(self, day: date) -> str:
        """The names of a day as a glob pattern; `day_of` decides about each name found."""
        text = ""
        for literal, name, spec in _parse(self.template):
            text += literal.replace("[", "[[]")
            if name == "date":
                text += day.strftime(spec or _ISO)
            elif name is not None:
                text += glob.escape(_of_unit(name, self.unit))
        return text

    def _regex(self, day: date | None) -> str:
        """The names of a day, or of any day with the day's own text as group `date`."""
        regex: list[str] = []
        grouped = False
        for literal, name, spec in _parse(self.template):
            regex.append("".join(_GLOB.get(character, re.escape(character)) for character in literal))
            if name == "date":
                pattern = spec or _ISO
                if day is not None:
                    regex.append(re.escape(day.strftime(pattern)))
                else:
                    digits = re.sub(r"%[Yymd]", lambda directive: _DIGITS[directive[0]], re.escape(pattern))
                    first = pattern == _whole_date(self.template) and not grouped
                    regex.append(f"(?P<date>{digits})" if first else digits)
                    grouped |= first
            elif name is not None:
                regex.append(re.escape(_of_unit(name, self.unit)))
        return "".join(regex)


@cache
def _parse(template: str) -> Sequence[tuple[str, str | None, str | None]]:
    """Literal text and the placeholder after it, with its date format. Raises ValueError for a single brace."""
    return tuple((literal, name, spec) for literal, name, spec, _ in Formatter().parse(template))


def _whole_date(template: str) -> str:
    """The format of the first placeholder that says day, month and year."""
    for _, name, spec in _parse(template):
        pattern = spec or _ISO
        if name == "date" and all(part in pattern.lower() for part in ("%y", "%m", "%d")):
            return pattern
    raise ValueError(f"“{template}”: thiếu {{date}} với đủ ngày, tháng, năm")


def _of_unit(name: str, unit: UnitAddress) -> str:
    if name == "unit_id":
        return unit.unit_id
    if unit.code is None:
        raise SourceError(NO_CODE.format(unit.unit_id, "{code}"))
    return unit.code
