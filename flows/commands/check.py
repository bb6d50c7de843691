"""`tyle check`, and what it prints. Stores nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    OUTCOMES,
    JsonOption,
    WorkspaceOption,
    exit_code,
    figures_text,
    opened,
)
from flows.commands.terminal import console, echo_json
from reports import outcomes

if TYPE_CHECKING:
    from flows.work.inspect import FileVerdict
    from flows.work.inspect_shared import SharedVerdict
    from transforms.check.explain import Reading
    from transforms.check.explain_cells import SheetRoles


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    unit: Annotated[str | None, typer.Option("--unit", help="Mã hoặc tên đơn vị.")] = None,
    shared: Annotated[
        str | None, typer.Option("--shared", metavar="ID", help="Tệp chung: id của [[shared]] trong tyle.toml.")
    ] = None,
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.")],
    contract: Annotated[
        Literal["summary", "ii06", "cases", "processing", "scores"] | None,
        typer.Option("--contract", help="Loại dữ liệu.", show_default="loại đơn vị gửi, theo tyle.toml"),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Cho biết tệp đã được đọc thế nào, và ghi một trang xem từng ô.")
    ] = False,
    page: Annotated[
        Path | None, typer.Option("--page", help="Nơi ghi trang xem.", show_default="<tên tệp>-cach-doc.html")
    ] = None,
    lang: Annotated[Literal["vi", "en"], typer.Option("--lang", help="Ngôn ngữ của kết luận.")] = "vi",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Kiểm tra một tệp mà không lưu gì: đọc được không, sai ở đâu."""
    from flows.settings.tyle_toml import FILE
    from flows.settings.workspace import built_in_workspace
    from flows.work.inspect import check_file
    from flows.work.inspect_shared import check_shared

    where = opened(workspace, without_lake=True) if (workspace / FILE).is_file() else built_in_workspace(workspace)
    if (unit is None) is (shared is None):
        raise typer.BadParameter("ghi --unit, hoặc --shared cho tệp có nhiều đơn vị")
    asked = _Asked(explain, page, lang, as_json)
    if shared is not None:
        parts = check_shared(where, file, shared, day.date(), datetime.now(UTC), lang)
        _show(parts, partial(show_parts, console(), parts, lang), partial(parts_page, parts), asked)
        return exit_code(held_back=parts.is_held_back)
    verdict = check_file(where, file, unit or "", day.date(), datetime.now(UTC), contract, lang)
    _show(verdict, partial(show_verdict, console(), verdict, lang), partial(reading_page, verdict), asked)
    return exit_code(held_back=verdict.status == "quarantined")


@dataclass(frozen=True)
class _Asked:
    """How the verdict is to be shown."""

    explain: bool
    page: Path | None
    lang: str
    as_json: bool


def _show(
    verdict: "FileVerdict | SharedVerdict",
    show_lines: Callable[[], None],
    page_of: Callable[["SheetRoles", str], str],
    asked: _Asked,
) -> None:
    """Show a verdict as lines or as JSON; where it is to be explained, also how the file was read, with its page."""
    from warehouse.places.whole import write_whole

    if asked.as_json:
        echo_json(verdict.as_dict())
    else:
        show_lines()
        if asked.explain and verdict.reading:
            show_reading(console(), verdict.reading, asked.lang)
    if asked.explain and verdict.sheet:
        written = asked.page or Path(f"{Path(verdict.file).stem}-cach-doc.html")
        write_whole(written, page_of(verdict.sheet, asked.lang).encode())
        if not asked.as_json:
            console().print(Text(f"  {_PAGE[asked.lang]}: {written}"))


def show_parts(out: Console, verdict: "SharedVerdict", lang: str = "vi") -> None:
    """Show the faults of each unit, then how many units would be accepted and how many not."""
    for part in verdict.parts:
        for fault in part.faults:
            out.print(Text(fault))
    counts: dict[str, int] = {}
    for part in verdict.parts:
        counts[part.status] = counts.get(part.status, 0) + 1
    words = [f"{count} {outcomes.OUTCOMES[status].in_language(lang)}" for status, count in sorted(counts.items())]
    style = OUTCOMES["quarantined" if verdict.is_held_back else "accepted"][1]
    out.print(Text(f"{Path(verdict.file).name}: {_IF_SENT[lang]}: {' · '.join(words)}", style))


def parts_page(verdict: "SharedVerdict", sheet: "SheetRoles", lang: str = "vi") -> str:
    """The HTML page that shows what each cell of a file of several units was taken for."""
    good = sum(part.status != "quarantined" for part in verdict.parts)
    line = f"{good}/{len(verdict.parts)} {outcomes.OUTCOMES['accepted'].in_language(lang)}"
    faults = [fault for part in verdict.parts for fault in part.faults]
    return _page(verdict.file, sheet, line, faults, lang, good=not verdict.is_held_back)


_PAGE = {"vi": "Trang xem từng ô", "en": "Page of all cells"}
_IF_SENT = {"vi": "nếu gửi", "en": "if sent"}
_ROWS = {"vi": "dòng", "en": "rows"}
_READING = {
    "vi": {
        "format": "Định dạng",
        "sheet": "Trang tính",
        "header": "Dòng tiêu đề",
        "numbers": "Kiểu số hàng nghìn",
        "rows": "Các dòng",
        "unread": "Cột không đọc",
        "column": "Cột",
        "detail": "chi tiết",
        "totals": "tổng cộng",
        "subtotal": "nhóm",
        "of_which": "trong đó",
        "part": "phần của dòng trên",
        "comparison": "lũy kế, so sánh",
        "carry": "mang sang, cộng trang",
        "either": "tổng cộng hoặc lĩnh vực",
        "unknown": "không rõ",
        "hidden": "bị ẩn",
        "statement": "ghi chú đơn vị, ngày",
    },
    "en": {
        "format": "Format",
        "sheet": "Sheet",
        "header": "Header rows",
        "numbers": "Thousands written as",
        "rows": "Rows",
        "unread": "Columns not read",
        "column": "Column",
        "detail": "details",
        "totals": "totals",
        "subtotal": "groups",
        "of_which": "of which",
        "part": "parts of the row above",
        "comparison": "comparisons",
        "carry": "carried over pages",
        "either": "totals or fields",
        "unknown": "unknown",
        "hidden": "hidden",
        "statement": "titles on unit and date",
    },
}


def reading_page(verdict: "FileVerdict", sheet: "SheetRoles", lang: str = "vi") -> str:
    """The HTML page that shows what each cell of the file was taken for."""
    line = f"{outcomes.OUTCOMES[verdict.status].in_language(lang)}{_figures(verdict, lang)}"
    faults = [fault.removeprefix(f"{verdict.file}: ") for fault in verdict.faults]
    return _page(verdict.file, sheet, line, faults, lang, good=verdict.status != "quarantined")


def _page(file: str, sheet: "SheetRoles", line: str, faults: list[str], lang: str, *, good: bool) -> str:
    from reports.reading.page import ReadingPage, ShownCell, render

    page = ReadingPage(
        file=Path(file).name,
        sheet=sheet.sheet,
        verdict=f"{_IF_SENT[lang]}: {line}",
        good=good,
        faults=faults,
        columns=sheet.columns,
        rows=[
            (number, [ShownCell(cell.address, cell.text, cell.role, cell.fault) for cell in cells])
            for number, cells in sheet.rows
        ],
        left_out=sheet.left_out,
    )
    return render(page, lang)


def _figures(verdict: "FileVerdict", lang: str) -> str:
    if not verdict.totals:
        return ""
    return f": {verdict.row_count} {_ROWS[lang]}, {figures_text(verdict.totals, lang)}"


def show_verdict(out: Console, verdict: "FileVerdict", lang: str = "vi") -> None:
    """Show a file's faults, a line each, then whether it would be accepted."""
    for fault in verdict.faults:
        out.print(Text(fault))
    word = outcomes.OUTCOMES[verdict.status].in_language(lang)
    line = f"{verdict.file}: {_IF_SENT[lang]}: {word}{_figures(verdict, lang)}"
    out.print(Text(line, OUTCOMES[verdict.status][1]))


def show_reading(out: Console, reading: "Reading", lang: str = "vi") -> None:
    """Show how a file was read: format, sheet, header rows, number style, kinds of rows, and the meaning of columns."""
    words = _READING[lang]
    first, last = reading.header_rows
    kind = ", ".join(filter(None, (reading.format, reading.encoding, reading.separator and repr(reading.separator))))
    facts = {
        "format": kind,
        "sheet": reading.sheet,
        "header": str(first) if first == last else f"{first}–{last}",
        "numbers": reading.numbers,
        "rows": ", ".join(f"{words[kind]} {count}" for kind, count in reading.kinds.items()),
        "unread": ", ".join(f"“{name}”" for name in reading.unread),
    }
    for name, value in facts.items():
        if value:
            out.print(Text(f"  {words[name]}: {value}"))
    for column, label, header, place in reading.columns:
        out.print(Text(f"  {words['column']} {place} “{header}” → {label if lang == 'vi' else column}"))
