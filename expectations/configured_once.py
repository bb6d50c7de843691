"""Spares Great Expectations what it does over and over in a validation. Knows no rule.

It asks an expectation for its `configuration` a hundred times, makes an expectation of a configuration ten times, and
builds them anew each time: two thirds of a validation. Nothing changes either in between.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from great_expectations.core import id_dict
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

_Given = TypeVar("_Given", Expectation, ExpectationConfiguration)
_Made = TypeVar("_Made", Expectation, ExpectationConfiguration)

# By the id of what it is made from, which is kept beside it: so no other one gets the same id.
_KNOWN: ContextVar[dict[int, tuple[object, Any]] | None] = ContextVar("_KNOWN", default=None)
_configuration: Callable[[Expectation], ExpectationConfiguration] = vars(Expectation)["configuration"].fget
_expectation: Callable[[ExpectationConfiguration], Expectation] = ExpectationConfiguration.to_domain_obj
_json_value: Callable[[Any], Any] = id_dict.convert_to_json_serializable
_AS_IT_IS = (str, int, bool, type(None))


@contextmanager
def configured_once() -> Iterator[None]:
    """In this block each expectation has one configuration, and each configuration one expectation."""
    before = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(before)


def _once(given: _Given, make: Callable[[_Given], _Made]) -> _Made:
    known = _KNOWN.get()
    if known is None:
        return make(given)
    if id(given) not in known:
        known[id(given)] = (given, make(given))
    return known[id(given)][1]  # type: ignore[no-any-return]


def _json_values(data: dict[Any, Any]) -> dict[str, Any]:
    """`data` for the id of a metric; Great Expectations examines None, its most frequent value, for thirty types."""
    return {str(key): value if type(value) in _AS_IT_IS else _json_value(value) for key, value in data.items()}


def _expectation_once(configuration: ExpectationConfiguration) -> Expectation:
    return _once(configuration, _expectation)


def _configuration_once(expectation: Expectation) -> ExpectationConfiguration:
    return _once(expectation, _configuration)


Expectation.configuration = property(_configuration_once)  # type: ignore[method-assign, assignment]
ExpectationConfiguration.to_domain_obj = _expectation_once  # type: ignore[method-assign, assignment]
id_dict.convert_to_json_serializable = _json_values  # type: ignore[assignment]
