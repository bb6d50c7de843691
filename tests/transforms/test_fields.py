"""Which field a name means, and what fields.csv may hold."""

import json
import unicodedata
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from demo.fields import fields_of
from tests.reference import fields, registry
from tests.transforms.checking import DAY, Sender, broken, checked
from tests.transforms.test_cases import case
from transforms.check import cases
from transforms.check.history.past_fields import PAST_FIELDS
from transforms.check.messages import describe
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.contracts import NO_FIELD, UNKNOWN_FIELD
from transforms.reference.fields import EVER, FOREVER, FieldBook, with_fields

HEADER = "id,name,aliases,valid_from,valid_to\n"
BOOK = FieldBook.from_csv(
    f"{HEADER}dat-dai,Đất đai,Quản lý đất đai,,\n"
    "lanh-su,Lãnh sự,,,2022-07-31\n"
    "cong-tac-lanh-su,Công tác lãnh sự,Lãnh sự,2022-08-10,\n"
    "thuy-loi,Thủy lợi,,,\nthuy-loi-cu,Thụy lôi,,,\n"
)


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
        ("dat-dai,Đất đai,,,\ndat-dai,Hộ tịch,,,\n", "dòng 3: cột id “dat-dai”: trùng với dòng 2"),
        ("a,Đất đai,,,\nb,Hộ tịch,ĐẤT ĐAI,,\n", "dòng 3: tên “ĐẤT ĐAI”: trùng với dòng 2 (a)"),
        ("a,Đất đai,,,2022-08-01\nb,Hộ tịch,Đất đai,2022-08-01,\n", "dòng 3: tên “Đất đai”: trùng với dòng 2 (a)"),
        ("Đ,Đất đai,,,\n", "dòng 2: cột id “Đ”"),
        (",Đất đai,,,\n", "dòng 2: cột id “”"),
        ("a,,,,\n", "dòng 2: cột name “”: phải có chữ"),
        ("a,Đất đai,-|2,,\n", "dòng 2: cột aliases “-”: phải có chữ"),
        ("a,12,,,\n", "dòng 2: cột name “12”: phải có chữ"),
        ("a,Đất đai,,1/8/2022,\n", "dòng 2: cột valid_from “1/8/2022”"),
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
    with pytest.raises(ValueError, match="dòng 1: thiếu cột aliases, valid_from, valid_to"):
        FieldBook.from_csv("id,name\na,Đất đai\n")


def test_the_shipped_list_has_the_fields_of_the_real_report() -> None:
    units = registry().units.filter(pl.col("unit_type") != "trung-tam").select("unit_id", "unit_type").rows()
    names = {name for unit in units for name in fields_of(*unit)}
    assert [name for name in sorted(names) if meant(name, book=fields()) is None] == []
    assert fields().named(sorted(names))["field_id"].n_unique() == len(names)


TABLE = "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\n"


def broken_by(*texts: str, senders: tuple[Sender, ...] = (), **given: Any) -> list[int]:
    """For each file of these rows, on how many of them a field is unknown."""
    facts, _ = checked("summary", *(TABLE + text for text in texts), senders=senders, **given)
    return facts.deliveries["field_is_known"].to_list()


def test_an_unknown_name_is_a_warning_with_the_nearest_names() -> None:
    facts, filings = checked("summary", f"{TABLE}1;Đất đai;1;2;3\n2;Khám bênh;1;0;1\n3;Xyz;1;0;1\n")
    first, second = describe(facts.findings, filings, "summary")["message"]
    assert "dòng 3, cột “Lĩnh vực”: Lĩnh vực = Khám bênh; quy tắc field_is_known" in first
    assert "(gần giống: Khám bệnh, chữa bệnh" in first
    assert second.endswith("hãy thêm tên vào tệp đó")
    assert broken(facts, "summary") == {"field_is_known": (2, 0)}


@pytest.mark.parametrize(
    ("unit", "day", "name", "warned"),
    [
        ("so-y-te", 4, "SAO Y, BẢN CHÍNH", 0),
        ("so-y-te", 5, "Sao y bản chính", 1),  # the same day says nothing about what was before
        ("so-y-te", 6, "Sao y bản chính", 1),
        ("so-noi-vu", 4, "Sao y bản chính", 1),
        ("so-y-te", 4, "Sao y", 1),
    ],
)
def test_what_the_unit_named_on_an_earlier_day_is_known(unit: str, day: int, name: str, warned: int) -> None:
    past = pl.DataFrame([(unit, date(2022, 8, day), name)], schema=PAST_FIELDS, orient="row")
    assert broken_by("1;Sao y bản chính;1;2;3\n", named=past) == [warned]


def test_a_year_is_long_enough() -> None:
    for days, warned in ((366, 0), (367, 1)):
        past = pl.DataFrame(
            [("so-y-te", DAY - timedelta(days=days), "Sao y bản chính")], schema=PAST_FIELDS, orient="row"
        )
        assert broken_by("1;Sao y bản chính;1;2;3\n", named=past) == [warned]


def test_several_days_at_once_are_judged_as_one_after_another() -> None:
    senders = tuple(Sender(day=date(2022, 8, day)) for day in (3, 1, 2))
    good, wrong = "1;Sao y bản chính;1;2;3\n", "1;Sao y bản chính;1;2;4\n"
    assert broken_by(good, good, good, senders=senders) == [0, 1, 0]
    assert broken_by(good, wrong, good, senders=senders) == [0, 1, 1]  # what is held back was not accepted
    off = Strictness({1: {"total_is_sum": "off"}})
    assert broken_by(good, wrong, good, senders=senders, strictness=off) == [0, 1, 0]


def test_two_names_of_one_field_in_a_file_stay_one_fault() -> None:
    facts, _ = checked("summary", f"{TABLE}1;Hòa giải cơ sở;1;2;3\n2;HOÀ GIẢI Ở CƠ SỞ;1;0;1\n")
    assert broken(facts, "summary") == {"field_once": (2, 0)}


def test_a_known_field_of_cases_is_counted_under_its_name_and_no_other_text_is_kept() -> None:
    names = ["đất đai", "DAT DAI", "Nguyễn Văn Tịch", "", "0912345678", "Tran Thi B"]
    rows = [case(number, TenLinhVuc=name) for number, name in enumerate(names, start=1)]
    facts, filings = checked("cases", json.dumps(rows))
    counts = cases.daily_counts(facts.rows).sort("field")
    assert counts.select("field", "total").rows() == [(NO_FIELD, 1), (UNKNOWN_FIELD, 3), ("Đất đai", 2)]
    (message,) = describe(facts.findings, filings, "cases")["message"]
    assert message.startswith("dòng 4: quy tắc field_is_known:")
    assert message.endswith("(3 hồ sơ)")
    stored = cases.counted_cases(facts.rows).write_csv() + counts.write_csv() + facts.findings.write_csv()
    assert [name for name in names[2:] if name and name in stored] == []


def test_a_code_of_a_field_is_known_where_the_list_has_it() -> None:
    book = FieldBook.from_csv(f"{HEADER}dat-dai,Đất đai,G11-DD01|17,,\n")
    rows = pl.DataFrame(
        {
            "field": [None, "Xyz", "đất đai", None],
            "field_code": ["g11-dd01", "17", "18", "18"],
            "business_date": [DAY] * 4,
        }
    )
    named = with_fields(rows, book)
    assert named["field_official"].to_list() == ["Đất đai", "Đất đai", "Đất đai", None]
    assert named["field_known"].to_list() == [True, True, True, False]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        *((code, True) for code in ("1.000123", "2.001234.000.00.00.H55", "T-TNG-123456-TT", "BTP-TNG-277123")),
        *((code, False) for code in ("Nguyễn Văn A", "0912.345.678", "024090001234", "01.02.1990", "Cấp bản sao")),
    ],
)
def test_a_procedure_is_kept_as_a_code_only(text: str, kept: bool) -> None:
    facts, _ = checked("cases", json.dumps([case(1, MaTTHC=text)]))
    assert cases.counted_cases(facts.rows)["procedure"].to_list() == [text if kept else None]
