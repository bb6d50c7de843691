"""Which field (lĩnh vực) of administrative procedures a name means on a day. Reads no export and counts nothing."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations

import polars as pl
from rapidfuzz import fuzz, process

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.contracts import NO_FIELD
from transforms.dictionary.csv_file import CsvFile
from transforms.dictionary.frames import checked
from transforms.dictionary.problems import raise_if_any
from transforms.dictionary.text import fold, normalized, tidy, unmarked

FILE = "fields.csv"
# What each of some texts means through time: the rows of a text cover every day once. `field`: the text; `field_id`
# and `name` are null while it means no known field; `field_key`: the same for all spellings of one field.
NAMED = pl.Schema(
    {
        "field": pl.String,
        "field_id": pl.String,
        "name": pl.String,
        "field_key": pl.String,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
    }
)
_TIDIED = pl.Schema({"field": pl.String, "field_name": pl.String})
EVER, FOREVER = date(1900, 1, 1), date(9999, 12, 31)
_COLUMNS = ("id", "name", "aliases", "valid_from", "valid_to")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# `1. Đất đai`, `II/ Đất đai`: the number of the row stands in the cell of its name.
_NUMBER = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*|[IVXLC]{1,5})\s*[.)/:–-]\s*(?=[^\W\d_])")
_LEADING = fold("Lĩnh vực")
_AND = fold("và")
_Y = re.compile(r"\b([hklmst])y(?=[\u0300-\u036f]*\b)")  # quản lý, quản lí: both are in use
_ALIKE = 60  # of 100: what is less alike helps nobody
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Entry:
    """One field as it is searched."""

    field_id: str
    name: str
    names: tuple[str, ...]
    valid_from: date
    valid_to: date
    line: int = 0
    name_en: str = ""

    def overlaps(self, other: "_Entry") -> bool:
        return self.valid_from <= other.valid_to and other.valid_from <= self.valid_to


@dataclass(frozen=True, eq=False)
class FieldBook:
    """All known fields through time; `fields`: the columns of the mart `fields`, a row per field."""

    fields: pl.DataFrame

    def __post_init__(self) -> None:
        """Raises FrameError for other columns."""
        checked(self.fields, REFERENCE["fields"].schema, "FieldBook: fields")

    @classmethod
    def from_csv(cls, text: str) -> "FieldBook":
        """From the text of reference/fields.csv. Raises ConfigurationError with all rows that are wrong."""
        file = CsvFile(FILE, text, _COLUMNS, ("name_en",))
        entries = [_entry(file, *row) for row in file.rows]
        _check(file, entries)
        raise_if_any(file.problems)
        rows = [
            (
                entry.field_id,
                entry.name,
                "|".join(entry.names[1:]) or None,
                entry.valid_from if entry.valid_from != EVER else None,
                entry.valid_to if entry.valid_to != FOREVER else None,
                entry.name_en or None,
            )
            for entry in entries
        ]
        return cls(pl.DataFrame(rows, schema=REFERENCE["fields"].schema, orient="row"))

    @property
    def names(self) -> list[str]:
        """All names and aliases."""
        return [name for entry in self._list for name in entry.names]

    def named(self, texts: Iterable[str]) -> pl.DataFrame:
        """NAMED: what each of `texts` means, each given once.

        A name or an alias is recognised whatever its case, punctuation and tone marks' place, with or without
        `và`, `Lĩnh vực` or a number before it; in letters without diacritics where exactly one field fits.
        """
        rows = [(text, *span) for text in texts for span in self._spans(text)]
        return pl.DataFrame(rows, schema=NAMED, orient="row")

    def nearest(self, text: str, day: date, count: int = 3) -> list[str]:
        """The names of the fields valid on `day` that `text` is most like, the likeliest first."""
        choices = {
            (entry.field_id, number): unmarked(_key(name))
            for entry in self._list
            if entry.valid_from <= day <= entry.valid_to
            for number, name in enumerate(entry.names)
        }
        asked = unmarked(_key(text))
        found = process.extract(asked, choices, scorer=fuzz.ratio, limit=4 * count, score_cutoff=_ALIKE)
        names = {entry.field_id: entry.name for entry in self._list}
        return list(dict.fromkeys(names[field_id] for _, _, (field_id, _) in found))[:count]

    def _spans(self, text: str) -> Iterator[tuple[str | None, str | None, str, date, date]]:
        """The periods of a text without gaps: field_id, name, key, first and last day."""
        own = fold(text)
        since = EVER
        for entry in self._meant(text):
            if since < entry.valid_from:
                yield None, None, own, since, entry.valid_from - _DAY
            yield entry.field_id, entry.name, fold(entry.name), entry.valid_from, entry.valid_to
            since = entry.valid_to + _DAY if entry.valid_to < FOREVER else FOREVER
        if since < FOREVER:
            yield None, None, own, since, FOREVER

    def _meant(self, text: str) -> list[_Entry]:
        """The fields that a text means, one after another."""
        if found := self._keys.get(_key(text)):
            return found
        if text.isascii() and (key := _key(text)):
            plain = self._unmarked.get(key, [])
            if not any(one.overlaps(other) for one, other in combinations(plain, 2)):
                return plain
        return []

    @cached_property
    def _list(self) -> list[_Entry]:
        return [
            _Entry(
                row["field_id"],
                row["name"],
                (row["name"], *_listed(row["aliases"])),
                row["valid_from"] or EVER,
                row["valid_to"] or FOREVER,
            )
            for row in self.fields.iter_rows(named=True)
        ]

    @cached_property
    def _keys(self) -> dict[str, list[_Entry]]:
        return _filed(self._list, _key)

    @cached_property
    def _unmarked(self) -> dict[str, list[_Entry]]:
        return _filed(self._list, lambda name: unmarked(_key(name)))


def with_fields(rows: pl.DataFrame, book: FieldBook) -> pl.DataFrame:
    """`rows` (`field`, `business_date` and others) with the field that each names on its day; null without a name.

    Where the name is unknown, the text in `field_code` decides, if `rows` has it: aliases may be codes.

    Adds `field_id` and `field_official` (id and canonical name; null: unknown), `field_known`, `field_name` (as
    written, tidy) and `field_key` (the same for all spellings of one field).
    """
    rows = _named(rows, book)
    if "field_code" not in rows.columns:
        return rows
    own, added = pl.col("field_id").is_not_null(), ("field_id", "field_official", "field_key")
    by_code = _named(rows.select("business_date", field="field_code"), book)
    chosen = (pl.when(own).then(name).otherwise(by_code[name]).alias(name) for name in added)
    return rows.with_columns(chosen, field_known=own | by_code["field_known"].fill_null(False))


def _named(rows: pl.DataFrame, book: FieldBook) -> pl.DataFrame:
    texts = rows["field"].drop_nulls().unique().to_list()
    tidied = pl.DataFrame([(text, tidy(text)) for text in texts], schema=_TIDIED, orient="row")
    named = book.named(texts).join(tidied, on="field").rename({"name": "field_official"})
    on = ["field"]
    if len(named) > len(texts):  # some names mean other fields on other days
        days = rows.select("field", "business_date").unique()
        named = days.join(named, on="field").filter(pl.col("business_date").is_between("valid_from", "valid_to"))
        on = ["field", "business_date"]
    named = named.drop("valid_from", "valid_to").with_columns(
        field_known=pl.col("field_id").is_not_null() | (pl.col("field") == NO_FIELD)
    )
    return rows.join(named, on=on, how="left", maintain_order="left")


def _key(text: str) -> str:
    """What names are compared by."""
    words = fold(_NUMBER.sub("", normalized("NFC", text))).removeprefix(f"{_LEADING} ").split()
    joined = " ".join(word for word in words if word != _AND) or fold(text)
    return _Y.sub(r"\1i", joined)


def _filed(entries: Iterable[_Entry], key: Callable[[str], str]) -> dict[str, list[_Entry]]:
    filed: dict[str, list[_Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.valid_from):
        for known in {key(name) for name in entry.names}:
            filed.setdefault(known, []).append(entry)
    return filed


def _entry(file: CsvFile, line: int, row: Mapping[str, str]) -> _Entry:
    """One row; what is not what its column holds is noted."""
    cells = {column: tidy(cell) for column, cell in row.items()}
    if not _ID.fullmatch(cells["id"]):
        file.fault(line, "chỉ gồm chữ thường không dấu, chữ số và dấu -", "cột id", cells["id"])
    names = (cells["name"], *_listed(cells["aliases"]))
    if not any(letter.isalpha() for letter in cells["name"]):
        file.fault(line, "phải có chữ", "cột name", cells["name"])
    for alias in names[1:]:
        if not fold(alias):
            file.fault(line, "phải có chữ hoặc số", "cột aliases", alias)
    since, until = file.span(line, cells, optional_start=True)
    return _Entry(cells["id"], cells["name"], names, since or EVER, until or FOREVER, line, cells["name_en"])


def _check(file: CsvFile, entries: Sequence[_Entry]) -> None:
    """No id stands twice; no name or alias means two fields on one day."""
    ids: dict[str, int] = {}
    for entry in entries:
        if (earlier := ids.setdefault(entry.field_id, entry.line)) != entry.line:
            file.fault(entry.line, f"trùng với dòng {earlier}", "cột id", entry.field_id)
    holders: dict[str, list[_Entry]] = {}
    for entry in entries:
        for name in filter(fold, entry.names):
            others = (other for other in holders.get(_key(name), []) if other.field_id != entry.field_id)
            if other := next(filter(entry.overlaps, others), None):
                why = f"trùng với dòng {other.line} ({other.field_id}) trong cùng thời gian hiệu lực"
                file.fault(entry.line, why, "tên", name)
            holders.setdefault(_key(name), []).append(entry)


def _listed(cell: str | None) -> list[str]:
    """What a cell holds that lists several things, separated by `|`."""
    return [part.strip() for part in (cell or "").split("|") if part.strip()]
