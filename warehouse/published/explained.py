"""Which findings of the audit the ledger explains, and a line for each that it does not. Opens no published file.

A figure may fall, and a day may stop counting, where a person decided so, or where the unit itself sent the day anew.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import polars as pl

from warehouse.lake.rows import create_temp
from warehouse.lake.schema import text

_FALL = pl.Schema(
    {  # type: ignore[arg-type]
        "unit_id": pl.String,
        "first_day": pl.Date,
        "last_day": pl.Date,
        "delivery_before": pl.String,
        "delivery": pl.String,
        "before": pl.List(pl.Int64),
        "figures": pl.List(pl.Int64),
    }
)
_LOST = pl.Schema({"unit_id": pl.String, "business_date": pl.Date, "delivery_id": pl.String})
_DECIDED = "decision IN ('released', 'withdrawn', 'corrected')"
_NAMED = 3  # deliveries named in a line

# A fall is explained by a decision about one of the days concerned; by a rule that forbids it and that the workspace
# has made a warning or turned off; or where the deliveries' own figures, of all levels of service, do not fall.
_UNEXPLAINED_FALLS = f"""
SELECT unit_id, first_day, last_day, delivery_before, delivery, before, figures
FROM found_falls
WHERE NOT EXISTS (
    SELECT 1 FROM lake.decisions
    WHERE {_DECIDED} AND decisions.unit_id = found_falls.unit_id
        AND decisions.business_date BETWEEN found_falls.first_day AND found_falls.last_day
)
AND NOT EXISTS (
    SELECT 1 FROM lake.check_results AS results JOIN lake.deliveries USING (delivery_id)
    WHERE results.rule IN ('month_to_date_grows', 'year_to_date_grows', 'agrees_with_later_days')
        AND results.outcome <> 'holds'
        AND deliveries.status IN ('accepted', 'accepted_with_warnings') AND deliveries.unit_id = found_falls.unit_id
        AND deliveries.business_date BETWEEN found_falls.first_day AND found_falls.last_day
)
AND NOT EXISTS (
    SELECT 1 FROM lake.delivery_sums AS earlier, lake.delivery_sums AS later
    WHERE len(found_falls.figures) = 2
        AND earlier.delivery_id = found_falls.delivery_before AND later.delivery_id = found_falls.delivery
        AND later.online >= earlier.online AND later.total >= earlier.total
)
ORDER BY first_day, unit_id
"""

# A loss is explained by a decision about its day since the publication before, or by a later accepted version of it
# that does not distinguish levels of service: the unit sent the day anew.
_UNEXPLAINED_LOSSES = f"""
SELECT unit_id, list(delivery_id ORDER BY business_date, delivery_id) AS deliveries
FROM found_losses
WHERE NOT EXISTS (
    SELECT 1 FROM lake.decisions
    WHERE {_DECIDED} AND decisions.unit_id = found_losses.unit_id
        AND decisions.business_date = found_losses.business_date AND decisions."at" > {{since}}
)
AND NOT EXISTS (
    SELECT 1 FROM lake.deliveries JOIN lake.daily_counts AS counts USING (delivery_id)
    WHERE deliveries.unit_id = found_losses.unit_id AND deliveries.business_date = found_losses.business_date
        AND deliveries.status IN ('accepted', 'accepted_with_warnings') AND deliveries.decided_at > {{since}}
        AND counts.service_level = 0
)
GROUP BY unit_id
ORDER BY unit_id
"""


def unexplained(
    cursor: duckdb.DuckDBPyConnection, falls: Sequence[Any], lost: Sequence[Any], previous: str | None
) -> Iterator[str]:
    """A line (Vietnamese) for each fall, and for each unit with a loss, that nothing in the ledger explains.

    `falls`, `lost`: as warehouse.published.audit gives them. `previous`: the publication that `lost` compares with.
    """
    if falls:
        create_temp(cursor, "found_falls", _frame(falls, _FALL))
        for row in cursor.execute(_UNEXPLAINED_FALLS).pl().iter_rows(named=True):
            yield _fall(row)
    if lost:
        since = f"(SELECT known_at FROM lake.publications WHERE publication_id = {text(previous or '')})"
        create_temp(cursor, "found_losses", _frame(lost, _LOST))
        for unit_id, deliveries in cursor.execute(_UNEXPLAINED_LOSSES.format(since=since)).fetchall():
            more = f" và {len(deliveries) - _NAMED} nữa" if len(deliveries) > _NAMED else ""
            yield (
                f"{unit_id}: {len(deliveries)} ngày đã công bố nay không được tính ({', '.join(deliveries[:_NAMED])}"
                f"{more}), sổ không có quyết định nào về các ngày đó; trả lại reference/units.csv như trước (đơn vị đã "
                f"kết thúc: ghi valid_to, không xóa dòng), hoặc "
                f"thu hồi từng lần gửi: tyle quarantine withdraw {deliveries[0]}"
            )


def _frame(rows: Sequence[Any], schema: pl.Schema) -> pl.DataFrame:
    """Rows from JSON, where days are text."""
    days = [name for name, dtype in schema.items() if dtype == pl.Date]
    frame = pl.DataFrame(rows, schema=schema | dict.fromkeys(days, pl.String), orient="row")
    return frame.with_columns(pl.col(days).str.to_date())


def _fall(row: dict[str, Any]) -> str:
    before, figures = (", ".join(map(str, row[name])) for name in ("before", "figures"))
    what = "tháng (trực tuyến, tổng số)"
    if len(row["figures"]) > 2:
        what = "từ đầu năm (tiếp nhận, đã giải quyết, đúng hạn)"
    return (
        f"{row['unit_id']}: lũy kế {what} giảm từ {before} ({row['delivery_before']}) xuống {figures} "
        f"({row['delivery']}), sổ không có quyết định nào giải thích; thu hồi lần gửi sai: tyle quarantine withdraw ID"
    )
