"""Translates what units write for a channel, a status or a level of service. Reads no file and counts nothing."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from transforms.dictionary.text import fold

KINDS = ("channel", "status", "service_level")
_LABELS = pl.Schema({"kind": pl.String, "key": pl.String, "code": pl.Int8, "valid_from": pl.Date, "valid_to": pl.Date})
_STATUSES = pl.Schema({"status": pl.Int8, "counts": pl.Boolean, "is_settled": pl.Boolean})


@dataclass(frozen=True, eq=False)
class CodeBook:
    """`labels`: kind, key (folded label), code, valid_from, valid_to. `statuses`: status, counts, is_settled.

    `counts`: whether a case in that status is part of the statistics; `is_settled`: handled to its end.
    """

    labels: pl.DataFrame
    statuses: pl.DataFrame

    @classmethod
    def from_toml(cls, text: str) -> "CodeBook":
        """From the text of reference/codes.toml. Raises ValueError naming the entry that is wrong."""
        document = tomllib.loads(text)
        if unknown := sorted(set(document) - set(KINDS)):
            raise ValueError(f"codes.toml: không có loại mã {unknown[0]}; các loại: {', '.join(KINDS)}")
        entries = [(kind, entry) for kind in KINDS for entry in document.get(kind, [])]
        labels = pl.DataFrame([row for pair in entries for row in _labels(*pair)], schema=_LABELS, orient="row")
        statuses = [(e["code"], e.get("counts", True), e.get("settled", False)) for k, e in entries if k == "status"]
        book = cls(labels, pl.DataFrame(statuses, schema=_STATUSES, orient="row").unique(maintain_order=True))
        for name, rows, key in (("nhãn", labels, ["kind", "key", "valid_from"]), ("status", book.statuses, ["status"])):
            twice = rows.filter(pl.struct(key).is_duplicated())
            if not twice.is_empty():
                raise ValueError(f"codes.toml: {name} {twice.select(key).row(0)} có hai nghĩa")
        return book

    def coded(self, rows: pl.DataFrame, kind: str) -> pl.DataFrame:
        """`rows` (`business_date`, the text column `kind` and others) with codes in `kind` (Int8; null: unknown)."""
        known = self.labels.filter(kind=kind)
        words = rows.select(kind, "business_date").drop_nulls().unique()
        keyed = words.with_columns(key=pl.Series([fold(word) for word in words[kind]], dtype=pl.String))
        meant = (
            keyed.join(known, on="key")
            .filter(
                pl.col("valid_from").is_null() | (pl.col("business_date") >= pl.col("valid_from")),
                pl.col("valid_to").is_null() | (pl.col("business_date") <= pl.col("valid_to")),
            )
            .select(kind, "business_date", "code")
            .unique([kind, "business_date"], keep="last", maintain_order=True)
        )
        return (
            rows.join(meant, on=[kind, "business_date"], how="left", maintain_order="left")
            .with_columns(pl.col("code").alias(kind))
            .drop("code")
        )


def _labels(kind: str, entry: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    if unknown := sorted(set(entry) - {"code", "labels", "counts", "settled", "valid_from", "valid_to"}):
        raise ValueError(f"codes.toml: {kind}: không có khóa {unknown[0]}")
    dates = entry.get("valid_from"), entry.get("valid_to")
    if not isinstance(entry.get("code"), int) or not all(day is None or isinstance(day, date) for day in dates):
        raise ValueError(f"codes.toml: {kind}: `code` phải là số nguyên, `valid_from`, `valid_to` là ngày")
    for label in entry.get("labels", []):
        yield kind, fold(label), entry["code"], *dates
