"""What the text that names a row of a shared file means: a unit, a group's total, a total, or nobody known."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from transforms.dictionary.text import fold
from transforms.read.headers.book import HeaderBook
from transforms.reference.organisation import Organisation
from transforms.reference.units import Registry

_NUMBER = re.compile(r"^\s*(?:[IVXLC]{1,5}|\d{1,3}(?:\.\d{1,3})*|[A-ZĐ])\s*[.)/:–-]\s*(?=\S)")
_TITLED = re.compile(r"^\s*(?:đơn vị(?: báo cáo| gửi)?|cơ quan(?: báo cáo)?|tên đơn vị|unit)\s*[:–-]\s*", re.IGNORECASE)
# What an office puts before the name of a group in the row of its sum.
_SUM_OF = re.compile(r"^(?:tổng(?: cộng| số)?|cộng|khối|nhóm|các|cấp|tại|total|sum|of|ubnd|toàn)\s+", re.IGNORECASE)
_TOTALS = ("total", "either")
Kind = Literal["unit", "foreign", "unclear", "group", "total", "unknown"]


@dataclass(frozen=True)
class Named:
    """What a name means; `ids`: the unit, or the units that it may mean; `group`: of a total."""

    kind: Kind
    ids: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, eq=False)
class Names:
    """The names that a shared export may use. `covered`: its units; `groups`: folded name → group.

    `members`: group → the groups whose units it sums, where these are others.
    """

    registry: Registry
    covered: Collection[str]
    groups: Mapping[str, str]
    book: HeaderBook
    members: Mapping[str, Collection[str]] = field(default_factory=dict)
    _cache: dict[tuple[str, date], Named] = field(default_factory=dict)

    def of(self, name: str, day: date) -> Named:
        """What `name` means on `day`. A unit goes before a group, and a group before a total."""
        key = (name, day)
        if key not in self._cache:
            self._cache[key] = self._of(name, day)
        return self._cache[key]

    def _of(self, name: str, day: date) -> Named:
        bare = _NUMBER.sub("", name)
        for text in dict.fromkeys((name, bare)):
            if meant := self.registry.meant(text, day):
                return self._unit(tuple(meant))
        if group := self.group(bare):
            return Named("group", group=group)
        if self.book.roles.role(bare) in _TOTALS:
            return Named("total")
        # a unit that has ended, or not begun, is known: its rows are its delivery, which is held back for its day
        if (once := self.registry.resolve(bare, None)) is not None:
            return self._unit((once,))
        return Named("unknown")

    def _unit(self, meant: tuple[str, ...]) -> Named:
        if len(meant) > 1:
            return Named("unclear", meant)
        return Named("unit" if meant[0] in self._covered else "foreign", meant)

    @cached_property
    def _covered(self) -> frozenset[str]:
        return frozenset(self.covered)

    def group(self, name: str) -> str | None:
        """The group that a name means, with or without the words of a sum before it."""
        text = name
        while True:
            if found := self.groups.get(fold(text)):
                return found
            shorter = _SUM_OF.sub("", text, count=1)
            if shorter == text:
                return None
            text = shorter

    def in_title(self, lines: Collection[str], day: date) -> str | None:
        """The text that names a unit in the lines above a table: the lowest that means one; else the lowest line."""
        texts = [_TITLED.sub("", line).strip() for line in lines]
        for text in reversed(texts):
            if self.registry.meant(_NUMBER.sub("", text), day):
                return text
        for text in reversed(texts):
            named = self.registry.named_in(text, day)
            if len(named) == 1:
                return named[0][1]
        return texts[-1] if texts else None


def group_names(organisation: Organisation) -> dict[str, str]:
    """How files may call the groups of units in the row of their sum: folded name → id.

    Beside their names `cấp tỉnh`, where one group alone is of that level, and the words before and behind `tại`.
    """
    levels = [group.level for group in organisation.groups if group.level and group.has_rate]
    found: dict[str, str] = {}
    for group in organisation.groups:
        named = [group.id, group.name.vi, group.name.en, group.in_report, group.in_title.removeprefix("tại ")]
        if group.level and levels.count(group.level) == 1:
            named.append(group.level)
        for name in named:
            if fold(name):
                found.setdefault(fold(name), group.id)
    return found
