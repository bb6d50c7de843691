"""What reference/metrics.toml may say of points that a scoreboard publishes; each fault in a line."""

from decimal import Decimal

import pytest

from tests.reference import text
from transforms.dictionary.problems import ConfigurationError
from transforms.reference.metrics import MetricBook

TO_PAY = 'denominator = [{ count = "to_pay" }]'
RATIO = """
[[metric]]
id = "paid"
version = 1
name = "Thanh toán trực tuyến"
definition = "hồ sơ thanh toán trực tuyến trên hồ sơ phải thanh toán"
kind = "ratio"
numerator = [{ count = "paid_online" }]
denominator = [{ count = "to_pay" }]
"""
GOOD = (
    RATIO
    + """
[[metric]]
id = "speed"
version = 1
name = "Tiến độ"
name_en = "Speed"
definition = "điểm tiến độ"
kind = "given"
maximum = 20
component = ["Tiến độ giải quyết", "tien do"]
beside = "paid"
tolerance = 0.5

[[metric]]
id = "openness"
version = 1
name = "Công khai"
definition = "điểm công khai"
kind = "given"
maximum = 12.25
component = ["Công khai, minh bạch"]

[[metric]]
id = "board"
version = 1
name = "Bảng điểm"
definition = "tổng điểm"
kind = "given"
maximum = 32.25
component = ["Tổng điểm"]
parts = ["speed", "openness"]
"""
)


def test_names_of_a_component_are_its_own_and_those_that_scoreboards_write() -> None:
    book = MetricBook.from_toml(GOOD)
    assert book.computed == ["board", "openness", "paid", "speed"]
    assert book.terms["metric_id"].unique().to_list() == ["paid"]  # nothing is computed of points
    assert book.components.select("written", "metric_id", "maximum_hundredths", "whole_id", "is_whole").rows() == [
        ("Tiến độ", "speed", 2000, "board", False),
        ("Speed", "speed", 2000, "board", False),
        ("Tiến độ giải quyết", "speed", 2000, "board", False),
        ("tien do", "speed", 2000, "board", False),
        ("Công khai", "openness", 1225, "board", False),
        ("Công khai, minh bạch", "openness", 1225, "board", False),
        ("Bảng điểm", "board", 3225, None, True),
        ("Tổng điểm", "board", 3225, None, True),
    ]
    speed = book.metrics.filter(metric_id="speed").to_dicts()[0]
    assert (speed["metric_kind"], speed["unit_of_measure"], speed["contracts"]) == ("given", "điểm", "scores")
    assert (speed["maximum"], speed["beside_metric_id"], speed["tolerance"]) == (Decimal(20), "paid", Decimal("0.5"))
    assert (speed["direction"], speed["decimals"], speed["is_enabled"]) == ("up", 2, True)


def test_the_shipped_groups_add_up_to_a_hundred_points() -> None:
    book = MetricBook.from_toml(text("metrics.toml"))
    given = book.metrics.filter(metric_kind="given").select("metric_id", "maximum", "checked_on", "is_verified")
    points = {row["metric_id"].removeprefix("qd766_"): int(row["maximum"]) for row in given.to_dicts()}
    assert points == {
        "transparency": 18,
        "progress": 20,
        "digitisation": 22,
        "online": 22,
        "satisfaction": 18,
        "total": 100,
    }
    assert given["is_verified"].all()
    assert given["checked_on"].null_count() == 0


@pytest.mark.parametrize(
    ("was", "now", "complaint"),
    [
        ("maximum = 20", "", "metric[2].maximum: thiếu khóa này"),
        ("maximum = 20", "maximum = 0", "metric[2].maximum “0”: phải lớn hơn 0"),
        ("maximum = 20", "maximum = 20.125", "metric[2].maximum “20.125”: nhiều nhất hai chữ số thập phân"),
        ("maximum = 20", 'maximum = "20"', "metric[2].maximum “20”: phải là số"),
        ("maximum = 20", "maximum = 21", "metric[4].parts: tổng điểm tối đa của các thành phần là 33.25, không"),
        ('component = ["Công khai, minh bạch"]', "", "metric[3].component: thiếu khóa này"),
        ('component = ["Công khai, minh bạch"]', "component = []", "metric[3].component: không được để trống"),
        ('"Công khai, minh bạch"', '"TIẾN ĐỘ"', "metric[3].component “TIẾN ĐỘ”: đã là tên của speed"),
        ('name = "Công khai"', 'name = "Speed"', "metric[3].component “Speed”: đã là tên của speed"),
        ('beside = "paid"', 'beside = "piad"', 'metric[2].beside “piad”: không phải chỉ số có kind = "ratio"; gần'),
        ('beside = "paid"', 'beside = "openness"', "metric[2].beside “openness”: không phải chỉ số có kind"),
        ('beside = "paid"', "", "metric[2].tolerance: chỉ có nghĩa khi có beside"),
        ("tolerance = 0.5", "tolerance = 0.005", "metric[2].tolerance “0.005”: nhiều nhất hai chữ số thập phân"),
        ("tolerance = 0.5", "tolerance = -1", "metric[2].tolerance “-1”: phải từ 0 trở lên"),
        ('["speed", "openness"]', '["speed", "opennes"]', "metric[4].parts[2] “opennes”: không phải chỉ số có kind"),
        ('["speed", "openness"]', '["speed", "paid"]', "metric[4].parts[2] “paid”: không phải chỉ số có kind"),
        ('["speed", "openness"]', '["speed", "speed"]', "metric[4].parts[2] “speed”: đã có ở trước"),
        ("tolerance = 0.5", 'numerator = [{ count = "online" }]', "metric[2].numerator: chỉ có nghĩa khi có kind"),
        ("tolerance = 0.5", 'direction = "down"', "metric[2].direction: chỉ có nghĩa khi có kind"),
        ("tolerance = 0.5", 'contracts = ["summary"]', "metric[2].contracts: chỉ có nghĩa khi có kind"),
        ("tolerance = 0.5", "min_denominator = 5", "metric[2].min_denominator: chỉ có nghĩa khi có kind"),
        ("tolerance = 0.5", 'unit = "%"', "metric[2].unit “%”: phải là điểm"),
        ("tolerance = 0.5", "verified = false\nenabled = true", "metric[2].enabled: chỉ số chưa kiểm chứng"),
        (TO_PAY, TO_PAY + "\nmaximum = 5", "metric[1].maximum: chỉ có nghĩa"),
        (TO_PAY, TO_PAY + '\nunit = "điểm"', "metric[1].unit “điểm”: phải là %"),
        ('kind = "given"', "", 'metric[2].maximum: chỉ có nghĩa khi có kind = "given"'),
    ],
)  # fmt: skip
def test_each_fault_is_named(was: str, now: str, complaint: str) -> None:
    assert was in GOOD
    with pytest.raises(ConfigurationError) as raised:
        MetricBook.from_toml(GOOD.replace(was, now, 1))
    assert complaint in str(raised.value)


LATER = """
[[metric]]
id = "openness"
version = 2
name = "Công khai"
definition = "điểm công khai"
kind = "given"
maximum = 10
component = ["Công khai, minh bạch"]
valid_from = 2022-08-02
"""
LATER_BOARD = """
[[metric]]
id = "board"
version = 2
name = "Bảng điểm"
definition = "tổng điểm"
kind = "given"
maximum = 30
component = ["Tổng điểm"]
parts = ["speed", "openness"]
valid_from = 2022-08-02
"""


def test_a_later_version_may_have_other_points_and_the_same_names() -> None:
    book = MetricBook.from_toml(GOOD + LATER + LATER_BOARD)
    found = book.components.filter(metric_id="openness")
    assert sorted(set(found["maximum_hundredths"])) == [1000, 1225]
    with pytest.raises(ConfigurationError) as raised:
        MetricBook.from_toml(GOOD + LATER)
    why = "metric[4].parts: tổng điểm tối đa của các thành phần từ 2022-08-02 là 30, không phải 32.25"
    assert why in str(raised.value)
