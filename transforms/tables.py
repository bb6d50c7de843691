"""Tables of counts (`summary`, `ii06`): their sums, and their details as daily counts. Applies no rule."""

import polars as pl

from transforms.contracts import II06, SUMMARY, Contract
from transforms.text import fold, tidy

SUMMED = {SUMMARY.name: ("online", "in_person", "total"), II06.name: II06.counts}
_COUNTS = {
    SUMMARY.name: {column: pl.col(column) for column in SUMMARY.counts},
    # Column (5) holds cases by post as well: they cannot be told apart. Early and on the day are both on time.
    II06.name: {
        "online": pl.col("online"),
        "in_person": pl.col("in_person"),
        "postal": pl.lit(None, pl.Int64),
        "total": pl.col("online") + pl.col("in_person"),
        "received": pl.col("received"),
        "settled": pl.col("settled"),
        "settled_on_time": pl.col("settled_early") + pl.col("settled_on_due"),
    },
}


def with_sums(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Add `field_name`, each row's level, `sum_*` and `group_sum_*` of the details, `field_rows`, rates in percent."""
    rows = rows.join(_field_names(rows), on="field", how="left", maintain_order="left")
    rows = rows.with_columns(service_level=_level(contract))
    detail = pl.col("kind") == "detail"
    summed = SUMMED[contract.name]
    return rows.with_columns(
        *(_sum_of_details(column).over("file").alias(f"sum_{column}") for column in summed),
        *(_sum_of_details(column).over("file", "group").alias(f"group_sum_{column}") for column in summed),
        *(_percent_scale(column) for column in contract.percents),
        field_rows=detail.sum().over("file", pl.struct("field_key", "service_level")),
    )


def daily_counts(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The detail rows as `daily_counts` of the lake, with `file` in place of delivery_id."""
    return rows.filter(pl.col("kind") == "detail").select(
        "file",
        "unit_id",
        "business_date",
        pl.col("field_name").alias("field"),
        "service_level",
        **_COUNTS[contract.name],
    )


def _level(contract: Contract) -> pl.Expr:
    """The level a row states (null where it is unknown), else the one agreed with its sender."""
    if "service_level" not in contract.codes:
        return pl.col("default_level")
    return pl.when(pl.col("service_level_text").is_null()).then("default_level").otherwise("service_level")


def _field_names(rows: pl.DataFrame) -> pl.DataFrame:
    """The few distinct fields: `field` as written, `field_name` to keep, `field_key` to compare by."""
    fields = rows["field"].drop_nulls().unique().to_list()
    names = [(field, tidy(field), fold(field)) for field in fields]
    return pl.DataFrame(names, schema=dict.fromkeys(("field", "field_name", "field_key"), pl.String), orient="row")


def _sum_of_details(column: str) -> pl.Expr:
    """A sum over the detail rows that is unknown as soon as one of them is."""
    details = pl.col(column).filter(pl.col("kind") == "detail")
    return pl.when(details.null_count() == 0).then(details.sum())


def _percent_scale(column: str) -> pl.Expr:
    """The stated rate in percent: spreadsheets keep 67,48 % as 0.6748, which only a whole file can tell."""
    rate = pl.col(column)
    small = (rate.max() <= 1) & ~pl.col(f"{column}_text").str.contains("%").any()
    # As a percentage, 1,00 may be anything below 1,005.
    proof = (pl.col("online") * 20_000 >= pl.col("total") * 201).any()
    return pl.when((small & proof).over("file")).then(rate * 100).otherwise(rate)
