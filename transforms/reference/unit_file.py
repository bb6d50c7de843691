"""Reads reference/units.csv into a checked frame; an error names all rows at fault. Resolves no stated name."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from transforms.dictionary.csv_file import CsvFile
from transforms.dictionary.problems import raise_if_any
from transforms.dictionary.text import fold, unmarked
from transforms.reference.organisation import ALL, Organisation, UnitType
from transforms.reference.unit_names import NameWords, registered_keys, unit_words

FILE = "units.csv"
UNITS = pl.Schema(
    {
        "unit_id": pl.String,
        "name": pl.String,
        "unit_type": pl.String,
        "unit_group": pl.String,
        "report_order": pl.Int32,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "code": pl.String,
        "calendar": pl.String,
        "aliases": pl.String,
        "successors": pl.String,
    }
)
_NAMED = pl.Schema({name: UNITS[name] for name in ("unit_id", "unit_group")})
PENDING = "pending"  # the code of a unit whose official one is not public
CALENDARS = ("every_day", "working_days", "weekly", "monthly", "quarterly", "yearly")
_OPTIONAL = ("valid_to", "aliases", "successors")
# A file without any of these columns is a short one: of its columns only `name` is needed.
_IN_FULL = ("valid_from", "valid_to", "code", "successors")
_ALWAYS = date(1900, 1, 1)  # from when units of a short file are valid
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")  # it names folders, deliveries and settings

_Row = dict[str, Any]  # a row of UNITS


def read_units(text: str, organisation: Organisation) -> pl.DataFrame:
    """UNITS: all units through time, a row per unit. Raises ConfigurationError with all rows that are wrong.

    A short file has the column `name` and, of the others, those it wants. Then a unit without id is called after its
    name, belongs to the first group and to the type that its name begins with, and sends every day.
    """
    file = _file(text, organisation)
    rows = {line: row for line, cells in file.rows if (row := _typed(file, line, cells, organisation)) is not None}
    _check_ids(file, organisation)
    _check_names(file, rows, organisation.names)
    raise_if_any(sorted(file.problems, key=lambda problem: problem.line or 0))
    return pl.DataFrame(list(rows.values()), schema=UNITS)


def named_units(text: str, organisation: Organisation) -> pl.DataFrame:
    """`unit_id` and `unit_group` of the rows of a file that is wrong elsewhere, to check what other files name."""
    rows = [(cells["unit_id"], cells["unit_group"]) for _, cells in _file(text, organisation).rows]
    return pl.DataFrame(rows, schema=_NAMED, orient="row").unique("unit_id", keep="first", maintain_order=True)


def id_of(name: str) -> str:
    """The unit_id of a unit that has only a name: `Sở Y tế` gives `so-y-te`; "" where nothing is left of it."""
    return "-".join(re.findall(r"[a-z0-9]+", unmarked(fold(name))))


def listed(cell: str | None) -> list[str]:
    """What a cell holds that lists several things, separated by `|`."""
    return [part.strip() for part in (cell or "").split("|") if part.strip()]


def _file(text: str, organisation: Organisation) -> CsvFile:
    """The rows of the file; those of a short one completed."""
    columns = set(re.split(r'[,"\s]+', text.removeprefix("\ufeff").partition("\n")[0]))
    is_short = "name" in columns and not columns & {*_IN_FULL}
    if not is_short:
        return CsvFile(FILE, text, tuple(UNITS))
    file = CsvFile(FILE, text, ("name",), tuple(UNITS))
    for number, (_, cells) in enumerate(file.rows, start=1):
        defaults = {
            "unit_id": id_of(cells["name"]),
            "unit_type": _type_of(cells["name"], organisation),
            "unit_group": next(group.id for group in organisation.with_units.values() if group.has_rate),
            "report_order": str(number),
            "valid_from": f"{_ALWAYS}",
            "code": PENDING,
            "calendar": CALENDARS[0],
        }
        cells.update({column: value for column, value in defaults.items() if column not in columns})
    return file


def _type_of(name: str, organisation: Organisation) -> str:
    """The type of which the name begins with the most words; the first one where it begins with those of none."""
    words = unit_words(name, organisation.names)

    def begun(one: UnitType) -> int:
        opening = (fold(text).split() for text in one.opens)
        return max((len(text) for text in opening if words[: len(text)] == text), default=0)

    return max(organisation.types, key=begun).id


def _typed(file: CsvFile, line: int, cells: Mapping[str, str], organisation: Organisation) -> _Row | None:
    """One row with its types; None where a cell, which is noted, is not what its column holds."""
    allowed = {
        "unit_type": organisation.type_ids,
        "unit_group": tuple(organisation.with_units),
        "calendar": CALENDARS,
    }
    before = len(file.problems)
    row: _Row = {column: cell or None for column, cell in cells.items()}
    for column, cell in cells.items():
        if not cell:
            if column not in _OPTIONAL:
                how = f" (chưa có mã thì ghi {PENDING})" if column == "code" else ""
                if column == "unit_id" and cells["name"]:
                    how = " (tên không có chữ cái Latinh thì phải ghi mã)"
                file.fault(line, f"không được để trống{how}", f"cột {column}")
        elif column in allowed:
            file.one_of(line, cells, column, allowed[column])
        elif column == "unit_id" and not _ID.fullmatch(cell):
            file.fault(line, "chỉ gồm chữ thường không dấu, chữ số và dấu -", "cột unit_id", cell)
        elif column == "report_order":
            row[column] = _order(file, line, cell)
    if cells["valid_from"]:
        row["valid_from"], row["valid_to"] = file.span(line, cells)
    return row if len(file.problems) == before else None


def _order(file: CsvFile, line: int, cell: str) -> int | None:
    if cell.isdecimal() and len(cell) < 10:
        return int(cell)
    file.fault(line, "phải là số nguyên không âm, nhiều nhất 9 chữ số", "cột report_order", cell)
    return None


def _check_ids(file: CsvFile, organisation: Organisation) -> None:
    taken = {ALL, *(group.id for group in organisation.groups)}
    first: dict[str, int] = {}
    for line, cells in file.rows:
        if (earlier := first.setdefault(cells["unit_id"], line)) != line and cells["unit_id"]:
            file.fault(line, f"trùng với dòng {earlier}", "cột unit_id", cells["unit_id"])
        if cells["unit_id"] in taken:
            file.fault(line, "là mã của một khối", "cột unit_id", cells["unit_id"])
    for line, cells in file.rows:
        for successor in listed(cells["successors"]):
            if successor not in first or successor == cells["unit_id"]:
                file.fault(line, "không phải một đơn vị khác trong tệp", "cột successors", successor, first)


def _check_names(file: CsvFile, rows: Mapping[int, _Row], words: NameWords) -> None:
    """No name, alias or code may mean two units on one day."""
    holders: dict[str, list[int]] = {}  # the rows that have a key
    for line, row in rows.items():
        for column, value in _callings(row):
            keys = {f"code {value}"} if column == "code" else set(registered_keys(value, words).full)
            if not keys:
                file.fault(line, "không phải tên của một đơn vị", f"cột {column}", value)
            others = (other for key in keys for other in holders.get(key, []) if other != line)
            if other := next((other for other in others if _overlap(row, rows[other])), None):
                why = f"trùng với dòng {other} ({rows[other]['unit_id']}) trong cùng thời gian hiệu lực"
                file.fault(line, why, f"cột {column}", value)
            for key in keys:
                holders.setdefault(key, []).append(line)


def _callings(row: _Row) -> Iterator[tuple[str, str]]:
    yield "name", row["name"]
    yield from (("aliases", alias) for alias in listed(row["aliases"]))
    if row["code"] != PENDING:
        yield "code", row["code"]


def _overlap(one: _Row, other: _Row) -> bool:
    ends = [row["valid_to"] or date.max for row in (one, other)]
    return bool(one["valid_from"] <= ends[1] and other["valid_from"] <= ends[0])
