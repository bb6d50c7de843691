"""Rows of scoreboards: which component each is, what a file states in all, what is stored. Applies no rule.

Points are in hundredths.
"""

from hashlib import md5

import polars as pl

from transforms.check.frames import prepared
from transforms.check.history.past import SUMS
from transforms.dictionary.contracts import SCORES
from transforms.dictionary.frames import checked
from transforms.dictionary.text import tidy
from transforms.reference.components import NAMED, named_components
from transforms.reference.metrics import COMPONENTS
from transforms.reference.months import Months

# What is stored of a file: a row per component, and one of the whole where all its parts are there.
SCORE_ROWS = pl.Schema(
    {
        "file": pl.UInt32,
        "metric_id": pl.String,
        "metric_version": pl.Int32,
        "points_hundredths": pl.Int64,
        "maximum_hundredths": pl.Int64,
    }
)
_COMPONENT = ("metric_version", "reference_maximum", "whole_id", "is_whole", "component_hint")
# What with_components adds to the rows.
COMPONENT_COLUMNS = pl.Schema({name: NAMED[name] for name in _COMPONENT} | {"rated_maximum": pl.Int64()})
_SCORED = COMPONENT_COLUMNS | pl.Schema({"field_rows": pl.UInt32})
_DETAIL = pl.col("kind") == "detail"


def with_components(rows: pl.DataFrame, components: pl.DataFrame, months: Months) -> pl.DataFrame:
    """`rows` with the component that each names: the columns of fields.with_fields, and COMPONENT_COLUMNS.

    `rows`: `file`, `row`, `kind`, `group`, `parent`, `field`, `business_date` and others; `components`: COMPONENTS of
    transforms.reference.metrics. `rated_maximum`: the most that a detail may have, of other rows what the details of
    the file may have together. A row of the whole is a totals row beside its parts. Numbered criteria under a roman
    component are parts of it.
    """
    texts = rows.select("field", "business_date").unique().drop_nulls()
    tidied = pl.DataFrame(
        [(text, tidy(text)) for text in texts["field"].unique()],
        schema={"field": pl.String, "field_name": pl.String},
        orient="row",
    )
    named = named_components(texts, components, months).join(tidied, on="field")
    rows = rows.join(named, on=["field", "business_date"], how="left", maintain_order="left")
    rows = _criteria_as_parts(rows.with_columns(field_known=pl.col("field_id").is_not_null()))
    is_whole = pl.col("is_whole").fill_null(False)
    is_sum = pl.col("kind").is_in(["detail", "unknown"]) & is_whole & (_DETAIL & ~is_whole).any().over("file")
    rows = rows.with_columns(kind=pl.when(is_sum).then(pl.lit("totals")).otherwise("kind"))
    maxima = pl.col("reference_maximum").filter(_DETAIL)
    together = pl.when(maxima.null_count() == 0).then(maxima.sum()).over("file")
    return rows.with_columns(rated_maximum=pl.when(_DETAIL).then("reference_maximum").otherwise(together))


def _criteria_as_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Where roman rows are components and the rows under them are none: these are criteria, parts of the component."""
    subtotal = pl.col("kind") == "subtotal"
    if not rows.select(subtotal.any()).item():
        return rows
    known = pl.col("field_known")
    by_group = (known.filter(subtotal).all() & ~known.filter(_DETAIL).any() & subtotal.any()).over("file")
    heads = rows.filter(subtotal).select("file", "group", head="row")
    rows = rows.with_columns(by_group=by_group).join(heads, on=["file", "group"], how="left", maintain_order="left")
    under = pl.col("by_group") & _DETAIL & pl.col("head").is_not_null()
    return rows.with_columns(
        kind=pl.when(under)
        .then(pl.lit("of_which"))
        .when("by_group", subtotal)
        .then(pl.lit("detail"))
        .otherwise("kind"),
        parent=pl.when(under).then("head").otherwise("parent"),
    ).drop("by_group", "head")


def score_rows(rows: pl.DataFrame, components: pl.DataFrame) -> pl.DataFrame:
    """SCORE_ROWS of the details of `rows` (`frames.prepared`, COMPONENT_COLUMNS and `field_rows`) with known points.

    Which points a component has that stands on two rows is not known, also where a person lets the file count.
    The points of a whole are added where the file has all its parts: `components` (COMPONENTS) says which these are.
    """
    checked(rows, prepared(SCORES) | _SCORED, "score_rows: rows", more=True)
    checked(components, COMPONENTS, "score_rows: components")
    is_clear = pl.col("field_id").is_not_null() & pl.col("points").is_not_null() & (pl.col("field_rows") == 1)
    details = rows.filter(_DETAIL, is_clear)
    own = details.select(
        "file",
        "metric_version",
        "whole_id",
        metric_id="field_id",
        points_hundredths="points",
        maximum_hundredths="reference_maximum",
    )
    parts = components.filter(pl.col("whole_id").is_not_null()).select("metric_id", "whole_id").unique()
    needed = parts.group_by("whole_id").agg(needed=pl.col("metric_id").n_unique())
    wholes = components.filter("is_whole").select(
        "metric_version", whole_id="metric_id", maximum_hundredths="maximum_hundredths"
    )
    added = (
        own.filter(pl.col("whole_id").is_not_null())
        .group_by("file", "whole_id", maintain_order=True)
        .agg(
            pl.col("points_hundredths").sum(),
            parts=pl.col("metric_id").n_unique(),
            together=pl.col("maximum_hundredths").sum(),
        )
        .join(needed, on="whole_id")
        .filter(pl.col("parts") == pl.col("needed"))
        .join(wholes.unique(), on="whole_id")
        .filter(pl.col("together") == pl.col("maximum_hundredths"))
        .sort("metric_version")
        .unique(["file", "whole_id"], keep="last", maintain_order=True)
    )
    return pl.concat(
        [own.select(SCORE_ROWS.names()), added.rename({"whole_id": "metric_id"}).select(SCORE_ROWS.names())]
    ).cast(SCORE_ROWS)


def sums_of_scores(scores: pl.DataFrame) -> pl.DataFrame:
    """SUMS: a file of points states no case; its signature is that of all its points. `scores`: SCORE_ROWS."""
    checked(scores, SCORE_ROWS, "sums_of_scores: scores")
    text = pl.concat_str("metric_id", "metric_version", "points_hundredths", "maximum_hundredths", separator="|")
    stated = (
        scores.sort("file", "metric_id").group_by("file", maintain_order=True).agg(text.str.join(";").alias("text"))
    )
    marks = [md5(text.encode(), usedforsecurity=False).hexdigest() for text in stated["text"]]
    none = dict.fromkeys(("received", "settled", "settled_on_time"), pl.lit(None, pl.Int64))
    return stated.select(
        "file",
        online=pl.lit(0, pl.Int64),
        total=pl.lit(0, pl.Int64),
        **none,
        signature=pl.Series(marks, dtype=pl.String),
    ).select(SUMS.names())
