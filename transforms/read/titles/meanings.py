"""Finds in a line the unit, the measure, the level, and that the figures are no cases filed. Reads no date."""

import re
from collections.abc import Iterator

from transforms.dictionary.text import tidy
from transforms.read.titles.line import PIECE, SET, VALUE, Found, Line
from transforms.read.titles.words import BEFORE, BEHIND, TitleBook


def measures(line: Line, book: TitleBook) -> Iterator[Found]:
    """Measures that are not single cases: thousands of cases, per cent alone, and what is not known."""
    value = r"(?P<value>(?:(?!  )[^\t\n\0()])*)"
    single = "|".join(map(re.escape, sorted(book.units_of_measure, key=len, reverse=True))) or "(?!)"
    counted = rf"(?:(?:{book.factor}\s*)*(?:{single}){BEHIND}|{book.factor}|%)"
    listed = rf"(?P<value>{counted}(?:\s*[,;/]\s*{counted})*)(?=\s*(?:$|[\t\n\0).;]|  ))"
    alone = rf"(?P<value>(?:{book.factor}\s*)+(?:{single}){BEHIND})(?=\s*(?:$|[\t\n)]))"
    is_rate = "ty le" in line.left or "ti le" in line.left
    for pattern in (
        rf"{PIECE}(?P<it>{book.label['measure']}(?:{SET}|\s+){value})",
        rf"{PIECE}(?P<it>{book.label['unit']}{SET}{listed})",
        rf"(?:^|[\t\n(]|  )\s*(?P<it>(?:tinh (?:bang|theo)\s+)?{alone})",
        r"^\s*\(?(?P<it>(?P<value>%))\)?\s*$",
        rf"{BEFORE}(?P<it>tinh (?:bang|theo)\s+(?P<value>{counted}))",
    ):
        for found in line.take(pattern):
            if not _are_single(found["value"], book, with_rate=is_rate):
                yield Found("measure", line.written(found), value=line.written(found, "value"))
            is_rate = True  # `Đơn vị tính: hồ sơ (%)`: the rate beside the counts


def _are_single(value: str, book: TitleBook, *, with_rate: bool) -> bool:
    """Whether a measure counts cases one by one; `with_rate`: per cent alone is that of the rates."""
    parts = [" ".join(part.split()) for part in re.split(r"[,;/&+]|\bva\b", value.strip(" .:-"))]
    counted = [part for part in parts if part and part not in {"%", "ty le %", "ty le"}]
    return all(part in book.units_of_measure for part in counted) and (with_rate or bool(counted) or not any(parts))


def kinds(line: Line, book: TitleBook) -> Iterator[Found]:
    """That the figures are those of each day, or no cases filed."""
    for kind, words in (("daily", "daily"), ("other", "other_figures")):
        for found in line.take(f"(?P<it>{book.word[words]})"):
            yield Found(kind, line.written(found), value=line.written(found))


def levels(line: Line, book: TitleBook) -> Iterator[Found]:
    """Levels of service: `mức độ 3`, `mức độ 3, 4`, `mức độ 3 trở lên`, `toàn trình`."""
    numbers = r"(?P<n>[1-4](?![\d%])(?:\s*(?:,|;|va|-|–|/|den|&)\s*(?:muc(?: do)?\s*)?[1-4](?!\d))*)"
    for found in line.take(rf"{BEFORE}(?P<it>(?:{book.label['level']})[:\s]*{numbers}(?P<up>\s*tro len)?)"):
        stated = set(re.findall(r"[1-4]", found["n"]))
        every = {level for level in "1234" if level >= min(stated)} if found["up"] else stated
        yield Found("level", line.written(found), value=",".join(sorted(every)))
    for level, words in (("4", "whole"), ("3", "part")):
        for found in line.take(f"(?P<it>{book.word[words]})"):
            yield Found("level", line.written(found), value=level)


def filters(line: Line, book: TitleBook) -> Iterator[Found]:
    """Filters of the software that leave cases out: `Trạng thái: Quá hạn`, not `Trạng thái: Tất cả`."""
    for found in line.take(rf"{PIECE}(?P<it>(?:{book.word['filters']}){SET}(?P<a>{VALUE}))"):
        value = found["a"].strip(" -–.[]()")
        if value and not re.fullmatch(book.word["everything"] + r".*", value):
            yield Found("other", line.written(found), value=line.written(found))


def units(line: Line, book: TitleBook) -> Iterator[Found]:
    """Units behind a label: `Đơn vị báo cáo: …`."""
    for found in line.take(rf"{PIECE}(?P<it>(?:{book.label['unit']}){SET}(?P<a>(?:(?!  )[^\t\n\0(;|])+))"):
        if value := line.written(found, "a"):
            yield Found("unit", line.written(found), value=value)


def rest(line: Line, book: TitleBook) -> Iterator[Found]:
    """What is left, in the pieces that were written apart, without the offices that a line only mentions."""
    line.drop(rf"(?P<it>{book.word['about']}\s[^\t\n\0,;()]*)")
    for found in re.finditer(r"[^\t\n\0]+", line.left):
        text = tidy(line.text[found.start() : found.end()]).strip(" ()[];,.*-–|:")
        if any(letter.isalpha() for letter in text):
            yield Found("rest", text, value=text)
