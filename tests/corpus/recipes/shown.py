"""Tables with cells that are not shown as their digits read: raised, struck out, unseen, formatted, two in one."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
import xlwt

from tests.corpus.recipes.tools import Page, archive, xls, xlsx
from tests.corpus.recipes.usual import HEADER, ROWS, TABLE, with_first

_CREATED = datetime(2022, 8, 5, 17)
_XLSX: dict[str, dict[str, object]] = {
    "super": {"font_script": 1},
    "sub": {"font_script": 2},
    "struck": {"font_strikeout": True},
    "white": {"font_color": "#FFFFFF"},
    "white on blue": {"font_color": "#FFFFFF", "bg_color": "#1F4E79"},
}
_XLS = {
    "super": "font: escapement superscript",
    "sub": "font: escapement subscript",
    "struck": "font: struck_out on",
    "white": "font: colour white",
    "white on blue": "font: colour white; pattern: pattern solid, fore_colour blue",
}
_HTML = {
    "super": "<sup>{}</sup>",
    "sub": "<span style='vertical-align:sub'>{}</span>",
    "struck": "<del>{}</del>",
    "white": "<font color='#FFFFFF'>{}</font>",
    "white on blue": "<span style='background:#1F4E79;color:white'>{}</span>",
}
_SS = "urn:schemas-microsoft-com:office:spreadsheet"
_SPREADSHEETML = {"super": "<Sup>{}</Sup>", "sub": "<Sub>{}</Sub>", "struck": "<S>{}</S>"}


@dataclass(frozen=True)
class Rich:
    """A text of several parts, each with how it is shown ("" = as usual)."""

    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Styled:
    """A value in a style, or behind a number format (of workbooks only)."""

    value: object
    style: str = ""
    number_format: str = "General"


Rows = Sequence[Sequence[object]]


def shown_xlsx(rows: Rows, flat: Sequence[int] = ()) -> bytes:
    """A workbook; `flat`: rows of no height, from 0."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("Báo cáo")
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                match cell:
                    case Rich(parts) if len(parts) > 1:
                        pieces: list[object] = []
                        for text, style in parts:
                            pieces += [book.add_format(_XLSX.get(style, {})), text]
                        sheet.write_rich_string(r, c, *pieces)
                    case Rich(((text, style),)):
                        sheet.write_string(r, c, text, book.add_format(_XLSX.get(style, {})))
                    case Styled(value, style, code):
                        sheet.write(r, c, value, book.add_format({**_XLSX.get(style, {}), "num_format": code}))
                    case _:
                        sheet.write(r, c, cell)
        for number in flat:
            sheet.set_row(number, 0.75)
    return target.getvalue()


def shown_xls(rows: Rows, flat: Sequence[int] = ()) -> bytes:
    """The same as a BIFF workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Báo cáo")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            match cell:
                case Rich(parts):
                    fonts = {style: xlwt.easyfont(_XLS.get(style, "").removeprefix("font: ")) for _, style in parts}
                    sheet.write_rich_text(r, c, [(text, fonts[style]) for text, style in parts])
                case Styled(value, style, code):
                    sheet.write(r, c, value, xlwt.easyxf(_XLS.get(style, ""), num_format_str=code))
                case _:
                    sheet.write(r, c, cell)
    for number in flat:
        sheet.row(number).height_mismatch = True
        sheet.row(number).height = 0
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def shown_html(rows: Rows, flat: Sequence[int] = ()) -> bytes:
    """The same as a page; a number format is one that a browser does not know."""
    lines = []
    for number, row in enumerate(rows):
        marks = " class=cu" if number in flat else ""
        lines.append(f"<tr{marks}>{''.join(f'<td>{_html(cell)}</td>' for cell in row)}</tr>")
    style = "<style>.cu {display:none}</style>"
    return f'<html><meta charset="utf-8">{style}<table>{"".join(lines)}</table></html>'.encode()


def _html(cell: object) -> str:
    match cell:
        case Rich(parts):
            return "".join(_HTML.get(style, "{}").format(text) for text, style in parts).replace("\n", "<br>")
        case Styled(value, style):
            return _HTML.get(style, "{}").format(value)
        case _:
            return str(cell).replace("\n", "<br>")


def shown_spreadsheetml(rows: Rows, flat: Sequence[int] = ()) -> bytes:
    """The same as Excel 2003 XML, without colours."""
    lines = []
    for number, row in enumerate(rows):
        height = ' ss:Height="0"' if number in flat else ""
        lines.append(f"<Row{height}>{''.join(map(_xml_cell, row))}</Row>")
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{_SS}" xmlns:ss="{_SS}"><Worksheet ss:Name="a"><Table>'
        f"{''.join(lines)}</Table></Worksheet></Workbook>"
    ).encode()


def _xml_cell(cell: object) -> str:
    if isinstance(cell, Rich):
        text = "".join(_SPREADSHEETML.get(style, "{}").format(part) for part, style in cell.parts)
        text = text.replace("\n", "&#10;")
        return f'<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">{text}</ss:Data></Cell>'
    kind = "Number" if isinstance(cell, int) else "String"
    text = str(cell).replace("&", "&amp;").replace("<", "&lt;").replace("\n", "&#10;")
    return f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>'


WRITERS: dict[str, Callable[[Rows, Sequence[int]], bytes]] = {
    "xlsx": shown_xlsx,
    "xls": shown_xls,
    "html": shown_html,
    "spreadsheetml": shown_spreadsheetml,
}


def _with(cell: Callable[[int], object]) -> Rows:
    """The usual table, the first row's online count and sum as `cell` writes them."""
    online, total = ROWS[0][2], ROWS[0][4]
    return with_first(cell(online), cell(total))


def _noted(style: str) -> Rows:
    return _with(lambda figure: Rich(((str(figure), ""), ("2", style))))


def _old_figure(style: str) -> Rows:
    return _with(lambda figure: Rich((("3", style), (str(figure), ""))))


def _renamed(old: str, new: str) -> bytes:
    """The usual workbook with other names of its parts, said in their relationships too."""
    with zipfile.ZipFile(io.BytesIO(xlsx(Page(TABLE)))) as package:
        names = [name for name in package.namelist() if "theme" not in name and "docProps" not in name]
        return archive(
            (name.replace(old, new), package.read(name).replace(b"workbook.xml", f"{new}.xml".encode()))
            if old == "workbook"
            else (name.replace(old, new), package.read(name))
            for name in names
        )


def _phpexcel(content: bytes) -> bytes:
    """The root entry names the first sector of the workbook as its own."""
    at = content.index("Root Entry".encode("utf-16-le"))
    start = content[content.index("Workbook".encode("utf-16-le")) + 116 :][:4]
    return content[: at + 116] + start + b"\0\2\0\0" + content[at + 124 :]


def files() -> dict[str, bytes]:
    """Name → bytes."""
    old_row = (3, "Chứng thực", 4, 5, 9)
    name = Rich((("Đất đai", ""), ("(1)", "super")))
    white = (3, "Chứng thực", *(Styled(figure, "white") for figure in (4, 5, 9)))
    struck = (3, "Chứng thực", *(Styled(figure, "struck") for figure in (4, 5, 9)))
    blue = [tuple(Styled(cell, "white on blue") for cell in HEADER), *ROWS]
    made: dict[str, bytes] = {}
    for kind, write in WRITERS.items():
        ending = {"html": "html", "spreadsheetml": "xml"}.get(kind, kind)
        made |= {
            f"note-on-a-count.{ending}": write(_noted("super"), ()),
            f"old-figure-struck-out.{ending}": write(_old_figure("struck"), ()),
            f"two-figures-in-a-cell.{ending}": write(_with(lambda figure: Rich(((f"{figure}\n305", ""),))), ()),
            f"row-without-height.{ending}": write((*TABLE, old_row), (3,)),
            f"note-on-a-name.{ending}": write((HEADER, (1, name, 1489, 11, 1500), ROWS[1]), ()),
        }
    for ending in ("xlsx", "html"):
        write = WRITERS[ending]
        made |= {
            f"note-below-a-count.{ending}": write(_noted("sub"), ()),
            f"white-row.{ending}": write((*TABLE, white), ()),
            f"row-struck-out.{ending}": write((*TABLE, struck), ()),
            f"white-header-on-blue.{ending}": write(blue, ()),
        }
    return made | _formats() | _packages()


def _formats() -> dict[str, bytes]:
    day, accounting = "dd/mm/yyyy", '_-* #,##0_-;\\-* #,##0_-;_-* "-"_-;_-@_-'
    return {
        "digit-in-the-format.xlsx": shown_xlsx(_in_format('0"5"')),
        "digit-in-the-format.xls": shown_xls(_in_format('0"5"')),
        "thousands-scaled.xlsx": shown_xlsx(_in_format("#,##0,")),
        "format-of-nothing.xlsx": shown_xlsx(_in_format(";;;")),
        "shown-as-day.xlsx": shown_xlsx(_in_format(day)),
        "cases-in-the-format.xlsx": shown_xlsx(_in_format('#,##0" hồ sơ"')),
        "accounting.xlsx": shown_xlsx(_in_format(accounting)),
        "accounting.xls": shown_xls(_in_format(accounting)),
    }


def _in_format(code: str) -> Rows:
    return _with(lambda figure: Styled(figure, "", code))


def _packages() -> dict[str, bytes]:
    key = _with(lambda figure: f'<span style="display:none">000{figure}</span>{figure}')
    return {
        "far-cell.xlsx": _far("x"),
        "far-blank.xlsx": _far(" "),
        "workbook-of-another-name.xlsx": _renamed("workbook", "workbook7"),
        "backslashes.xlsx": _renamed("/", "\\"),
        "mark-before-the-zip.xlsx": b"\xef\xbb\xbf\r\n" + xlsx(Page(TABLE)),
        "phpexcel.xls": _phpexcel(xls(Page(TABLE))),
        "zipped.zip": archive([("bao-cao.xlsx", xlsx(Page(TABLE)))]),
        "sort-keys.html": shown_html(key),
        "saved-by-excel-3.xls": b"\x09\x02\x06\x00\x00\x00\x10\x00\x00\x00\x0a\x00\x00\x00",
    }


def _far(text: str) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("Báo cáo")
        for number, row in enumerate(TABLE):
            sheet.write_row(number, 0, row)
        sheet.write_string(1, 16_000, text)
        sheet.write_string(900_000, 2, text)
    return target.getvalue()
