"""Finds rows that break down the row above them: bullets, indents, 2.1 under 2, "Trong đó". Compares no figure."""

import re
from collections.abc import Iterable

import polars as pl

from transforms.read.row_roles import BULLET_SIGN

ARABIC = r"^\d+[.)]?$"
DECIMAL = r"^\d+(?:[.,]\d+)+[.)]?$"
_LETTER = re.compile(r"[^\W\d_]")
_BULLET = re.compile(rf"^\s*(?:{BULLET_SIGN}+|\(?\d{{0,2}}[a-zđ][.)])\s*(?=[^\W\d_])")
_BULLET_ORDINAL = re.compile(rf"^(?:{BULLET_SIGN}+|\(?[a-zđ][.)]?)$")
_NAMED = re.compile(r"^\s*(\d+(?:\.\d+)*)[.)]?\s+(?=[^\W\d_])")
_FLOAT = re.compile(r"^(\d+\.\d+?)0{1,3}$")  # a number of a workbook has at least four decimals: 2.1 is 2.1000
_DECIMALS = 4

_NOTHING = {"parent": pl.lit(None, pl.UInt32), "broken_down": pl.lit(False)}


def with_parents(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `part`, `parent` and `broken_down` to rows of tables in their order.

    `rows`: `file`, `row`, `indent`, `ordinal`, `field`, and what transforms.read.rows.table adds: `role`, `speaks`,
    `arabic`, `roman`, `numbered`. `part`: `of_which` (the file says that it is part of another row), `part` (a bullet
    or an indent says so), `unknown` (it may be part of another row), `comparison` (part of such a row) or null.
    `parent`: the number of the row it is part of. `broken_down`: a numbered row without figures whose parts have them:
    the parts are the details.
    """
    names, ordinals = (rows[column].drop_nulls().unique().to_list() for column in ("field", "ordinal"))
    bullets = pl.col("field").is_in([name for name in names if _BULLET.match(name)]).fill_null(False)
    letters = pl.col("ordinal").is_in([text for text in ordinals if _BULLET_ORDINAL.match(text)]).fill_null(False)
    outlined = _outlines(ordinals, names)
    own = pl.col("arabic") | pl.col("roman")
    child = (bullets & ~own) | letters
    if (rows["indent"] > 0).any():
        plain = ~own & pl.col("role").is_null()
        child |= plain & (pl.col("indent") > pl.col("indent").filter(plain & pl.col("speaks")).min().over("file"))
    stated = (pl.col("role") == "of_which").fill_null(False)
    rows = rows.with_columns(child=child, stated=stated)
    if rows.select((pl.col("child") | pl.col("stated")).any()).item():
        rows = _under_the_row_above(rows)
    else:
        rows = rows.with_columns(part=pl.lit(None, pl.String), **_NOTHING)
    if outlined:
        rows = _under_its_number(rows, outlined)
    return rows.drop("child", "stated")


def _under_the_row_above(rows: pl.DataFrame) -> pl.DataFrame:
    """Bullets and what is named "Trong đó" belong to the last row that is neither."""
    speaks, role, own = pl.col("speaks"), pl.col("role"), pl.col("arabic") | pl.col("roman")
    opens = pl.when(pl.col("stated") & ~speaks).then(True).when(own | role.is_not_null()).then(False)
    rows = rows.with_columns(within=opens.forward_fill().over("file").fill_null(False))
    # Under the heading "Trong đó" all rows without a number of their own.
    listed = pl.col("within") & ~own & role.is_null()
    base = ~pl.col("child") & ~pl.col("stated") & ~listed
    rows = rows.with_columns(listed=listed, base=base)
    above = pl.when("base").then(pl.when(speaks).then(pl.col("row")).otherwise(0)).forward_fill().over("file")
    role_above = pl.when("base").then(role.fill_null("")).forward_fill().over("file")
    rows = rows.with_columns(above=above.fill_null(0), role_above=role_above.fill_null(""))
    has_parent = pl.col("above") > 0
    of_total = pl.col("role_above").is_in(["total", "either"])
    part = (
        pl.when(~speaks | pl.col("base"))
        .then(None)
        .when(has_parent & (pl.col("role_above") == "comparison"))
        .then(pl.lit("comparison"))
        .when(pl.col("stated"))
        .then(pl.when(has_parent).then(pl.lit("of_which")).otherwise(pl.lit("unknown")))
        .when(listed & (has_parent & (pl.col("numbered") | of_total | pl.col("child"))))
        .then(pl.lit("of_which"))
        .when("listed")
        .then(pl.lit("unknown"))
        .when(has_parent)
        .then(pl.lit("part"))
    )
    parent = pl.when(part.is_in(["of_which", "part"])).then(pl.col("above")).cast(pl.UInt32)
    return rows.with_columns(part=part, parent=parent, broken_down=pl.lit(False)).drop(
        "within", "listed", "base", "above", "role_above"
    )


def _outlines(ordinals: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Ordinals and names → their numbers, `2.1.` as `2.1`; empty where none has a second level."""
    found = {text: _outline(text) for text in ordinals if re.match(ARABIC, text) or re.match(DECIMAL, text)}
    found |= {name: match[1] for name in names if (match := _NAMED.match(name))}
    return found if any("." in number for number in found.values()) else {}


def _outline(ordinal: str) -> str:
    number = ordinal.rstrip(".)").replace(",", ".")
    float_like = _FLOAT.match(number) if len(number.partition(".")[2]) == _DECIMALS else None
    return float_like[1] if float_like else number


def _under_its_number(rows: pl.DataFrame, outlined: dict[str, str]) -> pl.DataFrame:
    """2.1 belongs to the last 2 above it; where that has no figures, 2.1 is a detail."""
    number = pl.coalesce("ordinal", "field").replace_strict(outlined, default=None, return_dtype=pl.String)
    rows = rows.with_columns(number=number, at=pl.int_range(pl.len(), dtype=pl.UInt32))
    upper = pl.when(pl.col("number").str.contains(".", literal=True)).then(pl.col("number").str.replace(r"\.\d+$", ""))
    numbered = rows.filter(pl.col("number").is_not_null()).with_columns(upper=upper)
    above = numbered.select("file", "at", upper="number", over="row", over_speaks="speaks", over_at="at")
    found = (
        numbered.filter(pl.col("upper").is_not_null())
        .select("file", "row", "at", "upper", "speaks")
        .sort("at")
        .join_asof(
            above.sort("at"),
            on="at",
            by=["file", "upper"],
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("over").is_not_null())
    )
    headings = found.filter(~pl.col("over_speaks") & pl.col("speaks"))["over_at"].unique()
    inner = found.filter(pl.col("over_speaks") & pl.col("speaks")).select("at", "over")
    return (
        rows.join(inner, on="at", how="left", maintain_order="left")
        .with_columns(
            part=pl.when(pl.col("over").is_not_null()).then(pl.lit("of_which")).otherwise("part"),
            parent=pl.coalesce("over", "parent"),
            broken_down=pl.col("at").is_in(headings.to_list()),
        )
        .drop("number", "at", "over")
    )
