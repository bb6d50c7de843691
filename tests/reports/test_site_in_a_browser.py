"""Site and report in a real browser, from files: accessible, on a phone too, asking for nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from reports.formats.document import read_document
from reports.formats.docx import write_docx
from reports.formats.html import write_html
from tests.browser import Browser
from tests.reports import site_example
from tests.reports.made import OFFICE, demo_template, made
from tests.reports.ranked_site import ranked_pages
from tests.reports.test_pictures import drawn

PAGES = (
    *("index.html", "chat-luong.html", "phuong-phap.html", "en/chat-luong.html"),
    *("don-vi/khong-chi-tieu.html", "don-vi/khong-dau-cach.html", "en/don-vi/thieu.html"),
    *("decided/index.html", "decided/don-vi/d.html"),
    *("ranked/xep-hang.html", "ranked/xep-hang/own/index.html", "ranked/en/xep-hang/own/thay-doi.html"),
)


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.slow), 390])
def test_pages_are_accessible_and_fit_the_screen(width: int, tmp_path: Path, browser: Browser) -> None:
    paths = [tmp_path / path for path in PAGES]
    everything = site_example.pages(below=5, communes=8)
    everything |= {f"decided/{path}": page for path, page in site_example.decided_pages().items()}
    everything |= {f"ranked/{path}": page for path, page in ranked_pages(below=5).items()}
    for path, name in zip(paths, PAGES, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(everything[name], encoding="utf-8")
    for name, judged in zip(PAGES, browser.judge(paths, width), strict=True):
        assert judged.faults == (), name
        assert judged.width <= width, name
        assert judged.asked == frozenset(), name


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.slow)])
def test_the_report_with_its_charts_is_accessible_and_fits_the_screen(
    width: int, tmp_path: Path, browser: Browser
) -> None:
    word = write_docx(replace(made("august").report, pictures=drawn("august")), OFFICE, demo_template())
    path = tmp_path / "report.html"
    path.write_bytes(write_html(read_document(word)))
    (judged,) = browser.judge([path], width)
    assert judged.faults == ()
    assert judged.width <= width
    assert judged.asked == frozenset()
