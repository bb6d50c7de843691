"""A sheet as an HTML table, as portals save it under the suffix .xls. Decides nothing about what stands where."""

from html import escape

from demo.writers.layout import Kind, Merge, Sheet
from demo.writers.numbers import vietnamese
from demo.writers.style import Style

_HEAD = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel">\n'
    '<head><meta charset="utf-8"><title>Export</title></head>\n<body>\n<table border="1">\n'
)
_TAIL = "</table>\n</body>\n</html>\n"
_TAGS: dict[Kind, str] = {"title": "td", "header": "th", "body": "td", "totals": "td", "footer": "td"}


def html_text(sheet: Sheet, style: Style) -> str:
    """The page: one table, every title and signature a row of it."""
    merges = {(merge.row, merge.column): merge for merge in sheet.merges}
    hidden = sheet.hidden
    lines = []
    for r, row in enumerate(sheet.rows):
        tag = _TAGS[row.kind]
        cells = [
            f"<{tag}{_spans(merges.get((r, c)))}>{escape(vietnamese(cell, style.grouped))}</{tag}>"
            for c, cell in enumerate(row.cells)
            if (r, c) not in hidden
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>\n")
    return _HEAD + "".join(lines) + _TAIL


def _spans(merge: Merge | None) -> str:
    if merge is None:
        return ""
    rowspan = f' rowspan="{merge.rows}"' if merge.rows > 1 else ""
    colspan = f' colspan="{merge.columns}"' if merge.columns > 1 else ""
    return rowspan + colspan
