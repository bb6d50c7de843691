from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import organisation, registry, text
from tests.transforms.spellings import spellings, without_diacritics
from transforms.reference.unit_file import listed
from transforms.reference.units import Registry, resolve_stated

DAY = date(2022, 8, 5)
LAST_OF_DISTRICTS, FIRST_OF_COMMUNES = date(2025, 6, 30), date(2025, 7, 1)
REUSED = ["Phú Lương", "Đại Từ", "Võ Nhai", "Định Hóa", "Đồng Hỷ", "Phú Bình"]

HEADER = "unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"
A = "xa-a,UBND xã A,xa,communes,1,2022-01-01,,pending,every_day,,"
B = "xa-b,UBND xã B,xa,communes,2,2022-01-01,,pending,every_day,,"


def csv(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def registry_of(file: str) -> Registry:
    return Registry.from_csv(file, organisation())


@pytest.mark.parametrize(
    ("name", "unit_id"),
    [
        ("so-y-te", "so-y-te"),
        ("Sở Y tế", "so-y-te"),
        ("SỞ Y TẾ", "so-y-te"),
        ("Sở Y Tế tỉnh Thái Nguyên", "so-y-te"),
        ("UBND TP. Phổ Yên", "ubnd-tp-pho-yen"),
        ("UBND T.P Phổ Yên", "ubnd-tp-pho-yen"),
        ("UBND TX Phổ Yên", "ubnd-tp-pho-yen"),
        ("UBND TP.Thái Nguyên", "ubnd-tp-thai-nguyen"),
        ("UBND thành phố Thái Nguyên, tỉnh Thái Nguyên", "ubnd-tp-thai-nguyen"),
        ("Ủy ban nhân dân thành phố Phổ Yên", "ubnd-tp-pho-yen"),
        ("Uỷ ban nhân dân Thành phố Phổ Yên", "ubnd-tp-pho-yen"),
        ("Ủy ban nhân dân huyện Định Hoá", "ubnd-huyen-dinh-hoa"),
        ("UBND HUYỆN ÐỊNH HÓA", "ubnd-huyen-dinh-hoa"),  # with the Icelandic Ð of old keyboards
        ("UBND H. Phú Lương", "ubnd-huyen-phu-luong"),
        ("UBND huyện Phú Lương, tỉnh Thái Nguyên", "ubnd-huyen-phu-luong"),
        ("Sở Tư pháp tỉnh Thái Nguyên", "so-tu-phap"),
        ("Sở Tư pháp Thái Nguyên", "so-tu-phap"),
        ("Sở Lao động, Thương binh và Xã hội", "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Sở LĐ-TB&XH", "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Sở LĐTBXH", "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Sở NN và PTNT", "so-nong-nghiep-va-phat-trien-nong-thon"),
        ("Sở Nông nghiệp & PTNT", "so-nong-nghiep-va-phat-trien-nong-thon"),
        ("Sở TT&TT", "so-thong-tin-va-truyen-thong"),
        ("Sở VH, TT và DL", "so-van-hoa-the-thao-du-lich"),
        ("Sở Giao thông Vận tải", "so-giao-thong-van-tai"),
        ("BQL các KCN", "ban-quan-ly-cac-khu-cong-nghiep"),
        ("Phú Lương", "ubnd-huyen-phu-luong"),
        ("UBND Phú Lương", "ubnd-huyen-phu-luong"),
        ("SO Y TE", "so-y-te"),
        ("UBND huyen Dinh Hoa", "ubnd-huyen-dinh-hoa"),
        ("UBND xã Phú Lương", None),  # not yet
        ("Sở Y te", None),  # a wrong mark is a wrong name
        ("Thái Nguyên", None),  # the city or the province
        ("UBND tỉnh Thái Nguyên", None),
        ("Sở Y tế tỉnh Bắc Kạn", None),
        ("Phòng Nội vụ huyện Phú Lương", None),
        ("Sở", None),
        ("UBND", None),
        ("", None),
    ],
)
def test_who_is_meant(name: str, unit_id: str | None) -> None:
    assert registry().resolve(name, DAY) == unit_id


_NAMES = [
    (unit["unit_id"], name, unit["valid_from"], unit["valid_to"] or date(2099, 12, 31))
    for unit in registry().units.iter_rows(named=True)
    for name in [unit["name"], *listed(unit["aliases"])]
]


@given(st.data())
def test_any_spelling_of_a_registered_name_means_that_unit_while_it_exists_and_never_another(
    data: st.DataObject,
) -> None:
    unit_id, name, first, last = data.draw(st.sampled_from(_NAMES))
    spelled = data.draw(spellings(name))
    assert registry().resolve(spelled, data.draw(st.dates(first, last))) == unit_id
    days = [first - timedelta(1), *([last + timedelta(1)] if last == LAST_OF_DISTRICTS else [])]
    assert [registry().meant(spelled, day) for day in days] == [[] for _ in days]


@given(st.data())
def test_a_name_typed_without_diacritics_is_never_taken_for_another_unit(data: st.DataObject) -> None:
    unit_id, name, first, last = data.draw(st.sampled_from(_NAMES))
    spelled = without_diacritics(data.draw(spellings(name)))
    day = data.draw(st.dates(first, last))
    same_letters = {other for other, known, *_ in _NAMES if without_diacritics(known) == without_diacritics(name)}
    assert registry().resolve(spelled, day) == (unit_id if same_letters == {unit_id} else None)


@pytest.mark.parametrize(
    "name", ["UBND huyện Phú Lương", "UBND H. Phú Lương", "UBND huyen Phu Luong", "ubnd-huyen-phu-luong"]
)
def test_a_unit_is_only_known_while_it_exists(name: str) -> None:
    assert registry().resolve(name, LAST_OF_DISTRICTS) == "ubnd-huyen-phu-luong"
    assert registry().resolve(name, FIRST_OF_COMMUNES) is None


def test_the_registry_holds_the_26_units_of_the_2022_report_and_the_one_stop_centre() -> None:
    groups = registry().on(DAY).group_by("unit_group").len().sort("unit_group").rows()
    assert groups == [("centres", 1), ("departments", 17), ("districts", 9)]


def test_from_july_2025_the_77_communes_and_15_wards_take_the_place_of_the_districts() -> None:
    types = registry().on(FIRST_OF_COMMUNES).group_by("unit_type").len().sort("unit_type").rows()
    assert types == [("ban", 1), ("phuong", 15), ("so", 16), ("trung-tam", 1), ("xa", 77)]


@pytest.mark.parametrize("day", [DAY, LAST_OF_DISTRICTS, FIRST_OF_COMMUNES])
def test_every_unit_is_found_by_its_id_and_by_its_own_name(day: date) -> None:
    for unit_id, name in registry().on(day).select("unit_id", "name").iter_rows():
        assert registry().resolve(unit_id, day) == unit_id
        assert registry().resolve(name, day) == unit_id


@pytest.mark.parametrize(
    ("district", "commune"),
    [*((f"UBND huyện {name}", f"UBND xã {name}") for name in REUSED)]
    + [(f"UBND TP {name}", f"UBND phường {name}") for name in ["Phổ Yên", "Sông Công"]],
)
def test_a_commune_is_never_taken_for_the_district_whose_name_it_reuses(district: str, commune: str) -> None:
    before = registry().resolve(district, LAST_OF_DISTRICTS)
    after = registry().resolve(commune, FIRST_OF_COMMUNES)
    assert None not in {before, after}
    assert before != after
    assert registry().resolve(district, FIRST_OF_COMMUNES) is None
    assert registry().resolve(commune, LAST_OF_DISTRICTS) is None


@pytest.mark.parametrize("name", [*REUSED, "Phổ Yên", "Sông Công"])
def test_a_name_without_its_kind_means_the_one_unit_of_that_day(name: str) -> None:
    assert str(registry().resolve(name, LAST_OF_DISTRICTS)).startswith("ubnd-")
    assert str(registry().resolve(name, FIRST_OF_COMMUNES)).startswith(("xa-", "phuong-"))


def test_an_unclear_name_means_nobody_and_shows_whom_it_could_mean() -> None:
    both = ["xa-van-lang-dong-hy", "xa-van-lang-na-ri"]  # Văn Lăng, Văn Lang
    assert registry().resolve("UBND xa Van Lang", FIRST_OF_COMMUNES) is None
    assert registry().meant("UBND xa Van Lang", FIRST_OF_COMMUNES) == both
    assert sorted(registry().nearest_ids("UBND xa Van Lang", FIRST_OF_COMMUNES, 2)) == both
    for unit_id, name in zip(both, ["Văn Lăng", "Văn Lang"], strict=True):
        assert registry().resolve(f"UBND xã {name}", FIRST_OF_COMMUNES) == unit_id


def test_two_kinds_of_one_name_leave_the_bare_name_unclear() -> None:
    units = registry_of(csv(A, A.replace("xa-a", "phuong-a").replace("xã", "phường").replace(",xa,", ",phuong,")))
    assert units.resolve("UBND xã A", DAY) == "xa-a"
    assert units.resolve("A", DAY) is None
    assert units.meant("A", DAY) == ["phuong-a", "xa-a"]


def test_a_code_means_its_unit_on_the_days_it_had_it() -> None:
    first = A.replace("2022-01-01,,pending", "2022-01-01,2022-06-30,H55.01")
    then = B.replace("2022-01-01,,pending", "2022-07-01,,H55.01")
    units = registry_of(csv(first, then))
    assert units.resolve("H55.01", date(2022, 6, 30)) == "xa-a"
    assert units.resolve("H55.01", date(2022, 7, 1)) == "xa-b"
    assert units.resolve("pending", DAY) is None


@pytest.mark.parametrize(
    ("name", "day", "nearest"),
    [
        ("so-y-tee", DAY, "so-y-te"),
        ("Sở Y té", DAY, "so-y-te"),
        ("Sở Lao động", DAY, "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Sở NN", DAY, "so-nong-nghiep-va-phat-trien-nong-thon"),
        ("Phòng Nội vụ", DAY, "so-noi-vu"),
        ("UBND xã Phú Lương", DAY, "ubnd-huyen-phu-luong"),
        ("UBND huyện Phú Lương", FIRST_OF_COMMUNES, "xa-phu-luong"),
        ("UBND TP Sông Công, tỉnh Thái Nguyên", FIRST_OF_COMMUNES, "phuong-song-cong"),
        ("UBND phường Phan Đình", FIRST_OF_COMMUNES, "phuong-phan-dinh-phung"),
    ],
)
def test_beside_an_unknown_name_stand_the_three_units_of_that_day_it_looks_most_like(
    name: str, day: date, nearest: str
) -> None:
    assert registry().resolve(name, day) is None
    found = registry().nearest(name, day)
    assert found[0] == (nearest, registry().units.filter(unit_id=nearest)["name"].item())
    assert len(found) == 3
    assert {unit_id for unit_id, _ in found} <= set(registry().on(day)["unit_id"])


def test_nothing_is_near_to_no_name() -> None:
    assert registry().nearest("UBND", DAY) == []


def test_stated_names_are_resolved_row_by_row_as_of_their_day() -> None:
    stated = pl.DataFrame(
        {
            "unit": ["Phú Lương", "Phú Lương", None, "Sở Z"],
            "named_on": [LAST_OF_DISTRICTS, FIRST_OF_COMMUNES, DAY, DAY],
        }
    )
    resolved = resolve_stated(stated, registry())["stated_unit_id"].to_list()
    assert resolved == ["ubnd-huyen-phu-luong", "xa-phu-luong", None, None]


def test_a_name_is_resolved_alike_beside_others_and_below_itself() -> None:
    rows = [(None, DAY), ("Phú Lương", LAST_OF_DISTRICTS), ("Phú Lương", FIRST_OF_COMMUNES), ("Sở Z", DAY)]
    each = [0, 0, 1, 1, 2, 1, 2, 2, 3, 0, 2]
    schema = {"unit": pl.String, "named_on": pl.Date}
    alone = [resolve_stated(pl.DataFrame([row], schema, orient="row"), registry())["stated_unit_id"][0] for row in rows]
    together = resolve_stated(pl.DataFrame([rows[at] for at in each], schema, orient="row"), registry())
    assert together["stated_unit_id"].to_list() == [alone[at] for at in each]
    assert resolve_stated(pl.DataFrame(schema=schema), registry()).is_empty()


@pytest.mark.parametrize(
    "saved_as", [str, lambda file: "\ufeff" + file, lambda file: file.replace("\n", "\r\n"), lambda file: file + "\n\n"]
)
def test_a_registry_saved_by_another_program_is_the_same(saved_as: Callable[[str], str]) -> None:
    assert registry_of(saved_as(text("units.csv"))).units.equals(registry().units)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (csv(A, A.replace("xã A", "xã C")), "dòng 3: cột unit_id “xa-a”: trùng với dòng 2"),
        (csv(A, B.replace(",xa,", ",thon,")), "dòng 3: cột unit_type “thon”: phải là một trong so, "),
        (csv(A.replace("communes", "xã")), "dòng 2: cột unit_group “xã”: phải là một trong departm"),
        (csv(A.replace("every_day", "daily")), "dòng 2: cột calendar “daily”: phải là một trong ev"),
        (csv(A.replace("2022-01-01", "1/1/2022")), "dòng 2: cột valid_from “1/1/2022”: phải là ngày"),
        (csv(A.replace("s,1,", "s,một,")), "dòng 2: cột report_order “một”: phải là số nguyên"),
        (csv(A.replace("UBND xã A", "")), "dòng 2: cột name: không được để trống"),
        (csv(A.replace("UBND xã A", "UBND")), "dòng 2: cột name “UBND”: không phải tên của một đơn vị"),
        (csv(A.replace("pending", "")), "dòng 2: cột code: không được để trống (chưa có mã thì ghi pending)"),
        (csv(A.replace("xa-a", "Xã A")), "dòng 2: cột unit_id “Xã A”: chỉ gồm chữ thường"),
        (csv(A.replace("xa-a", "../a")), "dòng 2: cột unit_id “../a”: chỉ gồm chữ thường"),
        (
            csv(A.replace("2022-01-01,", "2022-01-01,2021-12-31")),
            "dòng 2: valid_to 2021-12-31 trước valid_from 2022-01-01",
        ),
        (
            csv(A, B.replace("UBND xã B", "UBND X. A")),
            "dòng 3: cột name “UBND X. A”: trùng với dòng 2 (xa-a) trong cùng thời gian hiệu lực",
        ),
        (
            csv(A.replace("day,", "day,Xã C"), B.replace("day,", "day,Xã D|UBND xã C")),
            "dòng 3: cột aliases “UBND xã C”: trùng với dòng 2 (xa-a) trong cùng thời gian hiệu lực",
        ),
        (
            csv(A.replace("pending", "H55.1"), B.replace("pending", "H55.1")),
            "dòng 3: cột code “H55.1”: trùng với dòng 2 (xa-a) trong cùng thời gian hiệu lực",
        ),
        (csv(A + "xa-c"), "dòng 2: cột successors “xa-c”: không phải một đơn vị khác trong tệp"),
        (csv(A + "xa-a"), "dòng 2: cột successors “xa-a”: không phải một đơn vị khác trong tệp"),
        (csv(A, header=HEADER.replace(",calendar", "")), "dòng 1: thiếu cột calendar"),
        (csv(A + ",", header=HEADER + ",phone"), "dòng 1: cột phone: không có cột này"),
        (csv(A + ",", header=HEADER + ",name"), "dòng 1: cột name: một cột có hai lần"),
        (csv(A, B + ",x"), "dòng 3: phải có 11 ô như dòng tiêu đề"),
        (csv(A, "xa-b,UBND xã B"), "dòng 3: phải có 11 ô như dòng tiêu đề"),
        (csv(A, '"xa-b,UBND'), "không đọc được CSV"),
        ("", "dòng 1: thiếu cột"),
    ],
)
def test_a_wrong_registry_is_refused_in_one_line_that_names_row_column_and_fault(file: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^units\.csv: dòng \d+") as caught:
        registry_of(file)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_name_may_mean_one_unit_after_the_other() -> None:
    old = A.replace("2022-01-01,", "2022-01-01,2022-06-30") + "xa-b"
    new = B.replace("UBND xã B", "UBND xã A").replace("2022-01-01", "2022-07-01")
    units = registry_of(csv(old, new))
    assert [units.resolve("Xã A", date(2022, month, 15)) for month in (6, 7)] == ["xa-a", "xa-b"]
