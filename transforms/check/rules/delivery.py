"""The rules on a delivery as it came, readable or not. They read none of its rows."""

from zoneinfo import ZoneInfo

import polars as pl

from transforms.check.rules.rule import Note, Rule
from transforms.dictionary.text import Text
from transforms.reference.units import EXISTS_ON_DAY

# The only definition of late. False where the source states no time, and where nothing can be late (`cut_off` null).
IS_LATE = (pl.col("modified_at") > pl.col("cut_off")).fill_null(False)


def local_times(zone: ZoneInfo) -> list[pl.Expr]:
    """`modified_at` and `cut_off` as clocks in `zone` show them: what the rule on lateness quotes."""
    return [
        pl.col(column)
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone.key)
        .dt.strftime("%d/%m/%Y %H:%M")
        .alias(local)
        for column, local in (("modified_at", "modified_local"), ("cut_off", "cut_off_local"))
    ]


_TIMES = pl.format("{} > {}", "modified_local", "cut_off_local")


IS_IN_TIME = Rule(
    "is_in_time",
    "warning",
    Text("tệp phải đến trước giờ chốt", "an export must come before its cut-off"),
    applies=pl.col("cut_off").is_not_null(),
    breaks=IS_LATE,
    shown=(),
    note=Note(_TIMES, _TIMES),
    of_delivery=True,
)
_DAY = pl.col("business_date").dt.strftime("%d/%m/%Y")
_FROM, _TO = (pl.col(name).dt.strftime("%d/%m/%Y") for name in ("valid_from", "valid_to"))
_IS_BEFORE = pl.col("business_date") < pl.col("valid_from")
UNIT_EXISTS = Rule(
    "unit_exists_on_day",
    "critical",
    Text("đơn vị phải có hiệu lực vào ngày số liệu", "the unit must exist on the business date"),
    applies=pl.col("valid_from").is_not_null(),
    breaks=~EXISTS_ON_DAY,
    shown=(),
    note=Note(
        pl.when(_IS_BEFORE)
        .then(pl.format("đơn vị có hiệu lực từ {}, tệp của ngày {}", _FROM, _DAY))
        .otherwise(pl.format("đơn vị có hiệu lực đến {}, tệp của ngày {}", _TO, _DAY)),
        pl.when(_IS_BEFORE)
        .then(pl.format("the unit exists from {} on, the file is of {}", _FROM, _DAY))
        .otherwise(pl.format("the unit existed until {}, the file is of {}", _TO, _DAY)),
    ),
    of_delivery=True,
)
# What a file's reading rests on: transforms.check.history.layouts.
LAYOUT_IS_CLEAR = Rule(
    "layout_is_clear",
    "critical",
    Text(
        "mọi cột có số liệu đều rõ nghĩa, hoặc bố cục đã được xác nhận",
        "every column with figures has a clear meaning, or the layout was confirmed",
    ),
    applies=pl.col("layout_question").is_not_null(),
    breaks=~pl.col("layout_is_confirmed"),
    shown=(),
    note=Note(
        pl.format("{}; nếu đúng như đã đọc: tyle layout confirm {}", "layout_question", "layout"),
        pl.format("{}; if it was read right: tyle layout confirm {}", "layout_question_en", "layout"),
    ),
    of_delivery=True,
)
LAYOUT_IS_USUAL = Rule(
    "layout_is_usual",
    "info",
    Text("bố cục tệp như các lần gửi trước", "the file is laid out as before"),
    applies=pl.col("layout").is_not_null(),
    breaks=pl.col("layout_change").is_not_null(),
    shown=(),
    note=Note(pl.col("layout_change"), pl.col("layout_change_en")),
    of_delivery=True,
)
RULES: tuple[Rule, ...] = (UNIT_EXISTS, IS_IN_TIME, LAYOUT_IS_USUAL)
TABLE_RULES: tuple[Rule, ...] = (LAYOUT_IS_CLEAR, *RULES)  # of lists of cases no other column is ever read
