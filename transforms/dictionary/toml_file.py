"""Reads the text of a TOML file into a pydantic model; what is wrong is named with its line. Opens no file."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, create_model
from pydantic_core import PydanticCustomError

from transforms.dictionary.problems import ConfigurationError, Problem, nearest
from transforms.dictionary.text import ascii_key, fold
from transforms.dictionary.toml_lines import Path, lines_of_keys, place_of

M = TypeVar("M", bound=BaseModel)
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_REASONS = {
    "missing": "thiếu khóa này",
    "extra_forbidden": "không có khóa này",
    "string_type": "phải là chữ",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_parsing_size": "phải là số nguyên nhỏ hơn",
    "int_from_float": "phải là số nguyên",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "finite_number": "phải là số hữu hạn",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
    "list_type": "phải là danh sách",
    "tuple_type": "phải là danh sách",
    "dict_type": "phải là một bảng",
    "model_type": "phải là một bảng",
    "model_attributes_type": "phải là một bảng",
    "date_type": "phải là ngày, ví dụ 2022-08-01",
    "literal_error": "phải là một trong {expected}",
    "greater_than_equal": "phải từ {ge:g} trở lên",
    "less_than_equal": "nhiều nhất là {le:g}",
    "greater_than": "phải lớn hơn {gt:g}",
    "less_than": "phải nhỏ hơn {lt:g}",
    "string_too_short": "không được để trống",
    "too_short": "không được để trống",
    "string_pattern_mismatch": "phải có dạng {pattern}",
    "value_error": "{error}",
}


class Table(BaseModel):
    """A table of a file of reference/: unknown keys are refused, and no value is taken for one of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def keyed(key: Callable[[str], object]) -> Any:
    """The type of a text that `key`, by which it is compared, leaves something of."""

    def check(text: str) -> str:
        if not key(text):
            raise PydanticCustomError("no_word", "phải có chữ" if text.strip() else "không được để trống")
        return text

    return Annotated[str, AfterValidator(check)]


Filled = keyed(str.strip)
Letters = keyed(ascii_key)
Words = keyed(fold)


def table(name: str, keys: Mapping[str, Any], base: type[Table] = Table) -> Any:
    """A table with these keys, each with its type and its default (`...`: none)."""
    return create_model(name, __base__=base, **keys)


def lists(keys: Iterable[str], word: Any, *, needed: bool = False) -> dict[str, Any]:
    """Keys that a table may have, or `needed` must, each with a list of words."""
    return {key: (list[word], ... if needed else []) for key in keys}


def lists_by_name(word: Any) -> Any:
    """A table with any keys, each with a list of words."""
    return dict[str, list[word]]


def list_of(word: Any) -> Any:
    """A list of words."""
    return list[word]


def parsed(file: str, text: str) -> dict[str, Any]:
    """The document. Raises ConfigurationError with the line where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at and at[1] else text.count("\n") + 1
        why = _AT_LINE.sub("", str(error))
    except RecursionError:
        line, why = 1, "lồng quá sâu"
    except ValueError as error:  # a number of thousands of digits
        line, why = 1, str(error)
    raise ConfigurationError([Problem(file, line, f"không đọc được TOML ({why})")])


def read_toml(file: str, text: str, model: type[M]) -> M:
    """The file as `model`. Raises ConfigurationError with all that is wrong."""
    document = parsed(file, text)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        found = [problem for _, problem in problems_of(error, model, Places(file, text))]
        raise ConfigurationError(found) from None


class Places:
    """Makes problems at places of a file, by the path of a key; the lines are found when there is a problem."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self._text = file, text

    @cached_property
    def _known_lines(self) -> dict[Path, int]:
        return lines_of_keys(self._text)

    def problem(
        self,
        path: Path,
        reason: str,
        value: object = None,
        known: Collection[str] = (),
        near: tuple[str, ...] = (),
    ) -> Problem:
        """A problem at `path`. `known`: what the value, or without one the key, may be; the nearest are named."""
        text = None if value is None else str(value)
        near = near or nearest(str(path[-1]) if text is None else text, known)
        line, there = self._place(path)
        return Problem(self._file, line, reason, key_of(there), text, near)

    def known_part(self, path: Path) -> Path:
        """The path without the keys at its end that do not stand in the file; as it is where none of it does."""
        _, there = self._place(path)
        while there and there not in self._known_lines:
            there = there[:-1]
        return there or path

    def _place(self, path: Path) -> tuple[int, Path]:
        return place_of(self._known_lines, path)


def problems_of(
    error: ValidationError, model: type[BaseModel], places: "Places", hidden: Set[str] = frozenset()
) -> Iterator[tuple[Path, Problem]]:
    """A problem with its path for each fault that pydantic found, each place once; no value under a `hidden` key."""
    seen: set[tuple[int, str]] = set()
    for fault in error.errors():
        path = tuple(part for part in fault["loc"] if part != "[key]")
        problem = _problem(fault, path, model, places, is_safe=not hidden & {*path})
        if (place := (problem.line or 0, problem.key)) not in seen:  # a place is named for each type of a union
            seen.add(place)
            yield path, problem


def _problem(fault: Any, path: Path, model: type[BaseModel], places: "Places", *, is_safe: bool) -> Problem:
    given, kind = fault["input"], fault["type"]
    value = str(given) if isinstance(given, str | int | float) and kind not in ("missing", "extra_forbidden") else None
    value = value and value.lower() if isinstance(given, bool) else value  # as TOML writes it
    near: tuple[str, ...] = ()
    if kind == "extra_forbidden":
        near = nearest(str(path[-1]), keys_beside(model, path))
    elif kind == "literal_error":
        near = nearest(value or "", _allowed(fault))
    if kind != "missing":  # pydantic names the kinds of a union too
        path = places.known_part(path)
    return places.problem(path, reason_of(fault), value if is_safe else None, near=near)


def reason_of(fault: Any) -> str:
    """Why a value is wrong, in Vietnamese where the kind of fault is a known one."""
    template = _REASONS.get(fault["type"])
    context = fault.get("ctx", {})
    if fault["type"] == "literal_error":
        context = {"expected": ", ".join(_allowed(fault))}
    text = template.format(**context) if template else fault["msg"]
    return " ".join(str(text).split())


def _allowed(fault: Any) -> tuple[str, ...]:
    return tuple(one.strip("'") for one in re.split(r", | or ", fault["ctx"]["expected"]))


def key_of(path: Sequence[str | int]) -> str:
    """A path as a person writes it: `correction[2].unit`; entries count from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def keys_beside(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys that may stand where the last key of `path` stands."""
    models = [model]
    for part in path[:-1]:
        inner = [one.model_fields[part] for one in models if part in one.model_fields]
        if inner:
            models = [found for field in inner for found in _models_in((field.annotation, *field.metadata))]
        elif kind := [one for one in models if "kind" in one.model_fields and _is_kind(one, part)]:
            models = kind
    return sorted({_alias(one, name) for one in models for name in one.model_fields})


def _alias(model: type[BaseModel], name: str) -> str:
    return model.model_fields[name].alias or name


def _is_kind(model: type[BaseModel], part: object) -> bool:
    return part in get_args(model.model_fields["kind"].annotation)


def _models_in(annotations: Iterable[Any]) -> Iterator[type[BaseModel]]:
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        else:
            yield from _models_in(get_args(annotation))
