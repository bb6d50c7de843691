"""The table of attacks × ways out: text from outside acts nowhere, and still says what it says.

Each way out is real: a terminal's output, mails and webhooks that were received, files that other libraries open.
"""

import csv
import io
import json
import logging
import re
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import polars as pl
import pypdf
import pytest
from docx import Document
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from rich.text import Text

from flows.alerts.send import DeliveryError, deliver
from flows.alerts.texts import Message
from flows.commands.terminal import Terminal, echo_json, table
from flows.runs.log import JsonLines, configure, log_event
from flows.settings.log import Log
from reports import neutral
from reports.formats.document import read_document
from reports.formats.docx import write_docx
from reports.formats.html import write_html
from reports.formats.pdf import write_pdf
from reports.formats.xlsx import write_xlsx
from reports.month.content import Report, write_report
from tests.end_to_end.attacks import ATTACKS, HOST, acting, long_text, texts, unseen
from tests.flows.alerts.mail_server import mail_server
from tests.reports import example
from tests.reports.made import OFFICE, demo_template

STYLE = re.compile(r"\x1b\[[\d;]*m")
each_attack = pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))


def shown_on_a_terminal(*printed: object, width: int = 100) -> str:
    out = io.StringIO()
    terminal = Terminal(file=out, force_terminal=True, width=width, highlight=False, markup=False, emoji=False)
    for one in printed:
        terminal.print(one, soft_wrap=True)
    return STYLE.sub("", out.getvalue())


@each_attack
def test_on_a_terminal(attack: str) -> None:
    in_a_table = table("Tệp", attack, ids=["Tệp"])
    in_a_table.add_row(attack, Text(attack, "red"))
    lines = shown_on_a_terminal(attack, Text(f"tệp {attack}", "yellow"), Text.assemble("a", (attack, "bold")))
    assert lines.count("\n") == 3
    assert unseen(lines + shown_on_a_terminal(in_a_table)) == []


def test_markup_is_shown_as_it_is() -> None:
    assert "[blink]y[/blink][/] :smile:" in shown_on_a_terminal(ATTACKS["rich markup"])


@pytest.mark.parametrize("width", [40, 80, 10_000])
def test_an_id_is_whole_however_narrow_the_screen_is(width: int) -> None:
    delivery_id = "so-van-hoa-the-thao-2022-08-01-v12"
    shown = table("Mã", "Đơn vị", "Lý do", ids=["Mã"])
    shown.add_row(delivery_id, "Sở Văn hóa, Thể thao và Du lịch", "total_is_sum " * 20)
    assert delivery_id in shown_on_a_terminal(shown, width=width)
    assert "…" not in shown_on_a_terminal(shown, width=width)


@each_attack
def test_as_json(attack: str, capsys: pytest.CaptureFixture[str]) -> None:
    echo_json({"file": attack})
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"file": attack}
    assert unseen(printed) == []


@each_attack
def test_in_the_log(attack: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        for kind in ("text", "json"):
            configure(Log(format=kind))
            log_event("delivery", file=attack)
    finally:
        configure(Log(format="off"))
    text, as_json = capsys.readouterr().err.splitlines()
    assert unseen(text + as_json) == []
    assert json.loads(as_json)["file"] == attack


@each_attack
def test_by_mail(attack: str) -> None:
    with mail_server() as mailbox:
        for kind in ("html", "text"):
            url = f"mailto://127.0.0.1:{mailbox.port}?from=a@example.org&to=b@example.org&mode=insecure&format={kind}"
            deliver(SecretStr(url), Message(f"[tyle] {attack}", (f"Đơn vị: {attack}",)), Path(), recovery=False)
    assert len(mailbox.mails) == 2
    for mail in mailbox.mails:
        assert mail["bcc"] is None
        assert mail["to"] == "b@example.org"
        parts = [
            part for part in mail.walk() if isinstance(part, EmailMessage) and part.get_content_maintype() == "text"
        ]
        for part in parts:
            content = part.get_content()
            if part.get_content_subtype() == "html":
                page = lxml_html.fromstring(content)
                assert page.xpath("//a | //img | //script | //*[@onerror]") == []
                content = page.text_content()
            assert acting(content) == []
            assert unseen(content, "\r\n\t\xa0") == []


CHANNELS = {
    "json": "json://{host}:{port}/",
    "xml": "xml://{host}:{port}/",
    "form": "form://{host}:{port}/",
    "mattermost": "mmost://{host}:{port}/3ccdd113474722377935511fc85d3dd4",
    "mattermost in Markdown": "mmost://{host}:{port}/3ccdd113474722377935511fc85d3dd4?format=markdown",
    "ntfy": "ntfy://{host}:{port}/tyle",
    "ntfy in Markdown": "ntfy://{host}:{port}/tyle?format=markdown",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#room",
    "slack in Markdown": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#room?format=markdown",
    "discord": "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz",
    "discord in Markdown": "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz?format=markdown",
    "telegram": "tgram://123456789:abcdefg_hijklmnop/12315544/",
    "telegram in Markdown": "tgram://123456789:abcdefg_hijklmnop/12315544/?format=markdown",
}


@pytest.fixture
def channels(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    """All channels post to the server of the test."""
    from apprise.plugins.discord import NotifyDiscord
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.telegram import NotifyTelegram

    for plugin, name in ((NotifySlack, "webhook_url"), (NotifyDiscord, "notify_url"), (NotifyTelegram, "notify_url")):
        monkeypatch.setattr(plugin, name, httpserver.url_for("/channel"))
        monkeypatch.setattr(plugin, "request_rate_per_sec", 0)
    httpserver.expect_request(re.compile(".*")).respond_with_json({"ok": True, "success": True})
    return httpserver


@pytest.mark.parametrize("channel", CHANNELS)
def test_in_a_channel(channel: str, channels: HTTPServer) -> None:
    url = CHANNELS[channel].format(host=channels.host, port=channels.port)
    for attack in ATTACKS.values():
        message = Message(f"[tyle] {attack}", (f"Đơn vị: {attack}", "dòng 2"))
        with suppress(DeliveryError):  # a channel that wants another answer has posted all the same
            deliver(SecretStr(url), message, Path(), recovery=False)
    posted = [request.get_data().decode() for request, _ in channels.log]
    assert len(posted) >= len(ATTACKS)
    for content in posted:
        for text in said(content):
            assert acting(text) == [], text
            assert unseen(text, "\r\n\t\xa0") == [], text


def said(content: str) -> list[str]:
    """The texts of what was posted, as a reader gets them."""
    from urllib.parse import parse_qs

    if content.startswith("{"):
        return [text for text in texts(json.loads(content)) if not text.startswith("https://")]
    if content.startswith("<?xml"):
        return list(lxml_html.fromstring(content.encode()).itertext())
    return [text for values in parse_qs(content).values() for text in values]


@each_attack
def test_in_markdown(attack: str) -> None:
    written = f"# {neutral.markdown(attack)}\n- {neutral.markdown(attack)}\n- b"
    tokens = [
        inner
        for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(written)
        for inner in (token, *(token.children or ()))
    ]
    allowed = {"heading", "bullet_list", "list_item", "paragraph", "inline", "text", "text_special"}
    assert {re.sub(r"_(open|close)$", "", token.type) for token in tokens} <= allowed
    assert sum(token.type == "list_item_open" for token in tokens) == 2
    assert acting("".join(token.content for token in tokens if token.type.startswith("text"))) == []


@each_attack
def test_in_csv(attack: str) -> None:
    frame = pl.DataFrame({"name": [neutral.cell(attack)], "total": [-3], "rate": [12.5]})
    ((name, total, rate),) = list(csv.reader(io.StringIO(frame.write_csv())))[1:]
    assert not name.lstrip().startswith(("=", "+", "-", "@"))
    assert (total, rate) == ("-3", "12.5")
    assert unseen(name) == []
    assert pl.read_csv(frame.write_csv().encode())["total"].to_list() == [-3]


def report_about(name: str) -> Report:
    marts = example.marts([example.unit("so-y-te", name, "departments", 1, 1, 9, online_needed=5)])
    words = (OFFICE.province, OFFICE.service, OFFICE.baseline_note)
    return neutral.printed(write_report(marts, "2022-08", example.KNOWN_AT, *words))


# a frame of polars holds no half of a pair
_OF_A_FRAME = {name: text for name, text in ATTACKS.items() if name != "surrogate"}
in_a_frame = pytest.mark.parametrize("attack", _OF_A_FRAME.values(), ids=list(_OF_A_FRAME))


@in_a_frame
def test_in_word_and_excel_and_the_report_s_page(attack: str) -> None:
    report = report_about(attack)
    word = write_docx(report, OFFICE, demo_template())
    document = Document(io.BytesIO(word))
    in_word = "".join(node.text or "" for node in document.element.body.iter("{*}t"))
    assert unseen(in_word) == []
    assert "1337" not in in_word
    assert not any(HOST in relation.target_ref for relation in document.part.rels.values())
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(report)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    own = {cell.value for cell in cells if cell.data_type == "f"}
    ours = openpyxl.load_workbook(io.BytesIO(write_xlsx(report_about("Sở Y tế"))))
    assert own == {cell.value for sheet in ours for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert [cell for cell in cells if cell.hyperlink] == []
    assert unseen("".join(cell.value for cell in cells if isinstance(cell.value, str))) == []
    page = lxml_html.fromstring(write_html(read_document(word)))
    assert page.xpath("//script | //*[@onerror] | //a[contains(@href, 'evil')]") == []
    assert unseen(page.text_content(), "\n\t") == []


@pytest.mark.slow
@in_a_frame
def test_in_pdf(attack: str) -> None:
    word = write_docx(report_about(attack), OFFICE, demo_template())
    made = pypdf.PdfReader(io.BytesIO(write_pdf(read_document(word), system_fonts=False)))
    assert [page for page in made.pages if page.get("/Annots")] == []
    assert "1337" not in "".join(page.extract_text() for page in made.pages)


def test_a_long_text_is_cut_where_it_is_a_value_and_an_id_never() -> None:
    assert len(neutral.value(long_text())) == neutral.MOST
    assert neutral.value(long_text()).endswith("…")
    assert len(neutral.line("x" * 5000)) == 5000
    assert report_about(long_text()[:40_000])


def test_json_lines_of_other_records_are_neutral_too() -> None:
    record = logging.LogRecord("tyle", logging.INFO, __file__, 1, ATTACKS["terminal title"], None, None)
    assert unseen(JsonLines().format(record)) == []
