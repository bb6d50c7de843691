"""Files read together give what each gives when it is read by itself: rows, texts, layouts, refusals."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.corpus.checking import expected
from tests.corpus.make import FOLDER
from tests.reference import headers, titles
from transforms.dictionary.contracts import CASES, CONTRACTS, SUMMARY, Contract
from transforms.read.agreed import Agreed
from transforms.read.filings import read_filings
from transforms.read.plain import plain_tables

Lines = list[list[str]]

HEADERS: Mapping[str, tuple[list[str], ...]] = {
    "summary": (
        ["report_date", "unit_code", "field", "online", "in_person", "total", "processed", "on_time", "stated_rate"],
        ["STT", "Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số", "Tỷ lệ (%)"],
        ["Lĩnh vực", "Trực tuyến", "Ghi chú", "Trực tiếp", "Tổng số"],
        [
            "Lĩnh vực",
            "Trực tuyến",
            "Trực tiếp",
            "Tổng số",
            "Đúng hạn",
            "Quá hạn",
            "Số hóa kết quả",
            "Hồ sơ phải bổ sung",
        ],
        ["Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số", "Quá hạn", "Số hồ sơ số hóa", "Số hóa thành phần hồ sơ"],
        ["Lĩnh vực", "Trực tuyến", "Trực tiếp"],
        ["Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số", "Tổng số"],
        ["Lĩnh vực", "Trực tuyến", "", "Trực tiếp", "Tổng số"],
        ["Mức độ", "Lĩnh vực", "Số hồ sơ, trực tuyến", "Trực tiếp, số hồ sơ", "Tổng số"],
        ["LĨNH VỰC", "Tru\u031b\u0323c tuyến", " Trực tiếp ", "Tổng số\u00a0", "Tû lÖ"],
    ),
    "cases": (
        [
            "case_id",
            "unit_code",
            "procedure_code",
            "channel",
            "level",
            "received_at",
            "due_at",
            "finished_at",
            "status",
        ],
        ["STT", "Mã hồ sơ", "Chủ hồ sơ", "Lĩnh vực", "Hình thức nộp", "Ngày tiếp nhận", "Trạng thái", "Mức độ"],
        ["MaHoSo", "KenhThucHien", "NgayTiepNhan", "TrangThaiHoSo"],
        ["MaHoSo", "KenhThucHien", "NgayTiepNhan", "TrangThaiHoSo", "PhaiThanhToan", "Số hóa kết quả"],
    ),
}
FIGURES = ["0", "5", "12", "1.489", "67,48", "1489", "20250105080000", "05/01/2025", "3"]
USUAL = [*FIGURES, "Hộ tịch", "Đất đai", "Xây dựng, đô thị", "U001", "000.00.U001.H29-250105-000001", "Trực tuyến"]
UNUSUAL = [
    *("", " ", "-", "5.000", "1,489", "1 489", " 7 ", "7%", "+7", "٣"),
    *(
        "1'489",
        "'7",
        "7'",
        "=7",
        "=A1",
        "1  489",
        "7\x0b120",
        "7\x85120",
        "7\u2028120",
        "7*",
        "1.489,00",
        "12.00",
        "NaN",
    ),
    *("\u202a7\u202c", "\u200e7", "7\u00ad", "７", "１．４８９", "D??c ph?m", "Y t?", "7?"),
    *("Tổng cộng", "Tổng số", "Cộng", "Lĩnh vực", "field", "report_date", "Mã hồ sơ", "case_id", "Ngày", "Trực tiếp"),
    *("1", "(1)", "A", "B", "3=1+2", "( 2 )", "I", "II.", "a)", "1."),
    *(
        "'Hộ tịch",
        "Hộ  tịch",
        "\u00a0Hộ tịch",
        "Hộ\u00a0tịch",
        "\x85Hộ",
        "Hộ\u2009tịch ",
        "Hộ\x0btịch",
        "\x1fHộ",
        "Hộ\x1c",
    ),
    *("\u200bHộ", "\ufeffHộ", "\u037e", "o\u0323ˆ", "Hộ tịch", "Ho\u0323\u0302 tịch", "\u0323\u0302", "\u212b"),
    *("Hé tÞch", "tuyÕn", "Há»™ tá»‹ch", "M\u00fcller", "H� t�ch", "\u0041\u030a", "tịchÀ", "tịch À"),
    *(
        '"',
        '"Hộ tịch"',
        'Hộ "tịch"',
        "a,b",
        "a;b",
        "a\tb",
        "a|b",
        ",,,,,,,,",
        "||||||||",
        "\t",
        "\0",
        "\r",
        "\n",
        "<b>",
    ),
]
ENDS = ["\n", "\r\n", "\r", "\n\n", " \n"]


def ragged(lines: Lines, at: int) -> Lines:
    return [*lines[:at], lines[at][:-1], *lines[at + 1 :]]


def slipped(lines: Lines, at: int) -> Lines:
    """As many cells as before, but not in each line."""
    last = [*lines[-1], "7"]
    return [*ragged(lines, at)[:-1], last] if at < len(lines) - 1 else lines


def repeated(lines: Lines, at: int) -> Lines:
    return [*lines[:at], lines[0], *lines[at:]]


def under(lines: Lines, at: int) -> Lines:
    """A second table whose header alone is another."""
    return [*lines[: at + 1], [cell.upper() for cell in lines[0]], *lines[at + 1 :]]


def blank(lines: Lines, at: int) -> Lines:
    return [*lines[:at], [], *lines[at:]]


def empty(lines: Lines, at: int) -> Lines:
    return [*lines[:at], [""] * len(lines[0]), *lines[at:]]


def heading(lines: Lines, at: int) -> Lines:
    return [*lines[: at + 1], ["Nhóm"] + [""] * (len(lines[0]) - 1), *lines[at + 1 :]]


def numbered(lines: Lines, at: int) -> Lines:
    marks = ["A", *(f"({number})" for number in range(1, len(lines[0])))]
    return [lines[0], *lines[1:at], marks, *lines[at:]] if at else [lines[0], marks, *lines[1:]]


def titled(lines: Lines, at: int) -> Lines:
    return [["Đơn vị: Sở Y tế"] + [""] * (at % 2), *lines]


def excel(lines: Lines, at: int) -> Lines:
    return [["sep=" + ";,\t|"[at % 4]], *lines]


def longer(lines: Lines, at: int) -> Lines:
    """So long that what comes last is below the rows in which a header is looked for."""
    return [*lines[: at + 1], *lines[1:] * 45, *lines[at + 1 :]] if len(lines) > 1 else lines


CHANGES: list[Callable[[Lines, int], Lines]] = [
    *(ragged, slipped, repeated, under, blank, empty, heading, numbered, titled, excel, longer),
]
SOUND = ["utf-8", "utf-8", "utf-8", "utf-8-sig"]
ENCODINGS = [*SOUND, "utf-16", "cp1258"]


@st.composite
def a_file(draw: st.DrawFn, contract: Contract) -> bytes:
    """A table, as a rule plain, with seldom more than one thing that is not."""
    header = draw(st.sampled_from(HEADERS[contract.name]))
    usual = st.lists(st.sampled_from(USUAL), min_size=len(header), max_size=len(header))
    # Most often with a figure in the last column, as tables have it.
    row = st.builds(lambda cells, figure: [*cells[:-1], figure], usual, st.sampled_from([*FIGURES, "Hộ tịch"]))
    lines = [header, *draw(st.lists(row, max_size=6))]
    lines = [list(line) for line in lines]
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        at = draw(st.integers(0, len(lines) - 1))
        lines[at][draw(st.integers(0, len(header) - 1))] = draw(st.sampled_from(UNUSUAL))
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=draw(st.sampled_from([0, 1, 2])))):
        lines = change(lines, draw(st.integers(0, len(lines) - 1)))
    separator = draw(st.sampled_from([";", ";", ",", "\t", "|", ":"]))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", *ENDS]))
    last = draw(st.sampled_from([end, "", "\n", "\r\n", "\r", "\n\n"]))
    text = end.join(separator.join(line) for line in lines) + last
    content = text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")
    broken = draw(st.sampled_from([False] * 15 + [True]))
    at = draw(st.integers(0, len(content))) if broken else 0
    return content[:at] + b"\xc3" + content[at:] if broken else content


def batches(contract: Contract) -> st.SearchStrategy[dict[int, bytes]]:
    return st.dictionaries(st.integers(0, 9), a_file(contract), min_size=1, max_size=4)


def assert_the_same(contents: Mapping[int, bytes], contract: Contract) -> set[int]:
    """The files that were read together give the same when each is read by itself; returns those files."""
    _, layouts = plain_tables(contents, contract, headers(), {})
    together = read_filings(contents, contract, headers(), words=titles())
    # A file of which a sheet is agreed is read by itself, and a text has one sheet without a name.
    alone = read_filings(contents, contract, headers(), dict.fromkeys(layouts, Agreed(sheet="")), titles())
    assert_frame_equal(together.rows, alone.rows)
    assert_frame_equal(together.texts, alone.texts)
    assert together.layouts == alone.layouts
    assert together.refusals == alone.refusals
    return set(layouts)


@given(batches(SUMMARY))
def test_tables_of_counts(contents: dict[int, bytes]) -> None:
    assert_the_same(contents, SUMMARY)


@given(batches(CASES))
def test_lists_of_cases(contents: dict[int, bytes]) -> None:
    assert_the_same(contents, CASES)


HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Ghi chú"
FULLER = "Tên lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Tỷ lệ"
ROW = "Đất đai;1;2;3;5"


@pytest.mark.parametrize(
    "lines",
    [
        [HEADER, ROW, FULLER, ROW],
        [HEADER, "STT;;;;Tỷ lệ", ROW],
        [HEADER, *[ROW] * 38, FULLER, ROW],
        [HEADER, *[ROW] * 39, FULLER, ROW],
        [HEADER, *[ROW] * 60, "Bảng hai;;;;", HEADER, ROW],
        [HEADER, *[ROW] * 60, "Bảng hai;;;;", HEADER.replace(";", " ;"), ROW],
        [HEADER, "A;1;2;3;4", ROW],
        ["Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số", "7;Lĩnh vực,Trực tuyến,Trực tiếp,Tổng số,Tỷ lệ;;", "Đất đai;1;2;3"],
        [HEADER, "\ufeff" + ROW],
        [HEADER, "Đất đai;1;2;3;5;6", "Đất đai;1;2;3"],
        [HEADER.replace("Ghi chú", "Tổng số"), ROW],
        [HEADER.replace("Ghi chú", ""), ROW],
        [HEADER.replace("Ghi chú", "Ghi ch\ufffd"), "Đất đai;1;2;3;67,48"],
        [HEADER, "\u00a0Đất  đai ;' 1;2;3\x0b;5"],
        [HEADER, "\x1fĐất đai;1\x1c;2;3;5"],
        [HEADER, "Đ\u00e2\u0301t đai;1;2;3;\ufffd"],
        ["sep=;", HEADER, ROW],
        ["sep=" + HEADER, ROW],
        ["<" + HEADER, ROW],
        ["Lĩnh\rvực;" + HEADER, ROW],
        ["MZ;" + HEADER, "1;" + ROW],
        [HEADER],
    ],
    ids=lambda lines: f"{lines[0][:12]} … {lines[-1][:12]}",
)
def test_what_only_looks_plain(lines: list[str]) -> None:
    assert_the_same({1: "\n".join(lines).encode(), 2: f"{HEADER}\n{ROW}\n".encode()}, SUMMARY)


def test_the_corpus() -> None:
    taken = 0
    for name, contract in CONTRACTS.items():
        names = [file for file, said in expected().items() if said["contract"] == name]
        taken += len(assert_the_same(dict(enumerate((FOLDER / file).read_bytes() for file in names)), contract))
    assert taken > 0
