"""The project on the same exports: a workspace made by configuration alone, and its results in the script's form."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from bench.pipeline.data import Size
from flows.runs.lakes import lake_of
from flows.settings.workspace import create_workspace, open_workspace
from flows.work.care import care_for
from transforms.reference.clock import utc

_UNITS = "unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"
_SETTINGS = """
[run]
lookback_days = 0        # the limit script reads no other day either
backfill_days = {days}

[exports]
contract = "{contract}"
service_level = 4
max_faulty_rows_pct = 100
source = {{ kind = "folder", path = "{exports}", name = "{{date}}/{{code}}.csv", settle_seconds = 0 }}

[site]
enabled = false           # measured separately in docs/performance.md

[publish]
keep = 1
grace_hours = 0
"""
# In workload B channel 1 is online; cases of all statuses count, and only 10 means settled.
_CODES = """
channel = [{ code = 2, labels = ["1"] }, { code = 1, labels = ["2"] }, { code = 3, labels = ["3"] }]
status = [
STATUSES
]
"""
_AT_ONCE = 700_000  # rows of one batch of a backfill, which is in memory as a whole
_BY_CHANCE = "'is_no_copy', 'rate_is_usual', 'volume_is_usual'"  # warnings that made-up figures cause by chance
CONTRACTS = {"A": "summary", "B": "cases"}
_MART = """
    SELECT month, CASE WHEN unit_group IS NULL THEN 'unit' ELSE 'group' END AS scope, member, online, in_person, total,
        online_rate_pct AS rate, meets_target, change_points AS rate_change
    FROM (
        SELECT month, NULL AS unit_group, upper(unit_id) AS member, * EXCLUDE (month, unit_group)
        FROM marts.monthly_unit_rates
        UNION ALL BY NAME
        SELECT month, unit_group, unit_group AS member, * EXCLUDE (month, unit_group) FROM marts.monthly_group_rates
    )
    WHERE total > 0
"""


def workspace(size: Size, data: Path, root: Path) -> None:
    """Make the workspace `root` for the exports in `data`; they stay where they are."""
    create_workspace(root)
    reference = root / "reference"
    with (data / "units.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    units = [
        f"{row['unit_code'].lower()},{row['unit_code']},so,{row['unit_group']},{n},2020-01-01,,{row['unit_code']},every_day,,"
        for n, row in enumerate(rows, start=1)
    ]
    (reference / "units.csv").write_text("\n".join([_UNITS, *units, ""]), encoding="utf-8")
    targets = [f"{group},55.00,-,2020-01-01," for group in ("departments", "districts", "all")]
    lines = ["unit_group,target_pct,legal_basis,valid_from,valid_to", *targets, ""]
    (reference / "targets.csv").write_text("\n".join(lines), encoding="utf-8")
    settings = _SETTINGS.format(
        contract=CONTRACTS[size.workload], exports=data.resolve() / "in", days=min(31, max(1, _AT_ONCE // size.a_day))
    )
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    if size.workload == "B":
        _write_codes(reference)


def _write_codes(reference: Path) -> None:
    """Have all cases count whatever their level; write the codes of channels and statuses that the exports use."""
    settled = {10: ", settled = true"}
    statuses = ",\n".join(f'  {{ code = {code}, labels = ["{code}"]{settled.get(code, "")} }}' for code in range(1, 11))
    (reference / "codes.toml").write_text(_CODES.replace("STATUSES", statuses), encoding="utf-8")
    headers = (reference / "headers.toml").read_text(encoding="utf-8")
    before, cases = headers.split("[cases]")
    lines = [line for line in cases.splitlines() if not line.startswith("service_level")]
    (reference / "headers.toml").write_text(before + "[cases]" + "\n".join(lines) + "\n", encoding="utf-8")


def morning_after(day: date) -> datetime:
    """When a run takes `day`: 5:30 in Vietnam on the next day (UTC without zone)."""
    return utc(datetime(day.year, day.month, day.day, 22, 30, tzinfo=UTC))


def care_for_it(root: Path, day: date) -> None:
    """The weekly care, as of the morning after `day`: removes what is past its retention, joins files."""
    workspace = open_workspace(root)
    with lake_of(workspace) as lake:
        care_for(workspace, lake, morning_after(day))


def mart(root: Path) -> pl.DataFrame:
    """The published rates in the columns of the limit's mart."""
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as connection:
        return connection.sql(_MART).pl()


def held(root: Path, size: Size) -> pl.DataFrame:
    """What was held back: unit_code, day, rule, rows; of A the deliveries and why, of B the rows."""
    from warehouse.lake.opening import open_lake  # noqa: PLC0415

    failed = "critical" if size.workload == "A" else "warning"
    with open_lake(root) as lake, lake.snapshot() as cursor:
        rows = cursor.sql(f"""
            SELECT upper(deliveries.unit_id) AS unit_code, CAST(deliveries.business_date AS VARCHAR) AS day, rule,
                {"1" if size.workload == "A" else "failing"} AS rows
            FROM lake.check_results JOIN lake.deliveries USING (delivery_id)
            WHERE outcome = 'breaks' AND severity = '{failed}' AND rule NOT IN ({_BY_CHANCE})
        """)
        return rows.pl()
