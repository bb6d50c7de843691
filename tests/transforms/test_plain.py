"""Which files are read together: the usual ones are, and what is not plain is left to the reader of single files."""

import pytest

from tests.reference import headers
from transforms.dictionary.contracts import CASES, SUMMARY, Contract
from transforms.read.agreed import Agreed
from transforms.read.plain import plain_tables

COUNTS = "report_date;unit_code;field;online;in_person;total;processed;on_time;stated_rate\n" + "".join(
    f"05/08/2022;U001;Khám bệnh, chữa bệnh {number};1.489;11;1.500;1.200;1.199;99,27\n" for number in range(60)
)
NAMED = (
    "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Tỷ lệ (%)\n1;Đất đai;1.489;11;1.500;99,27\n;Tổng cộng;1.489;11;1.500;\n"
)
LISTED = "case_id,unit_code,procedure_code,channel,level,received_at,due_at,finished_at,status\n" + "".join(
    f"000.00.U001.H29-220805-{number:06},U001,1.000123,2,4,20220805080000,20220819080000,,3\n" for number in range(100)
)


def taken(contract: Contract, *contents: bytes) -> list[int]:
    _, layouts = plain_tables(dict(enumerate(contents)), contract, headers(), {})
    return sorted(layouts)


@pytest.mark.parametrize(
    ("text", "contract"), [(COUNTS, SUMMARY), (NAMED, SUMMARY), (LISTED, CASES)], ids=["counts", "named", "cases"]
)
def test_usual_exports_are_read_together_however_their_lines_end(text: str, contract: Contract) -> None:
    written = [text, "\ufeff" + text, text.replace("\n", "\r\n"), text.rstrip("\n"), text.replace("\n", "\r\n")[:-2]]
    assert taken(contract, *(content.encode() for content in written)) == [0, 1, 2, 3, 4]


def test_a_file_that_is_not_plain_does_not_keep_the_others_from_being_read_together() -> None:
    line = COUNTS.splitlines(keepends=True)
    odd = [
        "".join([*line[:5], line[5].replace(";U001", "", 1), line[6].replace("U001", "U001;x"), *line[7:]]),
        COUNTS.replace("bệnh 7", '"bệnh" 7'),
        COUNTS.replace("bệnh 7", "bê\u0323nh 7"),
        "".join([*line[:5], line[0], *line[5:]]),
        COUNTS.replace("bệnh 7", "bÖnh"),
        COUNTS.replace("bệnh 7", "bệnh" * 40_000),
        "",
    ]
    contents = [text.encode() for text in [COUNTS, *odd, COUNTS]]
    contents.insert(1, COUNTS.encode().replace("ệ".encode(), b"\xe1", 1))
    assert taken(SUMMARY, *contents) == [0, len(contents) - 1]


def test_a_file_apart_is_not_looked_at() -> None:
    _, layouts = plain_tables({1: COUNTS.encode(), 2: COUNTS.encode()}, SUMMARY, headers(), {1: Agreed(sheet="")})
    assert list(layouts) == [2]


def test_a_row_keeps_its_file_and_its_number_there() -> None:
    tables, _ = plain_tables({7: NAMED.encode(), 3: NAMED.encode()}, SUMMARY, headers(), {})
    [rows] = [table.select("file", "row", "field", "total").rows() for table in tables]
    assert rows == [
        (7, 2, "Đất đai", "1.500"),
        (7, 3, "Tổng cộng", "1.500"),
        (3, 2, "Đất đai", "1.500"),
        (3, 3, "Tổng cộng", "1.500"),
    ]
