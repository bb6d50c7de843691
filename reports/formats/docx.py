"""Fills in the office's Word template. Computes nothing and writes no sentence."""

import io
from typing import Any
from xml.sax.saxutils import quoteattr
from zipfile import BadZipFile

from docx.document import Document as DocxDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from reports import vietnamese as vn
from reports.errors import ReportError
from reports.formats.archive import repacked
from reports.formats.docx_rankings import add_rankings
from reports.formats.docx_scores import add_scores
from reports.month.appendices import Appendix
from reports.month.changes import HEADER, Changes
from reports.month.content import Chart, Report
from reports.month.office import Office

FILE = "report.docx"  # the office's template in a workspace's reference/
_PICTURE_WIDTH = Mm(160)


def write_docx(report: Report, office: Office, template: bytes) -> bytes:
    """The .docx; the same bytes for the same content. Raises ReportError, one line, where the template is wrong."""
    try:
        document = DocxTemplate(io.BytesIO(template))
        context = _context(report, office, document)
        document.render(context, SandboxedEnvironment(undefined=StrictUndefined), autoescape=True)
    except (PackageNotFoundError, BadZipFile, KeyError) as error:
        raise ReportError(f"{FILE}: không phải tệp Word (.docx)") from error
    except UndefinedError as error:
        raise ReportError(f"{FILE}: mẫu dùng một tên không có: {error}") from error
    except SecurityError as error:
        raise ReportError(f"{FILE}: mẫu dùng điều không được phép: {error}") from error
    except (TemplateError, XMLSyntaxError) as error:
        raise ReportError(f"{FILE}: mẫu sai ở {{{{ }}}} hoặc {{% %}}: {error}") from error
    _add_lacking_footnotes(document.docx, report)
    add_rankings(document.docx, report, office)
    add_scores(document.docx, report, office)
    properties = document.docx.core_properties
    properties.title = f"{office.subject}, {report.period}"
    properties.author = properties.last_modified_by = office.agency_name
    properties.language = "vi-VN"
    properties.comments = f"Số liệu đến ngày {vn.day(report.as_of)}, theo hiểu biết lúc {report.known_at.isoformat()}Z"
    properties.created = properties.modified = report.known_at
    out = io.BytesIO()
    document.save(out)
    return repacked(out.getvalue())


def _add_lacking_footnotes(document: DocxDocument, report: Report) -> None:
    """An office's template may leave out the notes of an appendix: footnotes stand at the end then, never nowhere."""
    footnotes = [(appendix, text) for appendix in report.appendices for text in appendix.footnotes]
    if not footnotes:
        return
    written = [paragraph.text for paragraph in document.paragraphs]
    for appendix, text in footnotes:
        if not any(text in paragraph for paragraph in written):
            document.add_paragraph(f"Ghi chú Phụ lục {appendix.number:02d}: {text}")


class _Image(InlineImage):  # type: ignore[misc]
    """A chart in a line, with its alternative text."""

    def __init__(self, document: DocxTemplate, chart: Chart) -> None:
        super().__init__(document, io.BytesIO(chart.content), width=_PICTURE_WIDTH)
        self._alternative = quoteattr(chart.alternative)

    def _insert_image(self) -> str:
        return str(super()._insert_image()).replace("<wp:docPr ", f"<wp:docPr descr={self._alternative} ", 1)


def _context(report: Report, office: Office, document: DocxTemplate) -> dict[str, Any]:
    """The names a template may use; docs/report.md lists them."""
    return {
        "office": office,
        "period": report.period,
        "as_of": vn.day(report.as_of),
        "results": (*report.processing, report.rate),
        "below": report.below,
        "incomplete": report.incomplete,
        "appendices": [_appendix(appendix) for appendix in report.appendices],
        "pictures_number": f"{len(report.appendices) + 1:02d}",
        "changes": _changes(report.changes) if report.changes else None,
        "pictures": [{"title": chart.title, "image": _Image(document, chart)} for chart in report.pictures],
    }


def _appendix(appendix: Appendix) -> dict[str, Any]:
    names = ("number", "name", "online", "in_person", "total", "rate")
    return {
        "number": f"{appendix.number:02d}",
        "title": appendix.title.upper(),
        "notes": appendix.notes,
        "header": appendix.header,
        "rows": [
            dict(zip(names, line.text, strict=True)) | {"name": line.label, "is_total": line.is_total}
            for line in appendix.lines
        ],
    }


def _changes(changes: Changes) -> dict[str, Any]:
    return {"title": changes.title, "header": HEADER, "rows": [row.text for row in changes.rows]}
