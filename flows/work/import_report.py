"""Takes the appendices of a past report as reviewed figures of a month, with their source. Pulls nothing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from flows.intake.batch import judged_batch, retried
from flows.intake.check import Checked, check_deliveries
from flows.intake.pull import received_frame
from flows.intake.shared import IMPORTED, imported_export, split_shared
from flows.runs.lakes import landing_of
from flows.runs.log import log_event
from flows.settings.workspace import Workspace, WorkspaceError
from flows.work.outputs.docs import refresh
from flows.work.outputs.publishing import RunResult, publish_all
from sources.export import Export
from transforms.check.messages import one_line_each
from transforms.check.rules.shared import GROUP_TOTAL_IS_SUM
from transforms.check.tables import stated_sums
from transforms.dictionary.columns import LAKE
from transforms.dictionary.shared_senders import is_no_unit
from transforms.dictionary.text import fold
from transforms.reference.clock import local_date
from warehouse.lake.lake import Lake
from warehouse.ledger.decisions import Decision
from warehouse.ledger.deliveries import seen
from warehouse.ledger.shared import store_imported
from warehouse.places.landing import land

_SHOWN = 20  # faults of a report that are named
_OTHERS = 3  # deliveries named in a refusal


@dataclass(frozen=True)
class Imported(RunResult):
    """What an import stored: `deliveries`, a row each (the lake's `deliveries`); `left_out`: the units not taken.

    `totals`: the sums of what counts now (cases; in_person includes cases by post).
    """

    month: str
    as_of: date
    deliveries: pl.DataFrame
    left_out: tuple[str, ...]
    totals: dict[str, int]
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "month": self.month,
            "as_of": self.as_of.isoformat(),
            "deliveries": self.deliveries["delivery_id"].to_list(),
            "left_out": list(self.left_out),
            "totals": self.totals,
            "warnings": list(self.warnings),
        } | self.published.as_dict()


@dataclass(frozen=True)
class Report:
    """A report to import: its file, the month, the last day of its figures, and the units not to take."""

    file: Path
    month: str
    as_of: date
    without: tuple[str, ...] = ()


def import_report(workspace: Workspace, lake: Lake, report: Report, decision: Decision) -> Imported:
    """Store the figures of a past report as month-to-date deliveries of its units, and publish.

    All units or none: WorkspaceError names every row that could not count, also units that did not exist then. It is
    raised as well where the month has other deliveries. The same file again changes nothing.
    """
    content = _content(workspace, report, decision)
    left_out = _units(workspace, report.without)
    export = Export(report.as_of, f"import-report:{report.file.name}", report.file.name, decision.at, content)
    shared = imported_export(workspace)
    received = received_frame([(IMPORTED, shared, export)], decision.at)
    first, last = workspace.months.span(report.month)
    known = seen(lake, first, last)
    # read before anything is kept
    split = split_shared(workspace, received.with_columns(landing=pl.lit("", pl.String)), known.clear())
    parts = split.files.filter(~_is_left_out(left_out, report.without))
    fresh = _refuse_others(parts, known, report)
    check = partial(check_deliveries, workspace, contract_name=shared.contract, lake=lake)
    checked = check(received=parts, run_name=f"import {report.month}")
    _refuse_faulty(parts, checked, report)
    if fresh.is_empty():
        return Imported(report.month, report.as_of, LAKE["deliveries"].schema.to_frame(), left_out, {}, ())
    landed = land(landing_of(workspace), received, f"{decision.at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}")
    kept = parts.with_columns(landing=pl.lit(landed["landing"].item()))
    whole = None if split.whole is None else split.whole.with_columns(landing=pl.lit(landed["landing"].item()))

    def take() -> pl.DataFrame:
        again = check(received=kept, run_name=f"import {report.month}")
        return _store(lake, kept, again, whole, report, left_out, decision)

    stored = retried(take)
    published = publish_all(workspace, lake, decision.at)
    refresh(workspace, [report.as_of])
    log_event("import-report", month=report.month, deliveries=stored.height)
    own = checked.counts.filter(pl.col("file").is_in(fresh["file"].implode()))
    warnings = one_line_each(checked.findings)["message"].to_list()
    return Imported(
        report.month,
        report.as_of,
        stored.filter(~is_no_unit()),
        left_out,
        stated_sums(own, shared.contract),
        tuple(warnings[:_SHOWN]),
        published=published,
    )


def _content(workspace: Workspace, report: Report, decision: Decision) -> bytes:
    if workspace.months.of(report.as_of) != report.month:
        first, last = workspace.months.span(report.month)
        raise WorkspaceError(f"--as-of {report.as_of}: không trong tháng {report.month} ({first} đến {last})")
    if report.as_of > (today := local_date(decision.at, workspace.zone)):
        raise WorkspaceError(f"--as-of {report.as_of}: chưa đến (hôm nay là {today})")
    try:
        return report.file.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"{report.file}: {error.strerror}") from error


def _units(workspace: Workspace, named: Sequence[str]) -> tuple[str, ...]:
    """The units not to take; a name that means none is that of rows which nobody knows."""
    return tuple(unit_id for name in named if (unit_id := workspace.registry.resolve(name, None)) is not None)


def _is_left_out(units: Sequence[str], named: Sequence[str]) -> pl.Expr:
    names = [fold(name) for name in named]
    part = pl.col("part").fill_null("")
    unknown = is_no_unit() & part.map_elements(lambda text: fold(text) in names, return_dtype=pl.Boolean)
    return pl.col("unit_id").is_in(list(units)) | unknown


def _refuse_faulty(parts: pl.DataFrame, checked: Checked, report: Report) -> None:
    held = checked.decisions.filter(status="quarantined")["file"]
    if held.is_empty():
        if parts.is_empty():
            raise WorkspaceError(f"{report.file.name}: không còn đơn vị nào để nhập")
        return
    broken = checked.verdicts.filter(pl.col("severity") == "critical", pl.col("outcome") != "holds")
    faults = checked.findings.join(broken, on=["file", "rule"], how="semi", maintain_order="left")
    units = dict(parts.select("file", pl.coalesce(_unknown_name(), "unit_id")).iter_rows())
    # a sum is wrong because of a unit, or for itself: it is named once, behind the units
    of_units = faults.filter(pl.col("rule") != GROUP_TOTAL_IS_SUM.id)
    said: dict[str, list[str]] = {}  # what is wrong with a title is wrong with every unit
    for file, message in one_line_each(of_units).select("file", "message").iter_rows():
        said.setdefault(message, []).append(units[file])
    lines = [f"{_several(whose)}: {message}" for message, whose in said.items()]
    lines += faults.filter(rule=GROUP_TOTAL_IS_SUM.id)["message"].unique(maintain_order=True).to_list()
    more = [f"… và {len(lines) - _SHOWN} lỗi nữa"] if len(lines) > _SHOWN else []
    named = [units[file] for file in of_units["file"].unique(maintain_order=True)]
    without = " ".join(f'--without "{name}"' if " " in name else f"--without {name}" for name in named[:_OTHERS])
    beside = f", hoặc không nhập các đơn vị đó: {without}{' …' if len(named) > _OTHERS else ''}" if named else ""
    last = f"không nhập gì: hãy sửa tệp{beside}"
    raise WorkspaceError("\n".join([*(f"{report.file.name}: {line}" for line in lines[:_SHOWN]), *more, last]))


def _several(units: Sequence[str]) -> str:
    return ", ".join(units[:_OTHERS]) + (f" và {len(units) - _OTHERS} đơn vị nữa" if len(units) > _OTHERS else "")


def _unknown_name() -> pl.Expr:
    return pl.when(is_no_unit()).then("part")


def _refuse_others(parts: pl.DataFrame, known: pl.DataFrame, report: Report) -> pl.DataFrame:
    """The parts that the month does not have yet. Raises WorkspaceError for other deliveries of the month."""
    counted = known.filter(pl.col("contract") != "processing", pl.col("status") != "duplicate", ~is_no_unit())
    of_imports = counted.filter(pl.col("source_uri").str.starts_with("import-report:"), business_date=report.as_of)
    others = counted.join(of_imports, on="delivery_id", how="anti")
    key = ["unit_id", "business_date", "contract"]
    newest = of_imports.sort("version").group_by(key).last()
    changed = newest.join(parts.select(*key, now="sha256"), on=key).filter(pl.col("sha256") != pl.col("now"))
    found = [*others["delivery_id"], *changed["delivery_id"]]
    if found:
        more = f" (và {len(found) - _OTHERS} lần gửi nữa)" if len(found) > _OTHERS else ""
        raise WorkspaceError(
            f"tháng {report.month} đã có số liệu khác: {', '.join(found[:_OTHERS])}{more}; không nhập gì. "
            "Nếu báo cáo này mới đúng, trước hết thu hồi chúng: tyle quarantine withdraw"
        )
    return parts.join(newest, on=key, how="anti", maintain_order="left")


def _store(
    lake: Lake,
    parts: pl.DataFrame,
    checked: Checked,
    whole: pl.DataFrame | None,
    report: Report,
    left_out: Sequence[str],
    decision: Decision,
) -> pl.DataFrame:
    missing = pl.DataFrame(
        [(unit_id, report.as_of, "summary", "pull", "missing", decision.at) for unit_id in left_out],
        schema=LAKE["outcomes"].schema,
        orient="row",
    )
    batch = judged_batch(parts, [checked], missing, decision.at, whole)
    said = f"Nhập từ báo cáo {report.file.name} theo quyết định của {decision.person}: {decision.reason}"
    reason = pl.concat_str(pl.lit(said), pl.format(" ({})", "reason").fill_null(""))
    batch.deliveries.replace_column(batch.deliveries.get_column_index("reason"), _texts(batch.deliveries, reason))
    return store_imported(lake, batch, decision)


def _texts(frame: pl.DataFrame, expression: pl.Expr) -> pl.Series:
    return frame.select(expression.alias("reason")).to_series()
