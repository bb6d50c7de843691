"""Targets and baselines: what they may say, and how a wrong row is named."""

from datetime import date
from decimal import Decimal

import pytest

from tests.reference import organisation, registry, text
from transforms.reference.comparisons import read_baselines, read_targets

UNITS = registry().units
HEADER = "unit_group,target_pct,legal_basis,valid_from,valid_to\n"
OWN = "unit_group,unit_id,target_pct,legal_basis,valid_from,valid_to\n"
BASE = "month,scope,rate_pct,source\n"


def test_the_targets_of_a_new_workspace() -> None:
    targets = read_targets(text("targets.csv"), UNITS, organisation())
    assert targets.select("scope", "unit_id", "target_pct").rows() == [
        (group, None, Decimal("55.00")) for group in ("departments", "districts", "all")
    ]


def test_a_group_may_have_a_target_while_no_unit_is_in_it() -> None:
    communes = UNITS.filter(unit_group="communes")
    assert read_targets(text("targets.csv"), communes, organisation()).height == 3
    assert read_baselines(BASE + "2022-04,districts,50,báo cáo\n", communes, organisation()).height == 1


def test_a_unit_may_have_a_target_of_its_own_beside_its_group_s() -> None:
    rows = "departments,,55,QĐ 1,2022-01-01,\n,so-y-te,60.5,QĐ 2,2022-01-01,2022-06-30\n,so-y-te,65,QĐ 3,2022-07-01,\n"
    targets = read_targets(OWN + rows, UNITS, organisation())
    assert targets.select("scope", "unit_group", "unit_id", "target_pct", "valid_to").rows() == [
        ("departments", "departments", None, Decimal("55.00"), None),
        ("so-y-te", "departments", "so-y-te", Decimal("60.50"), date(2022, 6, 30)),
        ("so-y-te", "departments", "so-y-te", Decimal("65.00"), None),
    ]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("unit_group,target_pct\n", "dòng 1: thiếu cột legal_basis, valid_from, valid_to"),
        (HEADER + "departments,55,QĐ,2022-01-01\n", "dòng 2: phải có 5 ô"),
        (HEADER + "schools,55,QĐ,2022-01-01,\n", "dòng 2: cột unit_group “schools”"),
        (HEADER + "all,55%,QĐ,2022-01-01,\n", "dòng 2: cột target_pct “55%”: phải là số từ 0 đến 100"),
        (HEADER + "all,100.01,QĐ,2022-01-01,\n", "target_pct “100.01”"),
        (HEADER + "all,55.005,QĐ,2022-01-01,\n", "target_pct “55.005”"),
        (HEADER + "all,NaN,QĐ,2022-01-01,\n", "target_pct “NaN”"),
        (HEADER + "all,55,QĐ,1/1/2022,\n", "dòng 2: cột valid_from “1/1/2022”: phải là ngày"),
        (HEADER + "all,55,QĐ,2022-01-01,mãi\n", "dòng 2: cột valid_to “mãi”"),
        (HEADER + "all,55,QĐ,2022-02-01,2022-01-01\n", "valid_to 2022-01-01 trước valid_from 2022-02-01"),
        (HEADER + "all,55,,2022-01-01,\n", "dòng 2: cột legal_basis"),
        (HEADER + "all,55,QĐ,2022-01-01,2022-06-30\nall,60,QĐ,2022-06-30,\n", "dòng 3: all: đã có chỉ tiêu khác"),
        (OWN + ",so-la,55,QĐ,2022-01-01,\n", "dòng 2: cột unit_id “so-la”: không có trong units.csv"),
        (OWN + "districts,so-y-te,55,QĐ,2022-01-01,\n", "unit_group “districts”"),
    ],
)
def test_a_wrong_target_is_named_by_its_row(file: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"^targets\.csv: dòng \d+: [^\n]+$") as raised:
        read_targets(file, UNITS, organisation())
    assert message in str(raised.value)


def test_baselines_are_of_all_a_group_or_a_unit_and_there_may_be_none() -> None:
    assert read_baselines(text("baselines.csv"), UNITS, organisation()).select("month", "scope", "rate_pct").rows() == [
        ("2022-04", "all", Decimal("48.69"))
    ]
    rows = "2022-04,districts,50,báo cáo\n2022-04,so-y-te,0,báo cáo\n"
    assert read_baselines(BASE + rows, UNITS, organisation())["scope"].to_list() == ["districts", "so-y-te"]
    assert read_baselines("", UNITS, organisation()).is_empty()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2022-4x,all,50,báo cáo", "month “2022-4x”: phải là tháng"),
        ("2022-4,all,50,báo cáo", "month “2022-4”: phải là tháng"),
        ("2022-04,everyone,50,báo cáo", "scope “everyone”"),
        ("2022-04,all,,báo cáo", "rate_pct “”"),
        ("2022-04,all,50,", "source"),
        ("2022-04,all,50,báo cáo\n2022-04,all,51,báo cáo", "dòng 3: 2022-04, all: đã có ở dòng trước"),
    ],
)
def test_a_wrong_baseline_is_named_by_its_row(row: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"^baselines\.csv: dòng \d+: [^\n]+$") as raised:
        read_baselines(f"{BASE}{row}\n", UNITS, organisation())
    assert message in str(raised.value)
