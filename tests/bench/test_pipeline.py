"""The project and the bare script do the same work: what the benchmark of the whole way rests on."""

from pathlib import Path

import pytest

from bench.pipeline.compare import compare
from bench.pipeline.data import Size, make
from bench.pipeline.metrics import of_tyle
from bench.pipeline.sides import Case, Limit, Tyle

MORE = """
[[metric]]
id = "in_person_share"
version = 1
name = "Tỷ lệ nộp trực tiếp"
definition = "Hồ sơ không nộp trực tuyến chia cho tổng số."
kind = "ratio"
numerator = [{ count = "in_person", levels = [3, 4] }]
denominator = [{ count = "online" }, { count = "in_person" }]
contracts = ["summary"]
direction = "down"
decimals = 1
"""


class WithOneMetricMore(Tyle):
    """The project with an entry more in reference/metrics.toml."""

    def begin(self, state: Path) -> None:
        super().begin(state)
        with (state / "reference" / "metrics.toml").open("a", encoding="utf-8") as file:
            file.write(MORE)


@pytest.mark.slow
def test_a_metric_more_in_the_file_is_compared(tmp_path: Path) -> None:
    case = Case("small", "", Size("A", 3), "month")
    data = make(case.size, tmp_path / "data")
    limit, tyle = Limit(case, data, tmp_path), WithOneMetricMore(case, data, tmp_path)
    for side in (limit, tyle):
        side.run()
    compare(case, data, limit, tyle)
    assert set(of_tyle(tyle.state)["metric_id"]) == {"online_rate", "in_person_share"}
    metrics = tyle.state / "reference" / "metrics.toml"
    metrics.write_text(metrics.read_text(encoding="utf-8").replace('"in_person", levels', '"total", levels'))
    with pytest.raises(SystemExit, match="the metrics differ"):
        compare(case, data, limit, tyle)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "mode"), [(Size("A", 6), "day"), (Size("B", 9, 9 * 31 * 80), "month")])
def test_both_publish_the_same_and_hold_back_what_was_put_in(size: Size, mode: str, tmp_path: Path) -> None:
    case = Case("small", "", size, mode)
    data = make(size, tmp_path / "data")
    limit, tyle = Limit(case, data, tmp_path), Tyle(case, data, tmp_path)
    for side in (limit, tyle):
        assert side.run().cpu > 0
    compare(case, data, limit, tyle)
    assert tyle.held()["rule"].n_unique() == 8

    key = data / "key.csv"
    original = key.read_text(encoding="utf-8")
    key.write_text(original.replace("U00004,2025-01-31", "U00003,2025-01-31"), encoding="utf-8")
    with pytest.raises(SystemExit, match="holds back otherwise"):
        compare(case, data, limit, tyle)
    key.write_text(original, encoding="utf-8")
    rates = limit.rates()
    rates.with_columns(rates["online"] + 1).write_parquet(limit.state / "mart.parquet")
    with pytest.raises(SystemExit, match="rates differ"):
        compare(case, data, limit, tyle)
