"""How a table is written, as data. Holds no figures and writes nothing."""

import unicodedata
from dataclasses import dataclass, replace
from typing import Literal, get_args

Format = Literal[
    "xlsx", "xls", "html", "csv_semicolon", "csv_comma", "csv_tab", "json_array", "json_data", "ndjson", "xml"
]
Numbers = Literal["plain", "vietnamese", "english", "spaces", "no_break_spaces"]
Header = Literal["flat", "two_level", "three_level", "upper", "no_diacritics", "camel", "snake"]
Totals = Literal["none", "first", "last"]
Labels = Literal["none", "headings", "subtotals"]
NormalForm = Literal["NFC", "NFD"]
Encoding = Literal["utf-8", "utf-8-sig", "utf-16", "cp1258"]

FORMATS: tuple[Format, ...] = get_args(Format)
RECORDS = ("json_array", "json_data", "ndjson", "xml")
KEYS = ("camel", "snake")
BINARY = ("xlsx", "xls")


@dataclass(frozen=True)
class Way:
    """One way of writing a table.

    Spreadsheets hold plain numbers as numbers and any other style as text. Records (JSON, XML) know keys only: no
    levels of headers, no row of column numbers, no footer; XML names take no spaces, so its keys are camel or snake.
    """

    format: Format
    numbers: Numbers = "plain"
    header: Header = "flat"
    totals: Totals = "none"
    groups: Labels = "none"  # roman-numbered rows above the rows of a group, blank or with the group's sums
    ordinals: bool = True  # STT; starts again in each group
    column_numbers: bool = False  # (1) (2) (3) under the header
    stated_rate: bool = True
    dashes: bool = False  # - where the count is 0
    titles: bool = False
    footer: bool = False
    normal_form: NormalForm = "NFC"
    encoding: Encoding = "utf-8"

    def spell(self, text: str) -> str:
        """`text` in the unit's normal form."""
        return unicodedata.normalize(self.normal_form, text)


def fitted(way: Way) -> Way:
    """`way` without the options that mean nothing in its format."""
    if way.format in RECORDS:
        way = replace(way, column_numbers=False, footer=False, titles=way.titles and way.format == "json_data")
        if way.header in ("two_level", "three_level"):
            way = replace(way, header="flat")
    if way.format == "xml":
        way = replace(
            way,
            header=way.header if way.header in KEYS else "camel",
            encoding=way.encoding if way.encoding != "cp1258" else "utf-8",
        )
    if way.format in BINARY:
        way = replace(way, encoding="utf-8")
    return way if way.ordinals else replace(way, groups="none")
