"""Finds in a line the unit, the measure, the level, and that the figures are no cases filed. Reads no date."""

import re
from collections.abc import Iterator

from transforms.dictionary.text import flat, tidy
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


def other_subjects(line: Line, book: TitleBook) -> Iterator[Found]:
    """That the table is about something else than cases filed, where the line does not speak of those as well."""
    if re.search(book.word["filed"], line.left):
        return
    for found in line.take(f"(?P<it>{book.word['other_subjects']})"):
        yield Found("other", line.written(found), value=line.written(found))


def remarks(line: Line, book: TitleBook) -> Iterator[Found]:
    """What a note below the table says of its figures: a part is missing, or they are other figures."""
    of_these = (
        r"(?:so lieu|bang|tong so|cot)(?:\s+(?:tren|nay|o tren|bao cao|tren day))?\s+(?:la|cua|tinh|lay|gom|bao gom)"
    )
    with_others = (
        rf"{BEFORE}(?:bao gom ca|gom ca|tinh ca|ke ca|{of_these})(?![a-z])[^\t\n.;]*?{book.word['other_figures']}"
    )
    for pattern in (book.word["incomplete"] + r"[^\t\n.;]*", with_others):
        for found in line.take(f"(?P<it>{pattern})"):
            yield Found("other", line.written(found), value=line.written(found))


def letterheads(line: Line, book: TitleBook) -> Iterator[Found]:
    """Offices of another province, and offices that are no unit by themselves. Leaves them in the line."""
    place = r"(?:tinh\s+|thanh pho\s+|tp\.?\s*)"
    office = rf"(?:(?:ubnd|uy ban nhan dan|hdnd)\s+{place}|so\s+(?:[^\t\n\0\d:;,()]+?\s+)?{place}?)"
    for found in re.finditer(
        rf"(?:^|[\t\n])\W*(?P<it>(?:van phong\s+)?{office}(?P<a>{book.word['provinces']}))(?=\W*(?:$|[\t\n]))",
        line.left,
    ):
        yield Found("province", line.written(found), value=line.written(found, "a"))
    for found in re.finditer(rf"(?:^|[\t\n]|\s[-–]\s)\W*(?P<it>{book.word['offices']}[^\t\n\0;()]*)", line.left):
        yield Found("office", line.written(found), value=line.written(found))


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
        if value and not re.match(book.word["everything"], value.replace(",", "")):
            yield Found("filter", line.written(found), value=line.written(found, "a"))


def units(line: Line, book: TitleBook) -> Iterator[Found]:
    """Units behind a label: `Đơn vị báo cáo: …`."""
    for found in line.take(rf"{PIECE}(?P<it>(?:{book.label['unit']}){SET}(?P<a>(?:(?!  )[^\t\n\0(;|])+))"):
        value = line.written(found, "a")
        if value and not re.match(book.word["everything"], flat(value)):  # a filter of the software
            yield Found("unit", line.written(found), value=value)


def rest(line: Line, book: TitleBook) -> Iterator[Found]:
    """What is left, in the pieces that were written apart, without the offices that a line only mentions."""
    line.drop(rf"(?P<it>{book.word['about']}\s[^\t\n\0,;()]*)")
    for found in re.finditer(r"[^\t\n\0]+", line.left):
        text = tidy(line.text[found.start() : found.end()]).strip(" ()[];,.*-–|:")
        if any(letter.isalpha() for letter in text):
            yield Found("rest", text, value=text)
