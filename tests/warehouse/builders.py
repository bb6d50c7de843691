"""Deliveries as a test describes them, turned into the frames that cross the warehouse's doors."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import polars as pl

from transforms.check.history.past import sums_of
from transforms.dictionary.columns import LAKE, RECEIVED, REFERENCE
from transforms.dictionary.table import PERCENT, TIMESTAMP
from transforms.reference import dimensions
from transforms.reference.metrics import MetricBook
from transforms.reference.organisation import MEMBERSHIPS
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import ACCEPTED, Batch, rows_of
from warehouse.marts.materialise import Reference
from warehouse.places.errors import DecisionError


def at(day: int, hour: int = 20, month: int = 8) -> datetime:
    """A moment of 2022, UTC without a zone."""
    return datetime(2022, month, day, hour, tzinfo=UTC).replace(tzinfo=None)


def aug(day: int) -> date:
    return date(2022, 8, day)


class Count(NamedTuple):
    field: str
    online: int
    in_person: int
    postal: int | None = None
    level: int = 4
    received: int | None = None
    settled: int | None = None
    settled_on_time: int | None = None
    digitised_results: int | None = None
    digitised_files: int | None = None
    electronic_results: int | None = None
    to_pay: int | None = None
    paid_online: int | None = None
    resubmitted: int | None = None
    overdue: int | None = None


class OfProcedure(NamedTuple):
    procedure: str
    online: int
    in_person: int
    postal: int = 0
    level: int = 4
    settled: int = 0
    settled_on_time: int | None = 0


@dataclass(frozen=True)
class Sent:
    """One file: `counts` hold what Count takes; the bytes are `content`, or made up from the counts."""

    unit: str
    day: date
    counts: Sequence[tuple[Any, ...]] = ()
    status: str = "accepted"
    basis: str = "day"
    place: str = ""
    content: str = ""
    name: str = "export.csv"
    contract: str = "summary"
    modified_at: datetime | None = None
    decided_at: datetime | None = None
    broken: Sequence[str] = ()
    eased: Sequence[tuple[str, str]] = ()  # rules that are broken, and the severity they have in tyle.toml
    reason: str | None = None
    rejected: int = 0
    cases: Sequence[str] = ()  # the ids of the cases that count
    procedures: Sequence[tuple[Any, ...]] = ()  # what OfProcedure takes
    scores: Sequence[tuple[str, int, int, int]] = ()  # metric, version, points and maximum in hundredths
    counted_for: str | None = None

    @property
    def bytes(self) -> bytes:
        return (
            self.content or f"{self.unit}{self.day}{list(self.counts)}{list(self.scores) or ''}{self.status}"
        ).encode()

    @property
    def decided(self) -> datetime:
        return self.decided_at or datetime(self.day.year, self.day.month, self.day.day, 20)


def received(files: Sequence[Sent]) -> pl.DataFrame:
    """The files as a pull hands them over."""
    rows = [
        {
            "file": number,
            "unit_id": sent.unit,
            "business_date": sent.day,
            "contract": sent.contract,
            "basis": sent.basis,
            "source_uri": f"file:///inbox/{sent.place or sent.unit}/{sent.day}.csv",
            "file_name": sent.name,
            "modified_at": sent.modified_at or sent.decided,
            "received_at": sent.decided,
            "content": sent.bytes,
            "sha256": hashlib.sha256(sent.bytes).hexdigest(),
            "size_bytes": len(sent.bytes),
        }
        for number, sent in enumerate(files)
    ]
    return pl.DataFrame(rows, schema=RECEIVED)


def batch(*files: Sent, outcomes: Iterable[tuple[object, ...]] = ()) -> Batch:
    """The files with their decisions and rows; `outcomes` = (unit, day, contract, step, outcome, at)."""
    deliveries = (
        received(files)
        .drop("content")
        .with_columns(
            landing=pl.lit("pack.zip#member"),
            row_count=pl.Series([len(sent.counts) for sent in files], dtype=pl.Int64),
            status=pl.Series([sent.status for sent in files], dtype=pl.String),
            reason=pl.Series(
                [sent.reason if sent.status in ACCEPTED else "sai tổng" for sent in files], dtype=pl.String
            ),
            decided_at=pl.Series([sent.decided for sent in files], dtype=TIMESTAMP),
            counted_for=pl.Series([sent.counted_for for sent in files], dtype=pl.String),
        )
    )
    counts = [
        (number, *row, row.online + row.in_person + (row.postal or 0))
        for number, sent in enumerate(files)
        for row in (Count(*count) for count in sent.counts)
    ]
    results = [
        (number, rule, "critical", "breaks" if rule in sent.broken else "holds", int(rule in sent.broken), f"có {rule}")
        for number, sent in enumerate(files)
        for rule in sorted({"total_is_sum", *sent.broken} - {rule for rule, _ in sent.eased})
    ]
    results += [
        (number, rule, severity, "breaks", 1, f"có {rule}")
        for number, sent in enumerate(files)
        for rule, severity in sent.eased
    ]
    rejected = [
        (number, row, "total_is_sum", f"dòng {row}", "sai tổng")
        for number, sent in enumerate(files)
        for row in range(sent.rejected)
    ]
    cases = [(number, case, 2, 4, 2, sent.day) for number, sent in enumerate(files) for case in sent.cases]
    daily_counts = _frame(
        counts,
        "file field online in_person postal service_level received settled settled_on_time digitised_results "
        "digitised_files electronic_results to_pay paid_online resubmitted overdue total",
        "daily_counts",
    )
    return Batch(
        deliveries,
        daily_counts,
        _sums(files, daily_counts, deliveries),
        _frame(cases, "file case_id channel level status received_on", "cases"),
        _frame(results, "file rule severity outcome failing sample", "check_results"),
        _frame(rejected, "file row_number rule content message", "rejected_rows"),
        _frame(
            [(number, f"mark-of-{sent.unit}", "{}") for number, sent in enumerate(files)],
            "file layout layout_description",
            "layouts",
        ),
        pl.DataFrame(list(outcomes), schema=LAKE["outcomes"].schema, orient="row"),
        _frame(
            [
                (number, *row, row.online + row.in_person + row.postal)
                for number, sent in enumerate(files)
                for row in (OfProcedure(*given) for given in sent.procedures)
            ],
            "file procedure online in_person postal service_level settled settled_on_time total",
            "procedure_counts",
        ),
        _frame(
            [(number, *given) for number, sent in enumerate(files) for given in sent.scores],
            "file metric_id metric_version points_hundredths maximum_hundredths",
            "scores",
        ),
    )


def _sums(files: Sequence[Sent], daily_counts: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    own = sums_of(daily_counts, deliveries)
    scored = [(number, 0, 0, None, None, None, str(sent.scores)) for number, sent in enumerate(files) if sent.scores]
    return pl.concat([own, pl.DataFrame(scored, schema=own.schema, orient="row")])


def _frame(rows: list[tuple[object, ...]], columns: str, table: str) -> pl.DataFrame:
    types = rows_of(table)
    named = pl.DataFrame(rows, schema={name: types[name] for name in columns.split()}, orient="row")
    return pl.concat([types.to_frame(), named], how="diagonal")


ONLINE_RATE = """
[[metric]]
id = "online_rate"
version = 1
name = "Tỷ lệ"
definition = "(1)/(3)"
"""

MEMBERS = pl.DataFrame(
    [(group, *one) for group in ("departments", "districts", "communes") for one in (("group", group), ("all", "all"))],
    schema=MEMBERSHIPS,
    orient="row",
)


LEVEL_NAMES = pl.DataFrame(
    [(level, f"Mức độ {level}", f"Level {level}", None, None) for level in range(5)],
    schema=REFERENCE["levels"].schema,
    orient="row",
)
CHANNEL_NAMES = pl.DataFrame(
    [(one, code, f"Kênh {one}", one, code) for one, code in dimensions.CHANNELS.items()],
    schema=REFERENCE["channels"].schema,
    orient="row",
)


def groups_of(named: Iterable[str]) -> pl.DataFrame:
    """The mart `groups`: those of MEMBERS, `all`, and what else is named."""
    ids = sorted({*MEMBERS["unit_group"], *MEMBERS["member"], "all", *named})
    rows = [(one, f"Khối {one}", f"Group {one}", order, True, True, None) for order, one in enumerate(ids, 1)]
    return pl.DataFrame(rows, schema=REFERENCE["groups"].schema, orient="row")


@dataclass(frozen=True)
class Unit:
    id: str
    group: str = "departments"
    order: int = 1
    since: date = date(2022, 1, 1)
    until: date | None = None


@dataclass(frozen=True)
class Setting:
    """The reference data of a test: `expected` = (unit, day) of `contract`; `targets` = (scope, percent, from).

    A target may name its metric after that; `metrics`: a metrics.toml.
    """

    units: Sequence[Unit] = (Unit("a"), Unit("b", order=2), Unit("c", "districts"))
    expected: Iterable[tuple[str, date]] = ()
    targets: Sequence[tuple[Any, ...]] = tuple(
        (group, "55.00", date(2022, 1, 1)) for group in ("departments", "districts", "all")
    )
    periods: Sequence[tuple[str, date, date]] = field(
        default=(
            ("2022-07", date(2022, 7, 1), date(2022, 7, 31)),
            ("2022-08", date(2022, 8, 1), date(2022, 8, 31)),
        )
    )
    contract: str = "summary"
    due_processing: Iterable[tuple[str, date]] = ()
    baselines: Sequence[tuple[str, str, str]] = ()  # (month, scope, percent)
    baseline_month: str | None = None
    fields: Sequence[tuple[str, str, str | None, date | None, date | None]] = ()  # the columns of `fields`
    metrics: str = ONLINE_RATE
    procedures: Sequence[tuple[str, str, str | None, date, date | None, str]] = ()  # the columns of `procedures`
    due_scores: Iterable[tuple[str, date]] = ()
    whole_unit: str | None = None

    def reference(self) -> Reference:
        units = pl.DataFrame(
            [
                (u.id, f"Đơn vị {u.id}", "so", u.group, u.order, "pending", "every_day", u.since, u.until)
                for u in self.units
            ],
            schema=[
                "unit_id",
                "name",
                "unit_type",
                "unit_group",
                "report_order",
                "code",
                "calendar",
                "valid_from",
                "valid_to",
            ],
            orient="row",
        )
        group_of = {u.id: u.group for u in self.units}
        targets = pl.DataFrame(
            [
                (
                    scope,
                    group_of.get(scope, scope),
                    scope if scope in group_of else None,
                    percent,
                    "QĐ 793",
                    since,
                    None,
                    *(metric or ["online_rate"]),
                )
                for scope, percent, since, *metric in self.targets
            ],
            schema=REFERENCE["targets"].names,
            orient="row",
        ).with_columns(pl.col("target_pct").cast(PERCENT))
        baselines = pl.DataFrame(
            [(month, scope, Decimal(percent), "báo cáo") for month, scope, percent in self.baselines],
            schema=REFERENCE["baselines"].schema,
            orient="row",
        )
        metrics = MetricBook.from_toml(self.metrics)
        expected = pl.DataFrame(
            [(unit, day, self.contract) for unit, day in self.expected]
            + [(unit, day, "processing") for unit, day in self.due_processing]
            + [(unit, day, "scores") for unit, day in self.due_scores],
            schema={"unit_id": pl.String, "business_date": pl.Date, "contract": pl.String},
            orient="row",
        )
        periods = pl.DataFrame(list(self.periods), schema=["month", "period_from", "period_to"], orient="row")
        fields = pl.DataFrame([(*row, None) for row in self.fields], schema=REFERENCE["fields"].schema, orient="row")
        procedures = pl.DataFrame(list(self.procedures), schema=REFERENCE["procedures"].schema, orient="row")
        return Reference(
            units,
            targets,
            metrics.metrics,
            expected,
            periods,
            baselines,
            self.baseline_month,
            fields,
            procedures,
            groups=groups_of([*(u.group for u in self.units), *(scope for scope, *_ in self.targets)]),
            channels=CHANNEL_NAMES,
            levels=LEVEL_NAMES,
            contracts=dimensions.contracts(),
            group_members=MEMBERS,
            metric_terms=metrics.terms,
            metric_rules=metrics.rules,
            metric_groups=metrics.groups,
            whole_unit=self.whole_unit,
        )


def every_day(units: Iterable[str], first: date, last: date) -> list[tuple[str, date]]:
    return [(unit, first + timedelta(n)) for unit in units for n in range((last - first).days + 1)]


def refusals_of_two(home: Path, decide: Callable[[Lake], object]) -> list[str]:
    """Why of two who decide at once, each with a lake of their own, one or both were refused."""
    refused: list[str] = []

    def attempt() -> None:
        with open_lake(home) as lake:
            try:
                decide(lake)
            except DecisionError as error:
                refused.append(str(error))

    both = [Thread(target=attempt) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    return refused
