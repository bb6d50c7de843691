"""Which component of a scoreboard a name means in a month, and out of how many points. Reads no export."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.frames import checked
from transforms.reference.fields import FieldBook
from transforms.reference.metrics import COMPONENTS
from transforms.reference.months import Months

NAMED = pl.Schema(
    {
        "field": pl.String,
        "business_date": pl.Date,
        "field_id": pl.String,  # the metric; null: no known component
        "field_official": pl.String,
        "field_key": pl.String,  # the same for all names of one component
        "metric_version": pl.Int32,
        "reference_maximum": pl.Int64,  # hundredths of a point
        "whole_id": pl.String,  # the metric that it is part of
        "is_whole": pl.Boolean,  # it is the sum of parts
        "component_hint": pl.String,  # the nearest names; "" where none is alike
    }
)


def in_force(components: pl.DataFrame, first: date) -> pl.DataFrame:
    """`components` (COMPONENTS), only those of versions in force in the period that begins on `first`: the newest ones.

    A version that is not enabled counts only where no other one is valid.
    """
    valid = components.filter(
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= first),
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= first),
    )
    newest = valid.sort("is_enabled", "metric_version").group_by("metric_id").agg(pl.last("metric_version"))
    return valid.join(newest, on=["metric_id", "metric_version"], how="semi", maintain_order="left")


def named_components(texts: pl.DataFrame, components: pl.DataFrame, months: Months) -> pl.DataFrame:
    """NAMED: what each text means on its day, by `components` (COMPONENTS).

    `texts`: `field`, `business_date`, each pair once, none of them null.
    """
    checked(components, COMPONENTS, "named_components: components")
    firsts = {day: months.span(months.of(day))[0] for day in texts["business_date"].unique()}
    parts = [NAMED.to_frame()]
    for first in sorted(set(firsts.values())):
        own = in_force(components, first)
        asked = texts.filter(pl.col("business_date").is_in([day for day, begin in firsts.items() if begin == first]))
        parts.append(_named(asked, own))
    return pl.concat(parts)


def _named(asked: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    book = _book(own)
    found = book.named(asked["field"].unique()).rename({"name": "field_official"})
    found = found.select("field", "field_id", "field_official", "field_key")
    of_metric = own.unique("metric_id").select(
        "metric_version", "whole_id", "is_whole", field_id="metric_id", reference_maximum="maximum_hundredths"
    )
    day = asked["business_date"].min()
    unknown = found.filter(pl.col("field_id").is_null())["field"].to_list()
    hints = pl.DataFrame(
        [(text, ", ".join(book.nearest(text, day))) for text in unknown if isinstance(day, date)],
        schema={"field": pl.String, "component_hint": pl.String},
        orient="row",
    )
    return (
        asked.join(found, on="field", how="left", maintain_order="left")
        .join(of_metric, on="field_id", how="left", maintain_order="left")
        .join(hints, on="field", how="left", maintain_order="left")
        .select(NAMED.names())
    )


def _book(own: pl.DataFrame) -> FieldBook:
    """The names of the components, recognised as names of fields are."""
    rows = [
        {"field_id": metric_id, "name": names[0], "aliases": "|".join(names[1:]) or None}
        for metric_id, names in _names(own).items()
    ]
    schema = {"field_id": pl.String, "name": pl.String, "aliases": pl.String}
    return FieldBook(REFERENCE["fields"].conform(pl.DataFrame(rows, schema=schema)))


def _names(own: pl.DataFrame) -> dict[str, Sequence[str]]:
    grouped = own.group_by("metric_id", maintain_order=True).agg("written")
    return {metric_id: list(dict.fromkeys(names)) for metric_id, names in grouped.iter_rows()}
