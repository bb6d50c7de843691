"""The names in the place of a unit's id for what is of no unit: a shared export, and rows in it of nobody known.

`@daily` is the shared export with the id `daily`; `@daily/so-y-tee` what it holds of a unit nobody knows.
"""

import hashlib
import re

import polars as pl

from transforms.dictionary.text import unmarked

_MARK = "@"
_LONGEST = 60
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def sender(shared_id: str) -> str:
    """The sender of a shared export."""
    return _MARK + shared_id


def unknown_sender(shared: str, name: str, *, hidden: bool = False) -> str:
    """The sender of rows that name no known unit; `shared`: of the export; `hidden`: the name must not be shown."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    slug = "" if hidden else _NO_LETTER.sub("-", unmarked(name.casefold())).strip("-")[:_LONGEST]
    return f"{shared}/{slug or digest[:12]}"


def is_shared(unit_id: str) -> bool:
    """Whether this is a shared export or a part of one, and no unit."""
    return unit_id.startswith(_MARK)


def export_of(unit_id: str) -> str:
    """The sender of the shared export, of it or of a part of it."""
    return unit_id.partition("/")[0]


def is_no_unit(column: str = "unit_id") -> pl.Expr:
    """The rows that are of no unit but of a shared export."""
    return pl.col(column).str.starts_with(_MARK)
