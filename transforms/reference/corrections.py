"""Applies reviewed corrections of single figures (reference/corrections.toml, `tyle correct`).

A figure is changed only where the file still states `expect`; otherwise the entry is not applied. The rules `corrected`
and `correction_is_current` report both. Lists of cases are not corrected: their figures are counted, not stated.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import polars as pl

from transforms.dictionary.contracts import II06, PROCESSING, SUMMARY, Contract
from transforms.dictionary.labels import label
from transforms.dictionary.problems import raise_if_any
from transforms.dictionary.text import fold, tidy
from transforms.dictionary.toml_file import Places, parsed

_FILE = "corrections.toml"
_CONTRACTS = {contract.name: contract for contract in (SUMMARY, II06, PROCESSING)}
_OPTIONAL = ("contract", "field", "level")
_TOO_MANY = 1_000_000_000
_BLANK = "(trống)"
_STALE, _NOT_ONE = "cần sửa khi tệp ghi {}, nay tệp ghi", "tệp có"

Figure = int | float
Day = date  # `date` is also the name of a key


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One figure of one delivery: `column` of the detail row `field` (and `level`), or of the totals row without field.

    Of `processing` without field also the one row without a name.

    `expect`: what the source states; text is compared with the cell as written ("" = blank), a number with its value.
    None: whatever it states, of a correction that is made for one stored file.
    `value`: what is right (cases; of a rate, percent as the file writes it). `since`: the day it was reviewed.
    """

    unit: str
    date: Day
    contract: str = SUMMARY.name
    field: str | None = None
    level: int | None = None
    column: str
    value: Figure
    expect: Figure | str | None
    reason: str
    by: str
    since: Day

    @property
    def place(self) -> tuple[object, ...]:
        """The figure it is about; no two corrections may have the same."""
        return (self.unit, self.date, self.contract, self.field and fold(self.field), self.level, self.column)

    @property
    def figure(self) -> str:
        """Row and column in words."""
        return ", ".join(filter(None, (self.field or "dòng tổng cộng", _level(self.level), label(self.column))))

    def is_applied(self, messages: Iterable[str]) -> bool:
        """Whether messages of the rule `corrected` say that this change was made."""
        return _said(messages, f"{self.figure}: {_shown(self.expect)} → {self.value};") is not None

    def fault_in(self, messages: Iterable[str]) -> str | None:
        """Why this entry did not apply, from messages of the rule `correction_is_current`; None where none says so."""
        if self.expect is None:
            return _said(messages, f"{self.figure}: ")
        stale = _said(messages, f"{self.figure}: {_STALE.format(_shown(self.expect))}")
        return stale or _said(messages, f"{self.figure}: {_NOT_ONE}")


@dataclass(frozen=True, eq=False)
class Corrections:
    """All entries, by unit, business date and contract."""

    entries: Mapping[tuple[str, date, str], tuple[Correction, ...]] = field(default_factory=dict)

    @classmethod
    def from_toml(cls, text: str, units: Collection[str]) -> "Corrections":
        """From the text of reference/corrections.toml; `units` are the known ids.

        Raises ConfigurationError with all that is wrong.
        """
        document, places = parsed(_FILE, text), Places(_FILE, text)
        problems = [places.problem((key,), "không có khóa này", known=()) for key in document if key != "correction"]
        listed = document.get("correction", [])
        if not isinstance(listed, list):
            problems.append(places.problem(("correction",), "chỉ có thể gồm các mục [[correction]]"))
            listed = []
        entries: dict[tuple[str, date, str], tuple[Correction, ...]] = {}
        seen: dict[tuple[object, ...], int] = {}
        for number, given in enumerate(listed):
            if found := [*faults(given, units)]:
                problems += [
                    places.problem(
                        ("correction", number, *filter(None, (fault.key,))), fault.reason, fault.value, fault.known
                    )
                    for fault in found
                ]
                continue
            entry = Correction(**given)
            if (first := seen.setdefault(entry.place, number)) != number:
                why = f"cùng một số liệu với correction[{first + 1}]"
                problems.append(places.problem(("correction", number), why))
            key = (entry.unit, entry.date, entry.contract)
            entries[key] = (*entries.get(key, ()), entry)
        raise_if_any(problems)
        return cls(entries)

    def beside(self, own: Iterable[Correction]) -> "Corrections":
        """These entries with `own`, which replace those of the same figure."""
        entries = dict(self.entries)
        for entry in own:
            key = (entry.unit, entry.date, entry.contract)
            others = (other for other in entries.get(key, ()) if other.place != entry.place)
            entries[key] = (*others, entry)
        return Corrections(entries)


NONE = Corrections()


def apply(rows: pl.DataFrame, contract: Contract, corrections: Corrections) -> pl.DataFrame:
    """`rows` (transforms.check.frames.prepared) with the corrected figures and their texts.

    Adds `corrected_how` and `not_corrected` (String, else null): what was changed on a row, by whom and why, and which
    entry no longer matches it. An entry whose row is absent, or there twice, is reported on the file's first row.
    """
    notes_on = ("corrected_how", "not_corrected")
    wanted = [key for key in corrections.entries if key[2] == contract.name]
    if not wanted:
        return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in notes_on)
    keys = pl.DataFrame(
        [key[:2] for key in wanted], schema={"unit_id": pl.String, "business_date": pl.Date}, orient="row"
    )
    touched = rows.with_row_index("at").join(keys, on=["unit_id", "business_date"], how="semi", maintain_order="left")
    figures: dict[str, dict[int, Figure]] = {}
    notes: dict[str, dict[int, list[str]]] = {name: {} for name in notes_on}
    for own in touched.partition_by("file", maintain_order=True):
        lines = own.to_dicts()
        for entry in corrections.entries[lines[0]["unit_id"], lines[0]["business_date"], contract.name]:
            line, fault = _find(entry, lines)
            was = line[f"{entry.column}_text"] if entry.expect is None else entry.expect
            note = f"{entry.figure}: {fault or f'{_shown(was)} → {entry.value}'}; {_why(entry)}"
            notes["not_corrected" if fault else "corrected_how"].setdefault(line["at"], []).append(note)
            if not fault:
                figures.setdefault(entry.column, {})[line["at"]] = entry.value
    for column, values in figures.items():
        texts = {at: str(value) for at, value in values.items()}
        rows = rows.with_columns(_put(rows[column], values), _put(rows[f"{column}_text"], texts))
    blank = pl.Series([None] * rows.height, dtype=pl.String)
    return rows.with_columns(
        _put(blank.alias(name), {at: " | ".join(several) for at, several in lines.items()})
        for name, lines in notes.items()
    )


def _put(column: pl.Series, values: Mapping[int, object]) -> pl.Series:
    """A copy of the column with these values at these places."""
    return column.clone().scatter(list(values), pl.Series(list(values.values()), dtype=column.dtype))


def _find(entry: Correction, lines: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """The row an entry is about and why it does not apply to it; the file's first row where there is no such row."""
    found = [line for line in lines if _is_meant(entry, line)]
    if len(found) != 1:
        return lines[0], f"{_NOT_ONE} {len(found)} dòng như vậy"
    line = found[0]
    written, typed = line[f"{entry.column}_text"], line[entry.column]
    if entry.expect is None:
        return line, "tệp đã ghi như vậy" if typed == entry.value else ""
    states = tidy(written or "") if isinstance(entry.expect, str) else typed
    if states == (tidy(entry.expect) if isinstance(entry.expect, str) else entry.expect):
        return line, ""
    return line, f"{_STALE.format(_shown(entry.expect))} {_shown(written)}"


def _is_meant(entry: Correction, line: Mapping[str, Any]) -> bool:
    if entry.field is None:
        nameless = line["kind"] == "detail" and line["field"] is None  # a table of one row that has no name
        return bool(line["kind"] == "totals" or (nameless and _CONTRACTS[entry.contract].may_be_one_row))
    level = line["default_level"] if line.get("service_level_text") is None else line["service_level"]
    return (
        line["kind"] == "detail"
        and fold(line["field"] or "") == fold(entry.field)
        and (entry.level is None or entry.level == level)
    )


def _said(messages: Iterable[str], note: str) -> str | None:
    """What follows the beginning `note` of a note in one of the messages, up to its reason; None where none has it."""
    starts = re.compile(rf"(?:\(|\| ){re.escape(note)}([^;]*)")
    found = (starts.search(message) for message in messages)
    return next((match[1] for match in found if match), None)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one key of an entry; `known`: what its value may be."""

    key: str
    reason: str
    value: object = None
    known: Collection[str] = ()

    def __str__(self) -> str:
        """In one line."""
        given = self.key if self.value is None else f"{self.key} = {self.value!r}"
        return f"{given}: {self.reason}" if given else self.reason


def faults(given: Any, units: Collection[str]) -> Iterator[Fault]:
    """All that is wrong with an entry."""
    if not isinstance(given, dict):
        yield Fault("", "phải là một mục [[correction]]")
        return
    names = [one.name for one in fields(Correction)]
    yield from (Fault(name, "không có khóa này", known=names) for name in given if name not in names)
    yield from (Fault(name, "thiếu khóa này") for name in names if name not in given and name not in _OPTIONAL)
    texts = [name for name in ("unit", "contract", "field", "column", "reason", "by") if name in given]
    for name in texts:
        if not (isinstance(given[name], str) and given[name].strip()):
            yield Fault(name, "phải là chữ, không để trống", given[name])
    for name in ("date", "since"):
        if name in given and type(given[name]) is not date:
            yield Fault(name, "phải là ngày, ví dụ 2022-08-01", given[name])
    if isinstance(given.get("unit"), str) and given["unit"] not in units:
        yield Fault("unit", "không có trong units.csv", given["unit"], units)
    named = given.get("contract", SUMMARY.name)
    contract = _CONTRACTS.get(named) if isinstance(named, str) else None
    if contract is None:
        yield Fault("contract", f"phải là {' hoặc '.join(_CONTRACTS)}", named, _CONTRACTS)
    else:
        yield from _faults_in_figures(given, contract)
    if "level" in given and (type(given["level"]) is not int or not 0 <= given["level"] <= 4):
        yield Fault("level", "phải là số từ 0 đến 4", given["level"])
    if "level" in given and "field" not in given:
        yield Fault("level", "chỉ dùng cùng với field")


def _faults_in_figures(given: Mapping[str, Any], contract: Contract) -> Iterator[Fault]:
    """What is wrong with the column and its figures."""
    columns = (*contract.counts, *contract.percents)
    column, value, expect = (given.get(key) for key in ("column", "value", "expect"))
    if isinstance(column, str) and column not in columns:
        yield Fault("column", f"phải là một trong {', '.join(columns)}", column, columns)
    number = (int, float) if column in contract.percents else (int,)
    if "value" in given and (type(value) not in number or not 0 <= given["value"] < _TOO_MANY):
        yield Fault("value", f"phải là số {'phần trăm' if float in number else 'nguyên'}, không âm", value)
    if "expect" in given and type(expect) not in (*number, str):
        yield Fault("expect", 'phải là số, hoặc chữ như tệp ghi ("" = để trống)', expect)
    if "value" in given and "expect" in given and value == expect:
        yield Fault("value", "bằng expect: không sửa gì", value)


def _why(entry: Correction) -> str:
    return f"{tidy(entry.reason)} – {tidy(entry.by)}, {entry.since:%d/%m/%Y}"


def _shown(value: Figure | str | None) -> str:
    return _BLANK if value is None or value == "" else str(value)


def _level(level: int | None) -> str | None:
    return None if level is None else f"mức độ {level}"
