"""Derives the marts from the lake: for one question (`build_marts`), or into the workbench (`materialise`).

Rates are computed in marts/*.sql and nowhere else. Publishes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb
import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.frames import checked
from transforms.reference.fields import FieldBook
from transforms.reference.metrics import OF_GROUPS, RULES, SIGNED, TERMS
from transforms.reference.organisation import ALL, MEMBERSHIPS
from warehouse.lake.lake import Lake
from warehouse.lake.rows import create_temp
from warehouse.lake.schema import utc
from warehouse.marts.catalogue import CRITICAL_RULES, MONTHLY, PUBLISHED, STATEMENTS
from warehouse.marts.control import month_sums, processed_sums
from warehouse.marts.kept import MANY_DELIVERIES, keep_sums, names_of_fields, with_kept, without_kept
from warehouse.marts.steps import PERIODS, Engine, expose, run, spans
from warehouse.marts.workbench import MEANINGS, TABLES, digest, keep_month, keep_reference, remove, workbench

EXPECTED_DAYS = pl.Schema({"unit_id": pl.String, "business_date": pl.Date, "contract": pl.String})
SCORE_MEMBERS = pl.Schema({"unit_id": pl.String, "scope": pl.String, "member": pl.String})
_STILL_CHANGING = 2  # newest months: the one under way, and the one that late exports still change
MONTHS = pl.Schema({"month": pl.String, "period_from": pl.Date, "period_to": pl.Date})  # `month`: YYYY-MM


@dataclass(frozen=True, eq=False)
class Reference:
    """The reviewed data the marts stand on.

    `units`, `targets`, `metrics`: columns as in REFERENCE, those that may be null may be absent. `expected_days`:
    EXPECTED_DAYS. `periods`: MONTHS, which do not overlap. `baseline_month`: the one that later months are compared
    with; `baselines` (columns as in REFERENCE): rates of such months that the lake does not hold. `fields`,
    `procedures` (columns as in REFERENCE): the fields whose names are known, the lists of procedures. `groups`,
    `channels`, `levels`, `contracts` (columns as in REFERENCE): what they are called. `group_members`:
    MEMBERSHIPS of transforms.reference.organisation; `metric_terms`, `metric_rules`, `metric_groups`: what each
    metric sums, from which contracts and of which units; `signed_versions`: the versions that closed months keep
    (TERMS, RULES, OF_GROUPS, SIGNED of transforms.reference.metrics). `whole_unit`: the unit whose published points
    are those of all units together. `meanings`: what tables and columns mean here, by table ("" = any) and column
    ("" = the table).
    """

    units: pl.DataFrame
    targets: pl.DataFrame
    metrics: pl.DataFrame
    expected_days: pl.DataFrame
    periods: pl.DataFrame
    baselines: pl.DataFrame = field(default_factory=REFERENCE["baselines"].schema.to_frame)
    baseline_month: str | None = None
    fields: pl.DataFrame = field(default_factory=REFERENCE["fields"].schema.to_frame)
    procedures: pl.DataFrame = field(default_factory=REFERENCE["procedures"].schema.to_frame)
    groups: pl.DataFrame = field(kw_only=True)
    channels: pl.DataFrame = field(kw_only=True)
    levels: pl.DataFrame = field(kw_only=True)
    contracts: pl.DataFrame = field(kw_only=True)
    group_members: pl.DataFrame = field(kw_only=True)
    metric_terms: pl.DataFrame = field(default_factory=TERMS.to_frame, kw_only=True)
    metric_rules: pl.DataFrame = field(default_factory=RULES.to_frame, kw_only=True)
    metric_groups: pl.DataFrame = field(default_factory=OF_GROUPS.to_frame, kw_only=True)
    signed_versions: pl.DataFrame = field(default_factory=SIGNED.to_frame, kw_only=True)
    whole_unit: str | None = field(default=None, kw_only=True)
    meanings: Mapping[tuple[str, str], str] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        """Raises FrameError for other columns."""
        checked(self.expected_days, EXPECTED_DAYS, "Reference: expected_days")
        checked(self.periods, MONTHS, "Reference: periods")
        checked(self.group_members, MEMBERSHIPS, "Reference: group_members")
        checked(self.metric_terms, TERMS, "Reference: metric_terms")
        checked(self.metric_rules, RULES, "Reference: metric_rules")
        checked(self.metric_groups, OF_GROUPS, "Reference: metric_groups")
        checked(self.signed_versions, SIGNED, "Reference: signed_versions")
        for name, table in REFERENCE.items():
            given = getattr(self, name).schema  # types are converted by `tables`
            needed = {c.name: given.get(c.name, c.dtype) for c in table.columns if not c.nullable}
            checked(getattr(self, name), needed, f"Reference: {name}", more=True)

    @property
    def score_members(self) -> pl.DataFrame:
        """SCORE_MEMBERS: a unit's points are its own, those of `whole_unit` are of all units together."""
        is_whole = pl.col("unit_id") == pl.lit(self.whole_unit, pl.String)
        return self.units.select(
            "unit_id",
            scope=pl.when(is_whole).then(pl.lit(ALL)).otherwise(pl.lit("unit")),
            member=pl.when(is_whole).then(pl.lit(ALL)).otherwise("unit_id"),
        ).cast(SCORE_MEMBERS)

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables of REFERENCE in the columns of the dictionary."""
        return {name: table.conform(getattr(self, name)) for name, table in REFERENCE.items()}

    def words(self) -> dict[str, pl.DataFrame]:
        """What the workbench keeps beside `tables`: `group_members`, `signed_versions` and `meanings`."""
        rows = [(*key, meaning) for key, meaning in self.meanings.items()]
        return {
            "group_members": self.group_members,
            "signed_versions": self.signed_versions,
            "meanings": pl.DataFrame(rows, schema=MEANINGS, orient="row"),
        }


def build_marts(
    lake: Lake,
    reference: Reference,
    months: Sequence[str],
    as_of: date | None = None,
    known_at: datetime | None = None,
    engine: Engine = run,
) -> dict[str, pl.DataFrame]:
    """Every published table but `publication` by name, in its columns and row order (catalogue.PUBLISHED).

    `months`: YYYY-MM. Business dates up to `as_of` count, as known at `known_at` (UTC); None: no limit. The month
    before and the baseline month are read whole, for comparison. A month without a delivery or an outcome has no
    rows. Raises ValueError for a month that `reference.periods` does not have.
    """
    with lake.snapshot() as cursor:
        _derive(cursor, reference, _periods(reference, months, as_of, known_at), engine)
        marts = {name: cursor.table(name).pl() for name in TABLES}
    asked = pl.col("month").is_in(list(months))
    return {
        name: table.conform(frame.filter(asked) if name in MONTHLY else frame).sort(table.row_order)
        for name, frame in marts.items()
        for table in [PUBLISHED[name]]
    }


def materialise(lake: Lake, reference: Reference, engine: Engine = run) -> list[str]:
    """Bring the workbench up to date with the lake and `reference`; returns the rebuilt months (YYYY-MM), in order.

    A month is rebuilt when its deliveries, outcomes, decisions, expected days, period or the reference data changed, or
    those of the months it is compared with; in one transaction. Raises LockedError when another process takes too long.
    """
    with workbench(lake):
        with lake.snapshot() as cursor:
            keep_reference(cursor, reference.tables() | reference.words())
        with lake.snapshot() as cursor:
            periods = all_periods(reference)
            load(cursor, reference, periods)
            current = _fingerprints(cursor, reference)
            built = cursor.table("workbench.built").pl()
        # a fact that arrives after this point changes its month's fingerprint, so the next call rebuilds the month
        stale = current.join(built, on=("month", "fingerprint"), how="anti").sort("month")
        newest = current["month"].sort().tail(_STILL_CHANGING)
        for month, fingerprint, deliveries in stale.select("month", "fingerprint", "deliveries").iter_rows():
            keeps = engine is run and month in newest and deliveries >= MANY_DELIVERIES
            with lake.snapshot() as cursor:
                _rebuild(cursor, reference, month, fingerprint, engine, keeps=keeps)
        with lake.snapshot() as cursor:
            remove(cursor, built.join(current, on="month", how="anti")["month"].to_list())
    return stale["month"].to_list()


def all_periods(reference: Reference) -> pl.DataFrame:
    """Every period of `reference`, as PERIODS, a row per month."""
    return _periods(reference, reference.periods["month"].to_list())


def _periods(
    reference: Reference, months: Sequence[str], as_of: date | None = None, known_at: datetime | None = None
) -> pl.DataFrame:
    """The periods of `months` and, without `as_of`, of the months they are compared with."""
    first_day = (pl.col("month") + "-01").str.to_date("%Y-%m-%d")
    baseline = pl.lit(reference.baseline_month, pl.String)
    periods = reference.periods.select(
        "month",
        "period_from",
        "period_to",
        previous_month=first_day.dt.offset_by("-1mo").dt.to_string("%Y-%m"),
        baseline_month=pl.when(baseline < pl.col("month")).then(baseline),
        known_at=pl.lit(None if known_at is None else utc(known_at), PERIODS["known_at"]),
    )
    asked = periods.filter(pl.col("month").is_in(list(months)))
    if unknown := sorted(set(months) - set(asked["month"])):
        raise ValueError(f"Không có kỳ báo cáo cho tháng {', '.join(unknown)}")
    compared = pl.concat([asked["previous_month"], asked["baseline_month"]]).drop_nulls()
    others = periods.filter(
        pl.col("month").is_in(compared.implode()) & ~pl.col("month").is_in(asked["month"].implode())
    )
    limited = (
        asked.with_columns(as_of=pl.lit(as_of, pl.Date), is_asked=pl.lit(value=True)),
        others.with_columns(as_of=pl.lit(None, pl.Date), is_asked=pl.lit(value=False)),
    )
    return pl.concat(limited).select(*PERIODS)


def load(cursor: duckdb.DuckDBPyConnection, reference: Reference, periods: pl.DataFrame) -> None:
    """Create what the statements read (catalogue.INPUTS), but `field_names`, as temporary views and tables.

    `periods`: PERIODS.
    """
    asked = spans(periods)
    expose(cursor, *asked)
    create_temp(cursor, "periods", periods)
    for name, frame in reference.tables().items():
        create_temp(cursor, name, frame)
    expected = pl.any_horizontal(pl.col("business_date").is_between(*span) for span in asked)
    create_temp(cursor, "critical_rules", CRITICAL_RULES)
    create_temp(cursor, "group_members", reference.group_members)
    create_temp(cursor, "metric_terms", reference.metric_terms)
    create_temp(cursor, "metric_rules", reference.metric_rules)
    create_temp(cursor, "metric_groups", reference.metric_groups)
    create_temp(cursor, "score_members", reference.score_members)
    create_temp(cursor, "signed_versions", reference.signed_versions)
    create_temp(cursor, "expected_days", reference.expected_days.filter(expected))
    without_kept(cursor)


def name_fields(cursor: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Create `field_names` (NAMED of transforms.reference.fields): what the names in the cursor's daily counts mean."""
    texts = cursor.execute("SELECT DISTINCT field FROM daily_counts ORDER BY field").fetchall()
    _name(cursor, reference, [text for (text,) in texts])


def _name(cursor: duckdb.DuckDBPyConnection, reference: Reference, texts: Sequence[str]) -> None:
    book = FieldBook(REFERENCE["fields"].conform(reference.fields))
    create_temp(cursor, "field_names", book.named(texts))


def _derive(cursor: duckdb.DuckDBPyConnection, reference: Reference, periods: pl.DataFrame, engine: Engine) -> None:
    load(cursor, reference, periods)
    name_fields(cursor, reference)
    engine(cursor, tuple(STATEMENTS))


def _rebuild(
    cursor: duckdb.DuckDBPyConnection,
    reference: Reference,
    month: str,
    fingerprint: str,
    engine: Engine,
    *,
    keeps: bool,
) -> None:
    """Replace one month in the workbench, with its fingerprint and control sums.

    `keeps`: use the sums of counts that are kept, and keep those of this month.
    """
    periods = _periods(reference, [month])
    if keeps:
        tables = reference.tables()
        rules = digest(tables["fields"], tables["procedures"], reference.metric_terms, reference.metric_rules)
        load(cursor, reference, periods)
        with_kept(cursor, rules)
        _name(cursor, reference, names_of_fields(cursor))
        engine(cursor, tuple(STATEMENTS))
        keep_sums(cursor, month, rules)
    else:
        _derive(cursor, reference, periods, engine)
    remove(cursor, [month])
    keep_month(cursor, month, fingerprint, (*month_sums(cursor, month), *processed_sums(cursor, month)))


# of a metric's definition: no figure depends on these
_WORDS = ("name", "definition", "name_en", "definition_en", "source", "checked_on", "is_verified")

_FACTS = """
WITH delivered AS (
    SELECT month, count(*) AS n, max(decided_at) AS latest
    FROM periods JOIN deliveries ON business_date BETWEEN period_from AND period_to GROUP BY ALL
),
happened AS (
    SELECT month, count(*) AS n, max("at") AS latest
    FROM periods JOIN outcomes ON business_date BETWEEN period_from AND period_to GROUP BY ALL
),
decided AS (
    SELECT month, count(*) AS n, max("at") AS latest
    FROM periods JOIN decisions ON business_date BETWEEN period_from AND period_to GROUP BY ALL
),
expected AS (
    SELECT month, count(*) AS n, sum(hash(unit_id, business_date, contract)) AS content
    FROM periods JOIN expected_days ON business_date BETWEEN period_from AND period_to GROUP BY ALL
)
SELECT
    month,
    previous_month,
    baseline_month,
    coalesce(delivered.n, 0) AS deliveries,
    CAST(row(period_from, period_to, delivered.n, delivered.latest, happened.n, happened.latest,
        decided.n, decided.latest, expected.n, expected.content) AS VARCHAR) AS facts
FROM periods
LEFT JOIN delivered USING (month) LEFT JOIN happened USING (month)
LEFT JOIN decided USING (month) LEFT JOIN expected USING (month)
"""


def _fingerprints(cursor: duckdb.DuckDBPyConnection, reference: Reference) -> pl.DataFrame:
    """A row per month of the cursor's periods: `month`, `fingerprint` of all it depends on, number of `deliveries`."""
    versions = pl.concat_str("metric_id", "metric_version", separator="=").str.join(", ")
    signed = reference.signed_versions.sort("metric_id").group_by("month").agg(signed=versions)
    facts = cursor.execute(_FACTS).pl().join(signed, on="month", how="left", maintain_order="left")
    signed_too = pl.concat_str("facts", "signed", separator=" ", ignore_nulls=True)
    facts = facts.select(pl.exclude("facts", "signed"), facts=signed_too)
    tables = reference.tables()
    read = (tables[name] for name in ("units", "targets", "fields", "baselines", "procedures"))
    metrics = tables["metrics"].drop(*_WORDS)
    rules = digest(
        *read,
        reference.group_members,
        reference.score_members,
        CRITICAL_RULES,
        metrics,
        reference.metric_terms,
        reference.metric_rules,
        reference.metric_groups,
    )
    for compared in ("previous_month", "baseline_month"):
        those = facts.select(pl.col("month").alias(compared), pl.col("facts").alias(f"facts of {compared}"))
        facts = facts.join(those, on=compared, how="left")
    parts = [pl.exclude("month", "previous_month", "deliveries").fill_null(""), pl.lit(rules)]
    return facts.select("month", "deliveries", fingerprint=pl.concat_str(parts, separator=" | "))
