"""Which column of a header is read as what, and why another one is not. Reads of the figures only where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from transforms.dictionary.contracts import SCORES, Contract
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text
from transforms.read.agreed import Agreed
from transforms.read.grid import Row
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.rows import Path, has_figures
from transforms.read.headers.words import Meaning, Phrase, Sense
from transforms.read.refusal import quoted

_CODE = header_key("Mã")
_TO_DATE = ("month_to_date", "year_to_date")
# `Tổng số`, `Trong đó / Trực tuyến`, `Tiếp nhận trực tiếp` and `Tỷ lệ (%)` may be of one block.
_WITHIN_BLOCKS = {"part", "filed", "actual", "rate"}


@dataclass(frozen=True)
class Candidate:
    """A column of the file that may be read as a column of the contract."""

    index: int
    path: Path
    meaning: Meaning

    @property
    def name(self) -> str:
        """The header as written."""
        return " / ".join(self.path)

    @property
    def block(self) -> frozenset[str]:
        """What it says beside the column's name: columns that say the same stand together."""
        said = {sense.value for phrase in self.meaning.qualifiers for sense in phrase.qualifiers}
        return frozenset(said - _WITHIN_BLOCKS)


@dataclass(frozen=True)
class Columns:
    """`chosen`: what is read. `unread`: other headers. `faults`: why a column named so is not read, by our column.

    `doubts`: columns of which several would do, and differ. `unknown`: columns with words that nobody knows, or none.
    `says_a_day`: whether a header names a day, month or year.
    """

    chosen: Mapping[str, Candidate]
    unread: tuple[str, ...]
    faults: Mapping[str, tuple[Candidate, Text]]
    doubts: tuple[tuple[str, Candidate, Candidate], ...]
    unknown: tuple[Candidate, ...]
    says_a_day: bool


@dataclass
class _Found:
    fitting: dict[str, list[Candidate]] = field(default_factory=dict)
    faults: dict[str, tuple[Candidate, Text]] = field(default_factory=dict)
    unknown: list[Candidate] = field(default_factory=list)


def choose(
    header: Sequence[Path], body: Sequence[Row], contract: Contract, book: HeaderBook, agreed: Agreed
) -> Columns:
    """What each column of a header is read as.

    A count or rate is read where every word over it is known and fits: the unit's basis and level (`agreed`), and what
    the book says of the column. Names, codes and dates are known by their lowest level. Where several columns fit,
    those that say the same are taken together (`Trong kỳ`), if they alone have all that is required.
    """
    found = _Found()
    lexicon = book.lexicon(contract.name)
    every = [Candidate(index, path, lexicon.read(path)) for index, path in enumerate(header) if path]
    for candidate in every:
        _place(candidate, contract, book, agreed, found)
    chosen, doubts = _settled(found.fitting, body, contract, agreed)
    if "overdue" in contract.more and not _is_of_settled(chosen, book):
        chosen.pop("overdue", None)
    taken = {candidate.index for candidate in chosen.values()}
    same = {
        other.index
        for column, candidate in chosen.items()
        for other in found.fitting[column]
        if other.path == candidate.path
    }
    return Columns(
        chosen,
        tuple(dict.fromkeys(each.name for each in every if each.index not in taken | same)),
        found.faults,
        tuple(doubts),
        () if contract.by_case else tuple(each for each in found.unknown if each.index not in taken),
        any(sense.kind == "date" for each in every for phrase in each.meaning.qualifiers for sense in phrase.senses),
    )


def _is_of_settled(chosen: Mapping[str, Candidate], book: HeaderBook) -> bool:
    """Whether `Quá hạn` is of what was settled, not of what is in process: it says so, or stands beside `Đúng hạn`."""
    late, on_time = chosen.get("overdue"), chosen.get("settled_on_time")
    if late is None:
        return False
    said = {sense.value for phrase in book.words.general.read(late.path).qualifiers for sense in phrase.qualifiers}
    return "settled" in said or (on_time is not None and abs(late.index - on_time.index) == 1)


def _place(candidate: Candidate, contract: Contract, book: HeaderBook, agreed: Agreed, found: _Found) -> None:
    meaning = candidate.meaning
    named = book.names.get(contract.name, {}).get(header_key(candidate.path[-1]))
    if named is not None and named not in (*contract.counts, *contract.percents):
        if named in contract.texts or not meaning.unknown:
            found.fitting.setdefault(named, []).append(candidate)
        else:
            found.faults.setdefault(named, (candidate, _unknown_words(meaning)))
        return
    if meaning.unknown:
        found.unknown.append(candidate)
        for column in meaning.named:
            found.faults.setdefault(column, (candidate, _unknown_words(meaning)))
    elif len(meaning.named) > 1:
        for column in meaning.named:
            found.faults.setdefault(column, (candidate, _several_columns(meaning)))
    elif meaning.column is not None:
        wrong = _not_fitting(meaning, contract, book, agreed)
        if wrong is None:
            found.fitting.setdefault(meaning.column, []).append(candidate)
        else:
            found.faults.setdefault(meaning.column, (candidate, _why(wrong, meaning.column, agreed)))


def _not_fitting(meaning: Meaning, contract: Contract, book: HeaderBook, agreed: Agreed) -> Phrase | None:
    column = meaning.column or ""
    if column not in (*contract.counts, *contract.percents):
        return meaning.qualifiers[0] if meaning.qualifiers else None  # `Mã lĩnh vực` is no field
    fits = book.words.fits.get(contract.name, {}).get(column, frozenset())
    ways = [agreed]
    if contract.name == SCORES.name and agreed.basis == "day":  # a board of the month or year, as it stood on that day
        ways += [replace(agreed, basis=basis) for basis in _TO_DATE]
    return next(
        (
            phrase
            for phrase in meaning.qualifiers
            if not any(_fits(sense, phrase.numbers, fits, way) for sense in phrase.qualifiers for way in ways)
        ),
        None,
    )


def _fits(sense: Sense, numbers: tuple[int, ...], fits: frozenset[str], agreed: Agreed) -> bool:
    match sense.kind:
        case "basis":
            return sense.value in ("any", agreed.basis) or (
                sense.value in ("cumulative", "period") and agreed.basis in _TO_DATE
            )
        case "level":
            return str(agreed.level) == (sense.value if sense.value != "number" else "-".join(map(str, numbers)))
        case "date":
            return agreed.business_date is not None and _is_date(sense.value, numbers, agreed.business_date, agreed)
        case _:
            return sense.value in fits


def _is_date(kind: str, numbers: tuple[int, ...], day: date, agreed: Agreed) -> bool:
    """Whether these numbers (day, month, year: what is named of them) are those of the file."""
    if kind == "day":
        return numbers == (day.day, day.month, day.year)[: len(numbers)]
    if kind == "month":
        return agreed.basis == "month_to_date" and numbers == (day.month, day.year)[: len(numbers)]
    return agreed.basis == "year_to_date" and numbers == (day.year,)


def _settled(
    fitting: Mapping[str, Sequence[Candidate]], body: Sequence[Row], contract: Contract, agreed: Agreed
) -> tuple[dict[str, Candidate], list[tuple[str, Candidate, Candidate]]]:
    merged = {column: _distinct(candidates, body) for column, candidates in fitting.items()}
    block = _block(merged, contract, agreed)
    counted = (*contract.counts, *contract.percents)
    chosen: dict[str, Candidate] = {}
    doubts: list[tuple[str, Candidate, Candidate]] = []
    for column, candidates in merged.items():
        own = [each for each in candidates if each.block == block] if column in counted else []
        if column == "unit" and len(candidates) > 1:  # beside a name its code says nothing new
            own = [each for each in candidates if not header_key(each.path[-1]).startswith(_CODE)]
        first, *more = own or candidates
        if more and column in contract.more:  # which of them is meant is not known, and nothing needs it
            continue
        chosen[column] = first
        doubts += [(column, first, more[0])] if more else []
    return chosen, doubts


def _block(merged: Mapping[str, Sequence[Candidate]], contract: Contract, agreed: Agreed) -> frozenset[str] | None:
    """The one block that has all required counts; of several the one that names the unit's cumulative basis."""
    required = [column for column in contract.required if column in contract.counts]
    blocks = [{each.block for each in merged.get(column, ())} for column in required]
    full = set.intersection(*blocks) if blocks else set()
    if len(full) > 1 and agreed.basis in _TO_DATE:
        full = {block for block in full if block & {"cumulative", agreed.basis}} or full
    return next(iter(full)) if len(full) == 1 else None


def _distinct(candidates: Sequence[Candidate], body: Sequence[Row]) -> list[Candidate]:
    """Without those that say what another says: of columns under one merged header the figure stands in one."""
    kept: list[Candidate] = []
    if len(candidates) > 1:
        body = [row for row in body if has_figures(row)] or body
    for candidate in candidates:
        for at, other in enumerate(kept):
            better = _fuller(other, candidate, body)
            if better is not None:
                kept[at] = better
                break
        else:
            kept.append(candidate)
    return kept


def _fuller(left: Candidate, right: Candidate, body: Sequence[Row]) -> Candidate | None:
    """Of two columns that say the same the one to read, None where they differ."""
    pairs = [(_cell(row, left.index), _cell(row, right.index)) for row in body]
    if all(one == other for one, other in pairs):
        return left
    if left.path != right.path:
        return None
    if all(other in ("", one) for one, other in pairs):
        return left
    return right if all(one in ("", other) for one, other in pairs) else None


def _cell(row: Row, index: int) -> str:
    return row[index] if index < len(row) else ""


def _unknown_words(meaning: Meaning) -> Text:
    words = ", ".join(quoted(word) for word in meaning.unknown)
    return Text(f"chưa hiểu {words} trong tiêu đề", f"{words} in the header is not known")


def _several_columns(meaning: Meaning) -> Text:
    columns = sorted(meaning.named)
    vi = " và ".join(f"“{label(column)}”" for column in columns)
    return Text(f"tiêu đề gọi tên cả {vi}", f"the header names {' and '.join(columns)}")


def _why(phrase: Phrase, column: str, agreed: Agreed) -> Text:
    kinds = {sense.kind for sense in phrase.qualifiers}
    if kinds & {"basis", "date"}:
        day = f" ngày {agreed.business_date:%d/%m/%Y}" if agreed.business_date and "date" in kinds else ""
        on = f" on {agreed.business_date}" if agreed.business_date and "date" in kinds else ""
        return Text(
            f"{quoted(phrase.text)} không hợp với số liệu đã thống nhất (basis = {agreed.basis}{day})",
            f"{quoted(phrase.text)} does not fit what is agreed (basis = {agreed.basis}{on})",
        )
    if "level" in kinds:
        return Text(
            f"{quoted(phrase.text)} không phải mức độ đã thống nhất ({agreed.level or 'không phân biệt'})",
            f"{quoted(phrase.text)} is not the level agreed ({agreed.level or 'not told apart'})",
        )
    return Text(
        f"{quoted(phrase.text)} không phải là “{label(column)}”", f"{quoted(phrase.text)} is not {label(column, 'en')}"
    )
