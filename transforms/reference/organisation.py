"""Reads reference/organisation.toml: place, time zone, groups and types of units, and their names. Knows no unit."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
from pydantic import Field

from transforms.dictionary.problems import Problem, raise_if_any
from transforms.dictionary.text import Text, fold
from transforms.dictionary.toml_file import Filled, Places, Table, Words, read_toml
from transforms.dictionary.toml_lines import Path
from transforms.reference.unit_names import NameWords

FILE = "organisation.toml"
ALL = "all"  # all units together
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# In which sums the figures of a unit count: of its group, of groups made of others, of all together.
MEMBERSHIPS = pl.Schema({"unit_group": pl.String, "scope": pl.String, "member": pl.String})
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class Group:
    """A group of units; `parts`: the groups it is the sum of, where it has no units of its own.

    `has_rate`: its units report online and in-person cases. `in_whole`: they count in the figures of all units.
    `in_report`, `in_title`: what the report calls it. `level`: of administration, as a title of a file names it.
    """

    id: str
    name: Text
    in_report: str
    in_title: str
    level: str = ""
    has_rate: bool = True
    in_whole: bool = True
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitType:
    """A type of units; `opens`: words with which the name of such a unit begins."""

    id: str
    name: Text
    opens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Organisation:
    """Whose figures these are. `week_ends`: ISO weekday; `year_ends`: month; `language`: of the first pages.

    `place`: what offices write behind their own name, "" = nothing. `whole`: all units together, in a sentence
    `in_sentence`, in a title `in_title`; `whole_unit`: the unit whose published points are theirs. `online`,
    `in_person`, `postal`: what the channels are called. `groups`: in the order of the report.
    """

    zone: ZoneInfo
    zone_name: Text
    week_ends: int
    year_ends: int
    language: Literal["vi", "en"]
    place: str
    whole: Text
    whole_unit: str | None
    in_sentence: str
    in_title: str
    online: Text
    in_person: Text
    postal: Text
    groups: tuple[Group, ...]
    types: tuple[UnitType, ...]
    names: NameWords

    @cached_property
    def with_units(self) -> dict[str, Group]:
        """The groups that have units of their own, by id."""
        return {group.id: group for group in self.groups if not group.parts}

    @cached_property
    def rated(self) -> tuple[str, ...]:
        """The ids of the groups that have a rate, in the order of the report."""
        return tuple(group.id for group in self.groups if group.has_rate)

    @cached_property
    def without_rate(self) -> frozenset[str]:
        """The ids of the groups whose units report `processing` only."""
        return frozenset(group.id for group in self.groups if not group.has_rate)

    @cached_property
    def type_ids(self) -> tuple[str, ...]:
        """The ids of the types of units."""
        return tuple(one.id for one in self.types)

    @cached_property
    def memberships(self) -> pl.DataFrame:
        """MEMBERSHIPS: a row per group with units and a rate, and sum that its units count in."""
        rows = []
        for group in self.groups:
            rows += [(part, "group", group.id) for part in (group.parts or (group.id,)) if group.has_rate]
            if group.has_rate and group.in_whole and not group.parts:
                rows.append((group.id, ALL, ALL))
        return pl.DataFrame(rows, schema=MEMBERSHIPS, orient="row")

    @property
    def meanings(self) -> dict[tuple[str, str], str]:
        """What the columns of published tables mean here, by table ("" = any) and column ("" = the table itself).

        `<column>.label`: what the column is called.
        """
        groups = [
            f"{group.id} = {_small(group.name.vi)}" + ("" if group.has_rate else ", không có tỷ lệ trực tuyến")
            for group in self.groups
        ]
        whole = _small(self.whole.vi)
        return {
            ("", "online.label"): f"{self.online.vi} (1)",
            ("", "in_person.label"): f"{self.in_person.vi} (2)",
            ("", "unit_type"): ", ".join(self.type_ids),
            ("", "unit_group"): "; ".join([*groups, f"{ALL} = {whole}"]),
            ("", "scope"): f"mã đơn vị, khối, hoặc {ALL} = {whole}",
            ("", "business_date"): f"theo {self.zone_name.vi}",
            ("monthly_group_rates", ""): f"Tỷ lệ trực tuyến theo tháng của từng khối và {whole}, có trọng số",
        }


def _small(name: str) -> str:
    """A name as it stands inside a sentence."""
    return name[:1].lower() + name[1:]


class _Group(Table):
    id: Filled
    name: Filled
    name_en: Filled | None = None
    in_report: Filled | None = None
    in_title: Filled | None = None
    level: str = ""
    has_rate: bool = True
    in_whole: bool = True
    parts: list[Filled] = Field(default_factory=list)


class _Type(Table):
    id: Filled
    name: Filled
    name_en: Filled | None = None
    opens: list[Words] = Field(default_factory=list)
    short_name: bool = False
    is_place: bool = False


class _Place(Table):
    name: str = ""
    kind: str = ""


class _Whole(Table):
    name: Filled
    name_en: Filled | None = None
    unit: Filled | None = None
    in_sentence: Filled | None = None
    in_title: Filled | None = None


class _Channel(Table):
    name: Filled
    name_en: Filled | None = None


class _Channels(Table):
    online: _Channel = _Channel(name="Trực tuyến", name_en="Online")
    in_person: _Channel = _Channel(name="Trực tiếp", name_en="In person")
    postal: _Channel = _Channel(name="Bưu chính công ích", name_en="By post")


class _Names(Table):
    abbreviations: dict[str, Words] = Field(default_factory=dict)
    committees: list[Words] = Field(default_factory=list)
    joined: str = ""


class _File(Table):
    time_zone: Filled
    zone_name: Filled | None = None
    zone_name_en: Filled | None = None
    week_ends: Literal[WEEKDAYS] = "sunday"  # type: ignore[valid-type]
    year_ends: int = Field(12, ge=1, le=12)
    language: Literal["vi", "en"] = "vi"
    place: _Place = _Place()
    whole: _Whole
    group: list[_Group] = Field(min_length=1)
    type: list[_Type] = Field(min_length=1)
    channels: _Channels = _Channels()
    names: _Names = _Names()


def read_organisation(text: str) -> Organisation:
    """From the text of reference/organisation.toml. Raises ConfigurationError with all that is wrong."""
    read, places = read_toml(FILE, text, _File), Places(FILE, text)
    raise_if_any([*_wrong(read, places)])
    return Organisation(
        zone=ZoneInfo(read.time_zone),
        zone_name=_zone_name(read),
        week_ends=WEEKDAYS.index(read.week_ends) + 1,
        year_ends=read.year_ends,
        language=read.language,
        place=read.place.name,
        whole=_text(read.whole),
        whole_unit=read.whole.unit,
        in_sentence=read.whole.in_sentence or _small(read.whole.name),
        in_title=read.whole.in_title or _small(read.whole.name),
        online=_text(read.channels.online),
        in_person=_text(read.channels.in_person),
        postal=_text(read.channels.postal),
        groups=tuple(map(_group, read.group)),
        types=tuple(UnitType(one.id, _text(one), tuple(one.opens)) for one in read.type),
        names=NameWords(
            place=read.place.name,
            place_kind=read.place.kind,
            kinds=tuple(word for one in read.type if one.short_name for word in one.opens),
            places=tuple(word for one in read.type if one.is_place for word in one.opens),
            abbreviations=tuple(read.names.abbreviations.items()),
            committees=tuple(read.names.committees),
            joined=read.names.joined,
        ),
    )


def check_whole_unit(text: str, organisation: Organisation, units: Collection[str]) -> None:
    """Raise ConfigurationError where the unit that stands for all is not among `units` (ids). `text`: of the file."""
    unit = organisation.whole_unit
    if unit is not None and unit not in units:
        raise_if_any([Places(FILE, text).problem(("whole", "unit"), "không có trong units.csv", unit, units)])


def _group(read: _Group) -> Group:
    return Group(
        id=read.id,
        name=_text(read),
        in_report=read.in_report or read.name,
        in_title=read.in_title or f"của {read.name}",
        level=read.level,
        has_rate=read.has_rate,
        in_whole=read.in_whole and read.has_rate,
        parts=tuple(dict.fromkeys(read.parts)),
    )


def _text(named: Any) -> Text:
    return Text(named.name, named.name_en or named.name)


def _zone_name(read: _File) -> Text:
    return Text(read.zone_name or f"giờ {read.time_zone}", read.zone_name_en or read.zone_name or read.time_zone)


def _wrong(read: _File, places: Places) -> Iterator[Problem]:
    zones = available_timezones()
    if read.time_zone not in zones:
        yield places.problem(("time_zone",), "không phải múi giờ (tên IANA)", read.time_zone, zones)
    yield from _wrong_ids("group", [group.id for group in read.group], places)
    yield from _wrong_ids("type", [one.id for one in read.type], places)
    own = {group.id: group for group in read.group if not group.parts}
    for number, group in enumerate(read.group):
        for place, part in enumerate(group.parts):
            path: Path = ("group", number, "parts", place)
            if part not in own:
                yield places.problem(path, "phải là một khối có đơn vị của mình", part, own)
            elif not own[part].has_rate:
                yield places.problem(path, "khối này không có tỷ lệ (has_rate = false)", part)
        if group.parts and not group.has_rate:
            yield places.problem(("group", number, "has_rate"), "khối gồm các khối khác luôn có tỷ lệ")
    if not any(group.has_rate for group in own.values()):
        yield places.problem(("group", 0, "has_rate"), "phải có ít nhất một khối có tỷ lệ")
    elif not any(group.has_rate and group.in_whole for group in own.values()):
        yield places.problem(("group", 0, "in_whole"), "phải có ít nhất một khối tính vào tất cả (in_whole)")
    for short, long in read.names.abbreviations.items():
        if fold(short) != short or " " in short:
            yield places.problem(("names", "abbreviations", short), "phải là một chữ thường, không dấu câu", long)


def _wrong_ids(kind: str, ids: list[str], places: Places) -> Iterator[Problem]:
    for number, id_ in enumerate(ids):
        path: Path = (kind, number, "id")
        if not _ID.fullmatch(id_):
            yield places.problem(path, "chỉ gồm chữ thường không dấu, chữ số và dấu -", id_)
        elif id_ == ALL and kind == "group":
            yield places.problem(path, f"{ALL} là tất cả các khối: đặt tên ở [whole]", id_)
        elif id_ in ids[:number]:
            yield places.problem(path, f"trùng với {kind}[{ids.index(id_) + 1}]", id_)
