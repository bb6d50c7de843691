"""Decides which file is new and which repeats another, and names deliveries. Pure polars; stores and reads nothing."""

import polars as pl

KEY = ("unit_id", "business_date", "contract")
DUPLICATE = "duplicate"


def number(files: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Give each file of a batch its version, in order of (modified_at, file_name).

    `files`: a row per file, with at least KEY, source_uri, sha256, status, reason, modified_at, file_name, file.
    `known`: LAKE["deliveries"] of the same keys.
    Returns the files to store, with version, delivery_id, supersedes. A file whose place (source_uri) had the same
    bytes last time is left out; one that repeats the latest version's bytes becomes a `duplicate` of it.
    """
    return _name(_versions(_unseen(files, known), known), known)


def repeating(files: pl.DataFrame, known: pl.DataFrame) -> frozenset[int]:
    """The files (`file`) of a batch that become no version of their own: duplicates, and what `number` leaves out.

    `files`: as for `number`, without status and reason. `known`: the earlier deliveries of these keys with KEY,
    source_uri, sha256, version and status.
    """
    new = _versions(_unseen(files, known), known).filter("is_new")
    return frozenset(files["file"]).difference(new["file"])


def next_version(files: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Give each file the version after the latest of its key, although the lake has its bytes: for a release.

    `files`, `known` and the result as for `number`, one file per key; status and reason are kept.
    """
    latest = known.filter(pl.col("status") != DUPLICATE).group_by(KEY).agg(latest=pl.max("version"))
    return files.join(latest, on=KEY, maintain_order="left").with_columns(
        version=pl.col("latest") + 1,
        delivery_id=_delivery_id(pl.col("latest") + 1),
        supersedes=_delivery_id(pl.col("latest")),
    )


def _unseen(files: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    place = (*KEY, "source_uri")
    last = known.sort("version").group_by(place).agg(before=pl.last("sha256"))
    ordered = files.sort(*KEY, "modified_at", "file_name", "file")
    return ordered.join(last, on=place, how="left", maintain_order="left").filter(
        pl.col("sha256").ne_missing(pl.col("sha256").shift().over(place).fill_null(pl.col("before")))
    )


def _versions(files: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Add `version` and `is_new`. A duplicate has its version's bytes: comparing with the file before is enough."""
    versions = known.filter(pl.col("status") != DUPLICATE).sort("version")
    latest = versions.group_by(KEY).agg(latest=pl.last("version"), latest_sha256=pl.last("sha256"))
    before = pl.col("sha256").shift().over(KEY).fill_null(pl.col("latest_sha256"))
    return (
        files.join(latest, on=KEY, how="left", maintain_order="left")
        .with_columns(is_new=pl.col("sha256").ne_missing(before))
        .with_columns(version=pl.col("latest").fill_null(0) + pl.col("is_new").cum_sum().over(KEY).cast(pl.Int32))
    )


def _name(files: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    version = (*KEY, "version")
    repeats = known.filter(pl.col("status") == DUPLICATE).group_by(version).agg(repeats=pl.len())
    named = files.join(repeats, on=version, how="left", maintain_order="left").with_columns(
        original=_delivery_id(pl.col("version")),
        repeat=pl.col("repeats").fill_null(0) + (~pl.col("is_new")).cum_sum().over(version),
    )
    if_new = pl.when("is_new")
    return named.with_columns(
        delivery_id=if_new.then("original").otherwise(pl.format("{}:dup{}", "original", "repeat")),
        supersedes=pl.when(pl.col("is_new") & (pl.col("version") > 1)).then(_delivery_id(pl.col("version") - 1)),
        status=if_new.then("status").otherwise(pl.lit(DUPLICATE)),
        reason=if_new.then("reason").otherwise(pl.format("Trùng nội dung với {}", "original")),
    )


def _delivery_id(version: pl.Expr) -> pl.Expr:
    return pl.format("{}:{}:{}:v{}", "unit_id", pl.col("business_date").dt.to_string("%Y-%m-%d"), "contract", version)
