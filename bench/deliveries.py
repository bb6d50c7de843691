"""A day's deliveries of many made-up units, as reading gives them. Checks nothing.

About 0.1 % of rows are faulty, and a few units have a fault of their own.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from transforms.dictionary.contracts import CASES, SUMMARY, Contract
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text
from transforms.read import normalise
from transforms.read.filings import Filings
from transforms.read.grid import Origin
from transforms.read.headers.search import Layout
from transforms.read.refusal import refuse
from transforms.read.titles.claims import Claim
from transforms.read.titles.line import Found
from transforms.reference.organisation import read_organisation
from transforms.reference.units import Registry

PATTERN = r"^[\w.]+-\d{6}-\d{4,}$"
_SEED = 20220819
_FIRST = date(2025, 1, 1)
_FAULTY = 0.001  # of the rows
_CARELESS = 25  # the unit that sends too many faulty cases on some days
_YOUNG = 37  # the unit that begins on the day after each of its files
_LATE = 23  # the unit that is late every day
_RELAID = 11  # the unit whose files have another column every other day
# Units that send tables, and what is wrong with theirs every day.
_ROUNDED = 27  # rates of one decimal or none
_UNCLEAR = 29  # a column that nobody knows
MIXED = 31  # rows that are no details: _KINDS
_TITLED = 33  # titles that do not fit
_BLOCKS = 35  # nothing: each half of the table has its totals row
# Where a table of MIXED has the sum of the rows above, cumulative figures, and parts of the row above.
_SUM, _COMPARISON, _PART, _LARGER = 2, 4, 10, (8, 14)
_KINDS = {_COMPARISON: "comparison", 6: "carry", 8: "of_which", _PART: "part", 12: "subtotal", 14: "part"}
UNKNOWN_FIELD = "Lĩnh vực chưa có"
_REFUSED_EVERY = 500  # one file in so many cannot be read
_FIELDS = pl.read_csv((files("reference") / "fields.csv").read_bytes())["name"].head(60).to_list()


@dataclass(frozen=True)
class Load:
    """`units` send one file a day each for `days` days, with `rows` rows."""

    contract: Contract
    units: int
    days: int
    rows: int

    @classmethod
    def of(cls, contract: str, rows: int) -> "Load":
        """About `rows` rows in all: tables of 40 rows from 700 units a day, or cases of 26 units in a month."""
        if contract == SUMMARY.name:
            return cls(SUMMARY, 700, max(1, round(rows / (700 * 40))), 40)
        return cls(CASES, 26, 31, max(40, round(rows / (26 * 31))))

    @property
    def dates(self) -> list[date]:
        """The business dates."""
        return [_FIRST + timedelta(days=number) for number in range(self.days)]

    def registry(self) -> Registry:
        """The made-up units as a registry."""
        header = "unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"
        lines = (
            f"phuong-{number},Phường {number},phuong,communes,{number},2020-01-01,,pending,every_day,,"
            for number in range(1, self.units + 1)
        )
        organisation = read_organisation((files("reference") / "organisation.toml").read_text(encoding="utf-8"))
        return Registry.from_csv("\n".join((header, *lines)), organisation)


def received(load: Load, day: date) -> pl.DataFrame:
    """Who sent which file, in the columns that the steps before reading give."""
    first = (day - _FIRST).days * load.units
    unit = pl.int_range(1, load.units + 1, eager=True)
    midnight = pl.lit(day).cast(pl.Datetime("us"))
    return pl.DataFrame({"file": (unit - 1 + first).cast(pl.UInt32), "unit": unit}).select(
        "file",
        unit_id=pl.format("phuong-{}", "unit"),
        business_date=pl.lit(day),
        modified_at=midnight + pl.duration(hours=pl.when(pl.col("unit") == _LATE).then(19).otherwise(17)),
        cut_off=midnight + pl.duration(hours=18),
        file_name=pl.format("{}.csv", pl.lit(f"{day}")),
        source_uri=pl.format("inbox/phuong-{}/{}.csv", "unit", pl.lit(f"{day}")),
        contract=pl.lit(load.contract.name),
        basis=pl.lit("day"),
        valid_from=pl.when(pl.col("unit") == _YOUNG).then(pl.lit(day + timedelta(days=1))).otherwise(_FIRST),
        valid_to=pl.lit(None, pl.Date),
    )


def filings(load: Load, day: date) -> Filings:
    """The day's files, read; always the same for the same load and day."""
    files = received(load, day)["file"]
    refusals = {
        file: refuse("không đọc được tệp", "the file cannot be read").refusal
        for file in files
        if file % _REFUSED_EVERY == 7
    }
    make = _cases if load.contract.by_case else _summary
    rng = np.random.default_rng([_SEED, day.toordinal(), load.rows])
    made = make(load, day, rng).filter(~pl.col("file").is_in(list(refusals)))
    absent = [column for column in load.contract.columns if column not in made.columns]
    texts = made.with_columns(pl.lit(None, pl.String).alias(column) for column in absent)
    typed = texts.with_columns(
        *(normalise.count(pl.col(column)).alias(column) for column in load.contract.counts),
        *(normalise.rate(pl.col(column)).alias(column) for column in load.contract.percents),
        *(normalise.day(pl.col(column)).alias(column) for column in load.contract.dates),
    )
    layouts = {file: _layout(load, unit, day) for unit, file in enumerate(files, start=1) if file not in refusals}
    titled = set() if load.contract.by_case else layouts.keys() & set(files[_TITLED - 1 : _TITLED])
    return Filings(typed, texts, layouts, refusals, {file: _titles(day) for file in titled})


@cache
def _laid(contract: Contract, unread: tuple[str, ...], questions: tuple[Text, ...]) -> Layout:
    columns = {column: number for number, column in enumerate(contract.columns)}
    names = {column: label(column) for column in contract.columns}
    return Layout("", Origin("csv"), 1, 1, columns, names, unread, questions=questions)


def _layout(load: Load, unit: int, day: date) -> Layout:
    unread = ("Ghi chú",) if unit == _RELAID and day.day % 2 == 0 else ()
    questions = (Text("cột chưa rõ nghĩa", "a column of unclear meaning"),) if unit == _UNCLEAR else ()
    return _laid(load.contract, unread, questions)


def _titles(day: date) -> list[Claim]:
    """One that breaks each rule on titles."""
    found = (
        Found("named", "Tháng 01 năm 2020", date(2020, 1, 1), date(2020, 1, 31), "month"),
        Found("period", "Báo cáo tuần", day - timedelta(days=6), day),
        Found("measure", "ĐVT: nghìn hồ sơ"),
        Found("other", "Hồ sơ chứng thực"),
    )
    return [Claim(1, each) for each in found]


def _base(load: Load, day: date, rng: np.random.Generator, faults: int) -> pl.DataFrame:
    """`file`, `row`, `unit` (its number), `at` (0-based in the file), `fault` (0 = none, else 1 to `faults`)."""
    size = load.units * load.rows
    unit = np.repeat(np.arange(1, load.units + 1), load.rows)
    at = np.tile(np.arange(load.rows), load.units)
    careless = (unit == _CARELESS) & (day.day % 16 == 0) & load.contract.by_case
    fault = np.where(rng.random(size) < np.where(careless, 0.1, _FAULTY), rng.integers(1, faults + 1, size), 0)
    return pl.DataFrame({"unit": unit, "at": at, "fault": fault}).with_columns(
        file=(pl.col("unit") - 1 + (day - _FIRST).days * load.units).cast(pl.UInt32),
        row=(pl.col("at") + 2).cast(pl.UInt32),
    )


def _summary(load: Load, day: date, rng: np.random.Generator) -> pl.DataFrame:
    """Tables of counts; which columns are filled differs from unit to unit."""
    size, last = load.units * load.rows, load.rows - 1
    order = np.argsort(rng.random((load.units, len(_FIELDS))), axis=1)[:, : load.rows]
    at, unit, habit, fault = pl.col("at"), pl.col("unit"), pl.col("unit") % 4, pl.col("fault")
    is_total = (at == last) | ((unit == _BLOCKS) & (at == last // 2))
    mixed = unit == MIXED
    figures = _base(load, day, rng, 19).with_columns(
        fault=pl.when(is_total).then(0).when(mixed & (at == _COMPARISON)).then(10).otherwise(fault),
        which=pl.Series(order.ravel()),
        online=pl.Series(rng.integers(0, 1500, size)),
        in_person=pl.Series(rng.integers(1, 900, size)),
        settled_pct=pl.Series(rng.integers(40, 101, size)),
        block=(unit == _BLOCKS) & (at > last // 2),
    )
    figures = figures.with_columns(
        pl.when(fault == 19)
        .then(0)
        .when(mixed & (at == _SUM))
        .then(pl.col(c).filter(at < _SUM).sum().over("file"))
        .when(mixed & at.is_in(_LARGER))
        .then(pl.col(c) + 3000)
        .when(mixed & (at == _PART))
        .then(1)
        .otherwise(pl.col(c))
        .alias(c)
        for c in ("online", "in_person")
    )
    figures = figures.with_columns(
        pl.when(is_total).then(pl.col(c).filter(~is_total).sum().over("file", "block")).otherwise(pl.col(c)).alias(c)
        for c in ("online", "in_person")
    ).with_columns(total=pl.col("online") + pl.col("in_person"))
    received_, settled = pl.col("total") + 5, pl.col("total") * pl.col("settled_pct") // 100
    hundredths = (pl.col("online") * 20000 + pl.col("total")) // (2 * pl.col("total"))
    exact = pl.format("{},{}", hundredths // 100, (hundredths % 100).cast(pl.String).str.zfill(2))
    tenths = (hundredths + pl.when(at % 4 == 0).then(5).otherwise(0)) // 10
    whole = (hundredths + pl.when(at % 4 == 1).then(50).otherwise(0)) // 100
    rounded = pl.when(at % 2 == 0).then(pl.format("{},{}", tenths // 10, tenths % 10)).otherwise(whole.cast(pl.String))
    return figures.select(
        "file",
        "row",
        ordinal=pl.when(~is_total).then((pl.col("at") + 1).cast(pl.String)),
        field=pl.when(is_total)
        .then(pl.lit("Tổng cộng"))
        .when(fault == 1)
        .then(pl.lit("12"))
        .when(fault == 2)
        .then(None)
        .when(fault == 3)
        .then(pl.lit(_FIELDS[0]))
        .when((fault == 17) | (mixed & (at == _SUM)))
        .then(pl.lit(UNKNOWN_FIELD))
        .otherwise(pl.lit(pl.Series(_FIELDS)).gather(pl.col("which"))),
        unit=pl.when(fault == 4).then(pl.lit("Phường không có")).when(habit == 1).then(pl.format("Phường {}", "unit")),
        service_level=pl.when(fault == 5).then(pl.lit("9")).when(habit >= 2).then(pl.lit("4")),
        online=pl.when(fault == 6).then(None).when(fault == 7).then(pl.lit("n/a")).otherwise(_thousands("online")),
        in_person=pl.when(fault == 8).then(pl.lit("-3")).otherwise(_thousands("in_person")),
        postal=pl.when(fault == 9).then(pl.lit("12")).when(habit == 3).then(pl.lit("0")),
        total=pl.when(fault.is_between(10, 11))
        .then((pl.col("total") + 7).cast(pl.String))
        .otherwise(_thousands("total")),
        received=pl.when(habit >= 2).then(received_.cast(pl.String)),
        settled=pl.when(habit >= 2).then((settled + pl.when(fault == 12).then(9000).otherwise(0)).cast(pl.String)),
        settled_on_time=pl.when(habit >= 2).then((settled * 9 // 10).cast(pl.String)),
        stated_rate=pl.when(fault == 13)
        .then(pl.lit("150,5"))
        .when(fault == 14)
        .then(((hundredths + 50) // 100).cast(pl.String))
        .when(fault >= 18)  # 19: of nothing there is none
        .then(pl.lit("#DIV/0!"))
        .when(unit == _ROUNDED)
        .then(rounded)
        .when(habit != 0)
        .then(exact),
        date=pl.when(fault == 15).then(pl.lit("01/01/2020")).when(habit == 1).then(pl.lit(f"{day:%d/%m/%Y}")),
        kind=pl.when(is_total)
        .then(pl.lit("totals"))
        .when(fault == 16)
        .then(pl.when(pl.col("at") % 2 == 0).then(pl.lit("hidden")).otherwise(pl.lit("unknown")))
        .when(mixed & at.is_in(list(_KINDS)))
        .then(at.replace_strict(_KINDS, default=None, return_dtype=pl.String))
        .otherwise(pl.lit("detail")),
        group=pl.lit(0, pl.UInt32),
        parent=pl.when(mixed & at.is_in((_PART, *_LARGER))).then(pl.col("row") - 1),
    )


def _cases(load: Load, day: date, rng: np.random.Generator) -> pl.DataFrame:
    """Lists of cases as the portal's sync object has them."""
    size = load.units * load.rows
    fault = pl.col("fault")
    rows = _base(load, day, rng, 13).with_columns(
        which=pl.Series(rng.integers(0, len(_FIELDS), size)),
        procedure=pl.Series(rng.integers(0, 400, size)),
        channel=pl.Series(rng.choice([2, 2, 2, 1, 1, 3], size)),
        status=pl.Series(rng.choice([2, 4, 5, 9, 9, 9, 10, 10], size)),
        level=pl.Series(rng.integers(2, 5, size)),
        seconds=pl.Series(rng.integers(25200, 61200, size)),
        term=pl.Series(rng.integers(1, 20, size)),
        taken=pl.Series(rng.integers(0, 15, size)),
    )
    midnight = pl.lit(day).cast(pl.Datetime)
    settled = pl.col("status") >= 9
    return rows.select(
        "file",
        "row",
        hidden=fault == 1,
        ordinal=pl.lit(None, pl.String),
        case_id=pl.when(fault == 2)
        .then(None)
        .when(fault == 3)
        .then(pl.lit("000000001"))
        .otherwise(
            pl.format(
                "000.{}.H29-{}-{}",
                pl.col("unit").cast(pl.String).str.zfill(3),
                pl.lit(f"{day:%y%m%d}"),
                (pl.col("at") - (fault == 4).cast(pl.Int64)).cast(pl.String).str.zfill(6),
            )
        ),
        procedure=pl.format("1.{}", pl.col("procedure").cast(pl.String).str.zfill(6)),
        field=pl.when(fault == 13)
        .then(pl.lit(UNKNOWN_FIELD))
        .otherwise(pl.lit(pl.Series(_FIELDS)).gather(pl.col("which"))),
        field_code=pl.lit(None, pl.String),
        unit=pl.when(fault == 5).then(pl.lit("Phường không có")).otherwise(pl.format("Phường {}", "unit")),
        receiving_unit=pl.lit(None, pl.String),
        channel=pl.when(fault == 6).then(pl.lit("7")).otherwise(pl.col("channel").cast(pl.String)),
        status=pl.when(fault == 7).then(pl.lit("11")).otherwise(pl.col("status").cast(pl.String)),
        service_level=pl.when(fault == 8).then(pl.lit("8")).otherwise(pl.col("level").cast(pl.String)),
        received_on=pl.when(fault == 9)
        .then(pl.lit(f"{day:%Y}1399080000"))
        .otherwise(_moment(midnight + pl.duration(seconds="seconds"))),
        due_on=pl.when(fault == 10)
        .then(pl.lit("n/a"))
        .otherwise(_moment(midnight + pl.duration(days=pl.when(fault == 12).then(-3).otherwise("term")))),
        ended_on=pl.when(settled & (fault != 11)).then(_moment(midnight + pl.duration(days="taken"))),
        returned_on=pl.lit(None, pl.String),
        date=pl.lit(None, pl.String),
        kind=pl.lit("detail"),
        group=pl.lit(0, pl.UInt32),
    )


def _thousands(column: str) -> pl.Expr:
    number = pl.col(column)
    grouped = pl.format("{}.{}", number // 1000, (number % 1000).cast(pl.String).str.zfill(3))
    return pl.when(number < 1000).then(number.cast(pl.String)).otherwise(grouped)


def _moment(at: pl.Expr) -> pl.Expr:
    return at.dt.strftime("%Y%m%d%H%M%S")
