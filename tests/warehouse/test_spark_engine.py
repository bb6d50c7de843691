"""What can be tested of the engine Spark without Spark. Its rows: tests/spark, every night."""

import sys
from pathlib import Path

import pytest

from warehouse.marts.catalogue import STATEMENTS
from warehouse.marts.spark import dialect, require
from warehouse.places.errors import EngineError


@pytest.fixture
def pyspark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something of this name is installed."""
    (tmp_path / "pyspark.py").touch()
    monkeypatch.delitem(sys.modules, "pyspark", raising=False)
    monkeypatch.syspath_prepend(tmp_path)


def test_without_pyspark_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(EngineError, match=r'^engine = "spark": chưa cài PySpark.*pip install "tyle\[spark\]"'):
        require()


@pytest.mark.usefixtures("pyspark")
def test_without_java_it_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineError, match=r"không thấy lệnh java.*cài Java 17 hoặc 21$"):
        require()
    monkeypatch.setenv("JAVA_HOME", "/opt/jdk")
    with pytest.raises(EngineError, match="không có /opt/jdk/bin/java"):
        require()


@pytest.mark.usefixtures("pyspark")
def test_any_java_that_is_found_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch(mode=0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(java.parent))
    require()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    require()


def test_only_the_order_of_an_aggregate_is_written_otherwise() -> None:
    changed = {name for name, one in STATEMENTS.items() if dialect(one.sql) != one.sql}
    assert changed == {name for name, one in STATEMENTS.items() if "STRING_AGG(" in one.sql}
    assert {"daily_unit_rates", "states"} <= changed
    assert "STRING_AGG(rule, ',') WITHIN GROUP (ORDER BY rule) AS rules_broken" in dialect(STATEMENTS["states"].sql)
