"""A case that one unit received and another handles counts once, for the one that count_for says."""

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.checking import DAY, Sender, broken, checked
from tests.transforms.test_cases import BREAKS, case
from transforms.check import cases
from transforms.check.facts import Facts

HEALTH, HOME, LAND = "Sở Y tế", "Sở Nội vụ", "Sở Tài nguyên và Môi trường"
SENDERS = {HEALTH: "so-y-te", HOME: "so-noi-vu", LAND: "so-tai-nguyen-va-moi-truong"}


def of_one(count_for: str, handling: str, receiving: str) -> tuple[dict[str, tuple[int, int]], int]:
    """What one case of Sở Y tế's file breaks beside many of its own, and how many count."""
    rows = [case(1, DonViXuLy=handling, DonViTiepNhan=receiving), *(case(n, DonViXuLy="") for n in range(2, 41))]
    facts, _ = checked("cases", json.dumps(rows), sender=Sender(count_for=count_for))
    return broken(facts, "cases"), cases.counted_cases(facts.rows).height - 39


OWN: tuple[dict[str, tuple[int, int]], int] = ({}, 1)
ANOTHERS = ({"cases_are_own": BREAKS}, 0)
FAULTY = ({"handled_by_sender": BREAKS}, 0)


@pytest.mark.parametrize(
    ("handling", "receiving", "by_handling", "by_receiving"),
    [
        (HEALTH, HEALTH, OWN, OWN),
        (HEALTH, HOME, OWN, ANOTHERS),
        (HOME, HEALTH, ANOTHERS, OWN),
        (HOME, LAND, FAULTY, FAULTY),
        ("", "", OWN, OWN),
        (HEALTH, "", OWN, OWN),
        ("", HEALTH, OWN, OWN),
        (HOME, "", FAULTY, FAULTY),  # who received it?
        ("", HOME, FAULTY, FAULTY),  # who handles it?
        ("Sở Không Có", HEALTH, FAULTY, OWN),
        (HEALTH, "Bộ phận Một cửa", OWN, FAULTY),
    ],
)
def test_for_whom_a_case_counts(
    handling: str, receiving: str, by_handling: tuple[Any, int], by_receiving: tuple[Any, int]
) -> None:
    assert of_one("handling", handling, receiving) == by_handling
    assert of_one("receiving", handling, receiving) == by_receiving


@pytest.mark.parametrize("header", ["Cơ quan tiếp nhận", "Đơn vị tiếp nhận hồ sơ", "ĐƠN VỊ TIẾP NHẬN", "DonViTiepNhan"])
def test_both_units_are_kept_under_any_of_their_headers(header: str) -> None:
    row = {key: value for key, value in case(1).items() if key != "DonViXuLy"}
    facts, _ = checked("cases", json.dumps([row | {"Cơ quan giải quyết": HEALTH, header: HOME}]))
    kept = cases.counted_cases(facts.rows).select("handling_unit_id", "receiving_unit_id").rows()
    assert kept == [("so-y-te", "so-noi-vu")]


def test_cases_of_others_are_no_faulty_rows_and_no_rows_of_the_file() -> None:
    others = [case(n, DonViXuLy=HOME, DonViTiepNhan=HEALTH, KenhThucHien="9") for n in range(2, 50)]
    facts, _ = checked("cases", json.dumps([case(1), *others]))
    assert broken(facts, "cases") == {"cases_are_own": BREAKS}
    assert facts.deliveries["row_count"].item() == 1
    assert facts.findings["note"].to_list() == ["48 hồ sơ"]


def test_a_file_without_a_case_of_its_own_is_a_warning() -> None:
    facts, _ = checked("cases", json.dumps([case(1, DonViXuLy=HOME, DonViTiepNhan=HEALTH)]))
    assert set(broken(facts, "cases")) == {"cases_are_own", "some_cases_are_own"}


def counted(facts: Facts) -> list[tuple[str, str]]:
    return cases.counted_cases(facts.rows).select("unit_id", "case_id").rows()


_SIDE = st.sampled_from(list(SENDERS))
_CASES = st.lists(st.tuples(_SIDE, _SIDE), min_size=1, max_size=12)  # handling, receiving


@given(made=_CASES, count_for=st.sampled_from(["handling", "receiving"]), order=st.permutations(list(SENDERS)))
def test_each_case_counts_once_and_for_the_chosen_unit(
    made: list[tuple[str, str]], count_for: str, order: list[str]
) -> None:
    """Each unit lists what it handles and what it received, in files that come in any order."""
    files = {
        name: [
            case(number, DonViXuLy=handling, DonViTiepNhan=receiving)
            for number, (handling, receiving) in enumerate(made, start=1)
            if name in (handling, receiving)
        ]
        for name in order
    }
    senders = tuple(Sender(SENDERS[name], DAY, count_for=count_for) for name in order)
    facts, _ = checked("cases", *(json.dumps(rows) for rows in files.values()), senders=senders)
    expected = [
        (SENDERS[handling if count_for == "handling" else receiving], case(number)["MaHoSo"])
        for number, (handling, receiving) in enumerate(made, start=1)
    ]
    assert sorted(counted(facts)) == sorted(expected)
    assert cases.daily_counts(facts.rows)["total"].sum() == len(made)
    assert facts.findings.filter(~pl.col("rule").is_in(["cases_are_own", "some_cases_are_own"])).is_empty()


@given(made=_CASES, settings=st.lists(st.sampled_from(["handling", "receiving"]), min_size=3, max_size=3))
def test_where_units_count_differently_no_case_counts_twice(made: list[tuple[str, str]], settings: list[str]) -> None:
    senders = tuple(Sender(unit, DAY, count_for=one) for unit, one in zip(SENDERS.values(), settings, strict=True))
    files = [
        json.dumps([case(n, DonViXuLy=h, DonViTiepNhan=r) for n, (h, r) in enumerate(made, start=1) if name in (h, r)])
        for name in SENDERS
    ]
    facts, _ = checked("cases", *files, senders=senders)
    ids = [case_id for _, case_id in counted(facts)]
    assert len(ids) == len(set(ids))
