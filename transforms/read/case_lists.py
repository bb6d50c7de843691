"""Recognises a list of cases that was sent as a table of counts, so that nothing of it is shown. Reads no figure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from transforms.dictionary.contracts import CASES, Contract
from transforms.read.grid import Grid, Row
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.rows import has_figures
from transforms.read.refusal import Refusal, UnreadableError, refuse

_SEARCHED_ROWS = 200
_MIN_CELLS = 3  # of a row of headers; a title or a signature has fewer
_MANY_WORDS = 256 * 1024  # bytes
# What the headers of personal data say (reference: the sync object of the national portal, lists of one-stop centres).
# Not `căn cước`, `hộ chiếu`, `định danh`: fields and codes of units have these words.
_OF_PERSONS = (
    *("chuhoso", "dinhdanhchs", "hoten", "hovaten", "nguoinop", "nguoiuyquyen", "nguoiduocuyquyen", "sogiayto"),
    *("loaigiayto", "sodinhdanh", "dinhdanhcanhan", "socccd", "socmnd", "ngaysinh", "namsinh", "trichyeu"),
)
_DOCUMENTS = ("cccd", "cmnd")
# Below a signature: `(Ký, ghi rõ họ tên)`; and before what is counted: `Số hồ sơ người nộp trực tuyến`.
_NO_PERSON = re.compile(r"ghiro(?:hoten|hovaten)|^(?:so(?:luong|hoso)|tong)")
_ALSO_COUNTED = "sohoso"  # a name of a case's id, and of a count
_DAYS = ("received_on", "due_on", "ended_on", "returned_on")
# The id of a case, a telephone number, a citizen's number.
_OF_A_CASE = re.compile(r"[\w.]{3,}-\d{6}-\d{4,}|0\d{9}|\d{12}")
_WORDS = re.compile(rb"[A-Za-z]{4,40}")


def refuse_case_list(grids: Sequence[Grid], contract: Contract, book: HeaderBook) -> None:
    """Raise UnreadableError where a file of another contract has the headers of a list of cases or of persons."""
    if contract.by_case:
        return
    for number, row in _rows(grids):
        if not has_figures(row) and is_case_header(row, book):
            raise UnreadableError(_refusal(contract, number))


def refused_as_cases(
    refusal: Refusal, content: bytes, grids: Sequence[Grid], contract: Contract, book: HeaderBook
) -> Refusal:
    """Why a file of another contract was refused, without its words where it holds ids of cases or of persons."""
    if contract.by_case or refusal.of_cases:
        return refusal
    for _, row in _rows(grids):
        if any(_OF_A_CASE.fullmatch(cell.strip()) for cell in row):
            return _refusal(contract, refusal.row)
    if not grids:  # refused before there were any cells
        names = _names(book)
        words = {word.decode().lower() for word in _WORDS.findall(content[:_MANY_WORDS])}
        if any(_is_of_a_case(word, names) for word in words):
            return _refusal(contract, None)
    return refusal


def is_case_header(cells: Row, book: HeaderBook) -> bool:
    """Whether a row is the header of a list of cases, or names persons beside other columns."""
    keys = {header_key(cell) for cell in cells if cell}
    if len(keys) < _MIN_CELLS:
        return False
    known = book.names.get(CASES.name, {})
    days = {known[key] for key in keys if known.get(key) in _DAYS}
    names = _names(book)
    return len(days) > 1 or any(_is_of_a_case(key, names) for key in keys)


def _is_of_a_case(key: str, names: Iterable[str]) -> bool:
    says_a_person = any(word in key for word in _OF_PERSONS) and not _NO_PERSON.search(key)
    return key in names or key.startswith(_DOCUMENTS) or says_a_person


@lru_cache(16)
def _names(book: HeaderBook) -> frozenset[str]:
    """The names of a case's id."""
    known = book.names.get(CASES.name, {})
    return frozenset(key for key, column in known.items() if column == "case_id" and key != _ALSO_COUNTED)


def _rows(grids: Sequence[Grid]) -> Iterator[tuple[int, Row]]:
    for grid in grids:
        yield from enumerate(grid.rows[:_SEARCHED_ROWS], start=1)


def _refusal(contract: Contract, row: int | None) -> Refusal:
    refused = refuse(
        f"tệp có cột của danh sách từng hồ sơ (mã hồ sơ, họ tên, giấy tờ), không phải bảng số liệu {contract.name}: "
        'nếu đơn vị gửi danh sách hồ sơ, đặt contract = "cases" trong tyle.toml; nếu không, hãy bỏ các cột đó',
        f"the file has columns of a list of cases (case id, names, documents) and is no table of {contract.name}: if "
        'the unit sends lists of cases, set contract = "cases" in tyle.toml; if not, remove these columns',
        row=row,
    )
    return replace(refused.refusal, of_cases=True)
