"""A reviewed correction applies while the source states what it expects, and says so when it no longer does."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.transforms.checking import Sender, broken, checked
from tests.transforms.test_ii06 import HEADER as FORM
from transforms.check.messages import describe
from transforms.check.tables import daily_counts
from transforms.dictionary.contracts import SUMMARY
from transforms.reference.corrections import Corrections

UNITS = {"so-y-te", "so-noi-vu"}
HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Mức độ;Tỷ lệ"
ENTRY: Mapping[str, Any] = {
    "unit": '"so-y-te"',
    "date": "2022-08-05",
    "field": '"Đất đai"',
    "column": '"total"',
    "expect": "159",
    "value": "150",
    "reason": '"Công văn 12"',
    "by": '"Phòng A"',
    "since": "2022-08-08",
}
APPLIES, STALE = {"corrected": (1, 0)}, {"correction_is_current": (1, 0)}


def toml(*entries: Mapping[str, Any]) -> str:
    return "\n".join(
        "[[correction]]\n" + "\n".join(f"{key} = {value}" for key, value in entry.items() if value is not None)
        for entry in entries
    )


def corrections(*changes: Mapping[str, Any]) -> Corrections:
    return Corrections.from_toml(toml(*({**ENTRY, **change} for change in changes)), UNITS)


@pytest.mark.parametrize(
    ("rows", "change", "expected"),
    [
        (["Đất đai;120;30;159"], {}, APPLIES),
        (["đất  đai;120;30;159"], {}, APPLIES),  # a field is compared as rules compare it
        (["Đất đai;120;30;150"], {}, STALE),  # mended at the source
        (["Đất đai;120;30;158"], {}, STALE | {"total_is_sum": (1, 0)}),
        (["Đất đai;120;30;"], {}, STALE | {"values_stated": (1, 0), "total_is_sum": (0, 1)}),
        (["Dân số;120;30;150"], {}, STALE),  # no such row
        (["Đất đai;120;30;159;4", "Đất đai;1;1;2;3"], {}, STALE | {"total_is_sum": (1, 0)}),  # which one?
        (["Đất đai;120;30;159;4", "Đất đai;1;1;2;3"], {"level": 4}, APPLIES),
        (["Đất đai;120;30;159;;", "Dân số;1;1;2;3;"], {"level": 4}, APPLIES),  # the level agreed with the sender
        (["Đất đai;120;30;159;4"], {"level": 3}, STALE | {"total_is_sum": (1, 0)}),
        # text is compared as written
        (["Đất đai;120;30;15O"], {"expect": '"15O"'}, APPLIES),
        (["Đất đai;120;30;"], {"expect": '""'}, APPLIES),
        (["Đất đai;120;30;150"], {"expect": '""'}, STALE),
        # without a field: the totals row
        (["Đất đai;120;30;150", "Tổng cộng;120;30;159"], {"field": None}, APPLIES),
        (["Đất đai;120;30;150"], {"field": None}, STALE),
        # a rate, as the file writes it
        (["Đất đai;120;30;150;4;81"], {"column": '"stated_rate"', "expect": "81", "value": "80"}, APPLIES),
        (["Đất đai;120;30;150;4;81,5"], {"column": '"stated_rate"', "expect": "81.5", "value": "80.0"}, APPLIES),
    ],
)
def test_it_applies_only_while_the_source_states_what_is_expected(
    rows: list[str], change: dict[str, Any], expected: dict[str, tuple[int, int]]
) -> None:
    facts, _ = checked("summary", "\n".join([HEADER, *rows]), corrections=corrections(change))
    assert broken(facts, "summary") == expected


def test_the_corrected_figure_is_the_one_that_counts_and_the_message_says_what_was_done() -> None:
    text = f"{HEADER}\nDân số;1;1;2\nĐất đai;120;30;159"
    facts, filings = checked("summary", text, corrections=corrections({}))
    assert daily_counts(facts.rows, SUMMARY).select("field", "total").rows() == [("Dân số", 2), ("Đất đai", 150)]
    (message,) = describe(facts.findings, filings, "summary")["message"]
    assert message == (
        "dòng 3: quy tắc corrected: số liệu được sửa theo quyết định (reference/corrections.toml, tyle correct) "
        "(Đất đai, Tổng số (3): 159 → 150; Công văn 12 – Phòng A, 08/08/2022)"
    )
    facts, filings = checked("summary", text.replace("159", "150"), corrections=corrections({}))
    (message,) = describe(facts.findings, filings, "summary")["message"]
    assert message.startswith("dòng 3: quy tắc correction_is_current")
    assert "cần sửa khi tệp ghi 159, nay tệp ghi 150; Công văn 12 – Phòng A" in message
    assert daily_counts(facts.rows, SUMMARY)["total"].to_list() == [2, 150]


def test_several_corrections_of_a_row_and_only_of_its_unit_day_and_contract() -> None:
    two = corrections({"column": '"online"', "expect": "21", "value": "12"}, {"expect": "22", "value": "13"})
    text = f"{HEADER}\nĐất đai;21;1;22"
    senders = (Sender(), Sender("so-noi-vu"), Sender(day=date(2022, 8, 6)))
    facts, _ = checked("summary", text, text, text, senders=senders, corrections=two)
    counts = daily_counts(facts.rows, SUMMARY)
    assert counts.select("file", "online", "total").rows() == [(0, 12, 13), (1, 21, 22), (2, 21, 22)]
    assert [broken(facts, "summary", file) for file in range(3)] == [APPLIES, {}, {}]
    assert " | " in facts.findings["note"].item()
    form = corrections({"contract": '"ii06"', "column": '"received"', "expect": "7", "value": "6"})
    assert broken(checked("summary", text, corrections=form)[0], "summary") == {}
    row = f"{FORM}1;Đất đai;7;1;2;3;4;1;2;1;2;1;1\n"
    assert broken(checked("ii06", row, corrections=form)[0], "ii06") == APPLIES


def test_a_file_that_cannot_be_read_has_nothing_to_correct() -> None:
    facts, _ = checked("summary", b"\x89PNG\r\n", corrections=corrections({}))
    assert broken(facts, "summary") == {"readable": (1, 0)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": '"so-y-tee"'}, "unit “so-y-tee”: không có trong units.csv; gần giống: so-y-te"),
        ({"unit": None}, "correction[2].unit: thiếu khóa này"),
        ({"expect": None}, "correction[2].expect: thiếu khóa này"),
        ({"by": '" "'}, "by “ ”: phải là chữ"),
        ({"date": '"2022-08-05"'}, "date “2022-08-05”: phải là ngày"),
        ({"since": "2022-08-05T10:00:00"}, "since “2022-08-05 10:00:00”"),
        ({"contract": '"cases"'}, "contract “cases”: phải là summary hoặc ii06"),
        ({"column": '"totl"'}, "column “totl”: phải là một trong online"),
        ({"contract": '"ii06"'}, "column “total”"),
        ({"level": "5"}, "level “5”"),
        ({"level": "4", "field": None}, "level: chỉ dùng cùng với field"),
        ({"value": "-1"}, "value “-1”"),
        ({"value": "1.5"}, "value “1.5”: phải là số nguyên"),
        ({"value": "true"}, "value “True”"),
        ({"column": '"stated_rate"', "value": "nan"}, "value “nan”"),
        ({"expect": "[159]"}, "expect “[159]”"),
        ({"value": "159"}, "value “159”: bằng expect: không sửa gì"),
        ({"valeu": "1"}, "correction[2].valeu: không có khóa này; gần giống: value"),
        ({"field": '"Y tế"'}, "cùng một số liệu với correction[1]"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line_and_fault(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"^corrections\.toml: dòng \d+: correction\[2\]") as raised:
        corrections({"field": '"Y  TẾ"'}, change)
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("text", ["[correction]", "corrections = []", "[[correction]\n", "correction = [1]"])
def test_a_file_that_is_no_list_of_entries_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^corrections\.toml: ") as raised:
        Corrections.from_toml(text, UNITS)
    assert len(str(raised.value).splitlines()) == 1
