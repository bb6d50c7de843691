"""The Word document as a word processor lays it out: charts, long names, many units; nothing cut, no row split."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from reports.formats.docx import write_docx
from tests.reports.ink import ink, outside
from tests.reports.made import OFFICE, demo_template, flat, made
from tests.reports.test_pictures import drawn

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.nightly


def laid_out(word: bytes, folder: Path) -> bytes:
    """The PDF that LibreOffice makes of it."""
    assert SOFFICE, "install Debian's libreoffice-writer"
    (folder / "report.docx").write_bytes(word)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), "report.docx"]
    subprocess.run(command, check=True, cwd=folder, timeout=300, capture_output=True)
    return (folder / "report.pdf").read_bytes()


@pytest.mark.parametrize("month", ["august", "odd"])
def test_every_page_has_its_number_its_margins_and_its_table_header(month: str, tmp_path: Path) -> None:
    shown = drawn(month)
    pdf = laid_out(write_docx(replace(made(month).report, pictures=shown), OFFICE, demo_template()), tmp_path)
    assert outside(ink(pdf)) == []
    pages = [flat(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    tables = [page for page in pages if re.search(r"UBND [^\d(]+(?: \d+)? [\d.]+ [\d.]+ [\d.]+ \d+,\d\d", page)]
    assert tables
    assert [page[:60] for page in tables if "STT Đơn vị" not in page] == []
    words = "".join("".join(pages).split())
    assert [picture.title for picture in shown if "".join(picture.title.split()) not in words] == []
