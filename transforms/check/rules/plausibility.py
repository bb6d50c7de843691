"""The rules that compare a delivery with what its unit stated before.

They read what transforms.check.history adds; they hold where there is nothing to compare with. Of figures since the
year began (`processing`) only a copy, a restatement and a contradiction with later days have a meaning.
"""

import polars as pl

from transforms.check.rules.rule import DETAIL, Note, Rule, first_in_file
from transforms.dictionary.text import Text


def _unusual(figure: str, usual: str, width: str) -> pl.Expr:
    return ((pl.col(figure) - pl.col(usual)).abs() > pl.col(width)).fill_null(False)


def _points(column: str) -> pl.Expr:
    return pl.col(column).round(2).cast(pl.String).str.replace(".", ",", literal=True)


_COPIED, _LATER = (pl.col(day).dt.strftime("%d/%m/%Y") for day in ("copied_day", "later_day"))
_USUAL = pl.col("usual_total").round(0).cast(pl.Int64)

IS_NO_COPY = Rule(
    "is_no_copy",
    "warning",
    Text("số liệu không trùng hoàn toàn với ngày gửi trước", "the counts are not all those of the day before"),
    applies=first_in_file(DETAIL),
    breaks=pl.col("is_copy").fill_null(False),
    shown=(),
    note=Note(pl.format("trùng với ngày {}", _COPIED), pl.format("the same as on {}", _COPIED)),
    scope="past",
    of_history=True,
)
FILE_IS_NEW = Rule(
    "file_is_new",
    "critical",
    Text(
        "mỗi ngày là một tệp mới: nguồn trả cùng một tệp cho nhiều ngày liền, hãy xuất lại đúng ngày",
        "each day has a file of its own: the source gives one file for days in a row, export the right day again",
    ),
    applies=first_in_file(DETAIL),
    breaks=pl.col("repeated"),
    shown=(),
    scope="table",
    of_history=True,
)
IS_NOT_RESTATED = Rule(
    "is_not_restated",
    "info",
    Text("số liệu của ngày đã nhận không đổi", "an accepted day keeps its figures"),
    applies=first_in_file(DETAIL),
    breaks=pl.col("is_restated").fill_null(False),
    shown=(),
    note=Note(
        pl.format("tổng số trước {}, nay {}", "was_total", "stated_total"),
        pl.format("total before {}, now {}", "was_total", "stated_total"),
    ),
    scope="past",
    of_history=True,
)
AGREES_WITH_LATER_DAYS = Rule(
    "agrees_with_later_days",
    "critical",
    Text(
        "số lũy kế không vượt số của ngày sau đã nhận",
        "cumulative figures are not above those of a later accepted day",
    ),
    applies=first_in_file(DETAIL),
    breaks=pl.col("later_day").is_not_null(),
    shown=(),
    note=Note(
        pl.format("mâu thuẫn với ngày {}: {}", _LATER, "contradicts"),
        pl.format("contradicts {}: {}", _LATER, "contradicts_en"),
    ),
    scope="past",
    of_history=True,
)


def grows(rule: str, sentence: Text) -> Rule:
    """Cumulative figures do not fall below those of the days before."""
    return Rule(
        rule,
        "critical",
        sentence,
        applies=first_in_file(DETAIL),
        breaks=pl.col("falls").is_not_null(),
        shown=(),
        note=Note(pl.col("falls"), pl.col("falls_en")),
        scope="past",
        of_history=True,
    )


RULES: tuple[Rule, ...] = (
    grows(
        "month_to_date_grows",
        Text("số lũy kế trong tháng không giảm", "cumulative figures of a month do not fall"),
    ),
    Rule(
        "rate_is_usual",
        "warning",
        Text("tỷ lệ gần với các ngày cùng thứ trước đây", "the rate is near that of earlier days of the same weekday"),
        applies=first_in_file(DETAIL),
        breaks=_unusual("stated_pct", "usual_pct", "pct_width"),
        shown=(),
        note=Note(
            pl.format("{} %, thường {} %", _points("stated_pct"), _points("usual_pct")),
            pl.format("{} %, usually {} %", _points("stated_pct"), _points("usual_pct")),
        ),
        scope="past",
        of_history=True,
    ),
    Rule(
        "volume_is_usual",
        "warning",
        Text(
            "tổng số gần với các ngày cùng thứ trước đây", "the total is near that of earlier days of the same weekday"
        ),
        applies=first_in_file(DETAIL),
        breaks=_unusual("stated_total", "usual_total", "total_width"),
        shown=(),
        note=Note(
            pl.format("{} hồ sơ, thường {}", "stated_total", _USUAL),
            pl.format("{} cases, usually {}", "stated_total", _USUAL),
        ),
        scope="past",
        of_history=True,
    ),
    IS_NO_COPY,
    IS_NOT_RESTATED,
)
# Of lists of cases no figures are cumulative, and a repeated file counts no case twice.
TABLE_RULES = (*RULES, AGREES_WITH_LATER_DAYS, FILE_IS_NEW)
