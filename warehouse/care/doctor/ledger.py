"""Checks whether the ledger agrees with the facts. Reads rows only, no files."""

# ruff: noqa: S608 - names are the dictionary's

import duckdb

from transforms.dictionary.columns import LAKE
from warehouse.care.doctor.finding import Finding, some
from warehouse.lake.lake import Lake
from warehouse.lake.schema import names

CHECK = "sổ và số liệu"
_RESTORE = "khôi phục kho: tyle restore BẢN_SAO_LƯU --replace (docs/backup.md)"
_FACTS = (
    "daily_counts",
    "delivery_sums",
    "cases",
    "procedure_counts",
    "scores",
    "check_results",
    "rejected_rows",
    "layouts",
    "decisions",
)

# What is wrong → the deliveries of which it is so.
_DISAGREEMENTS = {
    "sai số dòng": """
        SELECT delivery_id FROM lake.deliveries
        LEFT JOIN (SELECT delivery_id, count(*) AS n FROM lake.daily_counts GROUP BY ALL) USING (delivery_id)
        WHERE starts_with(status, 'accepted') AND contract NOT IN ('cases', 'scores') AND coalesce(n, 0) <> row_count
    """,
    "không có điểm nào": """
        SELECT delivery_id FROM lake.deliveries ANTI JOIN lake.scores USING (delivery_id)
        WHERE status = 'accepted' AND contract = 'scores' AND NOT starts_with(unit_id, '@')
    """,
    # case ids past their retention are gone, all of a day at once
    "sai số hồ sơ": """
        SELECT delivery_id FROM lake.deliveries
        JOIN (SELECT delivery_id, sum(total) AS n FROM lake.daily_counts GROUP BY ALL) USING (delivery_id)
        JOIN (SELECT delivery_id, count(*) AS kept FROM lake.cases GROUP BY ALL) USING (delivery_id)
        WHERE starts_with(status, 'accepted') AND contract = 'cases' AND kept <> n
    """,
    "bị giữ lại hay gửi trùng mà vẫn có số liệu": """
        SELECT delivery_id FROM lake.deliveries
        SEMI JOIN (
            SELECT delivery_id FROM lake.daily_counts UNION ALL SELECT delivery_id FROM lake.cases
            UNION ALL SELECT delivery_id FROM lake.procedure_counts UNION ALL SELECT delivery_id FROM lake.scores
        ) USING (delivery_id)
        WHERE NOT starts_with(status, 'accepted')
    """,
    "sai tổng số liệu (delivery_sums)": """
        SELECT delivery_id FROM (
            SELECT delivery_id, sum(online) AS online, sum(total) AS total FROM lake.daily_counts GROUP BY ALL
        ) AS fact
        FULL JOIN lake.delivery_sums AS sums USING (delivery_id)
        WHERE (fact.online IS DISTINCT FROM sums.online OR fact.total IS DISTINCT FROM sums.total)
            AND sums.contract IS DISTINCT FROM 'scores'
    """,
    "nhiều hồ sơ theo thủ tục hơn tổng số": """
        SELECT delivery_id FROM lake.daily_counts AS fact
        JOIN (SELECT delivery_id, sum(total) AS n FROM lake.procedure_counts GROUP BY ALL) USING (delivery_id)
        GROUP BY delivery_id, n HAVING n > sum(fact.total)
    """,
    "thiếu kết quả kiểm tra": """
        SELECT delivery_id FROM lake.deliveries ANTI JOIN lake.check_results USING (delivery_id)
        WHERE status <> 'duplicate'
    """,
    "nhảy cóc phiên bản": """
        SELECT max(delivery_id) FROM lake.deliveries WHERE status <> 'duplicate'
        GROUP BY unit_id, business_date, contract HAVING count(*) <> max(version)
    """,
    "thay cho lần gửi không có": """
        SELECT delivery_id FROM lake.deliveries AS newer
        ANTI JOIN lake.deliveries AS older ON older.delivery_id = newer.supersedes
        WHERE newer.supersedes IS NOT NULL
    """,
    "không có kết quả nào trong nhật ký": """
        SELECT delivery_id FROM lake.deliveries ANTI JOIN lake.outcomes USING (unit_id, business_date, contract)
    """,
} | {
    f"không có trong sổ ({table})": f"""
        SELECT delivery_id FROM lake.{table} ANTI JOIN lake.deliveries USING (delivery_id)
    """
    for table in _FACTS
} | {
    f"khác ngày với sổ ({table})": f"""
        SELECT delivery_id FROM lake.{table} AS fact JOIN lake.deliveries AS ledger USING (delivery_id)
        WHERE fact.business_date <> ledger.business_date
    """
    for table in _FACTS
} | {
    f"khác đơn vị với sổ ({table})": f"""
        SELECT delivery_id FROM lake.{table} AS fact JOIN lake.deliveries AS ledger USING (delivery_id)
        WHERE fact.unit_id <> ledger.unit_id
    """
    for table in ("daily_counts", "delivery_sums", "cases", "procedure_counts", "scores", "decisions")
}  # fmt: skip


def check_ledger(lake: Lake) -> list[Finding]:
    """Every delivery has the rows that its verdict and row count say; keys are unique; every row has a delivery."""
    with lake.snapshot() as cursor:
        found = [(why, _deliveries(cursor, query)) for why, query in _DISAGREEMENTS.items()]
        repeated = [(table, _repeated(cursor, table)) for table in LAKE]
        (deliveries,) = cursor.execute("SELECT count(*) FROM lake.deliveries").fetchall()[0]
    faults = [f"{len(ids)} lần gửi {why}: {some(ids)}" for why, ids in found if ids]
    faults += [f"{table}: {count} khóa bị trùng" for table, count in repeated if count]
    if faults:
        return [Finding(CHECK, "fault", fault, _RESTORE) for fault in faults]
    return [Finding(CHECK, "ok", f"{deliveries} lần gửi khớp với số liệu và kết quả kiểm tra")]


def _deliveries(cursor: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return sorted({delivery_id for (delivery_id,) in cursor.execute(query).fetchall()})


def _repeated(cursor: duckdb.DuckDBPyConnection, table: str) -> int:
    key = names(LAKE[table].grain)
    query = f"SELECT count(*) FROM (SELECT {key} FROM lake.{table} GROUP BY ALL HAVING count(*) > 1)"
    return int(cursor.execute(query).fetchall()[0][0])
