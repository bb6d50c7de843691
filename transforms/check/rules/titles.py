"""The rules on what titles, notes and sheet names state: period, unit of measure, kind of figures.

transforms.check.titles compares; what holds leaves no row. Sender and date: transforms/check/rules/common.py.
"""

import polars as pl

from transforms.check.rules.rule import Note, Rule, kind
from transforms.dictionary.text import Text


def _rule(rule: str, vi: str, en: str) -> Rule:
    return Rule(
        rule,
        "critical",
        Text(vi, en),
        applies=kind("statement"),
        breaks=(pl.col("broken") == rule).fill_null(False),
        shown=(),
        note=Note(pl.col("quoted"), pl.col("quoted")),
    )


PERIOD_HAS_BUSINESS_DATE = _rule(
    "period_has_business_date",
    "ngày số liệu nằm trong kỳ ghi trong tệp",
    "the business date lies in the period that the file states",
)
PERIOD_FITS_BASIS = _rule(
    "period_fits_basis",
    "kỳ ghi trong tệp là kỳ đã thống nhất (basis trong tyle.toml: trong ngày, từ đầu tháng hay từ đầu năm)",
    "the period that the file states is the one agreed (basis in tyle.toml: a day, month to date, year to date)",
)
TABLE_RULES: tuple[Rule, ...] = (
    PERIOD_HAS_BUSINESS_DATE,
    PERIOD_FITS_BASIS,
    _rule(
        "counts_are_single_cases",
        "đơn vị tính là một hồ sơ: hãy xuất lại số hồ sơ đầy đủ",
        "the unit of measure is a single case: export the full counts",
    ),
)
RULES = (
    *TABLE_RULES,
    _rule(
        "title_fits_contract",
        "tiêu đề, bộ lọc của tệp nói đúng loại số liệu đã thống nhất: hồ sơ nộp, đúng mức độ, không lọc bớt",
        "titles and filters say what is agreed: cases filed, of the agreed level, none filtered out",
    ),
)
