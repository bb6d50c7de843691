"""Takes out of a line what says nothing about the figures: signatures, citations, recipients, when it was printed."""

import re

from transforms.read.titles.dates import ANY_DAY, COMPACT, DAY, TIME, YEAR
from transforms.read.titles.line import PIECE, SET, VALUE, Line
from transforms.read.titles.words import BEFORE, TitleBook

_PLACE_WORDS = 6
# Behind a cited document these words speak of the figures again.
_DATA = "tu ngay|ky bao cao|so lieu tu|so lieu ngay|so lieu tinh|luy ke|tinh den"


def is_for_recipients(line: Line, book: TitleBook) -> bool:
    """Whether the line says whom a letter is for."""
    words = book.word["recipients"]
    return bool(re.match(rf"[\s\W]*{words}(?:\s*[:\t]|\s*$|(?<=kinh gui)\s|(?<=kinh trinh)\s)", line.left))


def drop_harmless(line: Line, book: TitleBook) -> None:
    """Take out when and by whom a file was printed or signed, which document asked for it, the number of the form."""
    when = rf"(?:(?:luc|ngay|vao|vao luc|on|at)\s+)*(?:{TIME})?\s*,?\s*(?:ngay\s*)?(?:{DAY}|{COMPACT})(?:{TIME})?"
    label = rf"{PIECE}(?P<it>{book.label['harmless']}"
    line.drop(rf"{label}{SET}{when})")
    line.drop(rf"{label}{SET}{VALUE})")
    line.drop(rf"{label}\s+{when})")
    line.drop(r"(?P<it>cach mang thang (?:8|tam))")  # a street
    document = rf"{book.word['documents']}"
    number = rf"(?:\s*so)?\s*:?\s*(?:\d+[^\s\t,;)]*)(?:\s+nam\s+{YEAR})?"
    data = rf"(?:{book.label['period']}\s*:|{book.label['measure']}|{_DATA})"
    inside = rf"(?:(?!{data})[^\t\n;(),\0])"
    further = rf"(?:(?!(?:[,–-]\s*|\s){data})[^\t\n;()\0])*"
    tail = rf"(?:,?\s*(?:cua|ve|v/v|quy dinh|huong dan|ban hanh|sua doi|of)(?![a-z]){further})?"
    dated = rf"(?:{inside}{{0,40}}?ngay\s+{ANY_DAY})"
    line.drop(rf"(?P<it>{document}(?:{number}{dated}?|{inside}{{0,60}}?ngay\s+{DAY}){tail})")
    line.drop(rf"(?P<it>{book.word['citing']}\s+(?:[a-z]+\s+){{0,3}}?{document}{inside}{{0,80}}?nam\s+{YEAR})")
    line.drop(rf"{BEFORE}(?P<it>so\s+\d+[a-z]*\s*/\s*[a-z0-9/&.-]*[a-z][a-z0-9/&.-]*)")
    line.drop(r"(?P<it>" + BEFORE + r"(?:mau|bieu mau|bieu|phu luc)(?:\s*so)?\s*[:.]?\s*\d\S*)")
    blank, place = r"[\s.…_]*", r"(?:[^\t\n\d:;(),\0]{2,40},\s*)?"
    line.drop(rf"(?P<it>{place}ngay{blank}\d{{0,2}}{blank}thang{blank}nam{blank}\d{{0,4}})")
    line.drop(rf"(?P<it>{place}ngay{blank}thang{blank}\d{{0,2}}{blank}nam{blank}\d{{0,4}})")

    def is_place(found: re.Match[str]) -> bool:
        place = found["place"]
        return len(place.split()) <= _PLACE_WORDS and not re.search(book.word["report"], place)

    line.drop(rf"(?:^|[\t\n(]|  )\s*(?P<it>(?P<place>[^\t\n\d:;(),\0]{{2,40}}),\s*(?:ngay\s*)?{DAY})", is_place)
    line.drop(rf"(?P<it>{book.word['compared']}\s[^\t\n;()]*)")
    line.drop(rf"(?P<it>{book.word['stamps']}\s*:?\s*(?:tu he thong\s+)?{when})")

    def has_time(found: re.Match[str]) -> bool:
        return not re.fullmatch(r"[\sT]*0{1,2}:00(?::00)?(?:\.0+)?\s*", found["time"])

    line.drop(rf"(?:^|[\t\n])\s*(?P<it>{DAY}(?P<time>{TIME}))(?=\s*(?:$|[\t\n]))", has_time)
