"""What an entry of reference/metrics.toml may hold: a rate as sums of named counts, or points that others publish.

Checks no value.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Annotated, Literal

from pydantic import Field

from transforms.dictionary.counts import COUNTS
from transforms.dictionary.text import Text
from transforms.dictionary.toml_file import Filled, Table, Words

FILE = "metrics.toml"
ONLINE_RATE = "online_rate"
RATIO, GIVEN = "ratio", "given"  # the kinds of metrics
NUMERATOR, DENOMINATOR = "numerator", "denominator"
CONTRACTS = ("summary", "cases", "ii06")  # those that give the online rate, in the order of preference
CASES = "cases"  # the only one that names procedures
BY_PROCEDURE = ("online", "in_person", "postal", "total", "settled", "settled_on_time")  # counted by procedure, too
SCORES = "scores"  # published points, of which no metric is computed
YEARLY = "processing"  # cumulative since the year began, of all procedures: never beside the others
LEVELS = (1, 2, 3, 4)


class Term(Table):
    """A count of cases under filters; without `levels` or `fields` of every level, of every field.

    `procedures`: a list of reference/procedures.csv; without it of all cases, also those that name no procedure.
    """

    count: Filled
    levels: Annotated[list[int], Field(min_length=1)] | None = None
    fields: Annotated[list[Filled], Field(min_length=1)] | None = None
    procedures: Filled | None = None

    @property
    def pairs(self) -> list[tuple[int | None, str | None]]:
        """Each level with each field that the term takes; None: any."""
        levels: Sequence[int | None] = self.levels or [None]
        fields: Sequence[str | None] = self.fields or [None]
        return list(product(levels, fields))

    def text(self) -> str:
        """The term as people read it: `online[level 4]`."""
        filters = [f"level {'|'.join(map(str, self.levels))}"] if self.levels else []
        filters += [f"field {'|'.join(self.fields)}"] if self.fields else []
        filters += [f"procedures {self.procedures}"] if self.procedures else []
        return f"{self.count}[{'; '.join(filters)}]" if filters else self.count

    def words(self, fields: Mapping[str, str]) -> Text:
        """The term in words: `Trực tuyến (mức độ 4)`. `fields`: names of fields by id."""
        named = [fields.get(one, one) for one in self.fields or ()]
        levels = ", ".join(map(str, self.levels or ()))
        vi = [f"mức độ {levels}"] * bool(levels) + [f"lĩnh vực {', '.join(named)}"] * bool(named)
        en = [f"level {levels}"] * bool(levels) + [f"field {', '.join(named)}"] * bool(named)
        vi += [f"danh mục thủ tục {self.procedures}"] * bool(self.procedures)
        en += [f"list of procedures {self.procedures}"] * bool(self.procedures)
        count = COUNTS[self.count]
        return Text(
            *(f"{name} ({'; '.join(own)})" if own else name for name, own in ((count.name, vi), (count.name_en, en)))
        )


class Metric(Table):
    """An entry of the file. Without `kind` it is a definition in words, and the marts have no row of it.

    `given`: points out of `maximum` that a scoreboard states under one of the names of `component`; of the metric with
    `parts` it is the sum. `beside`: the ratio that is shown beside it; the two agree within `tolerance` (percentage
    points).
    """

    id: Filled
    version: int = Field(ge=1, lt=1_000_000)
    name: Filled
    definition: Filled
    name_en: Filled | None = None
    definition_en: Filled | None = None
    kind: Literal["ratio", "given"] | None = None
    numerator: Annotated[list[Term], Field(min_length=1)] | None = None
    denominator: Annotated[list[Term], Field(min_length=1)] | None = None
    contracts: Annotated[list[Filled], Field(min_length=1)] | None = None
    groups: Annotated[list[Filled], Field(min_length=1)] | None = None
    maximum: Annotated[float, Field(gt=0, lt=10_000)] | None = None
    component: Annotated[list[Words], Field(min_length=1)] | None = None
    parts: Annotated[list[Filled], Field(min_length=2)] | None = None
    beside: Filled | None = None
    tolerance: Annotated[float, Field(ge=0, le=100)] | None = None
    unit: Literal["%", "điểm"] | None = None
    direction: Literal["up", "down"] | None = None
    decimals: Annotated[int, Field(ge=0, le=2)] | None = None
    min_denominator: Annotated[int, Field(ge=1, lt=1_000_000_000)] | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: Filled | None = None
    checked_on: date | None = None
    verified: bool | None = None
    enabled: bool | None = None


OF_RATIO = (NUMERATOR, DENOMINATOR, "contracts", "groups", "direction", "min_denominator")
OF_GIVEN = ("maximum", "component", "parts", "beside", "tolerance")
MACHINE = (*OF_RATIO, *OF_GIVEN, "unit", "decimals", "enabled")
UNITS = {RATIO: "%", GIVEN: "điểm"}
# Version 1 of the online rate is what the wide marts hold; a file of an older version has it in words only.
FIRST = {
    "kind": "ratio",
    NUMERATOR: [Term(count="online", levels=[4])],
    DENOMINATOR: [Term(count="total", levels=[4])],
    "contracts": list(CONTRACTS),
    "decimals": 2,
    "direction": "up",
}


def hundredths(points: float) -> int:
    """Points as whole hundredths, as they are written: 16.5 is 1650."""
    return int(Decimal(str(points)) * 100)


class MetricFile(Table):
    """All entries."""

    metric: list[Metric]


def _giving(metric: Metric) -> list[str]:
    """The contracts of the online rate that may give every count of the metric; all of them where none does."""
    terms = (*(metric.numerator or ()), *(metric.denominator or ()))
    if any(term.procedures for term in terms):
        return [CASES]
    named = [COUNTS[term.count] for term in terms if term.count in COUNTS]
    return [one for one in CONTRACTS if all(one in count.contracts for count in named)] or list(CONTRACTS)


def completed(metric: Metric) -> Metric:
    """The entry with what it need not say."""
    if (metric.id, metric.version, metric.kind) == (ONLINE_RATE, 1, None) and not any(
        getattr(metric, key) is not None for key in MACHINE
    ):
        return metric.model_copy(update=FIRST | {"unit": "%", "enabled": True})
    if metric.kind is None:
        return metric
    defaults = {
        "contracts": [SCORES] if metric.kind == GIVEN else _giving(metric),
        "unit": UNITS[metric.kind],
        "direction": "up",
        "decimals": 2,
        "enabled": metric.verified is not False,
    }
    return metric.model_copy(update={key: own for key, own in defaults.items() if getattr(metric, key) is None})
