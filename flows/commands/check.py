"""`tyle check`, and what it prints. Stores nothing."""

from datetime import UTC, datetime
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
    from flows.settings.workspace import Workspace
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
        Literal["summary", "ii06", "cases", "processing"] | None,
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
    from warehouse.places.whole import write_whole

    where = opened(workspace, without_lake=True) if (workspace / FILE).is_file() else built_in_workspace(workspace)
    if (unit is None) is (shared is None):
        raise typer.BadParameter("ghi --unit, hoặc --shared cho tệp có nhiều đơn vị")
    if shared is not None:
        return _check_shared(where, file, shared, day, explain=explain, page=page, lang=lang, as_json=as_json)
    verdict = check_file(where, file, unit or "", day.date(), datetime.now(UTC), contract, lang)
    if as_json:
        echo_json(verdict.as_dict())
    else:
        show_verdict(console(), verdict, lang)
        if explain and verdict.reading:
            show_reading(console(), verdict.reading, lang)
    if explain and verdict.sheet:
        written = page or Path(f"{Path(verdict.file).stem}-cach-doc.html")
        write_whole(written, reading_page(verdict, verdict.sheet, lang).encode())
        if not as_json:
            console().print(Text(f"  {_PAGE[lang]}: {written}"))
    return exit_code(held_back=verdict.status == "quarantined")


def _check_shared(
    where: "Workspace",
    file: Path,
    shared: str,
    day: datetime,
    *,
    explain: bool,
    page: Path | None,
    lang: str,
    as_json: bool,
) -> int:
    """The same for a file of several units: a verdict on each."""
    from flows.work.inspect_shared import check_shared
    from warehouse.places.whole import write_whole

    verdict = check_shared(where, file, shared, day.date(), datetime.now(UTC), lang)
    if as_json:
        echo_json(verdict.as_dict())
    else:
        show_parts(console(), verdict, lang)
        if explain and verdict.reading:
            show_reading(console(), verdict.reading, lang)
    if explain and verdict.sheet:
        written = page or Path(f"{Path(verdict.file).stem}-cach-doc.html")
        write_whole(written, _page(Path(verdict.file).name, verdict, verdict.sheet, lang).encode())
        if not as_json:
            console().print(Text(f"  {_PAGE[lang]}: {written}"))
    return exit_code(held_back=verdict.is_held_back)


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


def _page(name: str, verdict: "SharedVerdict", sheet: "SheetRoles", lang: str) -> str:
    from reports.reading.page import ReadingPage, ShownCell, render

    good = sum(part.status != "quarantined" for part in verdict.parts)
    page = ReadingPage(
        file=name,
        sheet=sheet.sheet,
        verdict=f"{_IF_SENT[lang]}: {good}/{len(verdict.parts)} {outcomes.OUTCOMES['accepted'].in_language(lang)}",
        good=not verdict.is_held_back,
        faults=[fault for part in verdict.parts for fault in part.faults],
        columns=sheet.columns,
        rows=[
            (number, [ShownCell(cell.address, cell.text, cell.role, cell.fault) for cell in cells])
            for number, cells in sheet.rows
        ],
        left_out=sheet.left_out,
    )
    return render(page, lang)


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
    from reports.reading.page import ReadingPage, ShownCell, render

    rows = [
        (number, [ShownCell(cell.address, cell.text, cell.role, cell.fault) for cell in cells])
        for number, cells in sheet.rows
    ]
    prefix = f"{verdict.file}: "
    page = ReadingPage(
        file=Path(verdict.file).name,
        sheet=sheet.sheet,
        verdict=f"{_IF_SENT[lang]}: {outcomes.OUTCOMES[verdict.status].in_language(lang)}{_figures(verdict, lang)}",
        good=verdict.status != "quarantined",
        faults=[fault.removeprefix(prefix) for fault in verdict.faults],
        columns=sheet.columns,
        rows=rows,
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
