"""The recipes of docs/layouts.md, word for word: files of other forms reach the marts by configuration alone."""

import io
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
import xlwt

from flows.settings.workspace import create_workspace
from tests.flows.commanding import Tyle

SENT = datetime(2024, 4, 1, 8, tzinfo=UTC).timestamp()
ROOT = Path(__file__).parents[2]
LAYOUTS = ROOT / "docs" / "layouts.md"
UNITS = """\
unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors
hai-quan,Cục Hải quan,so,departments,1,2022-01-01,,pending,every_day,cbsa-asfc,
di-tru,Cục Di trú,so,departments,2,2022-01-01,,pending,every_day,cic,
thue,Cục Thuế,so,departments,3,2022-01-01,,pending,every_day,cra-arc,
thuy-san,Cục Thủy sản,so,departments,4,2022-01-01,,pending,every_day,dfo-mpo,
giao-thong,Cục Giao thông,so,departments,5,2022-01-01,,pending,every_day,tc,
"""
INVENTORY = """\
fiscal_yr,service_id,service_name_en,owner_org,num_phone_enquiries,num_applications_by_phone,num_website_visits,\
num_applications_online,num_applications_in_person,num_applications_by_mail,num_applications_by_email,\
num_applications_by_fax,num_applications_by_other,num_applications_total,special_remarks_en
2022-2023,101,Travellers declaration,cbsa-asfc,9,1,999,5,6,7,0,0,0,19,
2023-2024,101,Travellers declaration,cbsa-asfc,12,NA,999,1205,40,7,3,NA,0,1255,
2023-2024,102,Travellers declaration,cbsa-asfc,12,3,999,700,41,8,NA,NA,NA,752,the same name again
2023-2024,201,Visitor visa,cic,ND,NA,1000,90000,1500,NA,NA,NA,NA,91500,
2023-2024,202,Online work permit,cic,ND,NA,1000,5000,10,NA,NA,NA,NA,5010,
2023-2024,301,Total tax account,cra-arc,1,10,1,20,30,40,50,60,70,280,
2023-2024,302,Refund,cra-arc,1,ND,1,ND,ND,ND,ND,ND,ND,ND,no figures
2023-2024,401,Fishing licence,dfo-mpo,1,0,1,55,5,0,0,0,0,60,
2023-2024,501,Vessel registry,tc,1,2,1,11,3,4,NA,1,NA,21,
2023-2024,901,A body that is not ours,xyz,1,2,1,11,3,4,NA,1,NA,21,
"""
# unit → online, in person, total of 2023-24
FIGURES = {
    "hai-quan": (1905, 102, 2007),
    "di-tru": (95000, 1510, 96510),
    "thue": (20, 260, 280),
    "thuy-san": (55, 5, 60),
    "giao-thong": (11, 10, 21),
}


def settings(name: str) -> str:
    """The block of the page that begins with this comment."""
    (block,) = re.findall(rf"```toml\n# {name}\n(.*?)```", LAYOUTS.read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = create_workspace(tmp_path / "w").root
    (made / "reference" / "units.csv").write_text(UNITS, encoding="utf-8")
    return made


def put(root: Path, place: str, content: bytes | str) -> None:
    file = root / "inbox" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(file, (SENT, SENT))  # nobody is still writing it


def marts(root: Path, day: date) -> dict[str, tuple[int, int, int]]:
    """Unit → online, in person, total of a day, as published."""
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as db:
        rows = db.execute(
            "SELECT unit_id, online, in_person, total FROM marts.daily_unit_rates "
            "WHERE business_date = ? AND total > 0",
            [day],
        ).fetchall()
    return {unit: tuple(figures) for unit, *figures in rows}


@pytest.mark.slow
def test_five_departments_in_one_national_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tyle = Tyle(capsys)
    (root / "tyle.toml").write_text(settings("five departments"), encoding="utf-8")
    put(root, "inventory/2024-03-31.csv", INVENTORY)
    code, _, _ = tyle("run", "--date", "2024-03-31", "--workspace", root)
    assert code == 0
    assert marts(root, date(2024, 3, 31)) == FIGURES


@pytest.mark.slow
def test_a_wrong_channel_holds_back_its_department_only(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tyle = Tyle(capsys)
    (root / "tyle.toml").write_text(settings("five departments"), encoding="utf-8")
    wrong = INVENTORY.replace("cbsa-asfc,12,3,", "cbsa-asfc,12,4,").replace("cra-arc,1,10,", "cra-arc,1,ND,")
    put(root, "inventory/2024-03-31.csv", wrong)
    code, _, _ = tyle("run", "--date", "2024-03-31", "--workspace", root)
    assert code == 2
    assert marts(root, date(2024, 3, 31)) == {
        unit: figures for unit, figures in FIGURES.items() if unit not in ("hai-quan", "thue")
    }
    _, shown, _ = tyle("quarantine", "show", "hai-quan:2024-03-31:summary:v1", "--workspace", root)
    assert "dòng 4" in shown
    assert "(phải là 753)" in shown
    _, shown, _ = tyle("quarantine", "show", "thue:2024-03-31:summary:v1", "--workspace", root)
    assert "ô F7" in shown


@pytest.mark.slow
def test_the_same_file_as_one_shared_export(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tyle = Tyle(capsys)
    lines = settings("five departments").replace("[exports]", '[[shared]]\nid = "inventory"').splitlines()
    shared = [line.replace("[exports.layout", "[shared.layout") for line in lines if not line.startswith("source")]
    (root / "tyle.toml").write_text("\n".join(shared), encoding="utf-8")
    put(root, "shared/inventory/2024-03-31.csv", INVENTORY)
    code, out, _ = tyle("run", "--date", "2024-03-31", "--workspace", root)
    assert code == 2
    assert "xyz" in out
    assert marts(root, date(2024, 3, 31)) == FIGURES


SHEET: list[list[object]] = [
    ["Vehicle licensing volumes"],
    ["Figures are numbers of transactions completed"],
    [],
    ["Transaction", "Channel", "2024 January", "2024 February", "2024 March", "Total"],
    ["Tax a vehicle", "Online", 10, 20, 1205, 1235],
    ["", "Post", 1, 2, 30, 33],
    ["", "Telephone", 0, 1, 5, 6],
    ["", "Total", 11, 23, 1240, 1274],
    ["Declare off road", "Online", 5, 5, 55, 65],
    ["", "Post", 1, 1, 1, 3],
    ["", "Telephone", 2, 2, 2, 6],
    ["", "Total", 8, 8, 58, 74],
    ["Total transactions", "Online", 15, 25, 1260, 1300],
    ["", "Post", 2, 3, 31, 36],
    ["", "Telephone", 2, 3, 7, 12],
    ["", "Total", 19, 31, 1298, 1348],
    [],
    ["Notes"],
    ["1. A vehicle may be licensed for six or twelve months."],
]


def xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Volumes")
        for at, row in enumerate(SHEET):
            sheet.write_row(at, 0, row)
        for at in (4, 8, 12):
            sheet.merge_range(at, 0, at + 3, 0, SHEET[at][0])
    return out.getvalue()


def xls() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet: Any = book.add_sheet("Volumes")
    merged = {4, 8, 12}
    for at, row in enumerate(SHEET):
        for column, cell in enumerate(row):
            if column == 0 and at in merged:
                sheet.write_merge(at, at + 3, 0, 0, cell)
            elif cell != "":
                sheet.write(at, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("content", [xlsx, xls])
def test_months_across_and_channels_as_rows(root: Path, capsys: pytest.CaptureFixture[str], content: Any) -> None:
    tyle = Tyle(capsys)
    (root / "tyle.toml").write_text(settings("months across"), encoding="utf-8")
    place = root / f"volumes.{content.__name__}"
    place.write_bytes(content())
    for day, said in (("2024-03-31", "trực tuyến 1.260, trực tiếp 38, tổng số 1.298"), ("2024-01-31", "tổng số 19")):
        code, out, _ = tyle("check", place, "--unit", "giao-thong", "--date", day, "--workspace", root)
        assert code == 0
        assert said in out
    put(root, f"giao-thong/2024-03-31.{content.__name__}", content())
    tyle("run", "--date", "2024-03-31", "--workspace", root)
    assert marts(root, date(2024, 3, 31)) == {"giao-thong": (1260, 38, 1298)}


@pytest.mark.parametrize(
    ("row", "column", "cell", "said"),
    [
        (6, 4, 6, "dòng 7, cột “Total”, giá trị “6 (F7)”: cột tổng không bằng tổng các kỳ (7)"),
        (7, 1, "All", "dòng 8, cột “Channel”: “All” ở cột kênh không có trong channel_values"),
        (3, 4, "March", "hai cột cùng một kỳ"),
        (3, 1, "Way", "bố cục trong tyle.toml cần tiêu đề “Channel”"),
    ],
)
def test_what_is_wrong_in_the_sheet_is_named(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    row: int,
    column: int,
    cell: object,
    said: str,
) -> None:
    (root / "tyle.toml").write_text(settings("months across"), encoding="utf-8")
    changed = [list(cells) for cells in SHEET]
    changed[row][column] = cell
    if said.startswith("hai"):
        changed[row][3] = "March 2024"
        said = "cột “March 2024”: hai cột cùng một kỳ (D4, E4)"
    monkeypatch.setitem(globals(), "SHEET", changed)
    file = root / "volumes.xlsx"
    file.write_bytes(xlsx())
    code, out, _ = Tyle(capsys)("check", file, "--unit", "giao-thong", "--date", "2024-03-31", "--workspace", root)
    assert code == 2
    assert said in out


def test_a_section_is_proposed_that_reads_the_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tyle = Tyle(capsys)
    (root / "tyle.toml").write_text("", encoding="utf-8")
    for name, content in (("inventory.csv", INVENTORY.encode()), ("volumes.xlsx", xlsx())):
        (root / name).write_bytes(content)
    code, section, shown = tyle("layout", "try", root / "volumes.xlsx", "--workspace", root)
    assert code == 0
    assert "1260" in shown
    own = section.replace("MA-DON-VI", "giao-thong")
    code, section, shown = tyle("layout", "try", root / "inventory.csv", "--workspace", root)
    assert code == 0
    assert "90000" in shown
    zero = section.replace("null_values", "zero_values").replace('["ND", "NA"]', '["NA"]')
    assert 'field = ["service_id", "service_name_en"]' in section
    assert "num_phone_enquiries" not in section.partition("columns]")[2]
    (root / "tyle.toml").write_text(own + zero.replace("MA-DON-VI", "hai-quan"), encoding="utf-8")
    for unit, name, day, total in (
        ("giao-thong", "volumes.xlsx", "2024-03-31", 1298),
        ("hai-quan", "inventory.csv", "2024-03-31", 2007),
    ):
        code, section, shown = tyle("layout", "try", root / name, "--unit", unit, "--date", day, "--workspace", root)
        assert (code, section) == (0, "")
        assert str(total) in shown
    assert not (root / "lake").exists()


def test_nothing_is_proposed_for_a_list_of_cases(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "tyle.toml").write_text('[exports]\ncontract = "cases"\n', encoding="utf-8")
    (root / "list.csv").write_text("Mã hồ sơ;Họ tên\n1;Nguyễn Văn A\n", encoding="utf-8")
    code, out, err = Tyle(capsys)("layout", "try", root / "list.csv", "--workspace", root)
    assert code == 1
    assert "Nguyễn" not in out + err
    (root / "tyle.toml").write_text("", encoding="utf-8")
    cases = "Mã hồ sơ;Kênh thực hiện;Trạng thái;Ngày tiếp nhận;Họ tên\nA.B-240331-0001;1;2;31/03/2024;Nguyễn Văn A\n"
    (root / "list.csv").write_text(cases, encoding="utf-8")
    code, out, err = Tyle(capsys)("layout", "try", root / "list.csv", "--workspace", root)
    assert code == 2
    assert "Nguyễn" not in out + err
    assert "Họ tên" not in out + err
