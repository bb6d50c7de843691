"""One injected fault for every rule of every contract: it is found, and without it nothing is. No rule is left out.

A rule that never breaks, always breaks or can never be evaluated would not pass: each rule is tried for this here, on
every test run; finer changes to the predicates are left to `make mutation`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import polars as pl
import pytest

from tests.reference import headers
from tests.transforms.checking import DAY, Sender, broken, checked, signed
from tests.transforms.test_cases import case
from tests.transforms.test_corrections import corrections
from tests.transforms.test_ii06 import HEADER as FORM
from tests.transforms.test_past import past, weeks
from tests.transforms.test_processing import HEADER as PROCESSED
from tests.transforms.test_processing import so_far
from transforms.check.history.layouts import KNOWN_LAYOUTS, NO_LAYOUTS, LayoutHistory, description, identity
from transforms.check.history.past import PAST
from transforms.check.history.repeats import PAST_FILES
from transforms.check.rules import RULES
from transforms.check.shared.parts import PartRead, PartTotal
from transforms.dictionary.contracts import CONTRACTS
from transforms.read.filings import FileRead, read_filings

TABLE = "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Tỷ lệ;Tiếp nhận;Đã giải quyết;Mức độ;Đơn vị;Ngày\n"
SCORED = "STT;Nhóm chỉ số;Điểm tối đa;Điểm đạt được\n"
SCORED_ROW = "1;Số hóa hồ sơ;22;11,2"
MORE_TABLE = "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Tiếp nhận;Đã giải quyết;Giải quyết đúng hạn\n"
YESTERDAY = DAY - timedelta(days=1)


@dataclass(frozen=True)
class Fault:
    """A sound file, the same with one fault, and what both are checked with."""

    sound: str
    faulty: str
    checked_with: Mapping[str, Any] = field(default_factory=dict)


def summary(sound: str, faulty: str, **checked_with: Any) -> Fault:
    return Fault(TABLE + sound, TABLE + faulty, checked_with)


def form(sound: str, faulty: str, **checked_with: Any) -> Fault:
    return Fault(FORM + sound, FORM + faulty, checked_with)


def cases(faulty: dict[str, str], sound: dict[str, str] | None = None, **checked_with: Any) -> Fault:
    rest = [case(number) for number in range(2, 41)]
    return Fault(json.dumps([sound or case(1), *rest]), json.dumps([faulty, *rest]), checked_with)


def marked(sound: dict[str, str], faulty: dict[str, str]) -> Fault:
    """A list of cases with further columns, in all rows; one row has what is not right."""
    rest = [case(number, **sound) for number in range(2, 41)]
    return Fault(*(json.dumps([case(1, **marks), *rest]) for marks in (sound, faulty)))


def page(text: str, hidden: int = 0) -> str:
    """The lines of a CSV as an HTML table; line `hidden` (1-based) is not displayed."""
    rows = [
        f"<tr{' hidden' if number == hidden else ''}><td>{'<td>'.join(line.split(';'))}"
        for number, line in enumerate(text.splitlines(), start=1)
    ]
    return f"<table>{''.join(rows)}</table>"


def beside(write: Any, row: str, figures: tuple[str, str, str]) -> dict[str, Fault]:
    """What stands beside a numbered row: the first two figures add up to it, the third are more."""
    one, two, more = figures
    own = row.removeprefix("1;Đất đai;")
    total = f"\n;Tổng cộng;{own}"
    return {
        "parts_are_within_row": write(f"{row}\n1.1;Tách thửa;{one}", f"{row}\n1.1;Tách thửa;{more}"),
        "parts_are_known": write(f"{row}\n-;Tách thửa;{one}\n-;Khác;{two}", f"{row}\n-;Tách thửa;{one}"),
        "comparisons_are_apart": write(f"{row}{total}\n;Lũy kế;{more}", f"{row}\n;Lũy kế;{more}"),
        "carries_are_sums": write(f"{row}\n;Mang sang;{own}", f"{row}\n;Mang sang;{more}"),
        "rows_are_no_sums": write(f"{row}\n2;Hộ tịch;{own}", f"{row}\n2;Khối văn phòng;{own}"),
    }


def case_list(*rows: str, title: str = "DANH SÁCH HỒ SƠ") -> str:
    header = "Mã hồ sơ;Kênh thực hiện;Trạng thái;Ngày tiếp nhận;Lĩnh vực;Mức độ"
    return "\n".join([f"{title};;;;;", header, *rows]) + "\n"


def late(text: str) -> dict[str, Fault]:
    """The rule of every contract on the time: the same file at its cut-off and just after it."""
    until = datetime(2022, 8, 8, 10)
    senders = (Sender(sent=until, cut_off=until), Sender(sent=until + timedelta(microseconds=1), cut_off=until))
    return {"is_in_time": Fault(text, text, {"senders": senders})}


def outside_validity(text: str) -> dict[str, Fault]:
    """The rule of every contract on the days of a unit: the same file on one of them and before the first."""
    senders = (Sender(), Sender(day=date(2021, 12, 31)))
    return {"unit_exists_on_day": Fault(text, text, {"senders": senders})}


def levelled(text: str) -> dict[str, Fault]:
    """The rules on the level of tables, which is agreed with their senders: 4, not known, and 3."""
    return {
        rule: Fault(text, text, {"senders": (Sender(), Sender(level=level))})
        for rule, level in (("levels_told", 0), ("level_is_rated", 3))
    }


def laid_out(contract: str, text: str) -> dict[str, Fault]:
    """The rules on what a reading rests on: figures without a header that one unit's layout was confirmed with."""
    *header, row = text.splitlines()
    width = max(line.count(";") for line in header)
    header = [line + ";" * (width - line.count(";")) for line in header]
    row += ";" * (width - row.count(";"))
    plain = "\n".join([*header, row, ""])
    noted = "\n".join([f"{header[0]};Ghi chú", *(f"{line};" for line in header[1:]), f"{row};", ""])
    unclear = "\n".join([f"{header[0]};;Ghi chú", *(f"{line};;" for line in header[1:]), f"{row};9;", ""])
    confirmed = LayoutHistory(NO_LAYOUTS.known, frozenset({layout_of(contract, unclear)[0]}))
    before = [("so-y-te", contract, *layout_of(contract, noted), YESTERDAY, YESTERDAY)]
    known = LayoutHistory(pl.DataFrame(before, schema=KNOWN_LAYOUTS, orient="row"))
    usual = {"layout_is_usual": Fault(noted, plain, {"layouts": known})}
    if contract == "cases":
        return usual
    senders = (Sender(), Sender(unit_id="so-noi-vu"))
    return usual | {"layout_is_clear": Fault(unclear, unclear, {"senders": senders, "layouts": confirmed})}


def layout_of(contract: str, text: str) -> tuple[str, str]:
    """The mark and the description of the layout of a file of so-y-te."""
    filings = read_filings({0: text.encode()}, CONTRACTS[contract], headers())
    described = description(filings.layouts[0])
    return identity("so-y-te", contract, described), described


def on_history(write: Any) -> dict[str, Fault]:
    """The rules of every contract on what came before; `write` makes a file of (online, total)."""
    name, of = write
    usual = past(*weeks(21), contract=name)
    volumes = past(*((DAY - timedelta(weeks=n), 80, 100 + n % 3) for n in range(1, 22)), contract=name)
    grown = past((YESTERDAY, 50, 80), basis="month_to_date", contract=name)
    later = past((DAY + timedelta(days=1), 50, 80), basis="month_to_date", contract=name)
    cumulative = Sender(basis="month_to_date")
    signed = past((YESTERDAY, 30, 40), contract=name)
    same_day = past((DAY, 30, 40), contract=name)
    again = of(31, 40)
    new = {
        "file_is_new": Fault(of(30, 40), again, {"files_before": sent_before(name, again)}),
        "agrees_with_later_days": Fault(of(50, 80), of(51, 80), {"past": later, "sender": cumulative}),
    }
    if name == "cases":
        new = {}
    return new | {
        "month_to_date_grows": Fault(of(50, 80), of(49, 80), {"past": grown, "sender": cumulative}),
        "rate_is_usual": Fault(of(81, 100), of(20, 100), {"past": usual}),
        "volume_is_usual": Fault(of(81, 101), of(160, 200), {"past": volumes}),
        "is_no_copy": Fault(of(31, 41), of(30, 40), {"past": signed}),
        "is_not_restated": Fault(of(30, 40), of(30, 41), {"past": same_day}),
    }


def sent_before(contract: str, text: str, days: int = 2) -> pl.DataFrame:
    """The same bytes on the days before."""
    mark = sha256(text.encode()).hexdigest()
    rows = [("so-y-te", DAY - timedelta(days=n), contract, mark) for n in range(days, 0, -1)]
    return pl.DataFrame(rows, schema=PAST_FILES, orient="row")


def summary_of(online: int, total: int) -> str:
    return f"{TABLE}1;Đất đai;{online};{total - online};{total}\n"


def form_of(online: int, total: int) -> str:
    return f"{FORM}1;Đất đai;{total};{online};{total - online};0;{total};{total};0;0;0;0;0\n"


def cases_of(online: int, total: int) -> str:
    rows = [case(n, TenLinhVuc="Đất đai", KenhThucHien="2" if n <= online else "1") for n in range(1, total + 1)]
    return json.dumps(rows)


def processing(sound: str, faulty: str, **checked_with: Any) -> Fault:
    return Fault(PROCESSED + sound, PROCESSED + faulty, checked_with)


def in_a_year() -> dict[str, Fault]:
    """The rules of `processing` on what came before."""
    sender = Sender(level=0, basis="year_to_date")
    before, again, later = (
        so_far((day, 30, 20, 10), unit_id=sender.unit_id) for day in (YESTERDAY, DAY, DAY + timedelta(days=1))
    )
    return {
        "year_to_date_grows": processing("1;Cấp xã;30;20;10", "1;Cấp xã;30;19;10", past=before, sender=sender),
        "agrees_with_later_days": processing("1;;30;20;10", "1;;30;20;11", past=later, sender=sender),
        "is_no_copy": processing("1;;31;20;10", "1;;30;20;10", past=before, sender=sender),
        "is_not_restated": processing("1;;30;20;10", "1;;30;20;11", past=again, sender=sender),
    }


def scores(sound: str, faulty: str, **checked_with: Any) -> Fault:
    return Fault(SCORED + sound, SCORED + faulty, checked_with)


def scored_before(points: int) -> pl.DataFrame:
    """The same day with these points (hundredths) of digitisation."""
    mark = signed(f"qd766_digitisation|1|{points}|2200")
    return pl.DataFrame([("so-y-te", DAY, "scores", "day", 0, 0, None, None, None, mark)], schema=PAST, orient="row")


def in_shared_file(contract: str, text: str) -> dict[str, Fault]:
    """The rules of tables on the sums of a file of several units: a right one, a wrong one, one that is no number."""
    columns = CONTRACTS[contract].counts
    right = PartTotal((0, 9), 9, "Cộng", dict.fromkeys(columns, 7), dict.fromkeys(columns, 7), {}, holds=True)
    wrong = replace(right, printed=dict.fromkeys(columns, 8))
    unread = replace(right, summed=dict.fromkeys(columns), unread=("Sở Nội vụ",))
    return {
        rule: Fault(text, text, {"parts": {0: PartRead(FileRead(), (right,)), 1: PartRead(FileRead(), (faulty,))}})
        for rule, faulty in (("group_total_is_sum", wrong), ("group_total_is_compared", unread))
    }


def corrected(contract: str = "summary", column: str = "total", expect: str = "9", value: str = "1") -> dict[str, Any]:
    """A correction for the unit that sends the faulty file; the sound one is another's."""
    change = {"contract": f'"{contract}"', "column": f'"{column}"', "expect": expect, "value": value}
    return {"corrections": corrections(change), "senders": (Sender("so-noi-vu"), Sender())}


def titled(text: str, sender: Sender | None = None) -> dict[str, Fault]:
    """The rules of every table on its titles; `text`: the table, `sender`: who sums since the year began."""
    since = "Từ ngày 01/01/2022 đến" if sender else ""
    dated = f"{since} ngày 05/08/2022;\n".lstrip()
    basis = {"sender": sender} if sender else {}
    return {
        "period_has_business_date": Fault(dated + text, f"{dated}Quý II năm 2022;\n{text}", basis),
        "period_fits_basis": Fault(dated + text, f"Từ ngày 01/08/2022 đến ngày 05/08/2022;\n{text}", basis),
        "counts_are_single_cases": Fault(dated + text, f"{dated}Đơn vị tính: nghìn hồ sơ;\n{text}", basis),
    }


def further(header: str, row: str, cases: str, settled: str, on_time: str = "") -> dict[str, Fault]:
    """The rules on counts that a form may have beside its own: columns `sound` right of `row`, then one more than fits.

    `cases`, `settled`, `on_time`: the figures of `row` that they are compared with.
    """
    too_many, too_late = str(int(cases) + 1), str(int(settled) + 1)
    within = {
        "to_pay_within_cases": ("Số hồ sơ phải thanh toán", cases, too_many),
        "resubmitted_within_cases": ("Hồ sơ phải bổ sung", cases, too_many),
        "paid_online_within_to_pay": ("Số hồ sơ phải thanh toán;Số hồ sơ thanh toán trực tuyến", "1;1", "1;2"),
        "digitised_files_within_cases": ("Số hóa thành phần hồ sơ", cases, too_many),
        "digitised_results_within_settled": ("Số hóa kết quả", settled, too_late),
        "electronic_results_within_settled": ("Cấp kết quả điện tử", settled, too_late),
    }
    if on_time:
        within["overdue_within_settled"] = ("Giải quyết quá hạn", "0", too_late)
        rest = int(settled) - int(on_time)
        within["on_time_and_overdue_within_settled"] = ("Giải quyết quá hạn", str(rest), str(rest + 1))
    first, *others = header.splitlines()
    row, total = (row + ";" * (first.count(";") - row.count(";")), row.split(";", 2)[2])

    def wider(columns: str, *rows: str) -> str:
        blank = ";" * (columns.count(";") + 1)
        return "\n".join([f"{first};{columns}", *(line + blank for line in others), *rows, ""])

    of_two = "Số hóa kết quả"
    total = f";Tổng cộng;{total}" + ";" * (first.count(";") - total.count(";") - 2)
    return {rule: Fault(wider(c, f"{row};{a}"), wider(c, f"{row};{b}")) for rule, (c, a, b) in within.items()} | {
        "more_counts_are_sums": Fault(wider(of_two, f"{row};1", f"{total};1"), wider(of_two, f"{row};1", f"{total};0"))
    }


PROCESSED_ROW = "1;Cấp xã;10;9;8;88,89"
TITLE = "Đơn vị báo cáo: Sở {};;;;;\nNgày {}/08/2022;;;;;\n"
PLAIN = "1;Đất đai;10;5;15"
SOUND = "1;Đất đai;10;5;15;66,67;15;9;4;Sở Y tế;05/08/2022"
FORM_ROW = "1;Đất đai;6;1;2;3;4;1;2;1;2;1;1"
LISTED = [f"H55-220805-{number:04d};2;4;05/08/2022;Dược;4" for number in range(1, 41)]
FAULTS: dict[str, dict[str, Fault]] = {
    "summary": {
        "values_stated": summary(SOUND, "1;;10;5;15"),
        "numbers_readable": summary(SOUND, "1;Đất đai;10;5;15;n/a"),
        "numbers_not_negative": summary(SOUND, "1;Đất đai;-1;5;4"),
        "level_known": summary(SOUND, "1;Đất đai;10;5;15;;;;9"),
        "total_is_sum": summary(SOUND, "1;Đất đai;10;5;16"),
        "totals_row_is_sum": summary("1;Đất đai;1;2;3\n;Tổng cộng;1;2;3", "1;Đất đai;1;2;3\n;Tổng cộng;2;1;3"),
        "subtotals_are_sums": summary("I;Nhóm;1;2;3\n1;Đất đai;1;2;3", "I;Nhóm;2;1;3\n1;Đất đai;1;2;3"),
        "rows_are_known": summary(SOUND, f"{SOUND}\n;Khác;1;2;3;;;;;;"),
        **beside(summary, "1;Đất đai;3;6;9", ("1;2;3", "2;4;6", "4;4;8")),
        "rows_are_visible": Fault(page(TABLE + SOUND), page(TABLE + SOUND, hidden=2)),
        "field_is_named": summary(SOUND, "1;123;10;5;15"),
        "field_is_known": summary(SOUND, SOUND.replace("Đất đai", "Ruộng đất")),
        "field_once": summary(f"{SOUND}\n2;Hộ tịch;1;2;3;;;;;;", f"{SOUND}\n2;ĐẤT ĐAI;1;2;3;;;;4;;"),
        "rate_is_right": summary(SOUND, "1;Đất đai;10;5;15;66,66"),
        "rate_has_decimals": summary(SOUND, "1;Đất đai;10;5;15;67"),
        "settled_within_received": summary(SOUND, "1;Đất đai;10;5;15;;8;9"),
        "unit_is_sender": summary(SOUND, "1;Đất đai;10;5;15;;;;;Sở Nội vụ"),
        "date_is_business_date": summary(SOUND, "1;Đất đai;10;5;15;;;;;;04/08/2022"),
        "corrected": summary(PLAIN, "1;Đất đai;10;5;16", **corrected(expect="16", value="15")),
        "correction_is_current": summary(PLAIN, PLAIN, **corrected(expect="16", value="15")),
        "title_fits_contract": Fault(
            f"Ngày 05/08/2022;\nDịch vụ công mức độ 4;\n{TABLE}{PLAIN}",
            f"Ngày 05/08/2022;\nDANH SÁCH HỒ SƠ QUÁ HẠN;\n{TABLE}{PLAIN}",
        ),
        **titled(TABLE + SOUND),
        **on_history(("summary", summary_of)),
        **late(TABLE + SOUND),
        **outside_validity(TABLE + SOUND),
        **levelled(TABLE + PLAIN),
        **laid_out("summary", TABLE + PLAIN),
        **in_shared_file("summary", TABLE + PLAIN),
        **further(MORE_TABLE, "1;Đất đai;10;5;15;12;9;7", "15", "9", "7"),
    },
    "ii06": {
        "values_stated": form(FORM_ROW, "1;;6;1;2;3;4;1;2;1;2;1;1"),
        "numbers_readable": form(FORM_ROW, "1;Đất đai;6;1;2;3;4;1;2;1;2;1;x"),
        "numbers_not_negative": form(FORM_ROW, "1;Đất đai;6;1;2;3;4;1;2;1;2;3;-1"),
        "received_is_sum": form(FORM_ROW, "1;Đất đai;6;1;2;4;4;1;2;1;2;1;1"),
        "settled_is_sum": form(FORM_ROW, "1;Đất đai;6;1;2;3;4;1;2;2;2;1;1"),
        "pending_is_sum": form(FORM_ROW, "1;Đất đai;6;1;2;3;4;1;2;1;2;1;2"),
        "received_is_settled_and_pending": form(FORM_ROW, "1;Đất đai;6;1;2;3;4;1;2;1;3;2;1"),
        "totals_row_is_sum": form(
            f"{FORM_ROW}\n;Tổng cộng;6;1;2;3;4;1;2;1;2;1;1", f"{FORM_ROW}\n;Tổng cộng;6;2;1;3;4;1;2;1;2;1;1"
        ),
        "subtotals_are_sums": form(
            f"I;Nhóm;6;1;2;3;4;1;2;1;2;1;1\n{FORM_ROW}", f"I;Nhóm;6;2;1;3;4;1;2;1;2;1;1\n{FORM_ROW}"
        ),
        "rows_are_known": form(FORM_ROW, f"{FORM_ROW}\n;Khác;6;1;2;3;4;1;2;1;2;1;1"),
        **beside(
            form,
            "1;Đất đai;6;2;2;2;3;1;1;1;3;2;1",
            ("2;1;0;1;1;0;1;0;1;1;0", "4;1;2;1;2;1;0;1;2;1;1", "6;3;2;1;3;1;1;1;3;2;1"),
        ),
        "rows_are_visible": Fault(page(FORM + FORM_ROW), page(FORM + FORM_ROW, hidden=5)),
        "field_is_named": form(FORM_ROW, "1;7;6;1;2;3;4;1;2;1;2;1;1"),
        "field_is_known": form(FORM_ROW, FORM_ROW.replace("Đất đai", "Ruộng đất")),
        "field_once": form(
            f"{FORM_ROW}\n2;Dân số;0;0;0;0;0;0;0;0;0;0;0", f"{FORM_ROW}\n2;Đất đai;0;0;0;0;0;0;0;0;0;0;0"
        ),
        "unit_is_sender": Fault(
            f"Đơn vị báo cáo: Sở Y tế;;;;;;;;;;;;\n{FORM}{FORM_ROW}",
            f"Đơn vị báo cáo: Sở Nội vụ;;;;;;;;;;;;\n{FORM}{FORM_ROW}",
        ),
        "date_is_business_date": Fault(
            f"Ngày 05/08/2022;;;;;;;;;;;;\n{FORM}{FORM_ROW}", f"Ngày 06/08/2022;;;;;;;;;;;;\n{FORM}{FORM_ROW}"
        ),
        "corrected": form(FORM_ROW, "1;Đất đai;6;1;2;3;4;1;2;1;2;1;9", **corrected("ii06", "pending_overdue")),
        "correction_is_current": form(FORM_ROW, FORM_ROW, **corrected("ii06", "pending_overdue")),
        **titled(FORM + FORM_ROW),
        **on_history(("ii06", form_of)),
        **late(FORM + FORM_ROW),
        **outside_validity(FORM + FORM_ROW),
        **levelled(FORM + FORM_ROW),
        **laid_out("ii06", FORM + FORM_ROW),
        **in_shared_file("ii06", FORM + FORM_ROW),
        **further(FORM, FORM_ROW, "6", "4"),
    },
    "cases": {
        "case_id_valid": cases(case(1, MaHoSo="000000001")),
        "row_is_visible": Fault(page(case_list(*LISTED)), page(case_list(*LISTED), hidden=3)),
        "channel_known": cases(case(1, KenhThucHien="4")),
        "status_known": cases(case(1, TrangThaiHoSo="11")),
        "level_known": cases(case(1, MucDo="5")),
        "received_on_stated": cases(case(1, NgayTiepNhan="")),
        "dates_readable": cases(case(1, NgayHenTra="20220231000000")),
        "settled_has_end": cases(case(1, NgayKetThucXuLy="")),
        "dates_in_order": cases(case(1, NgayKetThucXuLy="20220804000000")),
        "handled_by_sender": cases(case(1, DonViXuLy="Sở Nội vụ")),
        "cases_are_own": cases(case(1, DonViXuLy="Sở Nội vụ", DonViTiepNhan="Sở Y tế")),
        "some_cases_are_own": Fault(
            json.dumps([case(1, DonViTiepNhan="Sở Nội vụ")]),
            json.dumps([case(1, DonViXuLy="Sở Nội vụ", DonViTiepNhan="Sở Y tế")]),
        ),
        "case_once": cases(case(2)),
        "faulty_rows_few": cases(case(1, KenhThucHien="4"), sender=Sender(max_faulty_pct=1)),
        "unit_is_sender": Fault(
            case_list(*LISTED, title="Đơn vị: Sở Y tế"), case_list(*LISTED, title="Đơn vị: Sở Nội vụ")
        ),
        "date_is_business_date": Fault(
            case_list(*LISTED, title="Ngày 05/08/2022"), case_list(*LISTED, title="Ngày 06/08/2022")
        ),
        "field_is_known": cases(case(1, TenLinhVuc="Nguyễn Văn Tịch")),
        "marks_known": marked({"Số hóa kết quả": "có"}, {"Số hóa kết quả": "có lẽ"}),
        "paid_case_was_to_pay": marked(
            {"PhaiThanhToan": "1", "ThanhToanTrucTuyen": "1"}, {"PhaiThanhToan": "0", "ThanhToanTrucTuyen": "1"}
        ),
        "levels_told": Fault(
            case_list(*LISTED),
            "\n".join(line.rpartition(";")[0] for line in case_list(*LISTED).splitlines()),
            {"sender": Sender(level=0)},
        ),
        "case_not_counted_before": Fault(
            cases_of(30, 40), cases_of(30, 40), {"senders": (Sender(), Sender(day=DAY + timedelta(days=1)))}
        ),
        **on_history(("cases", cases_of)),
        **late(case_list(*LISTED)),
        **outside_validity(case_list(*LISTED)),
        "level_is_rated": Fault(case_list(*LISTED), case_list(*(f"{row.removesuffix('4')}3" for row in LISTED))),
        **laid_out("cases", "\n".join(case_list(LISTED[0]).splitlines()[1:])),
    },
    "processing": {
        "values_stated": processing(PROCESSED_ROW, "1;Cấp xã;10;9;"),
        "rows_are_named": processing(f"{PROCESSED_ROW}\n2;Cấp tỉnh;1;1;1;", f"{PROCESSED_ROW}\n2;;1;1;1;"),
        "numbers_readable": processing(PROCESSED_ROW, "1;Cấp xã;10;9;8;n/a"),
        "numbers_not_negative": processing(PROCESSED_ROW, "1;Cấp xã;10;9;-8"),
        "settled_within_received": processing(PROCESSED_ROW, "1;Cấp xã;8;9;8"),
        "on_time_within_settled": processing(PROCESSED_ROW, "1;Cấp xã;10;9;10"),
        "totals_row_is_sum": processing(
            f"{PROCESSED_ROW}\n;Tổng cộng;10;9;8;88,89", f"{PROCESSED_ROW}\n;Tổng cộng;10;9;9;100"
        ),
        "subtotals_are_sums": processing("I;Xã;10;9;8\n1;Cấp xã;10;9;8", "I;Xã;10;9;9\n1;Cấp xã;10;9;8"),
        "rows_are_known": processing(PROCESSED_ROW, f"{PROCESSED_ROW}\n;Khác;1;1;1;"),
        **beside(processing, "1;Đất đai;9;6;3", ("3;2;1", "6;4;2", "9;7;2")),
        "rows_are_visible": Fault(page(PROCESSED + PROCESSED_ROW), page(PROCESSED + PROCESSED_ROW, hidden=2)),
        "field_is_named": processing(PROCESSED_ROW, "1;123;10;9;8"),
        "field_once": processing(f"{PROCESSED_ROW}\n2;Cấp tỉnh;1;1;1;", f"{PROCESSED_ROW}\n2;CẤP XÃ;1;1;1;"),
        "rate_is_right": processing(PROCESSED_ROW, "1;Cấp xã;10;9;8;88,88"),
        "rate_has_decimals": processing(PROCESSED_ROW, "1;Cấp xã;10;9;8;89"),
        "unit_is_sender": Fault(
            TITLE.format("Y tế", "05") + PROCESSED + PROCESSED_ROW,
            TITLE.format("Nội vụ", "05") + PROCESSED + PROCESSED_ROW,
        ),
        "date_is_business_date": Fault(
            TITLE.format("Y tế", "05") + PROCESSED + PROCESSED_ROW,
            TITLE.format("Y tế", "06") + PROCESSED + PROCESSED_ROW,
        ),
        "corrected": processing(
            PROCESSED_ROW, "1;Đất đai;10;9;19", **corrected("processing", "settled_on_time", "19", "9")
        ),
        "correction_is_current": processing(
            PROCESSED_ROW, PROCESSED_ROW, **corrected("processing", "settled_on_time", "19", "9")
        ),
        **titled(PROCESSED + PROCESSED_ROW, Sender(level=0, basis="year_to_date")),
        **in_a_year(),
        **late(PROCESSED + PROCESSED_ROW),
        **outside_validity(PROCESSED + PROCESSED_ROW),
        **laid_out("processing", PROCESSED + PROCESSED_ROW),
        **in_shared_file("processing", PROCESSED + PROCESSED_ROW),
        **further(PROCESSED, "1;Cấp xã;10;9;8", "10", "9", "8"),
    },
    "scores": {
        "values_stated": scores(SCORED_ROW, "1;Số hóa hồ sơ;22;"),
        "numbers_readable": scores(SCORED_ROW, "1;Số hóa hồ sơ;22;11,205"),
        "numbers_not_negative": scores(SCORED_ROW, "1;Số hóa hồ sơ;22;-1"),
        "component_is_named": scores(SCORED_ROW, "1;;;11,2"),
        "component_is_known": scores(SCORED_ROW, "1;Số hóa;22;11,2"),
        "component_once": scores(SCORED_ROW, f"{SCORED_ROW}\n2;Số hóa hồ sơ TTHC;22;11,2"),
        "points_within_maximum": scores("1;Số hóa hồ sơ;22;22", "1;Số hóa hồ sơ;22;22,01"),
        "maximum_is_agreed": scores(SCORED_ROW, "1;Số hóa hồ sơ;18;11,2"),
        "totals_row_is_sum": scores(f"{SCORED_ROW}\n;Tổng điểm;;11,2", f"{SCORED_ROW}\n;Tổng điểm;;11,21"),
        "subtotals_are_sums": scores(f"I;Nhóm;;11,2\n{SCORED_ROW}", f"I;Nhóm;;11,3\n{SCORED_ROW}"),
        "rows_are_known": scores(SCORED_ROW, f"{SCORED_ROW}\n;Khác;;1"),
        "parts_are_within_row": scores(f"{SCORED_ROW}\n1.1;Kết quả;;11,2", f"{SCORED_ROW}\n1.1;Kết quả;;11,21"),
        "parts_are_known": scores(f"{SCORED_ROW}\n-;Tệp;;1,2\n-;Kết quả;;10", f"{SCORED_ROW}\n-;Tệp;;1,2"),
        "comparisons_are_apart": scores(
            f"{SCORED_ROW}\n;Tổng cộng;;11,2\n;Tháng trước;;10", f"{SCORED_ROW}\n;Tháng trước;;10"
        ),
        "carries_are_sums": scores(f"{SCORED_ROW}\n;Mang sang;;11,2", f"{SCORED_ROW}\n;Mang sang;;11,3"),
        "rows_are_visible": Fault(page(SCORED + SCORED_ROW), page(SCORED + SCORED_ROW, hidden=2)),
        "unit_is_sender": Fault(
            TITLE.format("Y tế", "05") + SCORED + SCORED_ROW, TITLE.format("Nội vụ", "05") + SCORED + SCORED_ROW
        ),
        "date_is_business_date": Fault(
            TITLE.format("Y tế", "05") + SCORED + SCORED_ROW, TITLE.format("Y tế", "06") + SCORED + SCORED_ROW
        ),
        **{
            rule: fault
            for rule, fault in titled(SCORED + SCORED_ROW, Sender(level=0, basis="year_to_date")).items()
            if rule != "counts_are_single_cases"
        },
        "is_not_restated": scores(SCORED_ROW, "1;Số hóa hồ sơ;22;11,3", past=scored_before(1120)),
        **late(SCORED + SCORED_ROW),
        **outside_validity(SCORED + SCORED_ROW),
        **laid_out("scores", SCORED + SCORED_ROW),
    },
}


# They apply to no row of a sound file; up to its limit faulty_rows_few is tried in test_cases.py.
ONLY_WHERE_BROKEN = {"rows_are_known", "rows_are_visible", "faulty_rows_few"}
NEVER, ALWAYS, UNKNOWN = "never", "always", "unknown"


def test_every_rule_has_its_fault() -> None:
    for contract, rules in RULES.items():
        assert [rule.id for rule in rules if rule.id not in FAULTS[contract]] == []
        assert FAULTS[contract].keys() == {rule.id for rule in rules}


def test_a_wrong_figure_is_held_back_and_only_what_may_be_right_is_told() -> None:
    noted = {"corrected", "is_not_restated", "layout_is_usual"}
    of_all = {"rate_is_usual", "volume_is_usual", "is_no_copy", "is_in_time", "levels_told", "level_is_rated"}
    of_all |= {"group_total_is_compared", "to_pay_within_cases", "resubmitted_within_cases"}
    warnings = {
        "summary": {"rate_has_decimals", "field_is_known", "correction_is_current", *of_all},
        "ii06": {"field_is_known", "correction_is_current", *of_all},
        "cases": {rule.id for rule in RULES["cases"]}
        - {
            "faulty_rows_few",
            "unit_is_sender",
            "date_is_business_date",
            "unit_exists_on_day",
            "month_to_date_grows",
            *noted,
        },
        "scores": {"is_in_time"},
        "processing": {
            *("rate_has_decimals", "correction_is_current", "is_no_copy", "is_in_time", "group_total_is_compared"),
            *("to_pay_within_cases", "resubmitted_within_cases"),
        },
    }
    for contract, rules in RULES.items():
        severities = {rule.id: rule.severity for rule in rules}
        infos = noted | {"level_is_rated", "cases_are_own"} if contract == "cases" else noted
        expected = {
            rule: "info" if rule in infos else "warning" if rule in warnings[contract] else "critical"
            for rule in severities
        }
        assert severities == expected


@pytest.mark.parametrize(
    ("contract", "rule"), [(contract, rule) for contract, faults in FAULTS.items() for rule in faults]
)
def test_an_injected_fault_is_found_and_a_sound_file_breaks_nothing(
    contract: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three mutants of the rule stand beside it and must not pass.

    So the sound file has a row to which the rule applies, and the faulty one breaks it rather than leaving it unknown.
    """
    (real,) = (one for one in RULES[contract] if one.id == rule)
    breaks = {NEVER: pl.lit(False), ALWAYS: pl.lit(True), UNKNOWN: pl.lit(None, pl.Boolean)}
    mutants = tuple(replace(real, id=name, breaks=predicate) for name, predicate in breaks.items())
    monkeypatch.setitem(RULES, contract, (*RULES[contract], *mutants))
    fault = FAULTS[contract][rule]
    facts, filings = checked(contract, fault.sound, fault.faulty, **fault.checked_with)
    assert filings.refusals == {}
    sound, faulty = broken(facts, contract, 0), broken(facts, contract, 1)
    assert sound.keys() == (set() if rule in ONLY_WHERE_BROKEN else {ALWAYS, UNKNOWN})
    assert sound.get(UNKNOWN, (0, 1))[0] == 0
    assert faulty[rule][0] > 0
    assert NEVER not in faulty


def test_a_hidden_row_is_told_for_being_hidden_and_for_nothing_else() -> None:
    facts, filings = checked("summary", page(f"{TABLE}1;Đất đai;10;5;16\n2;Hộ tịch;1;2;3", hidden=2))
    assert filings.refusals == {}
    assert broken(facts, "summary") == {"rows_are_visible": (1, 0)}
