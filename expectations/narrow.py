"""Imports Great Expectations without the modules that no suite here uses. Knows no rule.

Stand-ins take the place of data sources other than data frames, of expectations that no suite has and their metrics,
of conditions on rows, of actions of checkpoints and of SQLAlchemy: more than half of the import. What stays is Great
Expectations' own code. The stand-ins are made for one version; any other version is imported whole. A test compares
results and pages with and without them.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from threading import get_ident
from types import ModuleType
from typing import Any

MADE_FOR = "1.24.1"
_UNUSED = re.compile(
    r"""great_expectations\.(
    checkpoint\.actions
    |data_context\.store\.gx_cloud_store_backend
    |datasource\.fluent\.(fabric|data_asset\.path\..*|(?!pandas_datasource|invalid_datasource)\w+_datasource)
    |compatibility\.pyparsing
    |expectations\.legacy_row_conditions
    |expectations\.metrics\.(column_aggregate_metrics|column_pair_map_metrics|multicolumn_map_metrics|query_metrics)
    |expectations\.metrics\.column_map_metrics\.(?!column_values_(between|(non_)?null|unique)$)\w+
    |metrics(\..*)?
    |expectations\.core\.(?!expect_table_columns_to_match_set$|expect_column_values_to_be_(unique|between)$)\w+
    )""",
    re.VERBOSE,
)
# Models of assets for each reader of pandas; Great Expectations makes none where pandas lacks the reader.
_READERS = "great_expectations.datasource.fluent.dynamic_pandas"
# Great Expectations itself has these names without a value where the library is not installed.
_ABSENT = re.compile(r"great_expectations\.compatibility\.(aws|postgresql|sqlalchemy)")
_LIBRARY = "sqlalchemy"


@contextmanager
def narrowed() -> Iterator[None]:
    """In this block, this thread imports Great Expectations without what is not used here."""
    if "great_expectations" in sys.modules or version("great_expectations") != MADE_FOR:
        yield
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder, Loader):
    def __init__(self) -> None:
        self.thread = get_ident()  # other threads may need SQLAlchemy meanwhile

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        # Also where another thread imports SQLAlchemy just now: two threads that each import a part of it that the
        # other one waits for end with parts that are not complete.
        if (name == _LIBRARY or name.startswith(f"{_LIBRARY}.")) and get_ident() == self.thread:
            raise ModuleNotFoundError(name)
        known = name == _READERS or _UNUSED.fullmatch(name) or _ABSENT.fullmatch(name)
        return ModuleSpec(name, self, is_package=True) if known else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.name == _READERS:
            readers = ModuleType(spec.name)
            readers._generate_pandas_data_asset_models = lambda *_, **__: {}  # type: ignore[attr-defined]
            return readers
        return _Absent(spec.name) if _ABSENT.fullmatch(spec.name) else _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


class _StandIn(ModuleType):
    """A module in which each name is a class of its own, of which there are no instances."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = type(name, (), {"__module__": self.__name__})
        setattr(self, name, found)
        return found


class _Absent(ModuleType):
    """A module of a library that is not installed."""

    __version__ = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        from great_expectations.compatibility.not_imported import NotImported  # noqa: PLC0415

        return NotImported(f"{self.__name__}.{name}")
