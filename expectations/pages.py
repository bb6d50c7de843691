"""Stored results as pages, drawn by Great Expectations' own renderers. Reads and writes no page but for its summary.

Its page templates fetch styles, scripts and an image from seven servers, and escape neither descriptions nor values.
Theirs of sections and tables are kept; page and collapse are ours (expectations/templates), without any script,
and a policy in each page forbids the browser to fetch anything.
"""

import html
import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
from great_expectations.render import (
    RenderedHeaderContent,
    RenderedSectionContent,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, PackageLoader

from expectations.suites import AGREED_COLUMN, KEY
from reports import neutral

_SEVERITIES = ("critical", "warning", "info")
_SUMMARY = re.compile(r'<meta name="description" content="([^"]*)">')
_TITLE = "Kiểm tra số liệu"
_HEAD = 20_000  # the summary stands within so many characters
_WORDS = {
    "Overview": "Tổng quan",
    "Statistics": "Thống kê",
    "Evaluated Expectations": "Số quy tắc đã kiểm tra",
    "Successful Expectations": "Đạt",
    "Unsuccessful Expectations": "Không đạt",
    "Success Percent": "Tỷ lệ đạt",
    "Status": "Kết quả",
    "Expectation": "Quy tắc",
    "Observed Value": "Giá trị quan sát",
    "Sampled Unexpected Values": "Lần gửi không đạt",
    "Show more info...": "Chi tiết lần kiểm tra",
    "Info": "Lần kiểm tra",
    "Great Expectations Version": "Phiên bản Great Expectations",
    "Run Name": "Tên lần chạy",
    "Run Time": "Thời điểm (UTC)",
    "$unexpected_count unexpected values found. $unexpected_percent of $element_count total rows.": (
        "$unexpected_count/$element_count lần gửi không đạt ($unexpected_percent)"
    ),
}
_SHARE = re.compile(r"^(\S+)% unexpected$")


def day_page(day: date, results: Sequence[str]) -> str:
    """The page of a business date: each stored validation result (JSON), the latest judged first."""
    judged = sorted((_result(text) for text in results), key=_run_time, reverse=True)
    sections = [section for result in judged for section in _sections(result)]
    summary = "; ".join(_summary(result) for result in judged)
    title = f"{_TITLE} ngày {day:%d/%m/%Y}"
    return _draw(sections, title=title, summary=summary, index="index.html", legend=True)


def index_page(months: Sequence[str], days: Sequence[tuple[str, str]]) -> str:
    """The days of the newest month, each page's file name and summary, and the months, in the order to be shown."""
    links = _table("Tháng", [[_link(f"{month}.html", _words_of(month))] for month in months])
    all_months = RenderedSectionContent(section_name="Các tháng", content_blocks=[links])
    return _draw([_days(days), *([all_months] if months else [])], title=_TITLE)


def month_page(month: str, days: Sequence[tuple[str, str]]) -> str:
    """The days of a month (YYYY-MM), each page's file name and summary, in the order to be shown."""
    return _draw([_days(days)], title=f"{_TITLE} {_words_of(month)}", index="index.html")


def summary_of(file: Path) -> str:
    """What a page says of itself in a line."""
    with file.open(encoding="utf-8") as text:
        found = _SUMMARY.search(text.read(_HEAD))
    return html.unescape(found[1]) if found else ""


class _Renderer(ValidationResultsPageRenderer):
    """Rules that fail first and by severity, the others below; no links to pages that are not made."""

    def _collect_rendered_document_content_sections(
        self, validation_results: Any, overview_content_blocks: Any, *_: Any
    ) -> list[RenderedSectionContent]:
        """The overview, then a table of the rules that fail and one of those that hold."""
        sections = [
            RenderedSectionContent(section_name=_title(validation_results), content_blocks=overview_content_blocks)
        ]
        for name, success in (("Quy tắc không đạt", False), ("Quy tắc đạt", True)):
            chosen = [result for result in validation_results.results if result.success is success]
            if chosen:
                section = self._column_section_renderer.render(sorted(chosen, key=_severity))
                section.content_blocks[0] = _header(name)
                section.section_name = name
                sections.append(section)
        return sections

    @classmethod
    def _render_validation_header(cls, validation_results: Any) -> RenderedHeaderContent:
        """What was judged, when, and whether all rules hold."""
        return _header(
            _title(validation_results), "mọi quy tắc đạt" if validation_results.success else "có quy tắc không đạt"
        )


class _View(DefaultJinjaPageView):
    """Great Expectations' templates of sections and tables in a page of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.env.auto_reload = False  # else it looks 200 times a page whether a template's file has changed
        theirs = self.env.loader
        self.env.loader = ChoiceLoader([PackageLoader("expectations", "templates"), *([theirs] if theirs else [])])

    def draw(self, sections: Sequence[RenderedSectionContent], **page: str | bool | None) -> str:
        """The page as HTML."""
        shown = {name: neutral.block(text) if isinstance(text, str) else text for name, text in page.items()}
        drawn: str = self._get_template("page.j2").render(
            sections=_in_vietnamese([section.to_json_dict() for section in sections]), **shown
        )
        return drawn


@cache
def _view() -> _View:
    """One for all pages: compiling the templates takes longer than drawing."""
    return _View()


def _draw(
    sections: Sequence[RenderedSectionContent],
    title: str,
    summary: str = "",
    index: str | None = None,
    legend: bool = False,
) -> str:
    return _view().draw(sections, title=title, summary=html.escape(summary), index=index, legend=legend)


def _result(text: str) -> ExpectationSuiteValidationResult:
    """A stored result made ready for drawing: what is not ours is escaped, and failing deliveries are listed whole."""
    stored = json.loads(text)
    for outcome in stored["results"]:
        config, result = outcome["expectation_config"], outcome["result"]
        config["description"] = html.escape(config.get("description") or config["type"])
        failing = result.pop("unexpected_index_list", None) or result.get("partial_unexpected_index_list") or ()
        for cut in ("partial_unexpected_counts", "partial_unexpected_index_list", "unexpected_list"):
            result.pop(cut, None)
        rule = config["kwargs"].get("column")
        if isinstance(columns := result.get("observed_value"), list):
            result["observed_value"] = f"{len(columns)} cột"
        result["partial_unexpected_list"] = [_failing(row, rule) for row in failing]
        for raised in _exceptions(outcome["exception_info"]):
            raised["exception_traceback"] = "xem nhật ký của lần chạy"
    loaded: ExpectationSuiteValidationResult = expectationSuiteValidationResultSchema.load(stored)
    return loaded


def _failing(row: dict[str, Any], rule: str) -> str:
    """A delivery that fails: how many rows break the rule, and the severity agreed for it, where that differs."""
    agreed = dict(one.split("=") for one in row.get(AGREED_COLUMN, "").split(", ") if one)
    own = f" (ở đây: [{agreed[rule]}])" if rule in agreed else ""
    return html.escape(f"{row[KEY]}: {row.get(rule)} dòng{own}")


def _exceptions(info: dict[str, Any]) -> list[dict[str, Any]]:
    """What Great Expectations says of an exception: for the whole, or per metric."""
    return [info] if "raised_exception" in info else list(info.values())


def _sections(result: ExpectationSuiteValidationResult) -> list[RenderedSectionContent]:
    sections: list[RenderedSectionContent] = _Renderer().render(result).sections
    return sections


def _run_time(result: ExpectationSuiteValidationResult) -> datetime:
    run: Any = result.meta["run_id"]  # as it was stored: a dict
    return datetime.fromisoformat(run["run_time"]).astimezone(UTC)


def _title(result: ExpectationSuiteValidationResult) -> str:
    return f"{result.suite_name}, {_run_time(result):%d/%m/%Y %H:%M:%S} UTC"


def _summary(result: ExpectationSuiteValidationResult) -> str:
    failed: list[Any] = sorted((one for one in result.results if not one.success), key=_severity)
    rules = ", ".join(str(one.expectation_config.meta.get("rule")) for one in failed)
    return f"{result.suite_name}: {rules or 'đạt'}"


def _severity(result: Any) -> int:
    return _SEVERITIES.index(str(result.expectation_config.severity.value))


def _header(text: str, below: str | None = None) -> RenderedHeaderContent:
    return RenderedHeaderContent(
        header=RenderedStringTemplateContent(string_template={"template": html.escape(text), "tag": "h2"}),
        subheader=below and RenderedStringTemplateContent(string_template={"template": html.escape(below)}),
        styling={"classes": ["col-12"], "header": {"classes": ["alert"]}},
    )


def _days(days: Sequence[tuple[str, str]]) -> RenderedSectionContent:
    rows = [
        [_link(name, f"{date.fromisoformat(name.removesuffix('.html')):%d/%m/%Y}"), html.escape(summary)]
        for name, summary in days
    ]
    table = _table("Ngày số liệu", rows or [["", "chưa có"]], "Các lần kiểm tra, mới nhất trước")
    return RenderedSectionContent(section_name="Các ngày", content_blocks=[table])


def _table(first: str, rows: list[list[Any]], *others: str) -> RenderedTableContent:
    return RenderedTableContent(
        table=rows, header_row=[first, *others], styling={"classes": ["col-12"], "body": {"classes": ["table"]}}
    )


def _words_of(month: str) -> str:
    return f"tháng {int(month[5:])}/{month[:4]}"


def _link(name: str, text: str) -> RenderedStringTemplateContent:
    link = {"tag": "a", "attributes": {"href": name}}
    return RenderedStringTemplateContent(
        string_template={"template": "$text", "params": {"text": text}, "styling": {"params": {"text": link}}}
    )


def _in_vietnamese(block: Any) -> Any:
    """The block with Great Expectations' own words translated, and texts from outside neutral."""
    match block:
        case dict():
            return {key: _in_vietnamese(value) for key, value in block.items()}
        case list() | tuple():
            return [_in_vietnamese(value) for value in block]
        case str():
            return _text_in_vietnamese(block)
    return block


@lru_cache(4096)  # the rules of a contract stand on each page
def _text_in_vietnamese(text: str) -> str:
    return _WORDS.get(text.strip()) or _SHARE.sub(r"\1% không đạt", neutral.block(text))
