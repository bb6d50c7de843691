"""The dictionary: every figure that follows a definition names it."""

import tomllib

import pytest

from tests.reference import text
from transforms.columns import MARTS
from transforms.dictionary import PERCENT, POINTS, Column

COLUMNS = [pytest.param(c, id=f"{t.name}.{c.name}") for t in MARTS.values() for c in t.columns]
DEFINED = {f"{metric['id']} v{metric['version']}" for metric in tomllib.loads(text("metrics.toml"))["metric"]}


@pytest.mark.parametrize("column", COLUMNS)
def test_every_rate_names_its_metric_and_version(column: Column) -> None:
    is_rate = column.dtype in (PERCENT, POINTS) and column.name != "target_pct"
    if is_rate or column.name in {"meets_target", "online_needed"}:
        assert column.metric in DEFINED
        assert column.comment.endswith(f"; chỉ số {column.metric}")
    else:
        assert column.metric == ""
