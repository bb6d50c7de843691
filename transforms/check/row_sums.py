"""Compares the rows of tables of counts with each other: totals, parts, sums without a name. Applies no rule."""

from collections.abc import Iterable, Sequence

import polars as pl

from transforms.read.rows.parents import ARABIC, DECIMAL

_OWN_NUMBER = pl.col("ordinal").str.contains(f"{ARABIC}|{DECIMAL}").fill_null(False)
_DETAIL = pl.col("kind") == "detail"


def with_kinds(rows: pl.DataFrame, summed: Sequence[str]) -> pl.DataFrame:
    """`rows` with each `kind` that the name left open decided by the figures.

    Beside other details a row named like its sender (`names_sender`) is a totals row. A row of the kind `either` is a
    detail where a totals row counts it, or where it has its own number and is no sum; without a number it is a totals
    row where it is the sum; else `unknown`.
    """
    if rows.select((pl.col("names_sender") & pl.col("kind").is_in(["detail", "unknown"])).any()).item():
        others = (_DETAIL & ~pl.col("names_sender")).any().over("file")
        is_sum = pl.col("names_sender") & pl.col("kind").is_in(["detail", "unknown"]) & others
        rows = rows.with_columns(kind=pl.when(is_sum).then(pl.lit("totals")).otherwise("kind"))
    if "either" not in rows["kind"]:
        return rows
    sums = {c: pl.col(c).filter(_DETAIL).sum().over("file") for c in summed}
    with_it = {c: sums[c] + pl.col(c).filter(pl.col("kind") == "either").sum().over("file") for c in summed}
    totals = pl.col("kind") == "totals"
    counted = (totals & _all(pl.col(c) == with_it[c] for c in summed).fill_null(False)).any().over("file")
    is_sum = _all(pl.col(c) == sums[c] for c in summed).fill_null(False)
    decided = (
        pl.when(counted | (_OWN_NUMBER & ~is_sum))
        .then(pl.lit("detail"))
        .when(~_OWN_NUMBER & is_sum)
        .then(pl.lit("totals"))
        .otherwise(pl.lit("unknown"))
    )
    return rows.with_columns(kind=pl.when(pl.col("kind") == "either").then(decided).otherwise("kind"))


def with_row_sums(rows: pl.DataFrame, summed: Sequence[str]) -> pl.DataFrame:
    """Add what rules on totals and parts read; a row per row of a table, in the order of the file.

    `rows`: `file`, `row`, `kind`, `parent`, `ordinal`, `field_known`, the counts and their `sum_*`. Adds (Boolean)
    `has_right_total`: a totals row of the file is the sum of its details; `sums_rows_beside`: the file's other totals
    rows are the sums of the rows between them; `within_parent`, `is_settled_part`: of parts; `is_carried`: of what
    pages carry; `is_nameless_sum`: a detail of an unknown field that is the sum of rows beside it. Adds also `rest_*`:
    what is left of the parent beside its parts (cases).
    """
    whole = _all(pl.col(c) == pl.col(f"sum_{c}") for c in summed).fill_null(False)
    is_total = pl.col("kind") == "totals"
    rows = rows.with_columns(has_right_total=(is_total & whole).any().over("file"))
    rows = _with_blocks(rows, summed, is_total & ~whole)
    rows = _with_parts(rows, summed)
    rows = _with_carries(rows, summed)
    return _with_nameless_sums(rows, summed)


def _with_blocks(rows: pl.DataFrame, summed: Sequence[str], partial: pl.Expr) -> pl.DataFrame:
    """Totals rows after each group, or before each: together they count every detail once."""
    rows = rows.with_columns(partial=partial)
    if not rows["partial"].any():
        return rows.drop("partial").with_columns(sums_rows_beside=pl.lit(False))
    files = rows.filter("partial")["file"].unique().implode()
    some = rows.filter(pl.col("file").is_in(files))
    total = pl.col("kind") == "totals"
    some = some.with_columns(below=total.cum_sum().over("file")).with_columns(above=pl.col("below") - total)
    right = {
        side: _all(pl.col(c) == _details(c).over("file", side) for c in summed).fill_null(False)
        & _DETAIL.any().over("file", side)
        for side in ("above", "below")
    }
    details = pl.col("row").filter(_DETAIL)
    some = some.with_columns(right_above=right["above"], right_below=right["below"])
    of_file = some.group_by("file").agg(
        same=(pl.struct(summed).filter("partial").n_unique() == 1) & ~pl.col("has_right_total").first(),
        above=pl.col("right_above").filter("partial").all() & (details.max() < pl.col("row").filter("partial").max()),
        below=pl.col("right_below").filter("partial").all() & (details.min() > pl.col("row").filter("partial").min()),
    )
    # Sums that are all the same may be those of one table given twice: by field, and by level.
    found = of_file.select("file", sums_rows_beside=(pl.col("above") | pl.col("below")) & ~pl.col("same"))
    return (
        rows.drop("partial")
        .join(found, on="file", how="left", maintain_order="left")
        .with_columns(pl.col("sums_rows_beside").fill_null(False))
    )


def _with_parts(rows: pl.DataFrame, summed: Sequence[str]) -> pl.DataFrame:
    """Parts against the row they belong to."""
    nothing = dict.fromkeys((f"rest_{c}" for c in summed), pl.lit(None, pl.Int64))
    if rows["parent"].null_count() == rows.height:
        return rows.with_columns(within_parent=pl.lit(True), is_settled_part=pl.lit(True), **nothing)
    parents = rows.select("file", parent="row", **{f"whole_{c}": c for c in summed})
    parents = parents.unique(["file", "parent"], keep="first", maintain_order=True)
    rows = rows.join(parents, on=["file", "parent"], how="left", maintain_order="left")
    together = {c: pl.col(c).sum().over("file", "parent") for c in summed}
    listed = pl.col("ordinal").is_not_null() | (pl.col("kind") == "part")
    more = pl.any_horizontal(
        (pl.col(c) > pl.col(f"whole_{c}")) | (listed & (together[c] > pl.col(f"whole_{c}"))) for c in summed
    ).fill_null(False)
    equal = _all(together[c] == pl.col(f"whole_{c}") for c in summed).fill_null(False)
    is_part = pl.col("parent").is_not_null()
    rest = {f"rest_{c}": pl.when(is_part).then(pl.col(f"whole_{c}") - together[c]) for c in summed}
    return rows.with_columns(
        within_parent=~is_part | ~more,
        is_settled_part=(pl.col("kind") != "part") | equal | pl.col("has_right_total"),
        **rest,
    ).drop(f"whole_{c}" for c in summed)


def _with_carries(rows: pl.DataFrame, summed: Sequence[str]) -> pl.DataFrame:
    """What a page carries is the sum of all details above, or of those since the last such row."""
    carry = pl.col("kind") == "carry"
    if "carry" not in rows["kind"]:
        return rows.with_columns(is_carried=pl.lit(True))
    rows = rows.with_columns(page=carry.cum_sum().over("file") - carry)
    above = {c: pl.when(_DETAIL).then(c).otherwise(0).cum_sum() for c in summed}
    all_above = _all(pl.col(c) == above[c].over("file") for c in summed)
    of_page = _all(pl.col(c) == above[c].over("file", "page") for c in summed)
    return rows.with_columns(is_carried=~carry | (all_above | of_page).fill_null(False)).drop("page")


def _with_nameless_sums(rows: pl.DataFrame, summed: Sequence[str]) -> pl.DataFrame:
    """Details of unknown fields that are sums: of all others or of all known ones, without numbers also of rows beside.

    Also the first detail below a gap under which the rows add up to the same as those above it: a second table. And a
    row that may be part of the row above, because it stands under one that is.
    """
    unknown = _DETAIL & ~pl.col("field_known").fill_null(False)
    if not rows.select(unknown.any()).item():
        return rows.with_columns(is_nameless_sum=pl.lit(False))
    files = rows.filter(unknown)["file"].unique().implode()
    some = rows.filter(pl.col("file").is_in(files))
    numbered = (_DETAIL & _OWN_NUMBER).any().over("file")
    some = some.with_columns(unnumbered=~numbered, follows=pl.col("kind").shift().over("file") == "of_which")
    some = some.with_columns(pl.col(f"rest_{c}").shift().over("file") for c in summed)
    details = some.filter(_DETAIL).with_columns(at=pl.int_range(1, pl.len() + 1).over("file"))
    details = details.with_columns(pl.col(c).cum_sum().over("file").alias(f"upto_{c}") for c in summed)
    moves = pl.any_horizontal(pl.col(c) != 0 for c in summed).fill_null(False)
    known = pl.col("field_known").fill_null(False)
    of_known = _all(pl.col(c) == pl.col(c).filter(known).sum().over("file") for c in summed)
    doubled = _all(2 * pl.col(c) == pl.col(f"sum_{c}") for c in summed) | of_known
    gap = (pl.col("row") > pl.col("row").shift().over("file") + 1).fill_null(False)
    halved = gap & _all(2 * (pl.col(f"upto_{c}") - pl.col(c)) == pl.col(f"sum_{c}") for c in summed)
    only_unknown = (pl.col("field_known").fill_null(False).reverse().cum_sum().reverse().over("file")) == 0
    may_be_part = (
        pl.col("follows")
        & pl.col("unnumbered")
        & ~pl.col("has_right_total")
        & _all(pl.col(c) <= pl.col(f"rest_{c}") for c in summed)
    )
    below = pl.col("at") % 2 == 1  # rows of groups of one, each with its sum
    twin = _all(pl.col(c) == pl.col(c).shift(-1).over("file") for c in summed).fill_null(False)
    paired = (twin | ~below).all().over("file") & (pl.len().over("file") % 2 == 0)
    suspects = details.with_columns(
        moves=moves & ~pl.col("field_known").fill_null(False),
        steps=moves.cast(pl.Int64).cum_sum().over("file"),
        paired=paired & pl.col("unnumbered"),
        doubled=(doubled & (pl.col("unnumbered") | ~pl.col("has_right_total"))).fill_null(False),
        halved=(halved & only_unknown & pl.any_horizontal(pl.col(f"sum_{c}") != 0 for c in summed)).fill_null(False),
        may_be_part=may_be_part.fill_null(False),
    )
    found = pl.concat(
        [
            suspects.filter(pl.col("moves") & (pl.col("doubled") | pl.col("paired") | pl.col("may_be_part"))).select(
                "file", "row"
            ),
            suspects.filter("halved").select("file", "row"),
            _sums_of_neighbours(suspects, summed),
        ]
    ).unique()
    return rows.join(
        found.with_columns(is_nameless_sum=pl.lit(True)), on=["file", "row"], how="left", maintain_order="left"
    ).with_columns((pl.col("is_nameless_sum").fill_null(False) & _DETAIL).alias("is_nameless_sum"))


def _sums_of_neighbours(details: pl.DataFrame, summed: Sequence[str]) -> pl.DataFrame:
    """`file` and `row` of the suspects that are the sum of two or more details directly above or below them.

    Between two prefixes stand the rows that their difference sums: the prefix that a suspect asks for is searched. In a
    numbered table, where a sum by chance is likelier than one with a number, two of the rows must not be zero.
    """
    upto = [f"upto_{c}" for c in summed]
    prefixes = details.select("file", "at", "steps", *upto)
    zero = dict.fromkeys(("at", "steps", *upto), pl.lit(0, pl.Int64))
    start = prefixes.select("file").unique().with_columns(**zero)
    known = (
        pl.concat([start, prefixes], how="diagonal_relaxed")
        .group_by("file", *upto)
        .agg(first=pl.min("at"), last=pl.max("at"), first_steps=pl.min("steps"), last_steps=pl.max("steps"))
    )
    suspects = details.filter(pl.col("moves") & (pl.col("unnumbered") | ~pl.col("has_right_total")))
    own = suspects.select("file", "row", "at", "steps", "unnumbered", *upto, *summed)
    above = own.with_columns(pl.col(f"upto_{c}") - 2 * pl.col(c) for c in summed).join(known, on=["file", *upto])
    below = own.with_columns(pl.col(f"upto_{c}") + pl.col(c) for c in summed).join(known, on=["file", *upto])
    over = (pl.col("first") <= pl.col("at") - 3) & (
        pl.col("unnumbered") | (pl.col("first_steps") <= pl.col("steps") - 3)
    )
    under = (pl.col("last") >= pl.col("at") + 2) & (
        pl.col("unnumbered") | (pl.col("last_steps") >= pl.col("steps") + 2)
    )
    return pl.concat([above.filter(over).select("file", "row"), below.filter(under).select("file", "row")])


def _details(column: str) -> pl.Expr:
    return pl.col(column).filter(_DETAIL).sum()


def _all(conditions: Iterable[pl.Expr]) -> pl.Expr:
    return pl.all_horizontal(conditions)
