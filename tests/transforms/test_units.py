from datetime import date

import polars as pl
import pytest

from tests.reference import registry, text
from transforms.units import Registry, expected_days

DAY = date(2022, 8, 5)


@pytest.mark.parametrize(
    ("name", "unit_id"),
    [
        ("so-y-te", "so-y-te"),
        ("Sở Y tế", "so-y-te"),
        ("SỞ Y TẾ", "so-y-te"),
        ("UBND TP. Phổ Yên", "ubnd-tp-pho-yen"),
        ("Ủy ban nhân dân thành phố Phổ Yên", "ubnd-tp-pho-yen"),
        ("Uỷ ban nhân dân Thành phố Phổ Yên", "ubnd-tp-pho-yen"),
        ("Sở Lao động, Thương binh và Xã hội", "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Sở LĐ-TB&XH", "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Sở Giao thông Vận tải", "so-giao-thong-van-tai"),
        ("UBND huyện Định Hoá", "ubnd-huyen-dinh-hoa"),
        ("UBND xã Phú Lương", None),
        ("Phú Lương", None),
        ("Sở", None),
        ("", None),
    ],
)
def test_who_is_meant(name: str, unit_id: str | None) -> None:
    assert registry().resolve(name, DAY) == unit_id


def test_a_unit_is_only_known_while_it_exists() -> None:
    assert registry().resolve("UBND huyện Phú Lương", date(2025, 6, 30)) == "ubnd-huyen-phu-luong"
    assert registry().resolve("UBND huyện Phú Lương", date(2025, 7, 1)) is None


def test_every_unit_of_the_registry_is_found_by_its_own_name() -> None:
    for unit_id, name in registry().on(DAY).select("unit_id", "name").iter_rows():
        assert registry().resolve(name, DAY) == unit_id


def test_the_ids_that_look_most_like_an_unknown_one() -> None:
    assert registry().nearest_ids("so-y-tee", DAY)[0] == "so-y-te"


def test_the_registry_holds_the_26_units_of_the_2022_report() -> None:
    groups = registry().on(DAY).group_by("unit_group").len().sort("unit_group").rows()
    assert groups == [("departments", 17), ("districts", 9)]


def test_from_july_2025_the_communes_take_the_place_of_the_districts() -> None:
    day = date(2025, 7, 1)
    groups = registry().on(day).group_by("unit_group").len().sort("unit_group").rows()
    assert groups == [("communes", 92), ("departments", 17)]
    assert registry().on(day).group_by("unit_type").len().filter(unit_type="phuong")["len"].item() == 15
    for unit_id, name in registry().on(day).select("unit_id", "name").iter_rows():
        assert registry().resolve(name, day) == unit_id


@pytest.mark.parametrize("name", ["Phú Lương", "Đại Từ", "Võ Nhai", "Định Hóa", "Đồng Hỷ", "Phú Bình"])
def test_a_commune_is_never_taken_for_the_district_whose_name_it_reuses(name: str) -> None:
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    district = registry().resolve(f"UBND huyện {name}", before)
    commune = registry().resolve(f"UBND xã {name}", after)
    assert district != commune
    assert registry().resolve(f"UBND huyện {name}", after) is None
    assert registry().resolve(f"UBND xã {name}", before) is None


def test_expected_days_follow_calendar_holidays_and_validity() -> None:
    units = pl.DataFrame(
        {
            "unit_id": ["always", "working", "ended"],
            "calendar": ["every_day", "working_days", "every_day"],
            "valid_from": [date(2022, 1, 1)] * 3,
            "valid_to": [None, None, date(2022, 9, 1)],
        }
    )
    days = expected_days(units, frozenset({date(2022, 9, 2)}), date(2022, 9, 1), date(2022, 9, 5))
    found = {unit: days.filter(unit_id=unit)["business_date"].dt.day().to_list() for unit in units["unit_id"]}
    assert found == {"always": [1, 2, 3, 4, 5], "working": [1, 5], "ended": [1]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("every_day", "sometimes"), "calendar"),
        (("so-tai-chinh,", "so-ngoai-vu,"), "unit_id trùng"),
        (("2022-01-01", "hôm qua"), "units.csv"),
        (("Sở Ngoại vụ", ""), "thiếu"),
    ],
)
def test_a_wrong_registry_is_refused_in_one_line(change: tuple[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=r"units\.csv") as caught:
        Registry.from_csv(text("units.csv").replace(*change, 1))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
