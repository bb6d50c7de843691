"""Reads reference/metrics.toml: what each rate divides by what, as data that the marts read. Computes no rate."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.counts import COUNTS
from transforms.dictionary.problems import nearest, raise_if_any
from transforms.dictionary.toml_file import Places, read_toml
from transforms.reference.metric_faults import faults
from transforms.reference.metric_file import (
    DENOMINATOR,
    FILE,
    GIVEN,
    NUMERATOR,
    RATIO,
    Metric,
    MetricFile,
    Term,
    completed,
    hundredths,
)
from transforms.reference.score_faults import names_of

# A row per metric, part, term and pair of level and field that the term takes; null: any. `procedure_list`: the term
# takes only procedures on that list; null: all cases. `part`: numerator or
# denominator; `count_id`: of transforms.dictionary.counts.
TERMS = pl.Schema(
    {
        "metric_id": pl.String,
        "metric_version": pl.Int32,
        "part": pl.String,
        "term": pl.Int32,
        "count_id": pl.String,
        "service_level": pl.Int8,
        "field_id": pl.String,
        "procedure_list": pl.String,
    }
)
# A row per metric and contract that gives it; the lowest rank is preferred. `by_level`, `by_field`, `by_procedure`: 1
# where a delivery that does not distinguish levels, fields or procedures gives no value; `empty_is_zero`: 1 where one
# without rows means 0.
RULES = pl.Schema(
    {
        "metric_id": pl.String,
        "metric_version": pl.Int32,
        "contract": pl.String,
        "contract_rank": pl.Int32,
        "by_level": pl.Int32,
        "by_field": pl.Int32,
        "by_procedure": pl.Int32,
        "empty_is_zero": pl.Int32,
    }
)
# A row per group of units that a metric is of; a metric without a row is of all.
OF_GROUPS = pl.Schema({"metric_id": pl.String, "metric_version": pl.Int32, "unit_group": pl.String})
# A row per month that is closed and metric: the version that the month keeps.
SIGNED = pl.Schema({"month": pl.String, "metric_id": pl.String, "metric_version": pl.Int32})
# A row per name of a component that scoreboards state, per version of its metric; an open end is null. `whole_id`: the
# metric that it is part of; `is_whole`: it is the sum of such parts.
COMPONENTS = pl.Schema(
    {
        "written": pl.String,
        "metric_id": pl.String,
        "metric_version": pl.Int32,
        "maximum_hundredths": pl.Int64,
        "whole_id": pl.String,
        "is_whole": pl.Boolean,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "is_enabled": pl.Boolean,
    }
)


@dataclass(frozen=True, eq=False)
class MetricBook:
    """All metrics.

    `metrics`: the columns of the mart of that name; `terms` (TERMS), `rules` (RULES), `groups` (OF_GROUPS);
    `components` (COMPONENTS): what scoreboards state of those that are given.
    """

    metrics: pl.DataFrame
    terms: pl.DataFrame
    rules: pl.DataFrame
    groups: pl.DataFrame
    components: pl.DataFrame

    @property
    def computed(self) -> list[str]:
        """The ids of the metrics that the marts compute."""
        return sorted(set(self.metrics.filter("is_enabled")["metric_id"]))

    def why_not_computed(self, metric_id: str) -> str | None:
        """Why the marts have no figures of this id, in words for people; None where they compute it."""
        if metric_id in self.computed:
            return None
        entries = self.metrics.filter(metric_id=metric_id)
        if entries.is_empty():
            near = nearest(metric_id, self.computed)
            return f"không có chỉ số này; {'gần giống' if near else 'có'}: {', '.join(near or self.computed)}"
        if entries["metric_kind"].null_count() == entries.height:
            return f"chỉ là định nghĩa bằng lời, không phải chỉ số được tính; có: {', '.join(self.computed)}"
        unverified = entries["is_verified"].eq(other=False).any()
        return (
            f"chỉ số này chưa bật{' vì nguồn chưa kiểm chứng' if unverified else ''} (enabled trong reference/{FILE})"
        )

    @classmethod
    def from_toml(
        cls,
        text: str,
        fields: Mapping[str, str] | None = None,
        lists: Collection[str] | None = None,
        groups: Collection[str] | None = None,
    ) -> "MetricBook":
        """From the text of reference/metrics.toml.

        `fields`: names of the known fields by id; `lists`: the known lists of procedures; `groups`: those that have a
        rate; None: not checked.
        Raises ConfigurationError with all that is wrong.
        """
        read = [completed(metric) for metric in read_toml(FILE, text, MetricFile).metric]
        raise_if_any(faults(Places(FILE, text), read, fields, lists, groups))
        ratios = [metric for metric in read if metric.kind == RATIO and metric.enabled]  # no other has figures
        scores = [metric for metric in read if metric.kind == GIVEN]
        return cls(
            pl.DataFrame([_row(metric, fields or {}) for metric in read], schema=REFERENCE["metrics"].schema),
            pl.DataFrame([row for metric in ratios for row in _terms(metric)], schema=TERMS, orient="row"),
            pl.DataFrame([row for metric in ratios for row in _rules(metric)], schema=RULES, orient="row"),
            pl.DataFrame(
                [(metric.id, metric.version, group) for metric in ratios for group in metric.groups or ()],
                schema=OF_GROUPS,
                orient="row",
            ),
            pl.DataFrame([row for metric in scores for row in _names(metric, scores)], schema=COMPONENTS, orient="row"),
        )


def _row(metric: Metric, fields: Mapping[str, str]) -> dict[str, object]:
    texts = {key: getattr(metric, key) for key in ("name", "definition", "name_en", "definition_en")}
    return {
        "metric_id": metric.id,
        "metric_version": metric.version,
        **{key: " ".join(text.split()) for key, text in texts.items() if text is not None},
        "metric_kind": metric.kind,
        "numerator_terms": _text(metric.numerator),
        "denominator_terms": _text(metric.denominator),
        "contracts": ", ".join(metric.contracts) if metric.contracts else None,
        "unit_groups": ", ".join(metric.groups) if metric.groups else None,
        "unit_of_measure": metric.unit,
        "direction": metric.direction,
        "decimals": metric.decimals,
        "min_denominator": metric.min_denominator,
        "valid_from": metric.valid_from,
        "valid_to": metric.valid_to,
        "source": metric.source,
        "checked_on": metric.checked_on,
        "is_verified": metric.verified,
        "is_enabled": metric.enabled,
        "maximum": None if metric.maximum is None else Decimal(str(metric.maximum)),
        "component_names": " | ".join(names_of(metric)) if metric.kind == GIVEN else None,
        "part_ids": ", ".join(metric.parts) if metric.parts else None,
        "beside_metric_id": metric.beside,
        "tolerance": None if metric.tolerance is None else Decimal(str(metric.tolerance)),
        **_words(NUMERATOR, metric.numerator, fields),
        **_words(DENOMINATOR, metric.denominator, fields),
    }


def _text(terms: Sequence[Term] | None) -> str | None:
    return " + ".join(term.text() for term in terms) if terms else None


def _words(part: str, terms: Sequence[Term] | None, fields: Mapping[str, str]) -> dict[str, str | None]:
    """What the terms count, in both languages."""
    words = [term.words(fields) for term in terms or ()]
    return {
        f"{part}_words": " + ".join(word.vi for word in words) or None,
        f"{part}_words_en": " + ".join(word.en for word in words) or None,
    }


def _terms(metric: Metric) -> Iterator[tuple[object, ...]]:
    number = 0
    for part in (NUMERATOR, DENOMINATOR):
        for term in getattr(metric, part):
            number += 1
            for level, field in term.pairs:
                yield metric.id, metric.version, part, number, term.count, level, field, term.procedures


def _rules(metric: Metric) -> Iterator[tuple[object, ...]]:
    terms = [*(metric.numerator or ()), *(metric.denominator or ())]
    by_level = int(any(term.levels for term in terms))
    by_field = int(any(term.fields for term in terms))
    by_procedure = int(any(term.procedures for term in terms))
    for rank, contract in enumerate(metric.contracts or (), 1):
        zero = int(all(contract in COUNTS[term.count].always for term in terms))
        yield metric.id, metric.version, contract, rank, by_level, by_field, by_procedure, zero


def _names(metric: Metric, scores: Sequence[Metric]) -> Iterator[tuple[object, ...]]:
    whole = next((one.id for one in scores if metric.id in (one.parts or ())), None)
    maximum = hundredths(metric.maximum or 0)
    for name in names_of(metric):
        yield (
            *(name, metric.id, metric.version, maximum, whole, bool(metric.parts)),
            *(metric.valid_from, metric.valid_to, metric.enabled),
        )
