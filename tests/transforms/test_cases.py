"""Case by case: which rows are set aside and why, when a delivery is held back, and what counts once."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.transforms.checking import DAY, Sender, broken, checked
from transforms.check import cases
from transforms.check.facts import Facts
from transforms.check.messages import describe

BREAKS = (1, 0)
GOOD = {
    "MaHoSo": "H55.14-220805-0001",
    "MaTTHC": "1.000123",
    "TenLinhVuc": "Đất đai",
    "KenhThucHien": "2",
    "NgayTiepNhan": "20220805081500",
    "NgayHenTra": "20220812170000",
    "TrangThaiHoSo": "9",
    "NgayTra": "",
    "NgayKetThucXuLy": "20220812235959",
    "DonViXuLy": "Sở Y tế",
    "MucDo": "4",
}


def case(number: int = 1, **changed: str) -> dict[str, str]:
    return GOOD | {"MaHoSo": f"H55.14-220805-{number:04d}"} | changed


def facts_on(*rows: dict[str, str], **sent: Any) -> Facts:
    return checked("cases", json.dumps(list(rows)), **sent)[0]


def of_one(**changed: str) -> dict[str, tuple[int, int]]:
    """What one changed row among many good ones breaks."""
    rows = [case(number) for number in range(2, 41)]
    return broken(facts_on(case(**changed), *rows), "cases")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {}),
        # the id
        ({"MaHoSo": ""}, {"case_id_valid": BREAKS}),
        ({"MaHoSo": "000000001"}, {"case_id_valid": BREAKS}),
        ({"MaHoSo": "000.00.01.H56-220805-0001"}, {}),
        ({"MaHoSo": "H55.14-220805-001"}, {"case_id_valid": BREAKS}),
        ({"MaHoSo": "H55.14-220805-0002"}, {"case_once": BREAKS}),
        # codes: known, the edges, blank, words
        ({"KenhThucHien": "1"}, {}),
        ({"KenhThucHien": "3"}, {}),
        ({"KenhThucHien": "0"}, {"channel_known": BREAKS}),
        ({"KenhThucHien": "4"}, {"channel_known": BREAKS}),
        ({"KenhThucHien": ""}, {"channel_known": BREAKS}),
        ({"KenhThucHien": "TRỰC TUYẾN"}, {}),
        ({"TrangThaiHoSo": "10"}, {}),
        ({"TrangThaiHoSo": "11"}, {"status_known": BREAKS}),
        ({"TrangThaiHoSo": "0"}, {"status_known": BREAKS}),
        ({"TrangThaiHoSo": ""}, {"status_known": BREAKS}),
        ({"TrangThaiHoSo": "Đã trả kết quả"}, {}),
        ({"TrangThaiHoSo": "11", "NgayKetThucXuLy": ""}, {"status_known": BREAKS}),  # settled or not: nobody knows
        ({"TrangThaiHoSo": "11", "NgayTiepNhan": ""}, {"status_known": BREAKS, "received_on_stated": BREAKS}),
        ({"MucDo": "1"}, {}),
        ({"MucDo": "5"}, {"level_known": BREAKS}),
        ({"MucDo": ""}, {"level_known": BREAKS}),
        ({"MucDo": "Toàn trình"}, {}),
        # days
        ({"NgayTiepNhan": ""}, {"received_on_stated": BREAKS}),
        ({"NgayTiepNhan": "", "TrangThaiHoSo": "1", "NgayKetThucXuLy": ""}, {}),
        ({"NgayTiepNhan": "20221399080000"}, {"received_on_stated": BREAKS}),
        ({"NgayTiepNhan": "05/08/2022 23:59:00"}, {}),
        ({"NgayTiepNhan": "20220806000000", "NgayHenTra": "20220812000000"}, {"received_on_stated": BREAKS}),
        ({"NgayHenTra": "20220231000000"}, {"dates_readable": BREAKS}),
        ({"NgayHenTra": ""}, {}),
        ({"NgayHenTra": "20220804000000"}, {"dates_in_order": BREAKS}),
        ({"NgayHenTra": "20220805000000"}, {}),
        ({"NgayKetThucXuLy": "20220804235959"}, {"dates_in_order": BREAKS}),
        ({"NgayKetThucXuLy": "20220805000000"}, {}),
        ({"NgayKetThucXuLy": ""}, {"settled_has_end": BREAKS}),
        ({"NgayKetThucXuLy": "", "NgayTra": "20220810000000"}, {}),
        ({"NgayKetThucXuLy": "", "TrangThaiHoSo": "4"}, {}),
        # who
        ({"DonViXuLy": "SỞ Y TẾ"}, {}),
        ({"DonViXuLy": ""}, {}),
        ({"DonViXuLy": "Sở Nội vụ"}, {"handled_by_sender": BREAKS}),
        ({"DonViXuLy": "Sở Không Có"}, {"handled_by_sender": BREAKS}),
    ],
)
def test_one_row(changed: dict[str, str], expected: dict[str, tuple[int, int]]) -> None:
    assert of_one(**changed) == expected


@pytest.mark.parametrize(("faulty", "held"), [(0, False), (5, False), (6, True)])
def test_up_to_the_limit_faulty_rows_are_set_aside_above_it_all_is_held_back(faulty: int, held: bool) -> None:
    rows = [case(n, KenhThucHien="7" if n <= faulty else "2") for n in range(1, 101)]
    facts = facts_on(*rows)
    assert facts.deliveries["channel_known"].item() == faulty
    assert (facts.deliveries["faulty_rows_few"].item() > 0) is held
    assert cases.counted_cases(facts.rows).height == 100 - faulty


def test_the_limit_is_the_senders() -> None:
    rows = [case(1, KenhThucHien="7"), case(2)]
    assert "faulty_rows_few" not in broken(facts_on(*rows, sender=Sender(max_faulty_pct=50)), "cases")
    assert "faulty_rows_few" in broken(facts_on(*rows, sender=Sender(max_faulty_pct=49.99)), "cases")


def test_the_limit_is_told_once_at_the_first_faulty_row_with_the_share() -> None:
    facts = facts_on(case(1), case(2, KenhThucHien="7"), case(3))
    (held,) = facts.findings.filter(rule="faulty_rows_few").to_dicts()
    (faulty,) = facts.findings.filter(rule="channel_known").to_dicts()
    assert held["row_number"] == faulty["row_number"]
    assert held["note"] == "33.33 % dòng sai, tối đa 5.0 %"


@pytest.mark.parametrize(("case_id", "stands_for_none"), [("000000001", True), ("0", True), ("000000012", False)])
def test_a_placeholder_is_no_case_id_whatever_form_is_agreed(case_id: str, stands_for_none: bool) -> None:
    facts = facts_on(case(1, MaHoSo=case_id), sender=Sender(pattern=r"^\d+$", max_faulty_pct=100))
    assert ("case_id_valid" in broken(facts, "cases")) is stands_for_none


def counts(facts: Facts) -> list[tuple[object, ...]]:
    columns = ("field", "service_level", "online", "in_person", "postal", "total", "settled", "settled_on_time")
    return cases.daily_counts(facts.rows).select(columns).sort("field", "service_level").rows()


def test_counts_by_field_level_and_channel() -> None:
    facts = facts_on(
        case(1),
        case(2, KenhThucHien="1", NgayKetThucXuLy="20220813000000"),
        case(3, KenhThucHien="3", TrangThaiHoSo="4", NgayKetThucXuLy=""),
        case(4, MucDo="3", TenLinhVuc="Hộ tịch"),
        case(5, TrangThaiHoSo="1"),
        case(6, TrangThaiHoSo="3"),
    )
    assert counts(facts) == [("Hộ tịch", 3, 1, 0, 0, 1, 1, 1), ("Đất đai", 4, 1, 1, 1, 3, 2, 1)]


def test_on_time_compares_days_and_is_unknown_without_a_due_day() -> None:
    assert counts(facts_on(case(1, NgayHenTra="20220812000000", NgayKetThucXuLy="20220812235959")))[0][-1] == 1
    assert counts(facts_on(case(1), case(2, NgayHenTra="")))[0][-2:] == (2, None)


def test_without_a_level_the_counts_are_of_all_levels_and_a_warning_says_so() -> None:
    row = {key: value for key, value in GOOD.items() if key != "MucDo"}
    facts = facts_on(row, row | {"MaHoSo": "H55.14-220805-0002"}, sender=Sender(level=0))
    assert broken(facts, "cases") == {"levels_told": BREAKS}
    assert counts(facts)[0][:2] == ("Đất đai", 0)
    assert broken(facts_on(row, sender=Sender(level=4)), "cases") == {}


def test_no_cases_are_a_day_with_none() -> None:
    for empty in ("[]", '{"data": []}', '{"total": 0, "items": []}', ",".join(GOOD) + "\n"):
        facts, filings = checked("cases", empty)
        assert filings.refusals == {}, empty
        assert broken(facts, "cases") == {}, empty
        assert facts.deliveries["row_count"].item() == 0


def of_days(*files: tuple[str, date, list[dict[str, str]]]) -> Facts:
    senders = tuple(Sender(unit, day) for unit, day, _ in files)
    return checked("cases", *(json.dumps(rows) for *_, rows in files), senders=senders)[0]


def counted(facts: Facts) -> list[tuple[int, str]]:
    return cases.counted_cases(facts.rows).select("file", "case_id").sort("file", "case_id").rows()


def test_a_case_of_two_days_counts_on_the_first() -> None:
    later = date(2022, 8, 6)
    facts = of_days(("so-y-te", later, [case(1), case(2)]), ("so-y-te", DAY, [case(1)]))
    assert counted(facts) == [(0, "H55.14-220805-0002"), (1, "H55.14-220805-0001")]
    assert broken(facts, "cases", 0) == {"case_not_counted_before": BREAKS}
    assert broken(facts, "cases", 1) == {}


def test_what_is_held_back_takes_no_case_from_another_delivery() -> None:
    held = [case(1), case(3, KenhThucHien="7")]
    facts = of_days(("so-y-te", DAY, held), ("so-y-te", date(2022, 8, 6), [case(1)]))
    assert "faulty_rows_few" in broken(facts, "cases", 0)
    assert broken(facts, "cases", 1) == {}


def test_a_new_version_does_not_repeat_the_one_it_replaces() -> None:
    facts = of_days(("so-y-te", DAY, [case(1), case(2)]), ("so-y-te", DAY, [case(1)]))
    assert broken(facts, "cases", 0) == {}
    assert broken(facts, "cases", 1).keys() == {"is_not_restated"}


def test_a_replaced_version_repeats_no_later_day() -> None:
    """What replaced it does not have the case, so that it counts on the later day."""
    later = date(2022, 8, 6)
    facts = of_days(("so-y-te", DAY, [case(1), case(2)]), ("so-y-te", DAY, [case(1)]), ("so-y-te", later, [case(2)]))
    assert [broken(facts, "cases", file).get("case_not_counted_before") for file in range(3)] == [None] * 3


def test_a_list_with_titles_and_footer_is_read_like_the_sync_object() -> None:
    text = (
        "SỞ Y TẾ;;;;;;;\nDANH SÁCH HỒ SƠ;;;;;;;\n"
        "STT;Mã hồ sơ;Lĩnh vực;Hình thức nộp;Trạng thái;Mức độ;Ngày tiếp nhận;Ngày hẹn trả;Ngày trả kết quả\n"
        "(1);(2);(3);(4);(5);(6);(7);(8);(9)\n"
        "1;H55.14-220805-0001;Dược;Trực tuyến;Đã trả kết quả;Toàn trình;05/08/2022 08:15;12/08/2022;10/08/2022\n"
        "2;H55.14-220805-0002;Dược;Trực tiếp;Đang xử lý;Toàn trình;5/8/2022;12/08/2022;\n"
        ";Tổng cộng: 2;;;;;;;\n;Người lập biểu;;;;Thủ trưởng đơn vị;;;\n"
    )
    facts, _ = checked("cases", text)
    assert broken(facts, "cases") == {}
    assert counts(facts) == [("Dược phẩm", 4, 1, 1, 0, 2, 1, 1)]


def test_a_message_names_row_and_column_and_shows_no_value_that_could_be_a_person() -> None:
    slipped = case(
        1, KenhThucHien="Nguyễn Văn A", NgayTiepNhan="19800102", DonViXuLy="Nguyễn Văn A", MaHoSo="079080000001"
    )
    facts, filings = checked("cases", json.dumps([slipped, case(2, NgayTiepNhan="20221399080000")]))
    messages = " ".join(describe(facts.findings, filings, "cases")["message"])
    assert "dòng 2, cột “KenhThucHien”" in messages
    assert "20221399080000" in messages
    for personal in ("Nguyễn", "19800102", "079080000001", "H55.14-220805-0002"):
        assert personal not in messages
        assert personal not in " ".join(facts.findings["content"])


def test_columns_of_no_use_are_not_read() -> None:
    row = case(1) | {"ChuHoSo": "Nguyễn Văn A", "SoDienThoaiChuHoSo": "0912345678"}
    facts, filings = checked("cases", json.dumps([row]))
    for frame in (filings.rows, filings.texts, facts.rows, facts.findings, cases.counted_cases(facts.rows)):
        assert not frame.select(
            pl.any_horizontal(pl.all().cast(pl.String).str.contains("Nguyễn|0912345678")).any()
        ).item()
