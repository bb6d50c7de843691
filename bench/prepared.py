"""Prepared rows of a load on disk, made by the project's own steps from bench.deliveries. Times nothing."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import polars as pl

from bench.deliveries import MIXED, PATTERN, UNKNOWN_FIELD, Load, filings, received
from transforms.check import cases, tables
from transforms.check.failing import by_themselves
from transforms.check.frames import TERMS
from transforms.check.history.compared import Known, Terms, held_by_themselves, with_past
from transforms.check.history.layouts import NO_LAYOUTS, LayoutHistory, with_layouts
from transforms.check.history.past import PAST, HistoryTerms, sums_of, terms_frame
from transforms.check.history.repeats import PAST_FILES
from transforms.check.prepare import prepare
from transforms.check.rules.strictness import Strictness
from transforms.check.shared.judging import with_group_faults
from transforms.dictionary.contracts import CONTRACTS, Contract
from transforms.read.filings import Filings
from transforms.read.refusal import refuse
from transforms.reference.codes import CodeBook
from transforms.reference.fields import FieldBook

_OWN = Strictness()
_WEEKS = 21  # of history of each unit
_ODD = {
    "copies": 13,
    "restates": 17,
    "fewer": 19,
    "repeats": 22,
    "has_its_field": MIXED,
}  # units whose past is another one
_DONE = "load.json"


@dataclass(frozen=True)
class Prepared:
    """The arguments of transforms.check.facts.check."""

    contract: Contract
    received: pl.DataFrame
    filings: Filings
    rows: pl.DataFrame


def make(load: Load, folder: Path) -> Path:
    """Write the load's prepared rows into `folder`, one file a day, unless the same code has written them before."""
    made = json.dumps(
        {"contract": load.contract.name, "units": load.units, "days": load.days, "rows": load.rows} | _code()
    )
    if (folder / _DONE).exists() and (folder / _DONE).read_text() == made:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("rows", "received"):
        (folder / part).mkdir(parents=True)
    registry, codes = load.registry(), CodeBook.from_toml((files("reference") / "codes.toml").read_text("utf-8"))
    fields = FieldBook.from_csv((files("reference") / "fields.csv").read_text("utf-8"))
    history = NO_LAYOUTS
    for day in load.dates:
        own, read_ = received(load, day), filings(load, day)
        terms = own.select(
            "file",
            default_level=pl.lit(4, pl.Int8),
            max_faulty_rows_pct=pl.lit(5.0),
            case_id_pattern=pl.lit(PATTERN),
            count_for=pl.lit("handling"),
        ).cast(TERMS)
        rows = prepare(own, read_, load.contract, registry, codes, fields, terms, _OWN)
        own = with_layouts(with_group_faults(own, rows, load.contract, {}), read_.layouts, history)
        if load.contract.by_case:
            held = held_by_themselves(
                by_themselves(rows, load.contract, _OWN), own, read_.refusals, load.contract, _OWN
            )
            candidates = cases.countable(rows, held, cases.newest(own, held))
            rows = cases.mark_repeats(rows, candidates, candidates.select("file", "row").clear())
        counts = cases.daily_counts(rows) if load.contract.by_case else tables.daily_counts(rows, load.contract)
        usual = terms_frame(dict.fromkeys(own["file"].to_list(), HistoryTerms()))
        sums = sums_of(counts, own)
        marked = own.with_columns(sha256=pl.col("file").cast(pl.String))
        known = Known(counts=_past(own, sums), files=_past_files(marked), fields=_past_fields(own))
        compared_by = Terms(load.contract, _OWN, usual, frozenset(), fields)
        rows = with_past(rows, marked, counts, sums, (), known, compared_by).rows
        rows.write_parquet(folder / "rows" / f"{day}.parquet")
        own.with_columns(refused=pl.col("file").is_in(list(read_.refusals))).write_parquet(
            folder / "received" / f"{day}.parquet"
        )
        history = LayoutHistory(_known_layouts(own))
    (folder / _DONE).write_text(made)
    return folder


def read(folder: Path) -> Prepared:
    """The prepared rows of `folder` in memory."""
    contract = CONTRACTS[json.loads((folder / _DONE).read_text())["contract"]]
    own = pl.read_parquet(folder / "received")
    refusal = refuse("không đọc được tệp", "the file cannot be read").refusal
    refusals = dict.fromkeys(own.filter("refused")["file"].to_list(), refusal)
    nothing = pl.DataFrame()
    return Prepared(
        contract, own.drop("refused"), Filings(nothing, nothing, {}, refusals), pl.read_parquet(folder / "rows")
    )


def _code() -> dict[str, str]:
    """A hash of the code that makes the rows."""
    room = Path(__file__).parent
    sources = [*sorted((room.parent / "transforms").rglob("*.py")), room / "deliveries.py", room / "prepared.py"]
    return {"code": hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()}


def _past(own: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """The same weekday of earlier weeks and the day before; of a few units such that a rule on history breaks."""
    day = own["business_date"][0]
    today = own.select("file", "unit_id", "contract", "basis").join(sums, on="file")
    earlier = [(day - timedelta(weeks=week), 0.97 + week / 300) for week in range(1, _WEEKS)]
    days = pl.DataFrame(
        [*earlier, (day - timedelta(days=1), 1.0), (day, 1.0)],
        schema={"business_date": pl.Date, "factor": pl.Float64},
        orient="row",
    )
    sends = _sends()
    return (
        today.join(days, how="cross")
        .filter((pl.col("business_date") != day) | sends["restates"])
        .with_columns((pl.col(c) * pl.col("factor")).round().cast(pl.Int64) for c in ("online", "total"))
        .with_columns(
            pl.col("total") * pl.when(sends["fewer"]).then(2).otherwise(1),
            signature=pl.when(sends["copies"]).then("signature").otherwise(pl.lit("another")),
        )
        .select(PAST.names())
    )


def _past_files(marked: pl.DataFrame) -> pl.DataFrame:
    """Of one unit the file of each day as that of the two days before; no other file is sent twice."""
    same = marked.filter(_sends()["repeats"])
    days = (pl.col("business_date") - timedelta(days=days) for days in (1, 2))
    return pl.concat(same.with_columns(business_date=day).select(PAST_FILES.names()) for day in days)


def _past_fields(own: pl.DataFrame) -> pl.DataFrame:
    """One unit stated the unknown field on the day before."""
    return own.filter(_sends()["has_its_field"]).select(
        "unit_id", pl.col("business_date") - timedelta(days=1), field=pl.lit(UNKNOWN_FIELD)
    )


def _known_layouts(own: pl.DataFrame) -> pl.DataFrame:
    """The day's layouts as those that the next day finds; what was before is forgotten."""
    return own.filter(pl.col("layout").is_not_null()).select(
        "unit_id",
        "contract",
        "layout",
        description="layout_description",
        first="business_date",
        last="business_date",
    )


def _sends() -> dict[str, pl.Expr]:
    return {name: pl.col("unit_id").str.ends_with(f"-{unit}") for name, unit in _ODD.items()}
