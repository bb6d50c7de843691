"""What an organisation calls its groups, their order, and its clock (reference/organisation.toml). Knows no figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Literal

ALL = "all"


@dataclass(frozen=True)
class GroupName:
    """A group in Vietnamese and English, as a line of the report, and as titles say where its figures are from."""

    id: str
    vi: str
    en: str
    in_report: str
    in_title: str


@dataclass(frozen=True)
class Labels:
    """The groups in the order of the report; `sums` are made of others, `apart` are no part of all units together.

    `whole`, `whole_en`: all units together; `in_sentence`: inside a sentence. A group without a name is called by its
    id. `online`, `in_person`: the channels in Vietnamese and English. `language`: of the
    pages that are opened first; `zone`: in which moments are printed, and its names.
    """

    names: tuple[GroupName, ...] = ()
    whole: str = "Tất cả"
    whole_en: str = "All"
    in_sentence: str = "tất cả"
    whole_in_title: str = "của tất cả đơn vị"
    sums: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    online: tuple[str, str] = ("Trực tuyến", "Online")
    in_person: tuple[str, str] = ("Trực tiếp", "In person")
    language: Literal["vi", "en"] = "vi"
    zone: tzinfo = UTC
    zone_name: str = "giờ UTC"
    zone_name_en: str = "UTC"

    def in_order(self, groups: Iterable[str]) -> list[str]:
        """The groups in the report's order, unknown ones after them by id; without `all` and those made of others."""
        own = set(groups) - {ALL} - self.sums
        known = [one.id for one in self.names if one.id in own]
        return [*known, *sorted(own.difference(known))]

    def sums_in_order(self, groups: Iterable[str]) -> list[str]:
        """The groups made of others, in the report's order."""
        own = self.sums.intersection(groups)
        return [one.id for one in self.names if one.id in own]

    def name(self, group: str) -> tuple[str, str]:
        """A group, or `all`, in Vietnamese and English."""
        return (self.whole, self.whole_en) if group == ALL else (self._of(group).vi, self._of(group).en)

    def in_report(self, group: str) -> str:
        """A group, or `all`, as a line of the first appendix."""
        return self.whole if group == ALL else self._of(group).in_report

    def in_title(self, group: str) -> str:
        """Where a group's figures are from, as titles say it."""
        return self.whole_in_title if group == ALL else self._of(group).in_title

    @property
    def channels(self) -> tuple[str, str]:
        """Both channels in Vietnamese, inside a sentence."""
        return small(self.online[0]), small(self.in_person[0])

    @property
    def whole_small(self) -> str:
        """All units together, inside a title."""
        return small(self.whole)

    def _of(self, group: str) -> GroupName:
        return next((one for one in self.names if one.id == group), GroupName(group, group, group, group, group))


def small(name: str) -> str:
    """A name as it stands inside a sentence."""
    return name[:1].lower() + name[1:]
