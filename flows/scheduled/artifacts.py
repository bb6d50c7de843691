"""What a run leaves in Prefect's pages, all its text neutral; of a day: tables of day and month, links to pages."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

import polars as pl
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.settings.workspace import Workspace
from flows.work.close import newest_report
from flows.work.day import DayResult
from reports import neutral
from reports.month.completeness import worst_first
from reports.outcomes import OUTCOMES
from warehouse.published.read import read_published

_MAX_KEY = 200  # characters of the units in the key of an artifact
MAX_ROWS = 500  # rows in a table; the published file has all


def show_table(key: str, table: Sequence[Mapping[str, Any]], description: str) -> None:
    """Create a table whose texts are neutral; `description` is Markdown."""
    rows = [
        {name: neutral.message(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in table
    ]
    create_table_artifact(key=key, table=rows, description=description)


def show_lines(key: str, title: str, lines: Iterable[str], description: str) -> None:
    """Create a page of a title and points; their texts are neutral."""
    points = [f"# {neutral.markdown(title)}", *(f"- {neutral.markdown(line)}" for line in lines)]
    create_markdown_artifact("\n".join(points), key=key, description=description)


def show_day(workspace: Workspace, result: DayResult) -> None:
    """Create the artifacts of a day's run; a later run of the same day and units replaces them.

    The month's table shows the published figures; it is left out where this machine has none. A run of some units has
    artifacts of its own, which show these units alone.
    """
    day = result.business_date
    own = "".join(f"-{unit_id}" for unit_id in sorted(result.units))[:_MAX_KEY]
    show_table(
        key=f"day-{day}{own}",
        table=_day_table(workspace, result.states),
        description=day_description(workspace, result),
    )
    month, rates = workspace.months.of(day), "monthly_unit_rates"
    published = read_published(workspace.published, month, only=[rates]) if workspace.published.exists() else {}
    units = published.get(rates)
    if units is not None and result.units:
        units = units.filter(pl.col("unit_id").is_in(result.units))
    if units is not None and not units.is_empty():
        show_table(
            key=f"rates-{month}{own}",
            table=_month_table(units),
            description=_month_description(workspace, month, units),
        )
    if result.docs:
        create_link_artifact(
            key=f"docs-{day}", link=result.docs.as_uri(), link_text=f"Data Docs {day:%d/%m/%Y}", description="Kiểm tra"
        )


def day_description(workspace: Workspace, result: DayResult) -> str:
    """A title with links to the page of the day's checks, the site, and the report of the closed month."""
    day = result.business_date
    month = workspace.months.of(day)
    pages = {
        "Data Docs": result.docs,
        "Trang số liệu": result.published.site.path,
        f"Báo cáo tháng {month[5:]}/{month[:4]}": newest_report(workspace, month),
    }
    links = "".join(f" – [{name}]({page.as_uri()})" for name, page in pages.items() if page)
    return f"Kết quả ngày {day:%d/%m/%Y}{links}{_cut(result.states)}"


def _day_table(workspace: Workspace, states: pl.DataFrame) -> list[dict[str, Any]]:
    """The day's outcomes, a row per unit and contract, the worst first."""
    names = workspace.unit_names
    return [
        {
            "Đơn vị": names.get(row["unit_id"], row["unit_id"]),
            "Loại": row["contract"],
            "Kết quả": OUTCOMES[row["outcome"]].vi,
            "Phiên bản": row["version"] or "",
            "Muộn": "muộn" if row["is_late"] else "",
            "Quy tắc vi phạm": row["rules_broken"] or "",
            "Mã lần gửi": row["delivery_id"] or "",
        }
        for row in worst_first(states).head(MAX_ROWS).iter_rows(named=True)
    ]


def _month_description(workspace: Workspace, month: str, units: pl.DataFrame) -> str:
    """A title with a link to the published file."""
    as_of = cast("date | None", units["as_of"].max())
    until = f", số liệu đến ngày {as_of:%d/%m/%Y}" if as_of else ""
    return f"Tháng {month[5:]}/{month[:4]}{until} – [marts.duckdb]({workspace.published.as_uri()}){_cut(units)}"


def _month_table(units: pl.DataFrame) -> list[dict[str, Any]]:
    """The month's rates by unit, in the order of the printed report."""
    return [
        {
            "Đơn vị": row["unit_name"],
            "Trực tuyến (1)": "" if row["online"] is None else row["online"],
            "Tổng số (3)": "" if row["total"] is None else row["total"],
            "Tỷ lệ (%)": "" if row["online_rate_pct"] is None else str(row["online_rate_pct"]),
            "Chỉ tiêu (%)": "" if row["target_pct"] is None else str(row["target_pct"]),
            "Đạt": {True: "đạt", False: "chưa đạt", None: ""}[row["meets_target"]],
            "Ngày có số liệu": f"{row['days_accepted']}/{row['days_expected']}",
        }
        for row in units.sort("unit_group", "report_order").head(MAX_ROWS).iter_rows(named=True)
    ]


def _cut(frame: pl.DataFrame) -> str:
    return f" – {MAX_ROWS} dòng đầu trong {frame.height}" if frame.height > MAX_ROWS else ""
