"""An organisation's own groups: rates, sums of groups, groups beside the whole, and what the file calls them."""

from dataclasses import replace

import duckdb
import pytest

from tests.organisations import national
from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch, every_day
from transforms.reference.dimensions import groups
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.marts.materialise import Reference, build_marts, materialise
from warehouse.places.errors import PublishError
from warehouse.published.publish import Publication, publish

UNITS = (
    *(Unit("roads", "ministries"), Unit("fish", "ministries", 2), Unit("parks", "agencies")),
    *(Unit("court", "courts"), Unit("desk", "desks")),
)
PLAIN = Setting(
    units=UNITS,
    expected=every_day([unit.id for unit in UNITS[:4]], aug(1), aug(2)),
    targets=[("judiciary-and-agencies", "50.00", aug(1)), ("all", "55.00", aug(1))],
    periods=[("2022-08", aug(1), aug(31))],
)


def reference() -> Reference:
    own = national()
    return replace(PLAIN.reference(), groups=groups(own), group_members=own.memberships, meanings=own.meanings)


def sent(lake: Lake) -> None:
    figures = {"roads": (30, 10), "fish": (10, 10), "parks": (5, 15), "court": (9, 1), "desk": (99, 1)}
    commit(lake, batch(*(Sent(unit, aug(1), [("x", *counts)]) for unit, counts in figures.items())))


def published(lake: Lake) -> Publication:
    materialise(lake, reference())
    publication = publish(lake, at(2), "0.1.0")
    assert publication is not None
    return publication


def test_sums_of_groups_and_groups_beside_the_whole_have_rows_of_their_own(lake: Lake) -> None:
    sent(lake)
    rates = build_marts(lake, reference(), ["2022-08"])["monthly_group_rates"].sort("unit_group")
    columns = ("unit_group", "online", "in_person", "units_counted", "units_expected", "target_pct", "meets_target")
    assert [(*row[:5], row[5] and float(row[5]), row[6]) for row in rates.select(columns).iter_rows()] == [
        ("agencies", 5, 15, 1, 1, None, None),
        ("all", 45, 35, 3, 3, 55.0, True),
        ("courts", 9, 1, 1, 1, None, None),
        ("judiciary-and-agencies", 14, 16, 2, 2, 50.0, False),
        ("ministries", 40, 20, 2, 2, None, None),
    ]


def test_a_unit_of_a_group_without_rate_has_no_row(lake: Lake) -> None:
    sent(lake)
    units = build_marts(lake, reference(), ["2022-08"])["monthly_unit_rates"]["unit_id"]
    assert sorted(units) == ["court", "fish", "parks", "roads"]


def test_the_audit_knows_which_groups_make_up_which(lake: Lake) -> None:
    sent(lake)
    with duckdb.connect(str(published(lake).path), read_only=True) as file:
        assert file.sql("SELECT count(*) FROM marts.monthly_group_rates").fetchall() == [(5,)]


def test_a_total_that_is_not_the_sum_of_its_groups_is_not_published(lake: Lake) -> None:
    sent(lake)
    materialise(lake, reference())
    with duckdb.connect(str(lake.folder / "marts.duckdb")) as cache:
        cache.execute("UPDATE monthly_group_rates SET days_expected = days_expected + 1 WHERE unit_group = 'courts'")
    with pytest.raises(PublishError, match="của các khối và của tất cả không bằng nhau"):
        publish(lake, at(2), "0.1.0")


def test_the_file_calls_groups_and_types_as_the_organisation_does(lake: Lake) -> None:
    sent(lake)
    with duckdb.connect(str(published(lake).path), read_only=True) as file:
        comments = dict(
            file.sql("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'units'").fetchall()
        )
        tables = dict(file.sql("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    assert comments["unit_group"] == (
        "Khối: ministries = ministries; agencies = agencies; courts = courts; judiciary-and-agencies = courts and "
        "agencies; desks = service desks, không có tỷ lệ trực tuyến; all = all departments"
    )
    assert comments["unit_type"] == "Loại đơn vị: ministry, agency"
    assert tables["monthly_group_rates"].endswith("của từng khối và all departments, có trọng số")


def test_another_name_is_published_without_another_figure(lake: Lake) -> None:
    sent(lake)
    published(lake)
    assert publish(lake, at(3), "0.1.0") is None
    renamed = {**reference().meanings, ("", "unit_type"): "department"}
    assert materialise(lake, replace(reference(), meanings=renamed)) == []
    assert publish(lake, at(3), "0.1.0") is not None
