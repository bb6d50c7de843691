"""Lists of cases: what is derived from each row, which case counts where, and the counts. Holds no rule of its own."""

from collections.abc import Collection

import polars as pl

from transforms.check.frames import CANDIDATES, CASE_ROWS, PLACES, SENT, SPEAKING
from transforms.check.rules.cases import FAULTS, ONCE, PAID_UNOWED
from transforms.check.rules.fields import FIELD_UNKNOWN
from transforms.check.rules.levels import levels_of_file
from transforms.check.rules.strictness import Strictness
from transforms.check.sides import with_sides
from transforms.dictionary.columns import LAKE
from transforms.dictionary.contracts import CASE_MARKS, NO_FIELD, UNKNOWN_FIELD
from transforms.dictionary.frames import checked, repeated
from transforms.reference.codes import CodeBook
from transforms.reference.procedures import CODE

ONLINE, IN_PERSON, POSTAL = 2, 1, 3  # KenhThucHien, reference/codes.toml
_KEY = ("unit_id", "business_date")
_OF_SENDER = pl.Schema({name: SENT[name] for name in ("file", "unit_id", "business_date", "modified_at", "file_name")})
_SOUND = ~pl.col("is_faulty") & pl.col("counts").fill_null(False) & (pl.col("kind") == "detail")


def with_case_columns(rows: pl.DataFrame, codes: CodeBook, strictness: Strictness) -> pl.DataFrame:
    """Add to `rows` (columns of `frames.prepared`) what the rules of `cases` read; a row per row of a list.

    The columns of transforms.check.sides, `counts`, `is_settled` (of the status), `settled_on` (day of ending, else of
    return), `service_level`, `level_untold` and `level_unrated` (transforms.check.rules.levels), `unknown_fields` (how
    many rows of the file name an unknown field), `id_has_form`, `earlier_rows` (sound rows of the same case above it
    in the file), `is_faulty`, `faulty_pct` (share of the file's rows, %), and `counted_before`, false until
    `mark_repeats` sets it.
    """
    rows = with_sides(rows)
    stated = pl.col("service_level_text").is_not_null().any().over("file")
    rows = rows.join(codes.statuses, on="status", how="left", maintain_order="left").with_columns(
        settled_on=pl.coalesce("ended_on", "returned_on"),
        service_level=pl.when(stated).then("service_level").otherwise("default_level"),
        earlier_rows=pl.lit(0, pl.Int64),
        counted_before=pl.lit(False),
        unknown_fields=FIELD_UNKNOWN.sum().over("file").cast(pl.Int64),
        id_has_form=_has_form(rows["case_id_pattern"].drop_nulls().unique().to_list()),
    )
    is_counted = (pl.col("counts").fill_null(False)).cast(pl.Int64)
    broken = pl.any_horizontal(strictness.verdict(rule).fill_null(True) for rule in FAULTS)
    rows = rows.with_columns(is_faulty=broken, **levels_of_file(is_counted))
    rows = rows.with_columns(earlier_rows=_earlier_rows(rows))
    rows = rows.with_columns(is_faulty=pl.col("is_faulty") | strictness.verdict(ONCE).fill_null(True))
    detail = pl.col("kind") == "detail"
    share = (pl.col("is_faulty") & detail).sum() * 100 / detail.sum()
    return rows.with_columns(faulty_pct=share.over("file"))


def newest(sent: pl.DataFrame, left_out: Collection[int]) -> pl.DataFrame:
    """SPEAKING: the newest file of each unit and day, without those `left_out`.

    It replaces what the lake has of its unit and day, also where it holds no case. `sent`: SENT, more columns allowed.
    """
    checked(sent, _OF_SENDER, "newest: sent", more=True)
    return (
        sent.select(_OF_SENDER.names())
        .filter(~pl.col("file").is_in(list(left_out)))
        .sort("modified_at", "file_name", "file")
        .group_by(_KEY)
        .agg(pl.col("file").last())
    )


def countable(rows: pl.DataFrame, held: Collection[int], speaking: pl.DataFrame) -> pl.DataFrame:
    """The rows whose case would count: sound, in a delivery that is not `held` back. The lake is not asked yet.

    `rows`: CASE_ROWS, more columns allowed. `speaking`: the files that `newest` gives; the cases of the others are
    compared, but count for no other delivery. Returns CANDIDATES, a row per case.
    """
    checked(rows, CASE_ROWS, "countable: rows", more=True)
    checked(speaking, SPEAKING, "countable: speaking")
    columns = ("file", "row", *_KEY, "case_id", "modified_at")
    sound = rows.lazy().filter(_SOUND & ~pl.col("file").is_in(list(held))).select(columns).collect()
    return sound.with_columns(speaks=pl.col("file").is_in(speaking["file"].implode()))


def mark_repeats(rows: pl.DataFrame, candidates: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Set `counted_before` where a case counts in another delivery, the first accepted one.

    `rows`: CASE_ROWS, more columns allowed; they are returned. `candidates`: CANDIDATES. `counted`:
    PLACES, the candidates whose case the lake has from another unit or day. Among the deliveries of this batch the
    earliest business date comes first; none repeats a later one.
    """
    checked(rows, CASE_ROWS, "mark_repeats: rows", more=True)
    checked(candidates, CANDIDATES, "mark_repeats: candidates")
    checked(counted, PLACES, "mark_repeats: counted")
    news = candidates if counted.is_empty() else candidates.join(counted, on=["file", "row"], how="anti")
    again = news[repeated(news["case_id"].hash())]  # nearly every case stands once
    again = again.sort("business_date", "modified_at", "file", "row").with_row_index("place")
    first = again.filter("speaks").group_by("case_id", maintain_order=True).first()
    pairs = again.join(first, on="case_id", suffix="_first")
    elsewhere = pl.any_horizontal(pl.col(f"{c}_first") != pl.col(c) for c in _KEY)
    repeats = pairs.filter(elsewhere & (pl.col("place_first") < pl.col("place"))).select("file", "row")
    marks = pl.concat([counted.select("file", "row"), repeats]).unique().with_columns(repeat=pl.lit(True))
    if marks.is_empty():
        return rows.with_columns(counted_before=pl.lit(False))
    return (
        rows.join(marks, on=["file", "row"], how="left", maintain_order="left")
        .with_columns(counted_before=pl.col("repeat").fill_null(False))
        .drop("repeat")
    )


def counted_cases(rows: pl.DataFrame) -> pl.DataFrame:
    """LAKE["cases"] with `file` for delivery_id: the cases that count, of `rows` (CASE_ROWS and more).

    A procedure is kept where it has the form of a code, else null.
    """
    checked(rows, CASE_ROWS, "counted_cases: rows", more=True)
    is_code = pl.col("procedure").str.contains(CODE)
    counted = _counted(rows).with_columns(
        level="service_level", procedure=pl.when(is_code).then("procedure"), handling_unit_id="stated_unit_id"
    )
    return counted.select("file", *LAKE["cases"].names[1:]).collect()


def procedure_counts(rows: pl.DataFrame) -> pl.DataFrame:
    """LAKE["procedure_counts"] with `file` for delivery_id (cases), of `rows` (CASE_ROWS and more).

    The cases that count by file, procedure and level. A case whose procedure is no code counts for none: a name may be
    a person's. `settled_on_time` as in `daily_counts`.
    """
    checked(rows, CASE_ROWS, "procedure_counts: rows", more=True)
    settled = pl.col("is_settled")
    on_time = (pl.col("settled_on") <= pl.col("due_on")) & settled
    unknown = (settled & pl.col("due_on").is_null()).any()
    return (
        _counted(rows)
        .filter(pl.col("procedure").str.contains(CODE))
        .group_by("file", "procedure", "service_level", maintain_order=True)
        .agg(
            online=_number(pl.col("channel") == ONLINE),
            in_person=_number(pl.col("channel") == IN_PERSON),
            postal=_number(pl.col("channel") == POSTAL),
            total=pl.len().cast(pl.Int64),
            settled=_number(settled),
            settled_on_time=pl.when(~unknown).then(_number(on_time)),
        )
        .join(_keys(rows), on="file", how="left", maintain_order="left")
        .select("file", *_KEY, pl.exclude("file", *_KEY))
        .collect()
    )


def daily_counts(rows: pl.DataFrame) -> pl.DataFrame:
    """DAILY_COUNTS (cases): the cases that count by file, field and level, of `rows` (CASE_ROWS and more).

    A case without a field counts under NO_FIELD, one whose field is in no list under UNKNOWN_FIELD: what its sender
    wrote may be a person's name.
    `settled_on_time` and `overdue` compare days; they are unknown where a settled case has no due day. The counts of
    marks (CASE_MARKS) are unknown unless each case that they are about has the mark: results are those of settled
    cases, and where a case is not to be paid nothing need be said of how. A paid case that was not to be paid
    contradicts itself, so neither is known.
    """
    checked(rows, CASE_ROWS, "cases.daily_counts: rows", more=True)
    settled = pl.col("is_settled")
    on_time = (pl.col("settled_on") <= pl.col("due_on")) & settled
    late = (pl.col("settled_on") > pl.col("due_on")) & settled
    unknown = (settled & pl.col("due_on").is_null()).any()
    contradicts = PAID_UNOWED.any()
    unnamed = pl.when(FIELD_UNKNOWN).then(pl.lit(UNKNOWN_FIELD)).otherwise(pl.lit(NO_FIELD))
    field = pl.coalesce("field_official", unnamed)
    has = {mark: pl.col(mark).is_not_null().any().over("file") for mark in CASE_MARKS}
    some = [mark for mark in CASE_MARKS if rows[mark].null_count() < rows.height]  # few lists have any
    nothing = pl.lit(False)
    return (
        _counted(rows)
        .with_columns((has[mark] if mark in some else nothing).alias(f"has_{mark}") for mark in CASE_MARKS)
        .group_by("file", field.alias("field"), "service_level", maintain_order=True)
        .agg(
            online=_number(pl.col("channel") == ONLINE),
            in_person=_number(pl.col("channel") == IN_PERSON),
            postal=_number(pl.col("channel") == POSTAL),
            total=pl.len().cast(pl.Int64),
            received=pl.len().cast(pl.Int64),
            settled=_number(settled),
            settled_on_time=pl.when(~unknown).then(_number(on_time)),
            to_pay=pl.when(~contradicts).then(_marked("to_pay", pl.lit(True))),
            paid_online=pl.when(~contradicts).then(_marked("paid_online", pl.col("to_pay").ne_missing(0))),
            digitised_files=_marked("digitised_files", pl.lit(True)),
            digitised_results=_marked("digitised_results", settled),
            electronic_results=_marked("electronic_results", settled),
            resubmitted=_marked("resubmitted", pl.lit(True)),
            overdue=pl.when(~unknown).then(_number(late)),
        )
        .join(_keys(rows), on="file", how="left", maintain_order="left")
        .select("file", *_KEY, pl.exclude("file", *_KEY))
        .collect()
    )


def _counted(rows: pl.DataFrame) -> pl.LazyFrame:
    """The rows of cases that count; lazily, as only a few of their columns are needed."""
    return rows.lazy().filter(_SOUND & ~pl.col("counted_before"))


def _keys(rows: pl.DataFrame) -> pl.LazyFrame:
    """The unit and day of each file: texts that need not be compared to group its rows."""
    return rows.lazy().group_by("file").agg(pl.col(_KEY).first())


def _earlier_rows(rows: pl.DataFrame) -> pl.Series:
    """How many sound rows of the same case stand above a sound row in its file.

    Counted only where hashes meet: a window over all case ids takes ten times as long, and nearly all stand once.
    """
    again = repeated(rows.select(pl.struct("file", "case_id").hash()).to_series())
    at = again.filter(rows.select(_SOUND).to_series().gather(again).fill_null(False))
    earlier = rows.select("file", "case_id")[at].select(pl.int_range(pl.len()).over("file", "case_id")).to_series()
    return pl.repeat(0, rows.height, dtype=pl.Int64, eager=True).scatter(at, earlier)


def _has_form(patterns: list[str]) -> pl.Expr:
    """Whether the case id matches the pattern agreed with its sender; there are few patterns and many rows."""
    found = pl.lit(None, pl.Boolean)
    for pattern in patterns:
        matches = pl.col("case_id").str.contains(pattern)
        found = pl.when(pl.col("case_id_pattern") == pattern).then(matches).otherwise(found)
    return found


def _marked(mark: str, concerned: pl.Expr) -> pl.Expr:
    """How many of the cases concerned have the mark; unknown as soon as it is not known of one, or no case has any.

    `has_<mark>`: whether a case of the file has it; then a field without a case concerned has none.
    """
    known = (~concerned | pl.col(mark).is_not_null()).all() & pl.col(f"has_{mark}").first()
    return pl.when(known).then(_number(concerned & (pl.col(mark) == 1)))


def _number(condition: pl.Expr) -> pl.Expr:
    return condition.sum().cast(pl.Int64)
