"""The rules on the level of service of a whole delivery: what counts in no rate says so. Not of `processing`."""

import polars as pl

from transforms.check.rules.rule import DETAIL, Rule, Severity, first_in_file
from transforms.dictionary.text import Text

LEVELS_TOLD = Rule(
    "levels_told",
    "warning",
    Text(
        "phải rõ mức độ dịch vụ công của mọi dòng; không rõ thì tệp không tính vào tỷ lệ nào "
        "(thêm cột mức độ, hoặc đặt service_level trong tyle.toml)",
        "the level of service of every row must be known; else the file counts in no rate "
        "(add a column of levels, or set service_level in tyle.toml)",
    ),
    applies=first_in_file(DETAIL),
    breaks=pl.col("level_untold"),
    shown=(),
)


def level_is_rated(severity: Severity) -> Rule:
    """A delivery with cases has some of level 4, the only ones in the rates (delivery_figures.sql)."""
    return Rule(
        "level_is_rated",
        severity,
        Text(
            "không có hồ sơ nào ở mức độ 4: tệp được tính là 0 hồ sơ trong mọi tỷ lệ",
            "no case of level 4: the file counts as 0 cases in every rate",
        ),
        applies=first_in_file(DETAIL),
        breaks=pl.col("level_unrated"),
        shown=(),
    )


def levels_of_file(cases: pl.Expr) -> dict[str, pl.Expr]:
    """What these rules read: `level_untold`, `level_unrated` (Boolean, the same on all rows of a file).

    `cases`: how many a row counts; reads `kind` and `service_level`.
    """
    detail = pl.col("kind") == "detail"
    untold = (detail & (pl.col("service_level") == 0)).any().over("file")
    # a level that is not understood is a fault of its own (`level_known`), and may be meant as level 4
    rated = (detail & (pl.col("service_level").is_null() | (pl.col("service_level") == 4))).any().over("file")
    counts = (detail & (cases > 0)).any().over("file")
    return {"level_untold": untold, "level_unrated": counts & ~untold & ~rated}
