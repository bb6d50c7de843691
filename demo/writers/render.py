"""The one way in: a delivery's rows and a style in, the bytes of a file out. Writes no file."""

from datetime import date

import polars as pl

from demo.writers.content import Content, content_of
from demo.writers.delimited import comma_text, semicolon_text
from demo.writers.html import html_text
from demo.writers.json_list import json_text
from demo.writers.layout import lay_out
from demo.writers.style import Format, Style
from demo.writers.xlsx import xlsx_bytes

_SUFFIXES: dict[Format, str] = {
    "xlsx": ".xlsx",
    "html": ".xls",
    "csv_semicolon": ".csv",
    "csv_comma": ".csv",
    "json": ".json",
}


def render(
    rows: pl.DataFrame,
    style: Style,
    unit_name: str,
    business_date: date,
    period_from: date,
    totals_rate_override: str | None = None,
) -> bytes:
    """One delivery as a file. The same arguments give the same bytes.

    `rows` has field, online, in_person and total, each printed as given (null: a blank cell); rates come from
    (1)/(3). With a month_to_date style the counts are those from `period_from` to `business_date`.
    `totals_rate_override` is what the totals row says instead of its rate, e.g. "42" or "41,9".
    """
    return write(content_of(rows, style, unit_name, business_date, period_from, totals_rate_override), style)


def write(content: Content, style: Style) -> bytes:
    """What a delivery says as a file, right or wrong. The same arguments give the same bytes."""
    match style.format:
        case "xlsx":
            return xlsx_bytes(lay_out(content, style), content.business_date)
        case "html":
            return _encoded(html_text(lay_out(content, style), style), style)
        case "csv_semicolon":
            return _encoded(semicolon_text(lay_out(content, style), style), style)
        case "csv_comma":
            return _encoded(comma_text(lay_out(content, style), style), style)
        case "json":
            return _encoded(json_text(content, style), style)


def suffix(style: Style) -> str:
    """What the file's name ends in, dot included; an HTML table says .xls, as units send it."""
    return _SUFFIXES[style.format]


def _encoded(text: str, style: Style) -> bytes:
    return text.encode("utf-8-sig" if style.bom else "utf-8")
