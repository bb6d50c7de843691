"""Made-up exports of January 2025 and the months before, always the same for the same sizes, and what is wrong in them.

Workload A: counts by field, a CSV per unit and day (`;`, 1.489, 67,48). Workload B: cases, a CSV per unit and day.
`<folder>/in/<day>/<unit>.csv`, `<folder>/units.csv` (unit_code, unit_group), `<folder>/key.csv` (unit_code, day, rule,
rows: the faults put into January 2025; of A the deliveries to be held back, of B the rows).
"""

import csv
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl

LAST = date(2025, 1, 31)
_FAULTY_MONTH = (2025, 1)
_FIELDS = pl.read_csv((files("reference") / "fields.csv").read_bytes())["name"].head(60).to_list()
_HEADER_A = "report_date;unit_code;field;online;in_person;total;processed;on_time;stated_rate"
_FAULTS_A = (
    "total_is_sum",
    "rate_is_right",
    "values_stated",
    "numbers_not_negative",
    "field_once",
    "date_is_business_date",
    "unit_is_sender",
    "numbers_readable",
)
_FAULTS_B = (
    "handled_by_sender",
    "case_once",
    "case_not_counted_before",
    "dates_in_order",
    "received_on_stated",
    "case_id_valid",
    "channel_known",
    "status_known",
)
_DEPARTMENTS = 14


@dataclass(frozen=True)
class Size:
    """`workload` A or B, number of units, of B also cases a month, and number of months up to LAST."""

    workload: str
    units: int
    cases: int = 0
    months: int = 1

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.workload}-{self.units}" + (f"-{self.cases}" if self.cases else "") + f"-{self.months}m"

    @property
    def a_day(self) -> int:
        """About how many rows come on a day."""
        return self.units * 40 if self.workload == "A" else self.cases // 31

    @property
    def first(self) -> date:
        """The first business date."""
        year, month = divmod(LAST.year * 12 + LAST.month - self.months, 12)
        return date(year, month + 1, 1)

    def days(self) -> list[date]:
        """All business dates."""
        return [self.first + timedelta(days=n) for n in range((LAST - self.first).days + 1)]


def make(size: Size, folder: Path) -> Path:
    """Write the exports into `folder`, unless they are there."""
    if (folder / "key.csv").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    codes = [f"U{number:05d}" for number in range(1, size.units + 1)]
    departments = max(_DEPARTMENTS, size.units // 40)
    for day in size.days():
        (folder / "in" / day.isoformat()).mkdir(parents=True)
    key = sorted(_counts(size, folder, codes) if size.workload == "A" else _cases(size, folder, codes))
    groups = [(code, "departments" if n < departments else "districts") for n, code in enumerate(codes)]
    _table(folder / "units.csv", ("unit_code", "unit_group"), groups)
    _table(folder / "key.csv", ("unit_code", "day", "rule", "rows"), key)
    return folder


Fault = tuple[str, date, str, int]


def _counts(size: Size, folder: Path, codes: Sequence[str]) -> Iterator[Fault]:
    """Workload A: about one delivery of January in fifty is faulty, and two of its last day."""
    chosen = random.Random(7)
    slots = [(code, day) for code in codes for day in size.days() if (day.year, day.month) == _FAULTY_MONTH]
    faulty = chosen.sample(slots, min(len(slots), max(16, len(slots) // 50))) + [(code, LAST) for code in codes[3:5]]
    faults = {slot: _FAULTS_A[n % len(_FAULTS_A)] for n, slot in enumerate(dict.fromkeys(faulty))}
    for day in size.days():
        for code in codes:
            rows, fault = _day_of_counts(code, day), faults.get((code, day))
            if fault:
                _spoil(rows, fault)
                yield code, day, fault, 1
            lines = [_HEADER_A, *(";".join(row) for row in rows)]
            _write(folder, code, day, "\n".join(lines) + "\n")


def _day_of_counts(code: str, day: date) -> list[list[str]]:
    made = random.Random(f"{code}{day}")
    rows = []
    for field in made.sample(_FIELDS, made.randint(20, 60)):
        online, in_person = made.randint(0, 900) * (2 if made.random() < 0.2 else 1), made.randint(1, 600)
        total = online + in_person
        settled = made.randint(0, total)
        figures = (online, in_person, total, settled, made.randint(settled * 7 // 10, settled))
        rate = _rate(online, total)
        rows.append([f"{day:%d/%m/%Y}", code, field, *map(_grouped, figures), rate])
    return rows


def _spoil(rows: list[list[str]], fault: str) -> None:
    row = rows[5]
    match fault:
        case "total_is_sum":
            row[5] = _grouped(int(row[5].replace(".", "")) + 7)
            row[8] = _rate(int(row[3].replace(".", "")), int(row[5].replace(".", "")))
        case "rate_is_right":
            row[8] = "0,01" if row[8] != "0,01" else "0,02"
        case "values_stated":
            row[4] = ""
        case "numbers_readable":
            row[4] = "n/a"
        case "numbers_not_negative":
            row[7] = "-3"
        case "field_once":
            rows.append(list(row))
        case "date_is_business_date":
            row[0] = "31/02/2025"
        case "unit_is_sender":
            row[1] = "U99999"


def _cases(size: Size, folder: Path, codes: Sequence[str]) -> Iterator[Fault]:
    """Workload B: a hundred faulty rows in January, eight of them on its last day."""
    each = size.cases // (31 * size.units)
    days = [day for day in size.days() if (day.year, day.month) == _FAULTY_MONTH]
    faults: dict[tuple[str, date], list[tuple[int, str]]] = {}
    for n in range(96):
        slot = codes[n * 5 % size.units], days[n * 7 % len(days)]
        faults.setdefault(slot, []).append((5 + n % 8 * 3, _FAULTS_B[n % 8]))
    for n in range(8):
        faults.setdefault((codes[n], LAST), []).append((40 + 3 * n, _FAULTS_B[n]))
    for day in size.days():
        for number, code in enumerate(codes):
            cases = _day_of_cases(code, number, day, each)
            for at, fault in faults.get((code, day), ()):
                spoiled = _spoiled(cases, at, fault, code, day)
                if spoiled is not None:
                    cases = spoiled
                    yield code, day, fault, 1
            cases.write_csv(_file(folder, code, day))
            _date_back(_file(folder, code, day), day)


def _day_of_cases(code: str, number: int, day: date, each: int) -> pl.DataFrame:
    """Cases received in office hours and due at closing time, so that "on time" is the same by day and by moment."""
    chance = np.random.default_rng([day.toordinal(), number]).integers

    def moment(days: str | int, second: str | int) -> pl.Expr:
        start = pl.lit(datetime(day.year, day.month, day.day, 7))  # noqa: DTZ001 - as exports write it
        return (start + pl.duration(days=days, seconds=second)).dt.strftime("%Y%m%d%H%M%S")

    drawn = pl.DataFrame(
        {
            "procedure": chance(0, 400, each),
            "channel": np.array([1, 1, 1, 2, 2, 3])[chance(0, 6, each)],
            "level": chance(1, 5, each),
            "second": chance(0, 36_000, each),
            "due": chance(1, 20, each),
            "taken": chance(0, 15, each),
            "settled": chance(0, 100, each) < 85,
            "status": chance(1, 10, each),
        }
    )
    return drawn.select(
        case_id=pl.lit(f"000.00.{code}.H29-{day:%y%m%d}-") + pl.int_range(each).cast(pl.String).str.zfill(6),
        unit_code=pl.lit(code),
        procedure_code=pl.lit("1.") + pl.col("procedure").cast(pl.String).str.zfill(6),
        channel=pl.col("channel").cast(pl.String),
        level=pl.col("level").cast(pl.String),
        received_at=moment(0, "second"),
        due_at=moment("due", 36_000),
        finished_at=pl.when("settled").then(moment("taken", 35_999)),
        status=pl.when("settled").then(10).otherwise("status").cast(pl.String),
    )


def _spoiled(cases: pl.DataFrame, at: int, fault: str, code: str, day: date) -> pl.DataFrame | None:
    """The cases with `fault` put into row `at` (from 0); None where that day cannot have this fault."""
    value: dict[str, str | None]
    match fault:
        case "handled_by_sender":
            value = {"unit_code": "U99999"}
        case "case_once":  # the same line twice
            return pl.concat([cases.head(at), cases.slice(at - 1, 1), cases.slice(at + 1)])
        case "case_not_counted_before":
            before = day - timedelta(days=2)
            if (before.year, before.month) != _FAULTY_MONTH:
                return None
            value = {"case_id": f"000.00.{code}.H29-{before:%y%m%d}-000003"}
        case "dates_in_order":
            value = {"finished_at": f"{day - timedelta(days=3):%Y%m%d}080000"}
        case "received_on_stated":
            value = {"received_at": f"{day:%Y}1399080000"}
        case "case_id_valid":
            value = {"case_id": None}
        case "channel_known":
            value = {"channel": "7"}
        case _:
            value = {"status": "11"}
    hit = pl.int_range(pl.len()) == at
    return cases.with_columns(pl.when(hit).then(pl.lit(v)).otherwise(pl.col(c)).alias(c) for c, v in value.items())


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _rate(part: int, whole: int) -> str:
    hundredths = (part * 20_000 + whole) // (2 * whole)
    return f"{hundredths // 100},{hundredths % 100:02d}"


def _file(folder: Path, code: str, day: date) -> Path:
    return folder / "in" / day.isoformat() / f"{code}.csv"


def _write(folder: Path, code: str, day: date, text: str) -> None:
    file = _file(folder, code, day)
    file.write_text(text, encoding="utf-8")
    _date_back(file, day)


def _date_back(file: Path, day: date) -> None:
    """Set the file's time to the evening of its day."""
    moment = datetime(day.year, day.month, day.day, 11, tzinfo=UTC).timestamp()
    os.utime(file, (moment, moment))


def _table(file: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
