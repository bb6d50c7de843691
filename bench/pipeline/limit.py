"""The limit: a bare DuckDB script that does the same work. `python limit.py A|B full|daily DATA STATE FIRST LAST`.

Exports → checks → Parquet by month → monthly rates of units, groups and all. `full` loads all days into an empty STATE,
`daily` only the day LAST into one that holds the days before. It has no landing, versions, audit and so on: its time is
what the work itself costs. Writes STATE/mart.parquet and STATE/held-*.parquet. Imports nothing of the project.
"""

# ruff: noqa: PTH208 - a script for one's own made-up files, with nothing in its way

import os
import sys
from pathlib import Path

import duckdb

COLUMNS = {
    "A": ["report_date", "unit_code", "field", "online", "in_person", "total", "processed", "on_time", "stated_rate"],
    "B": [
        *("case_id", "unit_code", "procedure_code", "channel", "level"),
        *("received_at", "due_at", "finished_at", "status"),
    ],
}
SEPARATOR = {"A": ";", "B": ","}
COUNTS = ("online", "in_person", "total", "processed", "on_time")


def main(workload: str, mode: str, data: Path, state: Path, first: str, last: str) -> None:
    """Run one of the two loads."""
    connection = duckdb.connect()
    state.mkdir(parents=True, exist_ok=True)
    connection.execute(f"CREATE TABLE units AS FROM read_csv('{data}/units.csv', all_varchar=true)")
    days = sorted(day for day in os.listdir(data / "in") if (first if mode == "full" else last) <= day <= last)
    joined = state / "joined.csv"
    if workload == "A":
        _join(data, days, joined)
        _check_counts(connection, joined)
        joined.unlink()
    else:
        connection.execute("SET preserve_insertion_order = false")
        _check_cases(connection, data, days, state if mode == "daily" else None)
    months = sorted({day[:7] for day in days})
    for month in months:
        folder = state / "facts" / f"month={month}"
        folder.mkdir(parents=True, exist_ok=True)
        name = "full" if mode == "full" else last
        connection.execute(f"COPY (FROM good WHERE strftime(day, '%Y-%m') = '{month}') TO '{folder}/{name}.parquet'")
    _mart(connection, workload, state, months, mode)
    connection.execute(f"COPY held TO '{state}/held-{months[-1]}-{mode}.parquet'")


def _join(data: Path, days: list[str], joined: Path) -> None:
    """Join small files into one, with unit and day before each line: one parallel read is some eight times cheaper."""
    separator, header = SEPARATOR["A"].encode(), SEPARATOR["A"].join(COLUMNS["A"]).encode()
    with joined.open("wb") as out:
        for day in days:
            folder = data / "in" / day
            for name in sorted(os.listdir(folder)):
                head, _, body = (folder / name).read_bytes().partition(b"\n")
                if head != header or b'"' in body:
                    sys.exit(f"{name}: not as the other files")
                start = name[:-4].encode() + separator + day.encode() + separator
                out.write(start + body.rstrip(b"\n").replace(b"\n", b"\n" + start) + b"\n")


def _columns(names: list[str]) -> str:
    return ", ".join(f"'{name}': 'VARCHAR'" for name in names)


def _check_counts(connection: duckdb.DuckDBPyConnection, joined: Path) -> None:
    """A delivery with any bad row is held back whole."""
    numbers = ", ".join(
        f"try_cast(replace({name}, '.', '') AS BIGINT) AS {name}, {name} IS NOT NULL AS {name}_said" for name in COUNTS
    )
    unread = " OR ".join(f"({name} IS NULL AND {name}_said)" for name in COUNTS)
    connection.execute(f"""
        CREATE TABLE read AS
        SELECT sender, day, try_strptime(report_date, '%d/%m/%Y')::DATE AS stated_day, unit_code, field, {numbers},
            (try_cast(replace(stated_rate, ',', '.') AS DECIMAL(9, 2)) * 100)::BIGINT AS stated
        FROM read_csv('{joined}', auto_detect=false, header=false, delim=';', quote='', escape='', nullstr='',
            columns={{'sender': 'VARCHAR', 'day': 'DATE', {_columns(COLUMNS["A"])}}});
        CREATE TABLE held AS
        SELECT DISTINCT sender, day, rule FROM (
            SELECT sender, day, unnest(list_filter([
                CASE WHEN field IS NULL OR NOT (online_said AND in_person_said AND total_said) THEN 'values_stated' END,
                CASE WHEN {unread} OR stated IS NULL THEN 'numbers_readable' END,
                CASE WHEN least({", ".join(COUNTS)}) < 0 THEN 'numbers_not_negative' END,
                CASE WHEN online + in_person <> total THEN 'total_is_sum' END,
                CASE WHEN total > 0 AND stated <> (online * 20000 + total) // (2 * total) THEN 'rate_is_right' END,
                CASE WHEN on_time > processed THEN 'settled_within_received' END,
                CASE WHEN stated_day IS NULL OR stated_day <> day THEN 'date_is_business_date' END,
                CASE WHEN unit_code <> sender THEN 'unit_is_sender' END
            ], lambda rule: rule IS NOT NULL)) AS rule FROM read
            UNION ALL
            SELECT sender, day, 'field_once' FROM read GROUP BY sender, day, field HAVING count(*) > 1
        );
        CREATE VIEW good AS
        SELECT sender AS unit_code, day, field, {", ".join(COUNTS)} FROM read ANTI JOIN held USING (sender, day)
    """)


def _check_cases(connection: duckdb.DuckDBPyConnection, data: Path, days: list[str], earlier: Path | None) -> None:
    """A bad row is held back alone; a case counts once, where it came first. `earlier` has what was loaded before."""
    globs = [f"{data}/in/{day}/*.csv" for day in days]
    connection.execute(f"""
        CREATE TABLE read AS
        WITH raw AS (
            SELECT split_part(split_part(filename, '/', -1), '.', 1) AS sender,
                split_part(filename, '/', -2)::DATE AS day,
                case_id, unit_code, procedure_code, try_cast(channel AS TINYINT) AS channel,
                try_cast(level AS TINYINT) AS level, try_strptime(received_at, '%Y%m%d%H%M%S')::DATE AS received_on,
                try_strptime(due_at, '%Y%m%d%H%M%S')::DATE AS due_on,
                try_strptime(finished_at, '%Y%m%d%H%M%S')::DATE AS ended_on, finished_at IS NOT NULL AS ended,
                try_cast(status AS TINYINT) AS status
            FROM read_csv({globs}, auto_detect=false, header=true, delim=',', quote='', escape='', nullstr='',
                filename=true, columns={{{_columns(COLUMNS["B"])}}})
        )
        SELECT *, CASE
            WHEN case_id IS NULL THEN 'case_id_valid'
            WHEN channel IS NULL OR channel NOT BETWEEN 1 AND 3 THEN 'channel_known'
            WHEN status IS NULL OR status NOT BETWEEN 1 AND 10 THEN 'status_known'
            WHEN received_on IS NULL OR received_on > day THEN 'received_on_stated'
            WHEN ended AND ended_on IS NULL THEN 'dates_readable'
            WHEN ended_on < received_on OR due_on < received_on THEN 'dates_in_order'
            WHEN unit_code <> sender THEN 'handled_by_sender'
        END AS rule FROM raw;
        -- compared by their hashes first, and only the few hits as text
        CREATE TABLE met AS
        SELECT rowid AS r, case_id, day FROM read
        WHERE hash(case_id) IN (SELECT hash(case_id) AS h FROM read GROUP BY h HAVING count(*) > 1);
        CREATE TABLE again AS
        SELECT r, CASE WHEN day = first_day THEN 'case_once' ELSE 'case_not_counted_before' END AS rule
        FROM (
            SELECT r, day, row_number() OVER by_case AS place, first(day) OVER by_case AS first_day
            FROM met WHERE case_id IS NOT NULL WINDOW by_case AS (PARTITION BY case_id ORDER BY day, r)
        ) WHERE place > 1;
    """)
    if earlier is not None and list(earlier.glob("facts/*/*.parquet")):
        connection.execute(f"""
            INSERT INTO again
            SELECT rowid, 'case_not_counted_before' FROM read
            SEMI JOIN (
                FROM (SELECT case_id FROM '{earlier}/facts/*/*.parquet') SEMI JOIN read USING (case_id)
            ) USING (case_id)
        """)
    connection.execute("""
        CREATE TABLE held AS
        SELECT sender, day, coalesce(read.case_id, '') AS case_id, coalesce(read.rule, again.rule) AS rule
        FROM read LEFT JOIN again ON read.rowid = r
        WHERE read.rule IS NOT NULL OR again.rule IS NOT NULL;
        DELETE FROM read WHERE rule IS NOT NULL OR rowid IN (SELECT r FROM again);
        CREATE VIEW good AS
        SELECT sender AS unit_code, day, case_id, procedure_code, channel, level, received_on, due_on, ended_on, status
        FROM read
    """)


_SUMS = {
    "A": ", ".join(f"sum({name}) AS {name}" for name in COUNTS),
    "B": """count(*) FILTER (channel = 1) AS online, count(*) FILTER (channel <> 1) AS in_person, count(*) AS total,
        count(*) FILTER (status = 10) AS processed, count(*) FILTER (status = 10 AND ended_on <= due_on) AS on_time""",
}


def _mart(connection: duckdb.DuckDBPyConnection, workload: str, state: Path, months: list[str], mode: str) -> None:
    """Rates of the loaded months, rounded half up in integers, added to the months before."""
    mart = state / "mart.parquet"
    facts = "good" if mode == "full" else f"'{state}/facts/month={months[-1]}/*.parquet'"
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in COUNTS)
    connection.execute(f"""
        CREATE TABLE figures AS
        WITH by_unit AS (
            SELECT strftime(day, '%Y-%m') AS month, unit_code, unit_group, {_SUMS[workload]}
            FROM {facts} JOIN units USING (unit_code) GROUP BY ALL
        )
        SELECT month, CASE grouping(unit_code, unit_group) WHEN 1 THEN 'unit' ELSE 'group' END AS scope,
            coalesce(unit_code, unit_group, 'all') AS member, {sums}
        FROM by_unit GROUP BY GROUPING SETS ((month, unit_code), (month, unit_group), (month))
    """)
    if mode == "daily" and mart.exists():
        connection.execute(
            f"INSERT INTO figures BY NAME SELECT COLUMNS(c -> c NOT LIKE '%rate%' AND c <> 'meets_target')"
            f" FROM '{mart}' WHERE month <> '{months[-1]}'"
        )
    connection.execute(f"""
        COPY (
            SELECT *, rate >= 55 AS meets_target,
                rate - lag(rate) OVER (PARTITION BY scope, member ORDER BY month) AS rate_change
            FROM (
                SELECT *, CASE WHEN total > 0 THEN (((online * 20000 + total) // (2 * total)) / 100)::DECIMAL(5, 2) END
                    AS rate FROM figures
            ) ORDER BY month, scope, member
        ) TO '{mart}'
    """)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5], sys.argv[6])
