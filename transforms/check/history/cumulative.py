"""Compares cumulative figures with those of the days before and after: they never fall. Applies no rule.

All figures are compared that are published: by their way in, over all levels and at level 4, or (`processing`) received
and settled. Single days after a cumulative figure add to it.
"""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from transforms.check.frames import DAILY_COUNTS, FILE
from transforms.check.history.order import SENDER, days_after, days_before, known_and_own
from transforms.dictionary.contracts import PROCESSING
from transforms.dictionary.frames import checked
from transforms.dictionary.text import Text
from transforms.reference.months import Months

MONTH_TO_DATE, YEAR_TO_DATE = "month_to_date", "year_to_date"
_WAYS = ("online", "in_person", "total")
_AT_LEVEL_4 = tuple(f"{way}_4" for way in _WAYS)
_STATED = pl.Schema(dict.fromkeys((*_WAYS, *_AT_LEVEL_4), pl.Int64))
# What a file states in cases, by post counted as in person; at level 4 null where levels are not distinguished.
FIGURES = FILE | _STATED
_OF_DAY = pl.Schema({"unit_id": pl.String, "business_date": pl.Date, "contract": pl.String, "basis": pl.String})
PAST_FIGURES = _OF_DAY | _STATED  # the same of the delivery that counts for a day
_SAID = pl.Schema(dict.fromkeys(("falls", "falls_en", "contradicts", "contradicts_en"), pl.String))
_RESULT = FILE | _SAID | pl.Schema({"later_day": pl.Date})
_WORDS = {
    "online": Text("trực tuyến", "online"),
    "in_person": Text("trực tiếp", "in person"),
    "total": Text("tổng số", "total"),
    "received": Text("tiếp nhận", "received"),
    "settled": Text("đã giải quyết", "settled"),
    "settled_on_time": Text("đúng hạn", "on time"),
}
_WORDS |= {f"{way}_4": Text(f"{_WORDS[way].vi} mức độ 4", f"{_WORDS[way].en} at level 4") for way in _WAYS}
_COUNTS = pl.Schema(
    {name: DAILY_COUNTS[name] for name in ("file", "service_level", "online", "in_person", "postal", "total")}
)


def figures_of(counts: pl.DataFrame) -> pl.DataFrame:
    """FIGURES: what each file of `counts` (DAILY_COUNTS, fewer and more columns allowed) states, as it is published."""
    checked(counts, _COUNTS, "figures_of: counts", more=True)
    with_post = counts.with_columns(in_person=pl.col("in_person") + pl.col("postal").fill_null(0))
    at_level_4 = pl.col(_WAYS).filter(pl.col("service_level") == 4).sum()
    distinguished = pl.col("service_level").min().fill_null(4) > 0
    return with_post.group_by("file", maintain_order=True).agg(
        pl.col(_WAYS).sum(), pl.when(distinguished).then(at_level_4).name.suffix("_4")
    )


def cumulative_senders(own: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """The senders (SENDER) of `own` of which this batch or `past` has a figure since the month began.

    Both frames: at least SENDER and `basis`.
    """
    every = pl.concat([own.select(*SENDER, "basis"), past.select(*SENDER, "basis")])
    senders = every.filter(pl.col("basis") == MONTH_TO_DATE).select(SENDER).unique()
    return senders.join(own, on=SENDER, how="semi").sort(SENDER)


def compare_months(own: pl.DataFrame, accepted: pl.DataFrame, past: pl.DataFrame, months: Months) -> pl.DataFrame:
    """What the rules on figures since the month began read: a row per file that something is said of.

    `own`: the files to judge, with `file`, SENDER, `business_date`, `basis`, `place` and FIGURES; `accepted`: those of
    them that are not held back. `past`: PAST_FIGURES of the lake. Columns: file; `falls`, `falls_en`: which figures are
    below those of the days before, else null; `later_day`: the next accepted day whose figures since the month began
    would be exceeded; `contradicts`, `contradicts_en`: which ones.
    """
    month = {side: months.begins(pl.col(f"business_date{side}")) for side in ("", "_past")}
    return _compare(own, accepted, past, MONTH_TO_DATE, month, (_WAYS, _AT_LEVEL_4))


def compare_years(own: pl.DataFrame, accepted: pl.DataFrame, past: pl.DataFrame, months: Months) -> pl.DataFrame:
    """As `compare_months`, of figures since the year began: that by which the reporting month is named.

    `own`, `accepted` and `past` have the columns that `processing` is about in place of FIGURES.
    """
    year = {side: months.begins(pl.col(f"business_date{side}")).dt.year() for side in ("", "_past")}
    return _compare(own, accepted, past, YEAR_TO_DATE, year, (PROCESSING.own_counts,))


def _compare(
    own: pl.DataFrame,
    accepted: pl.DataFrame,
    past: pl.DataFrame,
    basis: str,
    period: Mapping[str, pl.Expr],
    groups: Sequence[Sequence[str]],
) -> pl.DataFrame:
    if own.is_empty():
        return _RESULT.to_frame()
    own = own.select("file", *SENDER, "business_date", "basis", "place", *(c for group in groups for c in group))
    deliveries = known_and_own(past, accepted)
    before = days_before(own, deliveries).filter(period[""] == period["_past"])
    after = days_after(own, past).filter(period[""] == period["_past"])
    for columns in groups:
        own = own.join(_so_far(before, columns, basis), on="file", how="left", maintain_order="left")
        own = own.join(_next(after, columns, basis), on="file", how="left", maintain_order="left")
    figures = [c for columns in groups for c in columns]
    is_cumulative = pl.col("basis") == basis
    before_it = (pl.when(~is_cumulative).then(pl.col(f"{c}_so_far")).fill_null(0) for c in figures)
    found = (
        own.with_columns(
            (pl.col(c) + so_far + pl.col(f"{c}_between")).alias(f"{c}_then")
            for c, so_far in zip(figures, before_it, strict=True)
        )
        .with_columns(
            *((is_cumulative & (pl.col(c) < pl.col(f"{c}_so_far"))).alias(f"{c}_falls") for c in figures),
            *((pl.col(f"{c}_then") > pl.col(f"{c}_later")).alias(f"{c}_above") for c in figures),
        )
        .with_columns(
            later_day=pl.min_horizontal(pl.when(f"{c}_above").then(pl.col(f"{c}_day")) for c in figures),
        )
        .with_columns((pl.col(f"{c}_above") & (pl.col(f"{c}_day") == pl.col("later_day"))) for c in figures)
    )
    return (
        found.select(
            "file",
            *_said("falls", figures, _BEFORE, ("_falls", "_so_far", "")),
            "later_day",
            *_said("contradicts", figures, _LATER, ("_above", "_later", "_then")),
        )
        .filter(pl.any_horizontal(pl.col("falls", "later_day").is_not_null()))
        .select(_RESULT.names())
    )


_BEFORE = Text("{} trước {}, nay {}", "{} before {}, now {}")
_LATER = Text("{} đến ngày đó {}, nay {}", "{} up to that day {}, now {}")


def _so_far(before: pl.DataFrame, columns: Sequence[str], basis: str) -> pl.DataFrame:
    """What the days before add up to from the last cumulative one on, `<column>_so_far`; a row per file with any."""
    stated = before.filter(pl.col(f"{columns[0]}_past").is_not_null())
    day = pl.col("business_date_past")
    restart = day.filter(pl.col("basis_past") == basis).max().over("file")
    since = stated.filter(restart.is_null() | (day >= restart))
    return since.group_by("file").agg(pl.col(f"{c}_past").sum().alias(f"{c}_so_far") for c in columns)


def _next(after: pl.DataFrame, columns: Sequence[str], basis: str) -> pl.DataFrame:
    """The next cumulative figures, a row per file with any.

    `<column>_day`: their business date, `<column>_later`; `<column>_between`: the single days before them.
    """
    stated = after.filter(pl.col(f"{columns[0]}_past").is_not_null())
    day = pl.col("business_date_past")
    until = stated.with_columns(until=day.filter(pl.col("basis_past") == basis).min().over("file"))
    return (
        until.filter(day <= pl.col("until"))
        .group_by("file")
        .agg(
            *(pl.col("until").first().alias(f"{c}_day") for c in columns),
            *(pl.col(f"{c}_past").filter(day == pl.col("until")).first().alias(f"{c}_later") for c in columns),
            *(pl.col(f"{c}_past").filter(day < pl.col("until")).sum().alias(f"{c}_between") for c in columns),
        )
    )


def _said(name: str, figures: Sequence[str], words: Text, suffixes: tuple[str, str, str]) -> Iterator[pl.Expr]:
    """`name` and `name`_en: each broken figure; one at level 4 only where that over all levels is not broken.

    `suffixes` of a figure: whether it is broken, what it is compared with, what it is now.
    """
    is_broken, was, now = suffixes
    for lang, suffix in (("vi", ""), ("en", "_en")):
        parts = []
        for figure in figures:
            broken = pl.col(figure + is_broken).fill_null(False)
            if figure in _AT_LEVEL_4:
                broken &= ~pl.col(figure.removesuffix("_4") + is_broken).fill_null(False)
            said = pl.lit(_WORDS[figure].in_language(lang))
            parts.append(pl.when(broken).then(pl.format(words.in_language(lang), said, figure + was, figure + now)))
        text = pl.concat_str(parts, separator="; ", ignore_nulls=True)
        yield pl.when(text != "").then(text).alias(name + suffix)
