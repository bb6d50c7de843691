"""The shipped Word templates: laid out as the decree asks, edited by an office, and what they must not hold."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import pypdf
import pytest
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from reports.errors import ReportError
from reports.formats.document import read_document
from reports.formats.docx import FILE, write_docx
from reports.formats.html import write_html
from reports.formats.pdf import write_pdf
from reports.month.content import Chart
from reports.month.office import read_office
from tests.reports.made import OFFICE, demo_template, flat, made, text_of_docx, text_of_html, text_of_pdf


def new_template() -> bytes:
    """The template that a new workspace gets."""
    return (files("reference") / FILE).read_bytes()


shipped = pytest.mark.parametrize("template", [new_template(), demo_template()], ids=["new", "demo"])


def edited(change: Callable[[DocxDocument], object], template: bytes | None = None) -> bytes:
    """The demo's template, or another one, as an office leaves it."""
    document = Document(io.BytesIO(template or demo_template()))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def written(template: bytes) -> bytes:
    return write_docx(made("august").report, OFFICE, template)


def closing(document: DocxDocument) -> object:
    """The paragraph that ends the report."""
    return next(p for p in document.paragraphs if p.text.endswith("./."))


@shipped
def test_page_margins_font_and_numbers_are_those_of_the_decree(template: bytes) -> None:
    document = Document(io.BytesIO(template))
    (section,) = document.sections
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    top, bottom, left, right = (
        round(length.mm)
        for length in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    )
    assert 20 <= top == bottom <= 25
    assert 30 <= left <= 35
    assert 15 <= right <= 20
    assert section.different_first_page_header_footer
    assert [p.text for p in section.first_page_header.paragraphs] == [""]
    (number,) = section.header.paragraphs
    assert [node.text for node in number._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert number.alignment == 1
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(14))


@shipped
def test_every_block_of_a_report_has_its_place(template: bytes) -> None:
    """Letterhead, text, signature, appendices, charts, changes, as decree 30/2020/NĐ-CP names and orders them."""
    document = Document(io.BytesIO(template))
    text = flat(" ".join(node.text or "" for node in document.element.body.iter(qn("w:t"))))
    blocks = (
        "{{ office.parent_agency }} {{ office.agency }}",
        "Số: {{ office.number_suffix }}",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "{{ office.place }}, ngày ..... tháng ..... năm ........",
        "BÁO CÁO {{ office.subject }}, {{ period }}",
        "Kính gửi: {{ office.addressee }}",
        "{%p for sentence in results %} - {{ sentence }} {%p endfor %}",
        "1. {{ below }} {%p if incomplete %} {{ incomplete }} {%p endif %}",
        "./.",
        "Nơi nhận: {%p for recipient in office.recipients %} - {{ recipient }} {%p endfor %}",
        "{{ office.signing_for }} {{ office.signatory_title }} {{ office.signatory_name }}",
        "{%p for appendix in appendices %} PHỤ LỤC {{ appendix.number }} {{ appendix.title }}",
        "{%p if pictures %} PHỤ LỤC {{ pictures_number }}",
        "{%p if changes %}",
    )
    found = [text.find(block) for block in blocks]
    assert -1 not in found
    assert found == sorted(found)


def test_the_demos_template_differs_in_its_own_words_alone() -> None:
    new, demo = (zipfile.ZipFile(io.BytesIO(template)) for template in (new_template(), demo_template()))
    assert new.namelist() == demo.namelist()
    assert [name for name in new.namelist() if new.read(name) != demo.read(name)] == ["word/document.xml"]
    before, after = (
        [(str(paragraph._p.xml), paragraph.text) for paragraph in Document(io.BytesIO(template)).paragraphs]
        for template in (new_template(), demo_template())
    )
    assert [one for one in before if one in after] == [one for one in after if one in before]
    changed = [text for one, text in before if (one, text) not in after]
    assert len(changed) == 4
    assert all("viết tại đây" in text for text in changed[:3])
    assert changed[3].startswith("Trên đây là báo cáo")


@shipped
def test_a_template_names_nobody_and_holds_no_path(template: bytes) -> None:
    """Word writes who edited a file into it: remove it before the file is committed (docs/report.md)."""
    properties = Document(io.BytesIO(template)).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments, properties.title) == ("", "", "", "")
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert not re.search(rb"<(Company|Manager)>[^<]|w:author=|file:/|[A-Z]:\\|/home/", content), name


def test_tables_repeat_their_header_and_rows_stay_whole() -> None:
    document = Document(io.BytesIO(made("odd").docx))
    for table in (table for table in document.tables if table.rows[0].cells[0].text == "STT"):
        assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in table.rows)


def test_number_day_and_signature_stay_blank() -> None:
    text = text_of_docx(made("august").docx)
    assert "Số: /BC-STTTT" in text
    assert "Thái Nguyên, ngày ..... tháng ..... năm ........" in text
    assert "PHÓ GIÁM ĐỐC PHỤ LỤC 01" in text


def test_the_same_content_is_the_same_bytes() -> None:
    assert written(demo_template()) == made("august").docx


def test_word_opens_it_as_xml_in_the_order_of_the_schema() -> None:
    """Word refuses children of w:pPr in another order; python-docx does not care."""
    order = ["pStyle", "keepNext", "pageBreakBefore", "pBdr", "spacing", "ind", "jc", "outlineLvl", "rPr"]
    with zipfile.ZipFile(io.BytesIO(made("august").docx)) as archive:
        xml = archive.read("word/document.xml").decode()
    for properties in re.findall(r"<w:pPr>(.*?)</w:pPr>", xml, re.DOTALL):
        inner = parse_xml(f"<w:pPr {nsdecls('w')}>{properties}</w:pPr>")
        found = [child.tag.rpartition("}")[2] for child in inner]
        assert set(found) <= set(order)
        assert found == sorted(found, key=order.index)


def test_words_the_office_adds_stand_in_every_format() -> None:
    def change(document: DocxDocument) -> None:
        end = closing(document)
        end.insert_paragraph_before("Đoạn văn mới của cơ quan về tháng {{ as_of }}.", style="Nội dung")

    docx = written(edited(change))
    blocks = read_document(docx)
    for text in (text_of_docx(docx), text_of_pdf(write_pdf(blocks)), text_of_html(write_html(blocks))):
        assert "Đoạn văn mới của cơ quan về tháng 19/8/2022." in text


def test_lists_that_word_numbers_keep_their_numbers() -> None:
    def change(document: DocxDocument) -> None:
        for text, style in (("thứ nhất", "List Number"), ("thứ hai", "List Number"), ("một điểm", "List Bullet")):
            closing(document).insert_paragraph_before(text, style=style)

    blocks = read_document(written(edited(change)))
    for text in (text_of_pdf(write_pdf(blocks)), text_of_html(write_html(blocks))):
        assert "1. thứ nhất 2. thứ hai - một điểm" in flat(text)


def test_looks_come_from_styles_too() -> None:
    def change(document: DocxDocument) -> None:
        strong = document.styles.add_style("Đậm", WD_STYLE_TYPE.CHARACTER)
        strong.font.bold = True
        base = document.styles.add_style("Nghiêng to", WD_STYLE_TYPE.PARAGRAPH)
        base.font.italic, base.font.size = True, Pt(20)
        paragraph = closing(document).insert_paragraph_before("", style="Nghiêng to")
        paragraph.add_run("của kiểu", style="Đậm")

    blocks = read_document(written(edited(change))).blocks
    (run,) = next(block.parts for block in blocks if getattr(block, "text", "") == "của kiểu")
    assert (run.bold, run.italic, run.size) == (True, True, 20)


def test_a_picture_stands_in_word_pdf_and_html_with_its_words() -> None:
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
        "53de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
    )
    picture = Chart("Biểu đồ 1. Tỷ lệ theo đơn vị", dot, 'Tỷ lệ "cao" & thấp')
    docx = write_docx(replace(made("august").report, pictures=(picture,)), OFFICE, demo_template())
    blocks = read_document(docx)
    page = write_html(blocks).decode()
    assert 'alt="Tỷ lệ &#34;cao&#34; &amp; thấp"' in page
    assert 'src="data:image/png;base64,' in page
    pdf = pypdf.PdfReader(io.BytesIO(write_pdf(blocks)))
    assert sum(len(page.images) for page in pdf.pages) == 1
    assert "Biểu đồ 1. Tỷ lệ theo đơn vị" in text_of_docx(docx)


def test_the_page_asks_for_nothing_from_outside() -> None:
    page = made("august").html.decode()
    assert "default-src 'none'" in page
    assert re.findall(r"""(?:src|href)=["'](?!data:)""", page) == []
    assert "@import" not in page
    assert "<script" not in page


_BOX = (
    f'<w:r {nsdecls("w")}><w:pict><w:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent><w:p><w:r>'
    "<w:t>trong khung</w:t></w:r></w:p></w:txbxContent></w:textbox></w:pict></w:r>"
)


def boxed(document: DocxDocument) -> None:
    document.paragraphs[0]._p.append(parse_xml(_BOX))


def nested(document: DocxDocument) -> None:
    document.tables[0].rows[0].cells[0].add_table(1, 1).cell(0, 0).text = "trong"


def test_what_pdf_and_html_cannot_show_is_refused_by_name_and_not_left_out() -> None:
    for change, message in ((boxed, "hộp văn bản .*: “trong khung”"), (nested, "bảng trong bảng")):
        with pytest.raises(ReportError, match=rf"^report\.docx: {message}"):
            read_document(written(edited(change)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ as_off }}", "mẫu dùng một tên không có"),
        ("{{ office.agensy }}", "mẫu dùng một tên không có"),
        ("{% if %}", "mẫu sai ở"),
        ("{{ ''.__class__.__mro__ }}", "mẫu dùng điều không được phép"),
    ],
)
def test_a_slip_in_the_template_is_said_in_a_line(text: str, message: str) -> None:
    def change(document: DocxDocument) -> None:
        next(p for p in document.paragraphs if "viết tại đây" in p.text).text = text

    template = edited(change, new_template())
    with pytest.raises(ReportError, match=r"^report\.docx: ") as error:
        written(template)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_word_document_is_refused() -> None:
    for content in (b"", b"Kinh gui", new_template()[:2000]):
        with pytest.raises(ReportError, match="không phải tệp Word"):
            written(content)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("place =", "plaze =", "place: thiếu khóa này"),
        ("[Nơi ban hành]", 'x"\nmore = "y', "more: không có khóa này"),
        ("place =", "place", "report.toml: "),
    ],
)
def test_a_slip_in_the_office_is_said_in_a_line(old: str, new: str, message: str) -> None:
    neutral = (files("reference") / "report.toml").read_text(encoding="utf-8")
    with pytest.raises(ReportError, match=r"^report\.toml: ") as error:
        read_office(neutral.replace(old, new))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_what_a_new_workspace_leaves_to_fill_in_is_known() -> None:
    neutral = read_office((files("reference") / "report.toml").read_text(encoding="utf-8"))
    assert {"agency", "place", "province", "subject", "signatory_title"} <= set(neutral.to_fill_in)
    assert OFFICE.to_fill_in == ()
