"""Writes the appendix of published points at the end of a filled-in Word document."""

from docx.document import Document as DocxDocument

from reports.formats.docx_rankings import about, begin, notes, table, title
from reports.month.content import Report
from reports.month.office import Office

_ALIGN = ("left", "right", "right", "right", "center", "left", "left")  # of the columns
_SHARES = (43, 18, 18, 18, 20, 41, 27)  # of the page's width


def add_scores(document: DocxDocument, report: Report, office: Office) -> None:
    """The appendix behind the rankings, from a new page; nothing where the month has no points."""
    if report.scores is None:
        return
    begin(document, report.scores_number, report.scores.title, report, office)
    about(document, report.scores.about)
    for one in report.scores.tables:
        title(document, one.title)
        table(document, one.header, one.texts, _ALIGN, _SHARES, one.bold)
    notes(document, report.scores.notes)
