"""A deferred module is loaded when it is first used; other imports are as ever."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.deferred import deferred


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`eager` imports `heavy`, a package, and a part of it."""
    package = tmp_path / "heavy"
    package.mkdir()
    (package / "__init__.py").write_text("answer = 42\n", encoding="utf-8")
    (package / "part.py").write_text("answer = 43\n", encoding="utf-8")
    (tmp_path / "eager.py").write_text("import heavy\nfrom heavy import part\nimport heavy.part\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("heavy", "heavy.part", "eager"):
        sys.modules.pop(name, None)


def test_a_part_is_loaded_when_it_is_used() -> None:
    with deferred("heavy.part"):
        eager = importlib.import_module("eager")
    assert "heavy" in sys.modules
    assert "heavy.part" not in sys.modules
    assert eager.part.answer == 43
    assert importlib.import_module("heavy.part").answer == 43


def test_a_package_is_loaded_when_it_or_a_part_of_it_is_used() -> None:
    with deferred("heavy"):
        eager = importlib.import_module("eager")
        assert importlib.import_module("heavy.part").answer == 43
    assert eager.heavy.answer == 42


def test_others_import_as_ever_also_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), deferred("heavy", "heavy.part"):
        raise ZeroDivisionError
    assert importlib.import_module("heavy").__file__ is not None


def test_what_is_loaded_already_stays() -> None:
    heavy = importlib.import_module("heavy")
    with deferred("heavy"):
        assert sys.modules["heavy"] is heavy
    assert sys.modules["heavy"] is heavy
