"""Decides which values of a list of cases a message may show. Reads no file and judges nothing.

Reading keeps the contract's own columns and nothing else (transforms/dictionary/contracts.py is the allow-list): names,
addresses, numbers of documents, telephone numbers and notes never leave the bytes they came in (Luật 91/2025/QH15).
But where a file's columns have slipped, a person's name stands under the header of a date. So a message shows a
value only where it can be nothing else than what its column is for.
"""

import re

import polars as pl

from transforms.dictionary.contracts import Contract

HIDDEN = {"vi": "(không hiển thị)", "en": "(not shown)"}

_CODE = r"^\d{1,2}$"
_DAY = r"^(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2}|\d{8}(\d{6})?)([ T][\d:.]+)?$"
_YEAR = r"(19\d{2}|20\d{2})"
_NEAR = 10  # years: a day of receipt is near the business date, a day of birth is not


def is_harmless(text: str) -> bool:
    """Whether a cell of a list of cases can be no more than a code or a day, whatever column it has slipped into."""
    return re.match(_CODE, text) is not None or re.match(_DAY, text) is not None


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
