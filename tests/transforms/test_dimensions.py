"""What groups, channels, levels and kinds of data are called: published tables in both languages."""

from datetime import date

from tests.organisations import national
from tests.reference import codes, organisation
from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.contracts import CONTRACTS
from transforms.reference.codes import CodeBook
from transforms.reference.dimensions import channels, contracts, groups
from transforms.reference.organisation import read_organisation


def test_groups_are_in_the_order_of_the_report_and_all_units_together_are_last() -> None:
    found = groups(organisation())
    assert found.select("unit_group", "name", "name_en", "has_rate", "in_whole").rows() == [
        ("departments", "Sở, ban, ngành", "Departments", True, True),
        ("districts", "Huyện, thành phố", "Districts and cities", True, True),
        ("communes", "Xã, phường", "Communes and wards", True, True),
        ("centres", "Trung tâm phục vụ hành chính công", "One-stop centres", False, False),
        ("all", "Toàn tỉnh", "Whole province", True, True),
    ]
    assert found["report_order"].to_list() == [1, 2, 3, 4, 5]


def test_a_group_made_of_others_names_them() -> None:
    parts = dict(groups(national()).select("unit_group", "parts").rows())
    assert parts["judiciary-and-agencies"] == "agencies, courts"
    assert parts["courts"] is None


def test_channels_are_called_as_the_organisation_calls_them() -> None:
    shipped = (("online", 2), ("in_person", 1), ("postal", 3))
    assert channels(organisation()).select("channel_id", "channel").rows() == list(shipped)
    text = (
        'time_zone = "Asia/Tokyo"\n[channels]\npostal = { name = "郵送", name_en = "Mail" }\n[whole]\nname = "全国"\n'
        '[[group]]\nid = "g"\nname = "G"\n[[type]]\nid = "t"\nname = "T"\n'
    )
    own = channels(read_organisation(text)).select("name", "name_en").rows()
    assert own == [("Trực tuyến", "Online"), ("Trực tiếp", "In person"), ("郵送", "Mail")]


def test_a_level_has_a_row_for_each_name_and_its_time() -> None:
    last, first = date(2022, 6, 23), date(2022, 6, 24)
    assert codes().levels.rows() == [
        (0, "Không tách mức độ", "Not told apart", None, None),
        (1, "Mức độ 1", "Level 1", None, None),
        (2, "Mức độ 2", "Level 2", None, None),
        (3, "Một phần", "Partial process", first, None),
        (3, "Mức độ 3", "Level 3", None, last),
        (4, "Mức độ 4", "Level 4", None, last),
        (4, "Toàn trình", "Full process", first, None),
    ]


def test_a_file_of_an_older_version_has_the_names_its_labels_say() -> None:
    older = CodeBook.from_toml('[[service_level]]\ncode = 4\nlabels = ["4", "Mức độ 4"]\n')
    assert older.levels.rows()[1:] == [(4, "Mức độ 4", None, None, None)]
    new = older_with('[[service_level]]\ncode = 4\nlabels = ["4.0"]\nname = "Tên mới"\nvalid_from = 2026-01-01\n')
    assert new.levels.filter(service_level=4).select("name", "valid_to").rows() == [
        ("Mức độ 4", date(2025, 12, 31)),
        ("Tên mới", None),
    ]


def older_with(more: str) -> CodeBook:
    return CodeBook.from_toml(f'[[service_level]]\ncode = 4\nlabels = ["4", "Mức độ 4"]\n{more}')


def test_every_kind_of_data_has_a_name() -> None:
    found = contracts()
    assert found["contract"].to_list() == list(CONTRACTS)
    assert found.schema == REFERENCE["contracts"].schema
