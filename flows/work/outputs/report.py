"""Makes the report of a month: takes figures, office and template, gives the files. Computes no figure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import polars as pl

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, WorkspaceError
from flows.work.outputs.labels import labels_of
from flows.work.outputs.marts import month_marts, months_marts
from reports import neutral
from reports.errors import ReportError
from reports.formats import document, docx, html, pdf, xlsx
from reports.month import office
from reports.month.changes import Changes, compare
from reports.month.content import Report, write_report
from reports.month.office import Office
from reports.month.overrides import Sentences
from reports.month.pictures import pictures, window
from reports.month.ranking_appendices import ranking_appendices
from reports.month.ranking_changes import ranking_changes
from reports.month.score_appendix import score_appendix
from transforms.check.rules import RULES
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import accepted_between
from warehouse.marts.catalogue import PUBLISHED
from warehouse.places.faults import working_in
from warehouse.places.whole import write_whole
from warehouse.published.read import read_published

_TREND = "monthly_group_rates"


@dataclass(frozen=True)
class Figures:
    """The marts a report is made from, and the moment (UTC) of their newest fact.

    `marts`: the published tables by name. `history`: monthly_group_rates of this and earlier months, for the charts;
    empty where none are wanted.
    """

    marts: Mapping[str, pl.DataFrame]
    known_at: datetime
    history: pl.DataFrame


def figures(workspace: Workspace, month: str, as_of: date | None, known_at: datetime | None, now: datetime) -> Figures:
    """The published figures of `month`, or those of the lake where another `as_of` or `known_at` is asked for.

    Raises PublishError where nothing is published, ValueError where `month` is not YYYY-MM.
    """
    if (as_of is None and known_at is None) or workspace.published.exists():
        published = published_figures(workspace, month)
        days = published.marts["monthly_group_rates"]["as_of"].to_list()
        if as_of in {None, *days} and known_at in {None, published.known_at}:
            return published
    with lake_of(workspace) as lake:
        marts = month_marts(workspace, lake, month, as_of, known_at)
        return Figures(marts, known_at or now, history(workspace, lake, month, as_of, known_at))


def published_figures(workspace: Workspace, month: str) -> Figures:
    """The figures of `month` that readers see. Raises PublishError where nothing is published."""
    marts = read_published(workspace.published, month, whole=[_TREND])
    whole = marts[_TREND]
    return Figures(
        marts | {_TREND: whole.filter(month=month)},
        marts["publication"]["known_at"][0],
        whole.filter(pl.col("month").is_in(window(month))),
    )


def history(
    workspace: Workspace, lake: Lake, month: str, as_of: date | None, known_at: datetime | None
) -> pl.DataFrame:
    """monthly_group_rates of the months in the trend chart of `month`, from the lake; empty where charts are off."""
    if not workspace.settings.report.charts:
        return PUBLISHED[_TREND].schema.to_frame()
    return months_marts(workspace, lake, window(month), as_of, known_at)[_TREND]


def changes_since(
    workspace: Workspace, month: str, since: datetime, as_of: date | None, known_at: datetime | None
) -> Changes:
    """What changed in `month` since the report as known at `since` (UTC), both counted up to the same day.

    `as_of`: that day, default: the last day of the earlier report. Raises ReportError where there were no figures then.
    """
    with lake_of(workspace) as lake:
        before = month_marts(workspace, lake, month, as_of, since)
        shown = before["monthly_unit_rates"]
        if shown.is_empty():
            raise ReportError(f"lúc {since:%Y-%m-%d %H:%M:%S} (UTC) chưa có số liệu của tháng {month} để so sánh")
        first, last = shown.select("period_from", "as_of").row(0)
        after = month_marts(workspace, lake, month, last, known_at)
        deliveries = accepted_between(lake, first, last, since, known_at)
    history, is_withdrawal = after["restatements"], pl.col("kind") == "withdrawal"
    kinds = history.filter(~is_withdrawal).select("delivery_id", "kind")
    withdrawn = history.filter(is_withdrawal, pl.col("decided_at") > since, pl.col("business_date") <= last)
    named = deliveries.select("delivery_id", "unit_id", "contract").join(kinds, on="delivery_id", how="left")
    delivered = pl.concat([named, withdrawn.select(named.columns)])
    changes = compare(before, after, month, since, delivered, labels_of(workspace.organisation))
    ranked = ranking_changes(before, after, month, office_of(workspace).rankings, delivered)
    return replace(changes, rows=(*changes.rows, *ranked))


def office_of(workspace: Workspace) -> Office:
    """The reporting office, from `reference/report.toml` or that of a new workspace. Raises WorkspaceError."""
    own = workspace.root / "reference" / office.FILE
    file = own if own.is_file() else files("reference") / office.FILE
    try:
        return office.read_office(file.read_text(encoding="utf-8-sig"))
    except (ReportError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"reference/{error}") from error


def _template_of(workspace: Workspace) -> bytes:
    """The Word template, from `reference/report.docx` or that of a new workspace."""
    own = workspace.root / "reference" / docx.FILE
    file = own if own.is_file() else files("reference") / docx.FILE
    return file.read_bytes()


def content(workspace: Workspace, month: str, source: Figures, changes: Changes | None = None) -> Report:
    """The content of the report. Raises ReportError when the month has no figures."""
    own = office_of(workspace)
    words = (own.province, own.service, own.baseline_note)
    names = labels_of(workspace.organisation)
    report = write_report(source.marts, month, source.known_at, *words, changes, rule_sentences(), names)
    report = replace(
        report,
        rankings=ranking_appendices(source.marts, month, own.rankings, names),
        scores=score_appendix(source.marts, month, names),
    )
    if not workspace.settings.report.charts:
        return report
    return replace(report, pictures=pictures(source.marts, month, source.history, names))


def rule_sentences() -> Sentences:
    """What each rule of a contract asks, in Vietnamese."""
    return {(contract, rule.id): rule.sentence.vi for contract, rules in RULES.items() for rule in rules}


def documents(workspace: Workspace, report: Report) -> dict[str, bytes]:
    """The report's files by their names, in all four formats. Raises ReportError where the template is wrong."""
    report, office = neutral.printed(report), neutral.printed(office_of(workspace))
    word = docx.write_docx(report, office, _template_of(workspace))
    blocks = document.read_document(word)
    stem = f"bao-cao-{report.month}"
    return {
        f"{stem}.docx": word,
        f"{stem}.xlsx": xlsx.write_xlsx(report),
        f"{stem}.pdf": pdf.write_pdf(blocks),
        f"{stem}.html": html.write_html(blocks),
    }


def save(directory: Path, contents: Mapping[str, bytes], *, overwrite: bool = False) -> list[Path]:
    """Write the files, each whole or not at all. Raises ReportError where a file with other content is there.

    A person may have edited it; `overwrite` replaces it all the same.
    """
    paths = {directory / name: content for name, content in contents.items()}
    if not overwrite:
        for path, content in paths.items():
            if path.exists() and path.read_bytes() != content:
                raise ReportError(f"{path}: đã có và khác bản này; thêm --overwrite để ghi đè, hoặc chọn thư mục khác")
    with working_in(directory):
        for path, content in paths.items():
            write_whole(path, content)
    return list(paths)
