"""Which metrics report.toml may ask a ranking of."""

import pytest

from flows.settings.rankings import check_rankings
from reports.month.office import FILE, Office
from tests.reference import text
from transforms.dictionary.problems import ConfigurationError
from transforms.dictionary.toml_file import read_toml
from transforms.reference.metrics import MetricBook


def checked(line: str) -> list[str]:
    written = text(FILE).replace("rankings = []", line)
    assert line in written
    metrics = MetricBook.from_toml(text("metrics.toml"))
    try:
        check_rankings(read_toml(FILE, written, Office), written, metrics)
    except ConfigurationError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_metrics_that_are_computed_may_be_ranked() -> None:
    assert checked('rankings = ["online_rate", "on_time_rate"]') == []
    assert checked("rankings = [] ") == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["online_rat"], ["“online_rat”: không có chỉ số này; gần giống: online_rate"]),
        (["meets_target"], ["chỉ là định nghĩa bằng lời"]),
        (["online_rate", "online_rate"], ["“online_rate”: đã ghi ở trên"]),
        (["online_rat", "meets_target"], ["“online_rat”", "“meets_target”"]),
    ],
)
def test_all_others_are_named_with_their_line(asked: list[str], said: list[str]) -> None:
    problems = checked(f"rankings = {asked}".replace("'", '"'))
    assert len(problems) == len(said)
    for problem, part in zip(problems, said, strict=True):
        assert problem.startswith("report.toml: dòng ")
        assert part in problem
