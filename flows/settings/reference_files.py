"""The names of the files in reference/, and the readers of calendar.csv and metrics.toml.

The other files are read by transforms.reference and by the report.
"""

import io
import tomllib
from datetime import date

import polars as pl

from transforms.dictionary.columns import REFERENCE

CORRECTIONS = "corrections.toml"  # it and BASELINES may be absent: most installations have none
BASELINES = "baselines.csv"
FIELDS = "fields.csv"  # a workspace of an older version has none: then the shipped one is read
TITLES = "titles.toml"  # as FIELDS
ROWS = "rows.toml"  # likewise
QUALIFIERS = "qualifiers.toml"  # as FIELDS
REPORT, TEMPLATE = "report.toml", "report.docx"  # only read where a report is written
REFERENCE_FILES = (
    "units.csv",
    "targets.csv",
    BASELINES,
    "metrics.toml",
    "headers.toml",
    TITLES,
    ROWS,
    QUALIFIERS,
    "codes.toml",
    FIELDS,
    "calendar.csv",
    CORRECTIONS,
    REPORT,
    TEMPLATE,
)


def read_holidays(text: str) -> frozenset[date]:
    """The days off in calendar.csv. Raises ValueError, which names the file."""
    schema = pl.Schema({"date": pl.Date, "kind": pl.String, "name": pl.String})
    try:
        calendar = pl.read_csv(io.StringIO(text), schema=schema)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"calendar.csv: {str(error).splitlines()[0]}") from error
    return frozenset(calendar.filter(pl.col("kind") == "holiday")["date"])


def read_metrics(text: str) -> pl.DataFrame:
    """The metrics of metrics.toml, a row each (columns of the mart `metrics`)."""
    rows = [
        {"metric_id": m["id"], "metric_version": m["version"]}
        | {name: " ".join(m[name].split()) for name in ("name", "definition")}
        | {name: " ".join(m[name].split()) for name in ("name_en", "definition_en") if name in m}
        for m in tomllib.loads(text)["metric"]
    ]
    return pl.DataFrame(rows, schema=REFERENCE["metrics"].schema)
