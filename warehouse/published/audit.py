"""Compares a marts file and its copies with what they must hold: `python -m warehouse.published.audit FILE FOLDER`.

Runs in a process of its own: reads the expectation as JSON from standard input, prints the findings as JSON, and exits
with 1 if there are any. Imports nothing of the project, so that it starts fast and cannot repeat a mistake of the
builder. The form of the findings:

- `differences`: what must not be, a line each (Vietnamese).
- `falls`: cumulative figures that fall, and `lost`: deliveries that counted in the publication before and do not now.
  A decision in the ledger may explain these (warehouse/published/explained.py); the file alone cannot say.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import json
import sys
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import duckdb

# The expectation: {"publication_id": id, "tables": {name: {"rows", "comment", "key": [...],
# "foreign": [[columns, table, columns], ...], "columns": {name: [type, is_nullable, comment]}}},
# "months": {month: [online, in person, total, units counted, days counted]},
# "processed": {month: [received, settled, settled on time since the year began]},
# "previous": the file published before, or null}
Expectation = dict[str, Any]
Findings = dict[str, list[Any]]

_CASES = "sum(online), sum(in_person), sum(total)"
# The sums over units, fields and groups, and the row `all`: each must equal the lake's, as many as it has of them.
_SUMS = {
    "monthly_unit_rates": f"SELECT month, {_CASES}, count(total) FROM marts.monthly_unit_rates GROUP BY month",
    "monthly_field_rates": f"SELECT month, {_CASES} FROM marts.monthly_field_rates GROUP BY month",
    "monthly_group_rates (các khối)": (
        f"SELECT month, {_CASES}, sum(units_counted) FROM marts.monthly_group_rates WHERE unit_group <> 'all' "
        "GROUP BY month"
    ),
    "monthly_group_rates": (
        "SELECT month, online, in_person, total, units_counted FROM marts.monthly_group_rates WHERE unit_group = 'all'"
    ),
}

_ACCEPTED = "outcome IN ('accepted', 'accepted_with_warnings')"
_LAST = "max_by(concat_ws(':', unit_id, business_date, contract, 'v' || version), business_date)"  # of export_status

_DAYS = "SELECT month, count(DISTINCT unit_id), count(*) FROM marts.daily_unit_rates GROUP BY month"

# Days and units of the units, of the groups, and of `all`: the lake's sums say nothing of these.
_TOGETHER = """
SELECT month FROM (
    SELECT month, sum(days_expected) AS expected, sum(days_accepted) AS accepted, NULL AS units
    FROM marts.monthly_unit_rates GROUP BY month
    UNION ALL
    SELECT month, sum(days_expected), sum(days_accepted), sum(units_expected)
    FROM marts.monthly_group_rates WHERE unit_group <> 'all' GROUP BY month
    UNION ALL
    SELECT month, days_expected, days_accepted, units_expected FROM marts.monthly_group_rates WHERE unit_group = 'all'
)
GROUP BY month
HAVING count(*) <> 3 OR min(expected) <> max(expected) OR min(accepted) <> max(accepted) OR min(units) <> max(units)
ORDER BY month
"""

# Units whose figures are blank though a day counts, or the other way round.
_BLANKS = """
SELECT rates.month, rates.unit_id
FROM marts.monthly_unit_rates AS rates
LEFT JOIN (SELECT DISTINCT month, unit_id FROM marts.daily_unit_rates) AS days USING (month, unit_id)
WHERE (days.unit_id IS NULL) IS DISTINCT FROM (rates.total IS NULL)
    OR (rates.online IS NULL) <> (rates.total IS NULL) OR (rates.in_person IS NULL) <> (rates.total IS NULL)
ORDER BY ALL
"""

_ANY_OUTSIDE = """
SELECT unit_id
FROM (SELECT unit_id, min(business_date) AS first, max(business_date) AS last FROM marts.daily_unit_rates GROUP BY ALL)
JOIN marts.units USING (unit_id)
WHERE first < valid_from OR last > valid_to
LIMIT 1
"""
_OUTSIDE = """
SELECT delivery_id
FROM marts.daily_unit_rates JOIN marts.units USING (unit_id)
WHERE business_date < valid_from OR business_date > valid_to
ORDER BY business_date, unit_id
"""

# Of two successive month-to-date deliveries of a unit and month, and of two successive months of a year: the second
# where one of its cumulative figures is smaller. In person alone may fall, as the rules of the check let it.
_FALLS = f"""
WITH processing AS (
    SELECT month, unit_id, {_LAST} AS delivery_id
    FROM marts.export_status
    WHERE contract = 'processing' AND {_ACCEPTED}
    GROUP BY month, unit_id
),
to_date AS (
    SELECT
        unit_id, business_date AS last_day, delivery_id AS delivery, [month_online, month_total] AS figures,
        lag(business_date) OVER earlier AS first_day, lag(delivery_id) OVER earlier AS delivery_before,
        lag([month_online, month_total]) OVER earlier AS before
    FROM marts.daily_unit_rates
    WHERE basis = 'month_to_date'
    WINDOW earlier AS (PARTITION BY month, unit_id ORDER BY business_date)
    UNION ALL
    SELECT
        unit_id, as_of, delivery_id, [received_ytd, settled_ytd, settled_on_time_ytd],
        lag(period_from) OVER of_year, lag(delivery_id) OVER of_year,
        lag([received_ytd, settled_ytd, settled_on_time_ytd]) OVER of_year
    FROM marts.monthly_processing LEFT JOIN processing USING (month, unit_id)
    WHERE received_ytd IS NOT NULL
    WINDOW of_year AS (PARTITION BY month[:4], unit_id ORDER BY month)
)
SELECT unit_id, first_day::VARCHAR, last_day::VARCHAR, delivery_before, delivery, before, figures
FROM to_date
WHERE figures[1] < before[1] OR figures[2] < before[2] OR figures[3] < before[3]
ORDER BY first_day, unit_id
"""

# What counted in the publication before and does not in this one.
_LOST = f"""
SELECT unit_id, business_date::VARCHAR, delivery_id
FROM previous.marts.daily_unit_rates ANTI JOIN marts.daily_unit_rates USING (unit_id, business_date)
UNION ALL
SELECT unit_id, business_date::VARCHAR, concat_ws(':', unit_id, business_date, contract, 'v' || version)
FROM (FROM previous.marts.export_status WHERE contract = 'processing' AND {_ACCEPTED})
ANTI JOIN (FROM marts.export_status WHERE {_ACCEPTED}) USING (unit_id, business_date, contract)
ORDER BY ALL
"""
_NAMED = 5  # deliveries named in a line
_WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_SHARE = "DECIMAL(5,2)"  # of rates and targets; changes are wider

_PROCESSED = (
    "SELECT month, sum(received_ytd), sum(settled_ytd), sum(settled_on_time_ytd) "
    "FROM marts.monthly_processing GROUP BY month"
)

# The rates: part/whole rounded half up to two decimals, in integers; null where there is none. (1) + (2) = (3) is not
# checked here: a workspace may accept exports where it does not hold.
_RATES = (
    ("online_rate_pct", "online", "total", "(1)/(3)"),
    ("on_time_pct", "settled_on_time", "settled", "đúng hạn / đã giải quyết"),
    ("on_time_ytd_pct", "settled_on_time_ytd", "settled_ytd", "đúng hạn / đã giải quyết từ đầu năm"),
)


def differences(connection: duckdb.DuckDBPyConnection, expected: Expectation) -> Iterator[str]:
    """The differences of the file from what is expected, one line each."""
    comments = dict(_rows(connection, "SELECT table_name, comment FROM duckdb_tables()"))
    misshapen = False
    for name in sorted(comments.keys() | expected["tables"].keys()):
        for difference in _shape(connection, name, expected["tables"].get(name), comments):
            misshapen = True
            yield difference
    if misshapen:  # the queries below need tables and columns that are there
        return
    for name, table in expected["tables"].items():
        yield from _contents(connection, name, table)
    for name, table in expected["tables"].items():
        yield from _out_of_bounds(connection, name, table["columns"])
    yield from _outside(connection)
    for source, query in _SUMS.items():
        yield from _sums(
            connection, source, query, "trực tuyến, trực tiếp, tổng số, đơn vị có số liệu", expected["months"]
        )
    days = {month: figures[3:] for month, figures in expected["months"].items()}
    yield from _sums(connection, "daily_unit_rates", _DAYS, "đơn vị, ngày có số liệu", days)
    for (month,) in _rows(connection, _TOGETHER):
        yield f"tháng {month}: số ngày, số đơn vị của các đơn vị, của các khối và của toàn tỉnh không bằng nhau"
    for month, unit_id in _rows(connection, _BLANKS):
        yield f"monthly_unit_rates tháng {month}: {unit_id} để trống dù có ngày được tính, hoặc có số dù không ngày nào"
    yield from _sums(connection, "monthly_processing", _PROCESSED, "lũy kế từ đầu năm", expected["processed"])
    found = _rows(connection, "SELECT publication_id FROM marts.publication")
    if found != [(expected["publication_id"],)]:
        yield f"publication: mã lần công bố là {found}, phải là {expected['publication_id']}"


def falls(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    """Cumulative figures that fall: unit, first and last day concerned, deliveries before and after, their figures.

    The figures: online and total of the month, between two days; or received, settled and settled on time of the year,
    between two months.
    """
    return [list(row) for row in _rows(connection, _FALLS)]


def lost(connection: duckdb.DuckDBPyConnection, previous: str | None) -> list[Any]:
    """What counted in the file `previous` and does not now: unit, day, delivery.

    Nothing where there is no such file, it cannot be read, or it lacks columns.
    """
    if previous is None:
        return []
    try:
        connection.execute(f"ATTACH {_text(Path(previous))} AS previous (READ_ONLY)")
        return [list(row) for row in _rows(connection, _LOST)]
    except duckdb.Error:  # this file has all that the query needs, as its shape was compared with the dictionary
        return []


def copy_differences(connection: duckdb.DuckDBPyConnection, folder: Path, expected: Expectation) -> Iterator[str]:
    """The differences of the Parquet copies from the file, one line each."""
    names = sorted(expected["tables"])
    if (found := sorted(path.name for path in folder.iterdir())) != [f"{name}.parquet" for name in names]:
        yield f"các tệp Parquet là {found}, phải là mỗi bảng một tệp"
        return
    metadata = _rows(
        connection,
        f"SELECT parse_filename(file_name), decode(key), decode(value) FROM parquet_kv_metadata({_text(folder / '*')})",
    )
    stated = {(file, key): value for file, key, value in metadata}
    for name in names:
        table, file = expected["tables"][name], f"{name}.parquet"
        rows = f"read_parquet({_text(folder / file)})"
        types = {column: kind for column, kind, *_ in _rows(connection, f"DESCRIBE FROM {rows}")}
        comments = {column: comment for column, (_, _, comment) in table["columns"].items()}
        if types != {column: kind for column, (kind, _, _) in table["columns"].items()}:
            yield f"{file}: cột là {types}"
        elif _content(connection, rows) != _content(connection, f"marts.{name}"):
            yield f"{file}: dòng khác bảng {name}"
        if (stated.get((file, "publication_id")), stated.get((file, "comment"))) != (
            expected["publication_id"],
            table["comment"],
        ) or json.loads(stated.get((file, "columns"), "{}")) != comments:
            yield f"{file}: phần mô tả khác từ điển hoặc của lần công bố khác"


def _shape(
    connection: duckdb.DuckDBPyConnection, name: str, table: Expectation | None, comments: dict[str, str | None]
) -> Iterator[str]:
    if name not in comments:
        yield f"thiếu bảng {name}"
        return
    if table is None:
        yield f"thừa bảng {name}, không có trong từ điển"
        return
    if comments[name] != table["comment"]:
        yield f"{name}: chú thích bảng khác từ điển"
    described = _rows(
        connection,
        "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        f"WHERE schema_name = 'marts' AND table_name = '{name}'",
    )
    found = {column: description for column, *description in described}
    for column in sorted(found.keys() ^ table["columns"].keys()):
        yield f"{name}.{column}: {'không có trong từ điển' if column in found else 'thiếu cột'}"
    for column in sorted(found.keys() & table["columns"].keys()):
        if found[column] != table["columns"][column]:
            yield f"{name}.{column}: {found[column]}, phải là {table['columns'][column]}"
        elif not found[column][2]:
            yield f"{name}.{column}: chưa có chú thích"
    declared = sorted(
        _rows(
            connection,
            "SELECT constraint_type, constraint_column_names, coalesce(referenced_table, '') FROM duckdb_constraints() "
            f"WHERE schema_name = 'marts' AND table_name = '{name}' AND constraint_type LIKE '%KEY'",
        )
    )
    keys = [("FOREIGN KEY", list(columns), target) for columns, target, _ in table["foreign"]]
    if declared != sorted([*keys, ("PRIMARY KEY", list(table["key"]), "")]):
        yield f"{name}: các khóa khai báo là {declared}"


def _contents(connection: duckdb.DuckDBPyConnection, name: str, table: Expectation) -> Iterator[str]:
    key = ", ".join(table["key"])
    rows, keys = _rows(
        connection,
        f"SELECT count(*), count(DISTINCT row({key})) FROM marts.{name}",
    )[0]
    if rows != table["rows"]:
        yield f"{name}: có {rows} dòng, phải là {table['rows']}"
    if keys != rows:
        yield f"{name}: khóa ({key}) bị trùng ở {rows - keys} dòng"
    for columns, target, target_columns in table["foreign"]:
        pairs = " AND ".join(f"a.{one} = b.{other}" for one, other in zip(columns, target_columns, strict=True))
        stated = " AND ".join(f"a.{one} IS NOT NULL" for one in columns)
        query = f"SELECT count(*) FROM marts.{name} a ANTI JOIN marts.{target} b ON {pairs} WHERE {stated}"
        orphans = _rows(connection, query)[0][0]
        if orphans:
            yield f"{name}: {orphans} dòng không có trong {target}"
    for rate, part, whole, words in _RATES:
        if {rate, part, whole} <= table["columns"].keys():
            wrong_rates = _rows(connection, f"SELECT count(*) FROM marts.{name} WHERE {_wrong(rate, part, whole)}")[0][
                0
            ]
            if wrong_rates:
                yield f"{name}: {wrong_rates} dòng có tỷ lệ khác {words}"


def _out_of_bounds(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, tuple[str, bool, str]]
) -> Iterator[str]:
    """Counts below zero, and shares below 0 or above 100 per cent, with the deliveries they come from."""
    wrong = {column: f"{column} < 0" for column, (kind, *_) in columns.items() if kind in _WHOLE_NUMBERS}
    wrong |= {column: f"{column} NOT BETWEEN 0 AND 100" for column, (kind, *_) in columns.items() if kind == _SHARE}
    if not wrong:
        return
    if not _rows(connection, f"SELECT bool_or({' OR '.join(wrong.values())}) FROM marts.{name}")[0][0]:
        return
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in wrong.values())
    (found,) = _rows(connection, f"SELECT {counts} FROM marts.{name}")
    for (column, condition), rows in zip(wrong.items(), found, strict=True):
        if rows:
            what = "số âm" if columns[column][0] in _WHOLE_NUMBERS else "tỷ lệ ngoài 0–100"
            yield f"{name}.{column}: {rows} dòng có {what}{_from(connection, name, columns, condition)}"


def _from(connection: duckdb.DuckDBPyConnection, name: str, columns: Container[str], condition: str) -> str:
    """The deliveries of those rows of a mart, and what to do with them; nothing where the mart names no unit."""
    if "delivery_id" in columns:
        query = f"SELECT DISTINCT delivery_id FROM marts.{name} WHERE {condition} ORDER BY ALL"
    elif name == "monthly_processing":
        query = (
            f"SELECT {_LAST} FROM (FROM marts.export_status WHERE contract = 'processing' AND {_ACCEPTED}) "
            f"SEMI JOIN (FROM marts.monthly_processing WHERE {condition}) USING (month, unit_id) "
            "GROUP BY month, unit_id ORDER BY ALL"
        )
    else:
        return ""
    deliveries = [delivery for (delivery,) in _rows(connection, query)]
    return (
        f", từ {_listed(deliveries)}; rút lần gửi sai: tyle quarantine withdraw {deliveries[0]}" if deliveries else ""
    )


def _outside(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    if _rows(connection, _ANY_OUTSIDE):  # in a quarter of the time of the other
        deliveries = [delivery for (delivery,) in _rows(connection, _OUTSIDE)]
        yield (
            f"daily_unit_rates: tính {len(deliveries)} ngày ngoài thời gian hiệu lực của đơn vị: "
            f"{_listed(deliveries)}; sửa reference/units.csv, hoặc rút các lần gửi này: "
            f"tyle quarantine withdraw {deliveries[0]}"
        )


def _listed(names: list[str]) -> str:
    more = f" và {len(names) - _NAMED} nữa" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _sums(
    connection: duckdb.DuckDBPyConnection, source: str, query: str, what: str, months: dict[str, list[int]]
) -> Iterator[str]:
    found = {month: [int(figure or 0) for figure in figures] for month, *figures in _rows(connection, query)}
    width = max(map(len, found.values()), default=0)
    for month in sorted(found.keys() | months.keys()):
        want = months.get(month) or [0] * width
        want = want[:width] if width else want
        have = found.get(month) or [0] * len(want)
        if want != have:
            yield f"{source} tháng {month}: {what} là {have}, theo kho dữ liệu là {want}"


def _wrong(rate: str, part: str, whole: str) -> str:
    right = f"(CAST({part} AS HUGEINT) * 20000 + {whole}) // (CAST({whole} AS HUGEINT) * 2)"
    known = f"{whole} > 0 AND {part} BETWEEN 0 AND {whole}"
    return f"{rate} * 100 IS DISTINCT FROM CASE WHEN {known} THEN {right} END"


def _content(connection: duckdb.DuckDBPyConnection, rows: str) -> list[tuple[Any, ...]]:
    """Number of rows and a fingerprint of them in any order."""
    return _rows(connection, f"SELECT count(*), sum(hash(one)) FROM {rows} AS one")


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def findings(connection: duckdb.DuckDBPyConnection, folder: Path, expected: Expectation) -> Findings:
    """All that is found, as it is printed; falls and losses only in a file that is as it must be otherwise."""
    found = list(differences(connection, expected)) or list(copy_differences(connection, folder, expected))
    if found:
        return {"differences": found, "falls": [], "lost": []}
    return {"differences": [], "falls": falls(connection), "lost": lost(connection, expected.get("previous"))}


def main(file: str, folder: str) -> int:
    """Print the findings in file and copies against the expectation on standard input; 1 if there are any."""
    expected = json.load(sys.stdin)
    offline: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": 1,
    }
    with duckdb.connect(file, read_only=True, config=offline) as connection:
        found = findings(connection, Path(folder), expected)
    json.dump(found, sys.stdout)
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
