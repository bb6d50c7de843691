"""Compares a delivery with what its unit stated before: usual figures, a copy, a restatement. Applies no rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import md5

import polars as pl

from transforms.check.frames import DAILY_COUNTS, FILE, SENT
from transforms.check.history.order import SENDER, days_before, known_and_own, same_day
from transforms.dictionary.contracts import CASES, II06, MORE_COUNTS, PROCESSING
from transforms.dictionary.frames import checked, with_columns_of
from transforms.reference.calendars import working_day

PAST = pl.Schema(
    {
        "unit_id": pl.String,
        "business_date": pl.Date,
        "contract": pl.String,
        "basis": pl.String,
        "online": pl.Int64,
        "total": pl.Int64,
        "received": pl.Int64,  # this and the next two: null unless all rows state it
        "settled": pl.Int64,
        "settled_on_time": pl.Int64,
        "signature": pl.String,  # MD5 of all its counts in one text
    }
)
LOOKBACK_DAYS = 366  # a year of the same weekdays
TO_DEVIATION = 1.4826  # of a normal distribution: median absolute deviation to standard deviation
_AT_ONCE = 5000  # files, each beside up to a year of days
_PROCESSED = PROCESSING.own_counts
_STATED = ("online", "total", *_PROCESSED)
USUAL_TERMS = pl.Schema(  # HistoryTerms of the sender of each file
    {
        "file": pl.UInt32,
        "min_days": pl.Int64,
        "min_cases": pl.Int64,
        "width": pl.Float64,
        "least_spread_pct": pl.Float64,
    }
)
SUMS = pl.Schema(  # what a file states in all, in cases; the columns as in PAST
    {
        **FILE,
        **{name: PAST[name] for name in ("online", "total", "received", "settled", "settled_on_time", "signature")},
    }
)
_PLACED = FILE | PAST | pl.Schema({"place": pl.Int64})
_CONTRACTS = pl.Schema({name: SENT[name] for name in ("file", "contract")})
_COUNTED = pl.Schema({name: dtype for name, dtype in DAILY_COUNTS.items() if name not in {"unit_id", "business_date"}})


@dataclass(frozen=True)
class HistoryTerms:
    """When a unit has a usual figure, and how far from it is still usual.

    It needs `min_days` days of the same weekday, holidays left out, each with `min_cases` cases. `width` in standard
    deviations; one is taken as at least `least_spread_pct` (points of a rate, per cent of a volume), so that a unit
    with steady figures is not warned of every small change.
    """

    min_days: int = 20
    min_cases: int = 30
    width: float = 5.0
    least_spread_pct: float = 1.0


def terms_frame(terms: Mapping[int, HistoryTerms]) -> pl.DataFrame:
    """What is agreed with the sender of each file, as rows of USUAL_TERMS."""
    return pl.DataFrame(
        [(file, *vars(agreed).values()) for file, agreed in terms.items()], schema=USUAL_TERMS, orient="row"
    )


def sums_of(counts: pl.DataFrame, received: pl.DataFrame) -> pl.DataFrame:
    """SUMS (cases): what each file states in all, a row per file.

    `counts`: DAILY_COUNTS; `unit_id` and `business_date` may be absent. `received`: `file` and `contract` at least.
    The signature holds what the contract is about: the cases by their way in, or (`processing`) received and settled;
    and MORE_COUNTS where a file states them itself, so that others keep the signature they had before there were any.
    """
    checked(counts, _COUNTED, "sums_of: counts", more=True)
    checked(received, _CONTRACTS, "sums_of: received", more=True)
    contract = received.select("file", "contract")
    text = _text("field", "service_level", "online", "in_person", "total")
    if (contract["contract"] == PROCESSING.name).any():
        text = pl.when(pl.col("contract") == PROCESSING.name).then(_text("field", *_PROCESSED)).otherwise(text)
    stated = {column: pl.col(column) for column in MORE_COUNTS if counts[column].null_count() < counts.height}
    if "overdue" in stated:
        own = ~pl.col("contract").is_in([II06.name, CASES.name])  # theirs is derived
        stated["overdue"] = pl.when(own).then("overdue")
    more = (pl.format(f"|{name}={{}}", count) for name, count in stated.items())
    order = ("file", "field", "service_level")
    rows = with_columns_of(counts.select(_COUNTED.names()), contract).select(*order, text=_joined(text, *more))
    # Sorted with nothing but their texts: the rows of a batch are many.
    signed = rows.sort(order).group_by("file", maintain_order=True).agg(signature=pl.col("text").str.join(";"))
    texts = signed["signature"].cast(pl.Binary).to_list()  # which are not decoded to be encoded again
    marks = pl.Series([md5(text, usedforsecurity=False).hexdigest() for text in texts], dtype=pl.String)
    summed = counts.group_by("file").agg(
        pl.col("online", "total").sum(),
        *(pl.when(pl.col(column).is_not_null().all()).then(pl.col(column).sum()) for column in _PROCESSED),
    )
    return (
        signed.select("file").join(summed, on="file", how="left", maintain_order="left").with_columns(signature=marks)
    )


def _joined(text: pl.Expr, *more: pl.Expr) -> pl.Expr:
    """`text` and what is stated of `more`; null where `text` is."""
    return text + pl.concat_str(more, ignore_nulls=True) if more else text


def _text(*columns: str) -> pl.Expr:
    return pl.concat_str(columns, separator="|")


def compare(
    own: pl.DataFrame,
    accepted: pl.DataFrame,
    past: pl.DataFrame,
    holidays: frozenset[date],
    terms: pl.DataFrame,
) -> pl.DataFrame:
    """What the plausibility rules read; a row per file that states anything, null where there is no past.

    `own`: the files to judge, with `file`, `place` (transforms.check.history.order) and the columns of PAST;
    `accepted`: those of them that are not held back: they are a past of those after them. `past`: PAST of the lake.
    `terms`: USUAL_TERMS. Figures in cases, `*_pct` in per cent.
    Columns: file, `stated_*` (online, total, received, settled, settled_on_time), `stated_pct`; `usual_pct`,
    `usual_total` (medians of `usual_days` days of the same weekday) with `pct_width`, `total_width` (how far from them
    is still usual); `is_copy` (the same counts as the delivery before; of figures since the year began on a working day
    only: on others nothing need be new) and `copied_day`; `was_total`, `was_received` and `is_restated` (this day was
    accepted before, with other counts).
    """
    checked(own, _PLACED, "compare: own", more=True)
    checked(accepted, _PLACED, "compare: accepted", more=True)
    checked(past, PAST, "compare: past")
    checked(terms, USUAL_TERMS, "compare: terms")
    deliveries = known_and_own(past, accepted)
    stated = own.select(
        *("file", "business_date", "basis", *SENDER, "place", "signature"),
        *(pl.col(name).alias(f"stated_{name}") for name in _STATED),
    ).join(terms, on="file", maintain_order="left")
    parts = stated.iter_slices(_AT_ONCE) if len(stated) else [stated]
    return pl.concat([_compare(part, deliveries, holidays) for part in parts])


def _compare(own: pl.DataFrame, deliveries: pl.DataFrame, holidays: frozenset[date]) -> pl.DataFrame:
    before = days_before(own, deliveries).filter(pl.col("age") <= LOOKBACK_DAYS)
    return (
        own.select("file", *(f"stated_{name}" for name in _STATED))
        .with_columns(stated_pct=_pct("stated_online", "stated_total"))
        .join(_usual(before, holidays), on="file", how="left")
        .join(_copies(before, holidays), on="file", how="left")
        .join(_restated(same_day(own, deliveries)), on="file", how="left")
    )


def _pct(online: str, total: str) -> pl.Expr:
    """In per cent; no number without a case, where nothing is usual either (`min_cases`)."""
    return pl.col(online) * 100 / pl.col(total)


def _usual(before: pl.DataFrame, holidays: frozenset[date]) -> pl.DataFrame:
    days = sorted(holidays)
    same = before.filter(
        pl.col("basis") == "day",
        pl.col("basis_past") == "day",
        pl.col("age") % 7 == 0,
        ~pl.col("business_date").is_in(days),
        ~pl.col("business_date_past").is_in(days),
        pl.col("total") >= pl.col("min_cases"),
        pl.col("stated_total") >= pl.col("min_cases"),
    ).with_columns(pct=_pct("online", "total"))
    width, least = pl.first("width"), pl.first("least_spread_pct")
    usual = same.group_by("file").agg(
        pl.first("min_days"),
        usual_days=pl.len(),
        usual_pct=pl.col("pct").median(),
        usual_total=pl.col("total").median(),
        pct_width=_spread(pl.col("pct"), least) * width,
        total_width=_spread(pl.col("total"), pl.col("total").median() * least / 100) * width,
    )
    return usual.filter(pl.col("usual_days") >= pl.col("min_days")).drop("min_days")


def _spread(values: pl.Expr, least: pl.Expr) -> pl.Expr:
    """The standard deviation estimated from the median absolute deviation: single odd days do not widen it."""
    return pl.max_horizontal((values - values.median()).abs().median() * TO_DEVIATION, least)


def _copies(before: pl.DataFrame, holidays: frozenset[date]) -> pl.DataFrame:
    last = before.sort("business_date_past").group_by("file", maintain_order=True).last()
    same = pl.col("signature") == pl.col("signature_past")
    of_day = (pl.col("basis") == "day") & (pl.col("total") >= pl.col("min_cases"))
    of_year = (pl.col("basis") == "year_to_date") & (pl.col("received") >= pl.col("min_cases")) & working_day(holidays)
    return last.select("file", is_copy=same & (of_day | of_year), copied_day="business_date_past")


def _restated(same: pl.DataFrame) -> pl.DataFrame:
    differs = pl.col("signature").ne_missing(pl.col("signature_past"))
    return same.select("file", was_total="total", was_received="received", is_restated=differs)
