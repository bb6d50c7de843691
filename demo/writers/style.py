"""How a unit writes its export, as data. Holds no figures and writes nothing."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

Format = Literal["xlsx", "html", "csv_semicolon", "csv_comma", "json"]


@dataclass(frozen=True)
class Style:
    """One way of writing an export; every combination can be written.

    `html` is a table saved as .xls, as many "Excel" exports are. A JSON file has no header, column numbers,
    footer or grouped counts, so it heeds none of these; it is a plain list unless it has something to say
    beside its rows (`title_rows`, `unit_in_file`, `date_in_file`).
    """

    format: Format
    header: Literal["flat", "two_level"] = "flat"
    column_numbers: bool = False  # a row (1) (2) (3) under the header
    totals: Literal["none", "first", "last"] = "none"
    stated_rate: bool = True
    basis: Literal["day", "month_to_date"] = "day"
    normal_form: Literal["NFC", "NFD"] = "NFC"
    title_rows: bool = False
    footer: bool = False
    unit_in_file: bool = False
    date_in_file: bool = False
    bom: bool = False  # text formats only: begin with the UTF-8 byte order mark, as Excel's own CSV does
    grouped: bool = True  # text tables only: 1.489 or 1,489 rather than 1489

    def spell(self, text: str) -> str:
        """`text` in the unit's normal form."""
        return unicodedata.normalize(self.normal_form, text)
