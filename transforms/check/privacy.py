"""Decides what of a list of cases may be shown: values, headers, names of files. Reads no file and judges nothing.

Reading keeps the contract's own columns and nothing else (transforms/dictionary/contracts.py is the allow-list): names,
addresses, numbers of documents, telephone numbers and notes never leave the bytes they came in (Luật 91/2025/QH15).
But where a file's columns have slipped, a person's name stands under the header of a date, or in the header itself; and
people name files after persons. So a message shows a value only where it can be nothing else than what its column is
for, a header only where it is a known one, and a file by the first digits of its SHA-256.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

import polars as pl

from transforms.dictionary.contracts import CASES, CONTRACTS, Contract
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text, fold
from transforms.read.filings import Filings
from transforms.read.headers.book import HeaderBook
from transforms.read.headers.search import Layout
from transforms.read.refusal import Refusal

HIDDEN = {"vi": "(không hiển thị)", "en": "(not shown)"}

_CODE = r"^\d{1,2}$"
_DAY = r"^(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2}|\d{8}(\d{6})?)([ T][\d:.]+)?$"
_YEAR = r"(19\d{2}|20\d{2})"
_QUOTED = re.compile("“([^”]*)”")
_NUMBER = re.compile(r"\d{7,}")  # of a telephone, a citizen, a document
_KINDS = ("csv", "tsv", "txt", "xlsx", "xls", "xlsm", "ods", "json", "xml", "html", "htm", "zip")
_SUFFIXES = tuple(f".{kind}" for kind in _KINDS)
_SHORT = 12  # hexadecimal digits of a SHA-256: enough to find the file with `sha256sum`
_SAFE_NAME = re.compile(rf"[0-9a-f]{{{_SHORT}}}(\.[a-z]{{3,4}})?")
NOT_SHOWN = "…"
_NEAR = 10  # years: a day of receipt is near the business date, a day of birth is not


def is_harmless(text: str, business_date: date) -> bool:
    """Whether a cell of a list of cases can only be a code or a day of a case, whatever column it has slipped into."""
    if re.match(_CODE, text):
        return True
    year = re.search(_YEAR, text)
    return bool(re.match(_DAY, text) and year and abs(int(year[0]) - business_date.year) <= _NEAR)


def shown(column: str, contract: Contract, lang: str = "vi") -> pl.Expr:
    """The text of a column as a message may state it, from a frame with `<column>_text` and `business_date`."""
    text = pl.col(f"{column}_text")
    if not contract.by_case:
        return text
    if column in contract.codes:
        safe = text.str.contains(_CODE)
    elif column in contract.dates:
        year = text.str.extract(_YEAR).cast(pl.Int32)
        safe = text.str.contains(_DAY) & ((year - pl.col("business_date").dt.year()).abs() <= _NEAR)
    else:
        safe = pl.lit(False)
    return pl.when(text.is_null() | safe).then(text).otherwise(pl.lit(HIDDEN[lang]))


def file_name(contract: str, name: str, sha256: str | None) -> str:
    """How a file is called where it is shown: of a list of cases `3f2a9c81d0be.xlsx`, else by its name."""
    if not CONTRACTS[contract].by_case or _SAFE_NAME.fullmatch(name):
        return name
    suffix = PurePath(name).suffix.lower()
    return (sha256 or NOT_SHOWN)[:_SHORT] + (suffix if suffix in _SUFFIXES else "")


def hides_its_name(contract: str, name: str) -> bool:
    """Whether a stored delivery's file is called by its SHA-256, so that the place it came from is not shown either."""
    return CONTRACTS[contract].by_case or _SAFE_NAME.fullmatch(name) is not None


def with_file_names(deliveries: pl.DataFrame, of_cases: Collection[int] = ()) -> pl.DataFrame:
    """`deliveries` (`contract`, `file_name`, perhaps `sha256`; more allowed) with file names as they may be shown.

    `of_cases`: the files (`file`) of another contract that turned out to be lists of cases.
    """
    digits = _digits(deliveries)
    contract = pl.col("contract")
    if of_cases:
        contract = pl.when(pl.col("file").is_in(list(of_cases))).then(pl.lit(CASES.name)).otherwise(contract)
    own = zip(deliveries.select(contract).to_series(), deliveries["file_name"], digits, strict=True)
    names = [file_name(contract, name, sha256) for contract, name, sha256 in own]
    return deliveries.with_columns(pl.Series("file_name", names, pl.String))


def _digits(deliveries: pl.DataFrame) -> list[str | None]:
    """The SHA-256 of each file; of a part of a shared export the first digits of the export's, from its landing."""
    if "sha256" not in deliveries.columns:
        return [None] * deliveries.height
    digits = pl.col("sha256")
    if {"part", "landing"} <= {*deliveries.columns}:
        whole = pl.when(pl.col("part").is_not_null()).then(pl.col("landing").str.extract(rf"([0-9a-f]{{{_SHORT}}})$"))
        digits = pl.coalesce(whole, digits)
    return deliveries.select(digits).to_series().to_list()


@dataclass(frozen=True)
class KnownHeaders:
    """Which headers of a list of cases are known words, and so may be shown."""

    contract: Contract
    keys: frozenset[str]

    @classmethod
    def of(cls, contract: Contract, book: HeaderBook) -> "KnownHeaders":
        """The names of headers.toml and our own labels."""
        names = [name for name, _ in book.written.get(contract.name, ())]
        labels = [text for column in contract.columns for text in (label(column), label(column, "en"), column)]
        return cls(contract, frozenset(map(fold, (*names, *labels))))

    def name(self, column: str, written: str) -> str:
        """The header as written where it is known, else the label of its column."""
        return written if fold(written) in self.keys else label(column)

    def layout(self, layout: Layout) -> Layout:
        """A layout without a word of the file that is not known: neither headers nor the name of the sheet."""
        names = {column: self.name(column, written) for column, written in layout.names.items()}
        unread = (NOT_SHOWN,) * len(layout.unread)
        return replace(layout, sheet="", names=names, unread=unread, unknown=(), compared={})

    def description(self, text: str) -> str:
        """The description of a layout (transforms.check.history.layouts) that was stored, in the same way."""
        content = json.loads(text)
        names = {column: self.name(column, written) for column, written in content["columns"].items()}
        shown = {"sheet": "", "columns": names, "unread": [NOT_SHOWN] * len(content["unread"])}
        return json.dumps(content | shown, ensure_ascii=False)

    def refusal(self, refusal: Refusal) -> Refusal:
        """Why a file was not read, without what stands in it: its row, and a header only where it is known."""
        known = refusal.column is not None and fold(refusal.column) in self.keys
        reason = Text(self.sentence(refusal.reason.vi), self.sentence(refusal.reason.en))
        return replace(refusal, reason=reason, column=refusal.column if known else None, value=None)

    def sentence(self, text: str) -> str:
        """A sentence of a refusal: what it quotes is shown where it is known; long numbers never are."""
        quoted = _QUOTED.sub(lambda found: found[0] if fold(found[1]) in self.keys else f"“{NOT_SHOWN}”", text)
        return _NUMBER.sub(NOT_SHOWN, quoted)


def lists_of_cases(filings: Filings) -> frozenset[int]:
    """The files that were sent as another contract, and refused because they are lists of cases."""
    return frozenset(file for file, refusal in filings.refusals.items() if refusal.of_cases)


def without_names(filings: Filings, contract: Contract, book: HeaderBook) -> Filings:
    """What was read, with headers and reasons as they may be shown; only lists of cases change."""
    if not contract.by_case:
        return filings
    known = KnownHeaders.of(contract, book)
    layouts = _once(filings.layouts, known)
    refusals = {file: known.refusal(refusal) for file, refusal in filings.refusals.items()}
    return replace(filings, layouts=layouts, refusals=refusals)


def _once(layouts: Mapping[int, Layout], known: KnownHeaders) -> dict[int, Layout]:
    """Files that share a layout go on sharing it."""
    shown = {id(layout): known.layout(layout) for layout in layouts.values()}
    return {file: shown[id(layout)] for file, layout in layouts.items()}
