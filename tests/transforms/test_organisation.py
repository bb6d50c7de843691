"""reference/organisation.toml: what it says of groups, types and names, and what is wrong in it."""

from datetime import date

import pytest

from tests.organisations import NATIONAL, national
from tests.reference import organisation
from transforms.dictionary.problems import ConfigurationError
from transforms.reference.organisation import read_organisation
from transforms.reference.unit_file import read_units
from transforms.reference.units import Registry

DAY = date(2024, 3, 29)
SHORT = "name,unit_group\nMinistry of Roads,ministries\nMinistry of Fish & Game,ministries\nParks,agencies\n"


def test_the_shipped_one_has_the_groups_of_a_province() -> None:
    shipped = organisation()
    assert shipped.rated == ("departments", "districts", "communes")
    assert shipped.without_rate == {"centres"}
    assert shipped.zone.key == "Asia/Ho_Chi_Minh"
    assert shipped.meanings["", "unit_group"].endswith("communes = xã, phường; centres = trung tâm phục vụ hành chính "
        "công, không có tỷ lệ trực tuyến; all = toàn tỉnh")  # fmt: skip


def test_a_group_counts_in_itself_in_sums_and_in_the_whole() -> None:
    assert sorted(national().memberships.rows()) == [
        ("agencies", "all", "all"),
        ("agencies", "group", "agencies"),
        ("agencies", "group", "judiciary-and-agencies"),
        ("courts", "group", "courts"),
        ("courts", "group", "judiciary-and-agencies"),
        ("ministries", "all", "all"),
        ("ministries", "group", "ministries"),
    ]


def test_names_are_compared_by_the_words_of_the_organisation() -> None:
    registry = Registry.from_csv(SHORT, national())
    for name in ("MINISTRY OF ROADS", "Roads", "Ministry of Roads Northland", "ministry-of-roads"):
        assert registry.resolve(name, DAY) == "ministry-of-roads"
    assert registry.resolve("Fish and Game", DAY) == "ministry-of-fish-game"
    assert registry.resolve("Ministry of Parks", DAY) is None
    assert registry.named_in("Figures of the Ministry of Roads", DAY) == [("ministry-of-roads", "Ministry of Roads")]


def test_two_columns_are_enough_for_units_of_ones_own() -> None:
    units = read_units(SHORT, national())
    assert units.select("unit_id", "unit_type", "unit_group", "report_order", "calendar", "code").rows() == [
        ("ministry-of-roads", "ministry", "ministries", 1, "every_day", "pending"),
        ("ministry-of-fish-game", "ministry", "ministries", 2, "every_day", "pending"),
        ("parks", "ministry", "agencies", 3, "every_day", "pending"),
    ]
    assert units["valid_from"].max() == date(1900, 1, 1)
    assert units["valid_to"].null_count() == 3


def test_without_a_group_units_are_of_the_first_one_and_of_the_type_their_name_begins_with() -> None:
    units = read_units("unit_id,name\nparks,Parks\nroads,Ministry of Roads\n", national())
    assert units.select("unit_id", "unit_group").rows() == [("parks", "ministries"), ("roads", "ministries")]
    vietnamese = read_units("name\nUBND xã A\nSở Y tế\nTrung tâm B\n", organisation())
    assert vietnamese["unit_type"].to_list() == ["xa", "so", "trung-tam"]
    assert vietnamese["unit_id"].to_list() == ["ubnd-xa-a", "so-y-te", "trung-tam-b"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("unit_id\nroads\n", "dòng 1: thiếu cột name"),
        ("name,unit_group\nRoads,ministry\n", "dòng 2: cột unit_group “ministry”: phải là một trong ministries, agen"),
        ("name,unit_group\nRoads,judiciary-and-agencies\n", "“judiciary-and-agencies”: phải là một trong ministries"),
        ("name,unit_group\nRoads,\n", "dòng 2: cột unit_group: không được để trống"),
        ("name,unit_group\n路,ministries\n", "dòng 2: cột unit_id: không được để trống (tên không có chữ cái Lat"),
        ("name,unit_group\nRoads,ministries\nROADS,agencies\n", "dòng 3: cột unit_id “roads”: trùng với dòng 2"),
        ("unit_id,name\nall,Roads\n", "dòng 2: cột unit_id “all”: là mã của một khối"),
        ("unit_id,name\ncourts,Roads\n", "dòng 2: cột unit_id “courts”: là mã của một khối"),
        ("name,grup\nRoads,x\n", "dòng 1: cột grup: không có cột này"),
        ("name,calendar\nRoads,hourly\n", "cột calendar “hourly”: phải là một trong every_day, working_days, weekly"),
        ("name,valid_from\nRoads,2022-01-01\n", "dòng 1: thiếu cột unit_id, unit_type, unit_group"),
    ],
)
def test_what_is_wrong_in_a_short_file_of_units_is_named(file: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_units(file, national())
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("America/Toronto", "America/Torronto", "dòng 2: time_zone “America/Torronto”: không phải múi giờ (tên IANA)"),
        ('"friday"', '"freitag"', "dòng 4: week_ends “freitag”: phải là một trong monday"),
        ("year_ends = 3", "year_ends = 13", "dòng 5: year_ends “13”: nhiều nhất là 12"),
        ('id = "courts"', 'id = "agencies"', "dòng 24: group[3].id “agencies”: trùng với group[2]"),
        ('id = "courts"', 'id = "all"', "group[3].id “all”: all là tất cả các khối: đặt tên ở [whole]"),
        ('id = "courts"', 'id = "Courts"', "group[3].id “Courts”: chỉ gồm chữ thường không dấu"),
        ('"courts"]', '"court"]', "group[4].parts[2] “court”: phải là một khối có đơn vị của mình; gần giống: courts"),
        ('"courts"]', '"desks"]', "group[4].parts[2] “desks”: khối này không có tỷ lệ"),
        ("in_whole", "in_hole", "group[3].in_hole: không có khóa này; gần giống: in_whole"),
        ('name = "All departments"\n', "", "whole.name: thiếu khóa này"),
        ('opens = ["ministry of"]', 'opens = ["-"]', "type[1].opens[1] “-”: phải có chữ"),
        ("[names]", "[name]", "name: không có khóa này; gần giống: names"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_line_key_and_the_nearest(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_organisation(NATIONAL.replace(old, new, 1))
    assert said in str(error.value)
    assert str(error.value).startswith("organisation.toml: dòng ")
