"""The forms in which one file may name its units: a column, a row, a heading, a sheet, a block; and its days."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from flows.intake.shared import split_one
from flows.settings.workspace import Workspace, open_workspace
from tests.flows.workspaces import MONDAY, outcomes, put, small_workspace, to_lake
from transforms.check.shared.split import Split
from transforms.dictionary.problems import ConfigurationError

HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
BY_UNIT = f"Đơn vị;{HEADER}"


def workspace_of(root: Path, by: str, more: str = "") -> Workspace:
    return small_workspace(root, f'[[shared]]\nid = "daily"\nby = "{by}"\n{more}')


def split(root: Path, by: str, content: bytes | str, more: str = "", day: date = MONDAY) -> Split:
    workspace = workspace_of(root, by, more)
    (shared,) = workspace.settings.shared_exports
    raw = content.encode() if isinstance(content, str) else content
    return split_one(workspace, shared, raw, {"business_date": day})


def parts(found: Split) -> dict[str, list[tuple[str | None, str | None]]]:
    """Per part the field and total of each of its rows; of one that is held back its reason."""
    assert found.refusal is None, found.refusal.describe()
    return {
        part.unit_id: [("held", part.content.read.refusal.describe())]
        if part.content.read.refusal
        else part.content.read.rows.select("field", "total").rows()
        for part in found.parts
    }


def wrong(found: Split) -> dict[str, list[str]]:
    """The parts of which a sum is wrong, with the names of these sums."""
    named = {
        part.unit_id: [total.name for total in part.content.totals if total.is_wrong and total.holds]
        for part in found.parts
    }
    return {unit: names for unit, names in named.items() if names}


def xlsx(fill: Callable[[Any], None]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


class TestColumn:
    def test_a_unit_may_stand_on_the_first_of_its_rows_only(self, tmp_path: Path) -> None:
        rows = "Sở Y tế;Dược;1;2;3\n;Y;1;1;2\nSở Nội vụ;Hộ tịch;4;0;4\n"
        found = parts(split(tmp_path, "column", f"{BY_UNIT}\n{rows}"))
        assert found == {"so-y-te": [("Dược", "3"), ("Y", "2")], "so-noi-vu": [("Hộ tịch", "4")]}

    def test_a_merged_cell_names_all_its_rows(self, tmp_path: Path) -> None:
        def fill(book: Any) -> None:
            sheet = book.add_worksheet("Ngày")
            for at, line in enumerate([BY_UNIT, ";Dược;1;2;3", ";Y;1;1;2", "Sở Nội vụ;Hộ tịch;4;0;4"]):
                cells = [int(cell) if cell.isdecimal() else cell for cell in line.split(";")]
                sheet.write_row(at, 0, cells)
            sheet.merge_range(1, 0, 2, 0, "Sở Y tế")

        found = parts(split(tmp_path, "column", xlsx(fill)))
        assert found == {"so-y-te": [("Dược", "3"), ("Y", "2")], "so-noi-vu": [("Hộ tịch", "4")]}

    def test_rows_of_a_unit_need_not_stand_together(self, tmp_path: Path) -> None:
        rows = "Sở Y tế;Dược;1;2;3\nSở Nội vụ;Dược;4;0;4\nSở Y tế;Y;1;1;2\n"
        assert parts(split(tmp_path, "column", f"{BY_UNIT}\n{rows}"))["so-y-te"] == [("Dược", "3"), ("Y", "2")]

    def test_a_unit_by_two_names_is_refused(self, tmp_path: Path) -> None:
        rows = "Sở Y tế;Dược;1;2;3\nso-y-te;Y;1;1;2\nSở Nội vụ;Hộ tịch;4;0;4\n"
        found = parts(split(tmp_path, "column", f"{BY_UNIT}\n{rows}"))
        assert found["so-y-te"][0][0] == "held"
        assert "so-y-te có hai lần trong tệp (dòng 2, 3)" in str(found["so-y-te"][0][1])
        assert found["so-noi-vu"] == [("Hộ tịch", "4")]

    def test_units_may_have_no_fields(self, tmp_path: Path) -> None:
        text = "Đơn vị;Trực tuyến;Trực tiếp;Tổng số\nSở Y tế;1;2;3\nSở Nội vụ;4;0;4\nTổng cộng;5;2;7\n"
        found = split(tmp_path, "column", text)
        assert parts(found)["so-y-te"] == [("Không ghi lĩnh vực", "3")]
        assert wrong(found) == {}

    def test_a_row_with_figures_and_without_a_unit_is_held_back(self, tmp_path: Path) -> None:
        text = "Đơn vị;Trực tuyến;Trực tiếp;Tổng số\nSở Y tế;1;2;3\n;4;0;4\n"
        (held,) = [reason for unit, ((_, reason), *_) in parts(split(tmp_path, "column", text)).items() if "/" in unit]
        assert held == "dòng 3: dòng có số liệu mà không ghi đơn vị (dòng 3)"

    def test_a_last_total_without_a_unit_is_of_all(self, tmp_path: Path) -> None:
        rows = "Sở Y tế;Dược;1;2;3\n;Y;1;1;2\nSở Nội vụ;Hộ tịch;4;0;4\n;Tổng cộng;6;3;9\n"
        found = split(tmp_path, "column", f"{BY_UNIT}\n{rows}")
        assert wrong(found) == {}
        assert parts(found)["so-noi-vu"] == [("Hộ tịch", "4")]
        assert set(wrong(split(tmp_path / "b", "column", f"{BY_UNIT}\n{rows.replace('6;3;9', '6;4;10')}"))) == {
            "so-y-te",
            "so-noi-vu",
        }

    def test_each_unit_may_have_a_total_of_its_own(self, tmp_path: Path) -> None:
        rows = "Sở Y tế;Dược;1;2;3\n;Cộng;1;2;3\nSở Nội vụ;Hộ tịch;4;0;4\n;Cộng;4;0;4\n;Tổng cộng;5;2;7\n"
        found = split(tmp_path, "column", f"{BY_UNIT}\n{rows}")
        assert [field for field, _ in parts(found)["so-y-te"]] == ["Dược", "Cộng"]
        assert wrong(found) == {}

    def test_a_unit_of_another_export_is_held_back_by_name(self, tmp_path: Path) -> None:
        rows = "Sở Y tế;Dược;1;2;3\nUBND huyện A;Y;1;1;2\n"
        found = parts(split(tmp_path, "column", f"{BY_UNIT}\n{rows}", 'units = ["departments"]\n'))
        assert "ubnd-huyen-a không thuộc tệp chung này" in str(found["@daily/ubnd-huyen-a"][0][1])

    def test_thousands_are_read_as_the_whole_file_writes_them(self, tmp_path: Path) -> None:
        rows = "Sở Y tế;Dược;5.000;0;5.000\nSở Nội vụ;Hộ tịch;1.234;1;1.235\n"
        assert parts(split(tmp_path, "column", f"{BY_UNIT}\n{rows}"))["so-y-te"] == [("Dược", "5000")]

    def test_a_lost_cell_holds_back_its_unit_alone(self, tmp_path: Path) -> None:
        rows = "Sở Y tế;Dược;1;2\nSở Nội vụ;Hộ tịch;4;0;4\nUBND huyện A;Y;1;1;2\n"
        found = parts(split(tmp_path, "column", f"{BY_UNIT}\n{rows}"))
        assert found["so-y-te"][0][0] == "held"
        assert found["ubnd-huyen-a"] == [("Y", "2")]


class TestDays:
    TEXT = (
        f"Ngày;{BY_UNIT}\n01/08/2022;Sở Y tế;Dược;1;2;3\n02/08/2022;Sở Y tế;Dược;4;5;9\n"
        "02/08/2022;Sở Nội vụ;Hộ tịch;4;0;4\n"
    )

    def test_a_file_of_several_days_is_a_delivery_of_each_unit_and_day(self, tmp_path: Path) -> None:
        workspace = workspace_of(tmp_path, "column", 'dates = "column"\n')
        put(workspace, "shared/daily", MONDAY + timedelta(days=1), content=self.TEXT.encode())
        stored = to_lake(workspace, MONDAY + timedelta(days=1)).stored
        accepted = stored.filter(status="accepted")["delivery_id"].to_list()
        assert accepted == [
            "@daily:2022-08-02:summary:v1",
            "so-noi-vu:2022-08-02:summary:v1",
            "so-y-te:2022-08-01:summary:v1",
            "so-y-te:2022-08-02:summary:v1",
        ]

    @pytest.mark.slow
    def test_otherwise_another_day_is_a_fault_of_its_unit(self, tmp_path: Path) -> None:
        workspace = workspace_of(tmp_path, "column")
        put(workspace, "shared/daily", MONDAY, content=self.TEXT.encode())
        result = to_lake(workspace, MONDAY)
        assert outcomes(result)["so-noi-vu"] == "quarantined"
        assert set(result.findings["rule"]) >= {"date_is_business_date"}


class TestGroup:
    TEXT = (
        "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nI;Sở Y tế;2;3;5\n1;Dược phẩm;1;2;3\n2;Đất đai;1;1;2\n"
        "II;Sở Nội vụ;;;\n1;Hộ tịch;4;0;4\nIII;UBND huyện Q;;;\n1;Đất đai;1;1;2\n;Tổng cộng;7;4;11\n"
    )

    def test_a_heading_names_the_unit_of_the_rows_below(self, tmp_path: Path) -> None:
        found = split(tmp_path, "group", self.TEXT)
        assert wrong(found) == {}
        named = parts(found)
        assert [field for field, _ in named["so-y-te"]] == ["Sở Y tế", "Dược phẩm", "Đất đai"]
        assert named["so-noi-vu"] == [("Hộ tịch", "4")]
        assert "không biết đơn vị “UBND huyện Q”" in str(named["@daily/ubnd-huyen-q"][0][1])

    @pytest.mark.slow
    def test_a_heading_with_figures_is_the_sum_of_its_rows(self, tmp_path: Path) -> None:
        workspace = workspace_of(tmp_path, "group")
        put(workspace, "shared/daily", MONDAY, content=self.TEXT.encode())
        result = to_lake(workspace, MONDAY)
        assert outcomes(result)["so-y-te"] == "accepted"
        assert result.stored.filter(unit_id="so-y-te")["row_count"].item() == 2


class TestSheet:
    def test_each_sheet_is_a_unit(self, tmp_path: Path) -> None:
        def fill(book: Any) -> None:
            for name, total in (("Sở Y tế", 3), ("Sở Nội vụ", 4), ("Phòng lạ", 5)):
                sheet = book.add_worksheet(name)
                sheet.write_row(0, 0, HEADER.split(";"))
                sheet.write_row(1, 0, ["Dược", total, 0, total])

        found = parts(split(tmp_path, "sheet", xlsx(fill)))
        assert found["so-y-te"] == [("Dược", "3")]
        assert found["so-noi-vu"] == [("Dược", "4")]
        assert "không biết đơn vị “Phòng lạ”" in str(found["@daily/phong-la"][0][1])

    def test_a_sheet_that_cannot_be_read_holds_back_its_unit_alone(self, tmp_path: Path) -> None:
        def fill(book: Any) -> None:
            first = book.add_worksheet("Sở Y tế")
            first.write_row(0, 0, ["Lĩnh vực", "Số gì đó", "Tổng số"])
            first.write_row(1, 0, ["Dược", 1, 1])
            second = book.add_worksheet("Sở Nội vụ")
            second.write_row(0, 0, HEADER.split(";"))
            second.write_row(1, 0, ["Dược", 4, 0, 4])

        found = parts(split(tmp_path, "sheet", xlsx(fill)))
        assert found["so-y-te"][0][0] == "held"
        assert found["so-noi-vu"] == [("Dược", "4")]


class TestRow:
    HEAD = "STT;Đơn vị;Trực tuyến;Trực tiếp;Tổng số\n"
    ROWS = "I;Sở, ban, ngành;5;2;7\n1;Sở Y tế;1;2;3\n2;Sở Nội vụ;4;0;4\nII;UBND các huyện;1;1;2\n1;UBND huyện A;1;1;2\n"

    def test_groups_with_a_roman_number_are_sums_of_the_rows_below(self, tmp_path: Path) -> None:
        text = f"{self.HEAD}{self.ROWS};Tổng cộng;6;3;9\n"
        found = split(tmp_path, "row", text)
        assert wrong(found) == {}
        assert set(parts(found)) == {"so-y-te", "so-noi-vu", "ubnd-huyen-a"}
        faulty = wrong(split(tmp_path / "b", "row", text.replace("5;2;7", "5;3;8")))
        assert faulty == {"so-y-te": ["Sở, ban, ngành"], "so-noi-vu": ["Sở, ban, ngành"]}

    def test_a_sum_may_stand_below_its_group(self, tmp_path: Path) -> None:
        text = (
            f"{self.HEAD}1;Sở Y tế;1;2;3\n2;Sở Nội vụ;4;0;4\n;Cộng khối sở, ban, ngành;5;2;7\n"
            "3;UBND huyện A;1;1;2\n;Cộng;1;1;2\n;Tổng số;6;3;9\n"
        )
        assert wrong(split(tmp_path, "row", text)) == {}
        assert set(wrong(split(tmp_path / "b", "row", text.replace(";Cộng;1;1;2", ";Cộng;1;2;3")))) == {"ubnd-huyen-a"}

    def test_where_group_and_province_are_wrong_the_other_group_counts(self, tmp_path: Path) -> None:
        text = f"{self.HEAD}{self.ROWS};Tổng cộng;6;3;9\n".replace("2;Sở Nội vụ;4;0;4", "2;Sở Nội vụ;5;0;5")
        assert set(wrong(split(tmp_path, "row", text))) == {"so-y-te", "so-noi-vu"}

    def test_what_the_centre_s_table_calls_fields_are_units_too(self, tmp_path: Path) -> None:
        text = "STT;Đơn vị;Tiếp nhận;Đã giải quyết;Đúng hạn\n1;Sở Y tế;9;8;7\n2;Sở Nội vụ;5;4;4\n;Tổng cộng;14;12;11\n"
        found = split(tmp_path, "row", text, 'contract = "processing"\n')
        assert set(parts_of(found)) == {"so-y-te", "so-noi-vu"}
        assert wrong(found) == {}

    def test_a_file_whose_names_are_no_units_is_refused_whole(self, tmp_path: Path) -> None:
        rows = "".join(f"{n};Lạ {n};1;0;1\n" for n in range(60))
        found = split(tmp_path, "row", self.HEAD + rows)
        assert found.refusal is not None
        assert "60 tên không phải tên đơn vị nào đã biết" in found.refusal.describe()


def parts_of(found: Split) -> list[str]:
    assert found.refusal is None, found.refusal.describe()
    return [part.unit_id for part in found.parts if part.content.read.refusal is None]


class TestBlock:
    TEXT = (
        f"Đơn vị: Sở Y tế;;;\n{HEADER}\nDược;1;2;3\nY;1;1;2\n;;;\nĐơn vị: Sở Nội vụ;;;\n{HEADER}\nHộ tịch;4;0;4\n"
        f";;;\nĐơn vị: UBND huyện Q;;;\n{HEADER}\nĐất đai;1;0;1\n"
    )

    def test_each_block_has_its_unit_in_the_title_above(self, tmp_path: Path) -> None:
        found = split(tmp_path, "block", self.TEXT)
        named = parts(found)
        assert named["so-y-te"] == [("Dược", "3"), ("Y", "2")]
        assert named["so-noi-vu"] == [("Hộ tịch", "4")]
        assert "không biết đơn vị “UBND huyện Q”" in str(named["@daily/ubnd-huyen-q"][0][1])
        (part,) = [part for part in found.parts if part.unit_id == "so-noi-vu"]
        assert part.content.read.rows is not None
        assert part.content.read.rows["row"].to_list() == [8]


class TestConfiguration:
    @pytest.mark.parametrize(
        ("settings", "why"),
        [
            ('[[shared]]\nid = "a"\n[[shared]]\nid = "a"\nunits = ["so-y-te"]\n', "trùng với [[shared]] thứ 1"),
            ('[[shared]]\nid = "a"\n[[shared]]\nid = "b"\nunits = ["so-y-te"]\n', "so-y-te đã gửi contract = summary"),
            (
                '[[shared]]\nid = "a"\n[units.so-y-te]\nbasis = "day"\n',
                "so-y-te đã gửi contract = summary ở [units.so-y-te]",
            ),
            ('[[shared]]\nid = "a"\nunits = ["so-y-tee"]\n', "gần giống: so-y-te"),
            ('[[shared]]\nid = "a"\nunits = ["department"]\n', "departments"),
            ('[[shared]]\nid = "A b"\n', "chỉ gồm chữ thường"),
            ('[[shared]]\nid = "a"\nby = "columns"\n', "column"),
            ('[[shared]]\nby = "column"\n', "id"),
            ('[[shared]]\nid = "a"\nunits = ["so-y-te"]\nwithout = ["departments"]\n', "không có đơn vị nào"),
            ('[[shared]]\nid = "a"\n[shared.rules]\nno_rule = "off"\n', "không có quy tắc này"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, settings: str, why: str) -> None:
        small_workspace(tmp_path)
        (tmp_path / "tyle.toml").write_text(settings, encoding="utf-8")
        with pytest.raises(Exception, match=r"tyle\.toml") as raised:
            open_workspace(tmp_path)
        assert why in str(raised.value)
        assert not isinstance(raised.value, ConfigurationError)

    def test_groups_and_exceptions_say_which_units_there_are(self, tmp_path: Path) -> None:
        workspace = small_workspace(
            tmp_path,
            '[[shared]]\nid = "a"\nunits = ["departments"]\nwithout = ["so-noi-vu"]\n'
            '[units.so-noi-vu]\nbasis = "day"\n',
        )
        (shared,) = workspace.settings.shared_exports
        assert shared.units == ("so-y-te",)
        assert [e.source.path for e in workspace.settings.single_exports_of("so-noi-vu")] == ["inbox/{unit_id}"]
        assert workspace.settings.single_exports_of("so-y-te") == ()
        assert workspace.settings.single_exports_of("@a")[0].source.path == "inbox/shared/{unit_id}"

    def test_a_unit_may_send_another_contract_by_itself(self, tmp_path: Path) -> None:
        workspace = small_workspace(tmp_path, '[[shared]]\nid = "a"\n[units.so-y-te]\ncontract = "ii06"\n')
        assert [e.contract for e in workspace.settings.all_exports_of("so-y-te")] == ["ii06", "summary"]


def test_cases_of_all_units_are_split_by_their_unit_and_name_nobody(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, "column", 'contract = "cases"\n')
    header = "Mã hồ sơ;Đơn vị xử lý;Kênh thực hiện;Trạng thái;Ngày tiếp nhận;Lĩnh vực;Mức độ"
    rows = [
        f"H55.01-220801-{number:04d};{unit};2;4;01/08/2022;Dược phẩm;4"
        for number, unit in enumerate(("Sở Y tế", "Sở Nội vụ", "Sở Y tế", "Nguyễn Văn A"), start=1)
    ]
    put(workspace, "shared/daily", MONDAY, content="\n".join([header, *rows, ""]).encode())
    result = to_lake(workspace, MONDAY)
    stored = result.stored.filter(pl.col("status").str.starts_with("accepted"), ~pl.col("unit_id").str.starts_with("@"))
    assert dict(stored.select("unit_id", "row_count").iter_rows()) == {"so-y-te": 2, "so-noi-vu": 1}
    (held,) = result.stored.filter(status="quarantined").to_dicts()
    assert "nguyen" not in held["unit_id"]
    assert "Nguyễn" not in str(held | {"content": None})
    assert not result.findings["message"].str.contains("Nguyễn").any()


@pytest.mark.slow
def test_two_files_of_one_day_are_two_versions(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, "column")
    for tag, total in (("-a", 3), ("-b", 4)):
        content = f"{BY_UNIT}\nSở Y tế;Dược;1;{total - 1};{total}\n".encode()
        put(workspace, "shared/daily", MONDAY, content=content, tag=tag)
    stored = to_lake(workspace, MONDAY, now=datetime(2022, 8, 2, 1)).stored
    assert stored.filter(unit_id="so-y-te")["version"].to_list() == [1, 2]
