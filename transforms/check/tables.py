"""Tables of counts (all contracts but `cases`): sums that rules compare, and daily counts. Applies no rule."""

from collections.abc import Iterator

import polars as pl

from transforms.check.frames import DAILY_COUNTS, prepared
from transforms.check.row_sums import with_kinds, with_row_sums
from transforms.check.rules.levels import levels_of_file
from transforms.dictionary.contracts import CASE_MARKS, II06, NO_FIELD, PROCESSING, SCORES, SUMMARY, Contract
from transforms.dictionary.frames import checked, repeated

SUMMED = {
    SUMMARY.name: ("online", "in_person", "total"),
    II06.name: II06.own_counts,
    PROCESSING.name: PROCESSING.own_counts,
    SCORES.name: SCORES.own_counts,
}
_COUNTS = {
    SUMMARY.name: {column: pl.col(column) for column in SUMMARY.counts},
    # Column (5) holds cases by post as well: they cannot be separated. Early and on the day are both on time.
    II06.name: {
        "online": pl.col("online"),
        "in_person": pl.col("in_person"),
        "postal": pl.lit(None, pl.Int64),
        "total": pl.col("online") + pl.col("in_person"),
        "received": pl.col("received"),
        "settled": pl.col("settled"),
        "settled_on_time": pl.col("settled_early") + pl.col("settled_on_due"),
        **{column: pl.col(column) for column in CASE_MARKS},
        "overdue": pl.col("settled_late"),
    },
    # By which way cases came is not its subject: nothing of it can be taken for (1), (2) or (3).
    PROCESSING.name: {
        **dict.fromkeys(("online", "in_person", "total"), pl.lit(0, pl.Int64)),
        "postal": pl.lit(None, pl.Int64),
        **{column: pl.col(column) for column in PROCESSING.counts},
    },
    # Points are no cases: transforms.check.scores says what is stored of them.
    SCORES.name: {"total": pl.lit(0, pl.Int64)},
}

_SUMS = pl.Schema({"service_level": pl.Int8})


def with_sums(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Add to `rows` (columns of `frames.prepared`) what the rules on tables read; a row per row of a table.

    `kind` where the figures decide it, `service_level`, `sum_*` and `group_sum_*` (cases; of the details of the file
    and of the group), also of the contract's `more` columns; stated rates in percent with `<rate>_is_fraction`
    (Boolean: how the file states them), `field_rows` and `file_rows` (how many details the row's field and its file
    have), `level_untold` and `level_unrated` (transforms.check.rules.levels), and the columns of
    transforms.check.row_sums.
    """
    summed = SUMMED[contract.name]
    rows = with_kinds(rows.with_columns(service_level=_level(contract)), summed)
    detail = pl.col("kind") == "detail"
    rows = rows.with_columns(
        *(_sum_of_details(column).over("file").alias(f"sum_{column}") for column in summed),
        *(_sum_of_details(column).over(_group(rows)).alias(f"group_sum_{column}") for column in summed),
        *_sums_of_more(rows, contract),
        *(_in_percent(column, *contract.rate) for column in contract.percents),
        *(_is_fraction(column, *contract.rate).alias(f"{column}_is_fraction") for column in contract.percents),
        file_rows=detail.sum().over("file"),
        **levels_of_file(_COUNTS[contract.name]["total"]),
    )
    return with_row_sums(rows.with_columns(_field_rows(rows)), summed)


def daily_counts(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """DAILY_COUNTS (cases): the detail rows of `rows` (columns of `frames.prepared`, `with_sums`); none of `scores`."""
    checked(rows, prepared(contract) | _SUMS, "tables.daily_counts: rows", more=True)
    if contract is SCORES:
        return DAILY_COUNTS.to_frame()
    details = rows.lazy().filter(pl.col("kind") == "detail")  # lazily: few of their columns are needed
    return details.select(
        "file",
        "unit_id",
        "business_date",
        pl.col("field_name").fill_null(NO_FIELD).alias("field"),
        "service_level",
        **_COUNTS[contract.name],
    ).collect()


def stated_sums(counts: pl.DataFrame, contract: str) -> dict[str, int]:
    """The sums (cases) that a contract is about, of one file's `counts` (DAILY_COUNTS); by post counts as in person.

    None of `scores`, whose points are no cases.
    """
    checked(counts, DAILY_COUNTS, "stated_sums: counts")
    if contract == SCORES.name:
        return {}
    if contract == PROCESSING.name:
        return counts.select(pl.col(PROCESSING.own_counts).sum()).row(0, named=True)
    with_post = pl.col("in_person") + pl.col("postal").fill_null(0)
    return counts.select(pl.col("online").sum(), with_post.sum(), pl.col("total").sum()).row(0, named=True)


def _field_rows(rows: pl.DataFrame) -> pl.Series:
    """`field_rows`: how many details of the file have the row's field and level.

    Counted only where hashes meet: nearly every field stands once in its file.
    """
    own = ("file", "field_key", "service_level")
    detail = pl.col("kind").eq_missing("detail").cast(pl.UInt32)
    again = repeated(rows.select(pl.struct(own).hash()).to_series())
    counted = rows.select(*own, "kind")[again].select(detail.sum().over(own)).to_series()
    return rows.select(detail.alias("field_rows")).to_series().scatter(again, counted)


def _level(contract: Contract) -> pl.Expr:
    """The level a row states (null where it is unknown), else the one agreed with its sender."""
    if "service_level" not in contract.codes:
        return pl.col("default_level")
    return pl.when(pl.col("service_level_text").is_null()).then("default_level").otherwise("service_level")


def _sum_of_details(column: str) -> pl.Expr:
    """A sum over the detail rows that is unknown as soon as one of them is."""
    details = pl.col(column).filter(pl.col("kind") == "detail")
    return pl.when(details.null_count() == 0).then(details.sum())


def _group(rows: pl.DataFrame) -> list[str]:
    """What says of which group a row is; without a subtotal all rows of a file are one group."""
    return ["file", "group"] if (rows["group"] > 0).any() else ["file"]


def _sums_of_more(rows: pl.DataFrame, contract: Contract) -> Iterator[pl.Expr]:
    """`sum_*` and `group_sum_*` of the columns that few files have; without a window where no file states one."""
    for column in contract.more:
        stated = rows[column].null_count() < rows.height
        nothing = pl.lit(None, pl.Int64)
        yield (_sum_of_details(column).over("file") if stated else nothing).alias(f"sum_{column}")
        yield (_sum_of_details(column).over(_group(rows)) if stated else nothing).alias(f"group_sum_{column}")


def _in_percent(column: str, part: str, whole: str) -> pl.Expr:
    """The stated rate of `part` in `whole` in percent, where the file states fractions too."""
    return pl.when(_is_fraction(column, part, whole)).then(pl.col(column) * 100).otherwise(pl.col(column))


def _is_fraction(column: str, part: str, whole: str) -> pl.Expr:
    """Whether the file states rates as spreadsheets keep them: 67,48 % is 0.6748. A whole file shows it."""
    rate = pl.col(column)
    small = (rate.max() <= 1) & ~pl.col(f"{column}_text").str.contains("%").any()
    # As a percentage, 1,00 may be anything below 1,005. Of nothing there is no rate, and no proof.
    proof = ((pl.col(whole) > 0) & rate.is_not_null() & (pl.col(part) * 20_000 >= pl.col(whole) * 201)).any()
    return (small & proof).over("file").fill_null(False)
