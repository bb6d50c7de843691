"""The names of the files in reference/, and the readers of calendar.csv and report.docx.

The other files are read by transforms.reference and by the report.
"""

import io
import zipfile
import zlib
from datetime import date

from transforms.dictionary.csv_file import CsvFile
from transforms.dictionary.problems import ConfigurationError, Problem, raise_if_any

TARGETS, METRICS, HEADERS, CODES, CALENDAR = "targets.csv", "metrics.toml", "headers.toml", "codes.toml", "calendar.csv"
CORRECTIONS = "corrections.toml"  # it and BASELINES may be absent: most installations have none
BASELINES = "baselines.csv"
PROCEDURES = "procedures.csv"  # as FIELDS
FIELDS = "fields.csv"  # a workspace of an older version has none: then the shipped one is read
TITLES = "titles.toml"  # as FIELDS
ROWS = "rows.toml"  # likewise
QUALIFIERS = "qualifiers.toml"  # as FIELDS
ORGANISATION = "organisation.toml"  # likewise
REPORT, TEMPLATE = "report.toml", "report.docx"  # a workspace without them writes with the shipped ones
_HOLIDAY = "holiday"
REFERENCE_FILES = (
    ORGANISATION,
    "units.csv",
    TARGETS,
    BASELINES,
    METRICS,
    HEADERS,
    TITLES,
    ROWS,
    QUALIFIERS,
    CODES,
    FIELDS,
    PROCEDURES,
    CALENDAR,
    CORRECTIONS,
    REPORT,
    TEMPLATE,
)


def read_holidays(text: str) -> frozenset[date]:
    """The days off in calendar.csv. Raises ConfigurationError with all rows that are wrong."""
    file = CsvFile(CALENDAR, text, ("date", "kind", "name"))
    lines: dict[date, int] = {}
    for line, row in file.rows:
        day = file.day(line, row, "date")
        file.one_of(line, row, "kind", (_HOLIDAY,))
        if day and (earlier := lines.setdefault(day, line)) != line:
            file.fault(line, f"trùng với dòng {earlier}", "cột date", row["date"])
    raise_if_any(file.problems)
    return frozenset(lines)


def check_template(content: bytes) -> None:
    """Raise ConfigurationError where report.docx is no Word file that opens."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            package.read("word/document.xml")
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        raise ConfigurationError([Problem(TEMPLATE, None, "không phải tệp Word (.docx), hoặc đã hỏng")]) from error
