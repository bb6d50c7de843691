"""Which field a name means, and what fields.csv may hold."""

import unicodedata
from datetime import date

import polars as pl
import pytest

from demo.fields import fields_of
from tests.reference import fields, registry
from transforms.reference.fields import EVER, FOREVER, FieldBook, with_fields

HEADER = "id,name,aliases,valid_from,valid_to\n"
BOOK = FieldBook.from_csv(
    f"{HEADER}dat-dai,Đất đai,Quản lý đất đai,,\n"
    "lanh-su,Lãnh sự,,,2022-07-31\n"
    "cong-tac-lanh-su,Công tác lãnh sự,Lãnh sự,2022-08-10,\n"
    "thuy-loi,Thủy lợi,,,\nthuy-loi-cu,Thụy lôi,,,\n"
)
DAY = date(2022, 8, 5)


def meant(text: str, day: date = DAY, book: FieldBook = BOOK) -> str | None:
    rows = pl.DataFrame({"field": [text], "business_date": [day]})
    return with_fields(rows, book)["field_id"].item()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Đất đai",
            "ĐẤT ĐAI",
            "  đất   đai ",
            "Đất, đai.",
            "Lĩnh vực đất đai",
            "Lĩnh vực: Đất đai",
            "LĨNH VỰC ĐẤT ĐAI",
        ),
        *("1. Đất đai", "II/ Đất đai", "3.Đất đai", "1.2) Lĩnh vực Đất đai", "Dat dai", "DAT DAI", "- Đất đai"),
        *("Quản lý đất đai", "Quản lí đất đai", "QUẢN LÝ, ĐẤT ĐAI", unicodedata.normalize("NFD", "Đất đai")),
    ],
)
def test_a_field_has_many_spellings(text: str) -> None:
    assert meant(text) == "dat-dai"


@pytest.mark.parametrize("text", ["Tổng đất đai", "Đất", "đai đất", "1.", "Lĩnh vực", "", "Nguyễn Văn A", "Đất đái"])
def test_another_name_means_no_field(text: str) -> None:
    assert meant(text) is None


def test_without_diacritics_only_what_one_field_fits() -> None:
    assert meant("Thuỷ lợi") == "thuy-loi"
    assert meant("Thuy loi") is None


def test_a_name_means_a_field_on_its_days() -> None:
    days = [date(2022, 7, 31), date(2022, 8, 1), date(2022, 8, 9), date(2022, 8, 10), date(2030, 1, 1)]
    assert [meant("LÃNH SỰ", day) for day in days] == ["lanh-su", None, None, "cong-tac-lanh-su", "cong-tac-lanh-su"]


def test_the_periods_of_a_text_have_no_gap() -> None:
    named = BOOK.named(["Lãnh sự", "Đất đai", "Khác"])
    for text in ("Lãnh sự", "Đất đai", "Khác"):
        own = named.filter(field=text)
        assert (own["valid_from"][0], own["valid_to"][-1]) == (EVER, FOREVER)
        days = (own["valid_from"][1:] - own["valid_to"][:-1]).dt.total_days().to_list()
        assert days == [1] * (len(own) - 1)


def test_rows_of_several_days_stay_in_order() -> None:
    days = [DAY, date(2022, 8, 10), DAY, DAY]
    rows = pl.DataFrame({"field": ["lãnh sự", "lãnh sự", None, "1. Đất đai"], "business_date": days, "n": [1, 2, 3, 4]})
    named = with_fields(rows, BOOK)
    assert named["n"].to_list() == [1, 2, 3, 4]
    assert named["field_known"].to_list() == [False, True, None, True]
    assert named["field_name"].to_list() == ["lãnh sự", "lãnh sự", None, "1. Đất đai"]
    assert named["field_official"].to_list() == [None, "Công tác lãnh sự", None, "Đất đai"]
    assert named["field_key"][3] == BOOK.named(["đất đai"])["field_key"].item()


def test_the_nearest_names() -> None:
    assert fields().nearest("Khám bênh chữa bệnh", DAY)[0] == "Khám bệnh, chữa bệnh"
    assert BOOK.nearest("lãnh xự", date(2022, 7, 1)) == ["Lãnh sự"]
    assert BOOK.nearest("0912345678", DAY) == []


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("dat-dai,Đất đai,,,\ndat-dai,Hộ tịch,,,\n", "dòng 3: id “dat-dai” trùng với dòng 2"),
        ("a,Đất đai,,,\nb,Hộ tịch,ĐẤT ĐAI,,\n", "dòng 3: tên “ĐẤT ĐAI”: trùng với dòng 2 (a)"),
        ("a,Đất đai,,,2022-08-01\nb,Hộ tịch,Đất đai,2022-08-01,\n", "dòng 3: tên “Đất đai”: trùng với dòng 2 (a)"),
        ("Đ,Đất đai,,,\n", "dòng 2: id “Đ”"),
        (",Đất đai,,,\n", "dòng 2: id “”"),
        ("a,,,,\n", "dòng 2: tên “”: phải có chữ"),
        ("a,Đất đai,1|2,,\n", "dòng 2: tên “1”: phải có chữ"),
        ("a,Đất đai,,1/8/2022,\n", "dòng 2: valid_from “1/8/2022”"),
        ("a,Đất đai,,2022-08-02,2022-08-01\n", "dòng 2: valid_to 2022-08-01 trước valid_from 2022-08-02"),
        ("a,Đất đai,,\n", "dòng 2: phải có 5 ô"),
        ('a,"Đất đai,,,\n', "không đọc được CSV"),
    ],
)
def test_a_wrong_file_is_refused_with_its_row(rows: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"^fields\.csv: dòng \d+: ") as fault:
        FieldBook.from_csv(HEADER + rows)
    assert why in str(fault.value)
    assert "\n" not in str(fault.value)


def test_the_header_must_be_right() -> None:
    with pytest.raises(ValueError, match="dòng 1: các cột phải là id, name"):
        FieldBook.from_csv("id,name\na,Đất đai\n")


def test_the_shipped_list_has_the_fields_of_the_real_report() -> None:
    units = registry().units.filter(pl.col("unit_type") != "trung-tam").select("unit_id", "unit_type").rows()
    names = {name for unit in units for name in fields_of(*unit)}
    assert [name for name in sorted(names) if meant(name, book=fields()) is None] == []
    assert fields().named(sorted(names))["field_id"].n_unique() == len(names)
