"""Refuses a figure of other days: its header is named in tyle.toml, what stands above it says whose it is."""

from collections.abc import Iterable
from datetime import date

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import tidy
from transforms.read.agreed import Agreed
from transforms.read.headers.book import HeaderBook
from transforms.read.headers.words import Sense
from transforms.read.layouts.periods import read_period
from transforms.read.layouts.place import Place
from transforms.read.refusal import quoted, refuse
from transforms.read.shape import Shape

_TO_DATE = ("month_to_date", "year_to_date")


def refuse_of_others(
    place: Place, columns: Iterable[int], contract: Contract, book: HeaderBook, agreed: Agreed
) -> None:
    """Raise UnreadableError for a column of figures over which a basis or day stands that is not the delivery's.

    Where tyle.toml names the upper header as well, a person has decided. Periods across are read elsewhere.
    """
    shape = agreed.shape or Shape()
    written = {tidy(header) for headers in shape.columns.values() for header in headers}
    lexicon = book.lexicon(contract.name)
    for at in sorted(columns):
        path = place.headers.get(at, ())
        upper = tuple(text for text in path[:-1] if not _is_period(text, shape, agreed))
        if not upper or place.name(at) in written:
            continue
        for phrase in lexicon.read(upper).qualifiers:
            senses = phrase.qualifiers
            if senses and all(_is_other(sense, phrase.numbers, agreed) for sense in senses):
                raise refuse(
                    f"tiêu đề trên {quoted(phrase.text)} nói đây là số của kỳ khác (basis, ngày số liệu); nếu đúng là "
                    f"cột cần lấy: ghi cả tiêu đề trên trong columns ({quoted(place.name(at))})",
                    f"the upper header {quoted(phrase.text)} says that these are figures of other days; if the column "
                    f"is the right one, write the upper header in columns too ({quoted(place.name(at))})",
                    row=place.last + 1,
                    column=place.name(at),
                )


def _is_period(text: str, shape: Shape, agreed: Agreed) -> bool:
    across = shape.periods == "across"
    return across and read_period(text, shape.date_kind, agreed.business_date, shape.year_ends) is not None


def _is_other(sense: Sense, numbers: tuple[int, ...], agreed: Agreed) -> bool:
    if sense.kind == "basis":
        fits = sense.value in ("any", agreed.basis) or (
            sense.value in ("cumulative", "period") and agreed.basis in _TO_DATE
        )
        return not fits and not (sense.value == "period" and agreed.basis == "day")
    if sense.kind == "date" and agreed.business_date:
        return not _is_named(sense.value, numbers, agreed.business_date)
    return False


def _is_named(kind: str, numbers: tuple[int, ...], day: date) -> bool:
    """Whether these numbers (day, month, year: what is named of them) are those of the day, its month or its year."""
    own = {"day": (day.day, day.month, day.year), "month": (day.month, day.year), "year": (day.year,)}[kind]
    return numbers == own[: len(numbers)]
