"""One SQL file of the marts with the TOML header that documents it. Knows no other file and runs nothing."""

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from transforms.dictionary.columns import COLUMNS, REFERENCE
from transforms.dictionary.table import Column, ForeignKey, Table
from warehouse.lake.schema import polars_type

H = TypeVar("H")

_HEADER = re.compile(r"/\*\n(.*?)^\*/\n", re.DOTALL | re.MULTILINE)


class HeaderError(ValueError):
    """A file of the marts whose header is wrong: one line that begins with the file."""


@dataclass(frozen=True)
class Statement:
    """One file: its SQL without the header, the tables it reads, and what is published of it (None: a step between).

    `own`: the columns that the header defines itself.
    """

    name: str
    sql: str
    reads: tuple[str, ...]
    table: Table | None = None
    own: tuple[str, ...] = ()


@dataclass(frozen=True)
class Function:
    """An expression that the statements call by name; `parameters`: name and SQL type of each."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    returns: str
    expression: str


class _Column(msgspec.Struct, forbid_unknown_fields=True):
    nullable: bool = False
    type: str = ""
    label: str = ""
    meaning: str = ""
    measure: str = ""
    metric: str = ""


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    """The header of a step between two marts."""

    description: str
    reads: list[str]


class _MartHeader(_Header, forbid_unknown_fields=True, kw_only=True):
    grain: list[str]
    columns: dict[str, Literal["required", "nullable"] | _Column]
    order: list[str] = []
    references: list[str] = []


class _FunctionHeader(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    parameters: dict[str, str]
    returns: str


def read_function(path: Path) -> Function:
    """The function in this file, named as the file. Raises HeaderError."""
    header, expression = _split(path, _FunctionHeader)
    return Function(path.stem, tuple(header.parameters.items()), header.returns, expression)


def read_statement(path: Path, *, is_mart: bool) -> Statement:
    """The statement in this file; a mart has columns, any other has only `description` and `reads`.

    Raises HeaderError.
    """
    kind: type[_Header] = _MartHeader if is_mart else _Header
    header, sql = _split(path, kind)
    if len(set(header.reads)) < len(header.reads):
        raise fault(path, "`reads` names a table twice")
    if not isinstance(header, _MartHeader):
        return Statement(path.stem, sql, tuple(header.reads))
    own = tuple(name for name in header.columns if name not in COLUMNS)
    return Statement(path.stem, sql, tuple(header.reads), _table(path, header), own)


def _split(path: Path, kind: type[H]) -> tuple[H, str]:
    """The header as `kind`, and what follows it."""
    text = path.read_text(encoding="utf-8")
    match = _HEADER.match(text)
    if match is None:
        raise fault(path, "must begin with a header between the lines /* and */")
    try:
        return msgspec.convert(tomllib.loads(match[1]), kind), text[match.end() :]
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise fault(path, str(error)) from error


def fault(path: Path, why: str) -> HeaderError:
    """The error that names the file by its folder and name."""
    return HeaderError(f"{path.parent.name}/{path.name}: {why}")


def _table(path: Path, header: _MartHeader) -> Table:
    """The published table. Rows are kept by month, so that a new month comes last; in a month by the key."""
    columns = {name: _column(path, name, stated) for name, stated in header.columns.items()}
    order = header.order or ["month", *(name for name in header.grain if name != "month")]
    for key in ("month", *header.grain):
        if key not in columns or columns[key].nullable:
            raise fault(path, f"`{key}` must be a required column")
    for name in order:
        if name not in columns:
            raise fault(path, f"`order` names `{name}`, which is no column")
    return Table(
        path.stem,
        _tidy(header.description),
        tuple(header.grain),
        tuple(columns.values()),
        tuple(_foreign_key(path, name, columns) for name in header.references),
        order=tuple(order),
    )


def _column(path: Path, name: str, stated: str | _Column) -> Column:
    """A column of the common dictionary, or one that the header defines in full.

    Of a common one only the meaning may differ, and the metric where the dictionary names none.
    """
    own = _Column(nullable=stated == "nullable") if isinstance(stated, str) else stated
    meaning = _tidy(own.meaning)
    if name in COLUMNS:
        common = COLUMNS[name]
        if own.type or own.label or own.measure or (own.metric and common.metric):
            raise fault(path, f"`{name}` is a column of the common dictionary; only its meaning may differ here")
        metric = own.metric or common.metric
        return replace(common, nullable=own.nullable, meaning=meaning or common.meaning, metric=metric)
    if not (own.type and own.label):
        raise fault(path, f"`{name}` is no column of the common dictionary; define it here with `type` and `label`")
    try:
        dtype = polars_type(own.type)
    except KeyError:
        raise fault(path, f"`{name}` has the unknown type `{own.type}`") from None
    return Column(name, dtype, _tidy(own.label), meaning, own.measure, own.nullable, own.metric)


def _foreign_key(path: Path, name: str, columns: dict[str, Column]) -> ForeignKey:
    if name not in REFERENCE:
        raise fault(path, f"`references` names `{name}`, which is no reference table ({', '.join(REFERENCE)})")
    key = REFERENCE[name].grain
    if lacking := set(key) - columns.keys():
        raise fault(path, f"`references` names `{name}`, but the column `{', '.join(sorted(lacking))}` is missing")
    return ForeignKey(key, name)


def _tidy(text: str) -> str:
    """On one line: long texts are wrapped in the header."""
    return " ".join(text.split())
