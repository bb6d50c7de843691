"""What a JSON or XML document states about its own records: how many, which page, success. Reads no record's fields."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from transforms.dictionary.text import ascii_key
from transforms.read.refusal import UnreadableError, quoted, refuse


@dataclass(frozen=True)
class Claim:
    """A value beside the records: `path` = the keys that lead to it."""

    path: tuple[str, ...]
    value: object

    @property
    def key(self) -> str:
        """The last key, letters only."""
        return ascii_key(self.path[-1])

    @property
    def name(self) -> str:
        """All keys, as a message says them."""
        return ".".join(self.path)


def _keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Keys as web services write them, by `ascii_key`: `recordsTotal`, `total_count`, `@odata.count`.
_COUNTS = _keys(
    "total count totalcount totalelements numberofelements totalrecords totalrecord totalrows totalitems totalresults "
    "totalresult totalsize recordstotal recordsfiltered recordcount recordscount rowcount rowscount itemcount "
    "itemscount totalitemcount numfound numrows numrecords odatacount resultcount totalhits hits tong tongso tongcong "
    "sum tongsobanghi sobanghi tongsodong sodong tongsohoso tonghoso sohoso tongsohs"
)
_PAGES = _keys("lastpage totalpages totalpage pagecount pagescount pages numpages pagetotal tongsotrang tongtrang")
_PAGE = _keys("page pageindex pagenumber pageno pagenum currentpage trang trangso sotrang tranghientai")
_OFFSET = _keys("offset skip start startindex startrow")
_MORE = _keys(
    "hasnext hasnextpage hasmore hasmorerecords more morerecords truncated istruncated partial ispartial incomplete "
    "exceededtransferlimit incompleteresults"
)
_LAST = _keys("last islast lastpage islastpage first isfirst firstpage isfirstpage done complete completed")
_OTHER_PAGE = _keys(
    "next nextlink odatanextlink nextpage nextpageurl nextpagelink nexturl nextpagetoken nextcursor nexttoken nexthref "
    "nextrecordsurl continuationtoken trangsau trangtiep prev previous previouspage prevpage prevpageurl "
    "previouspageurl previouslink trangtruoc"
)
_LIMIT = _keys("limit pagesize perpage rowsperpage maxrecords maxresults maxrows")
_SUCCESS = _keys("success ok issuccess succeeded issucceeded successful thanhcong")
_STATUS = _keys("status statuscode httpstatus code errorcode resultcode responsecode")
_SUCCEEDED = _keys("ok success succeeded successful done completed thanhcong true")
_ERROR = _keys("error errors errormessage haserror iserror errormsg loi")

_WHOLE = re.compile(r"\d{1,3}(?:[., ]\d{3})+|\d+")
_NOTHING = frozenset({"", "null", "none", "false", "0", "[]", "{}"})
_TOTAL = ("tong", "total", "sum")  # in the key of a column of totals


def check_claims(claims: Sequence[Claim], records: Sequence[Mapping[str, object]], headers: int = 0) -> None:
    """Raise UnreadableError, naming the key, where a document says that it holds less than all, or that it failed.

    A count is right that is the number of records or the sum of a column of figures: `total` means either. The first
    `headers` of the records may be a header.
    """
    counted = False
    for claim in claims:
        counted |= _check_count(claim, records, headers)
    for claim in claims:
        if any(ascii_key(step) in _OTHER_PAGE for step in claim.path[-2:]) and not _is_nothing(claim.value):
            raise _one_page(claim)
        number, truth = whole(claim.value), _truth(claim.value)
        beyond = (claim.key in _PAGES or claim.key in _PAGE) and number is not None and number > 1
        beyond |= claim.key in _OFFSET and bool(number)
        beyond |= (claim.key in _MORE and truth is True) or (claim.key in _LAST and truth is False)
        if beyond:
            raise _one_page(claim)
        if claim.key in _LIMIT and not counted and not _ends(claims) and number == len(records) - headers > 0:
            name = quoted(claim.name)
            raise refuse(
                f"tệp có đúng {number} bản ghi là giới hạn {name}: có thể còn bản ghi khác, hãy xuất lại đủ",
                f"the file holds {number} records, the limit {name}: there may be more, export them all",
            )
        failed = (claim.key in _SUCCESS and truth is False) or (claim.key in _ERROR and not _is_nothing(claim.value))
        if failed or (claim.key in _STATUS and number is not None and 400 <= number < 600):
            raise refuse(
                f"tệp báo lỗi ở khóa {quoted(claim.name)}: số liệu có thể không đủ, hãy xuất lại",
                f"the file reports a failure at the key {quoted(claim.name)}: export it again",
                value=_harmless(claim.value),
            )


def titles_of(claims: Iterable[Claim]) -> list[list[object]]:
    """What stands beside the records, as title rows; that an answer succeeded is no word about its figures."""
    return [[claim.path[-1], claim.value] for claim in claims if not _says_success(claim)]


def _says_success(claim: Claim) -> bool:
    if claim.key in _SUCCESS:
        return _truth(claim.value) is True
    answer = ascii_key(str(claim.value))
    return "status" in claim.key and claim.key in _STATUS and (whole(claim.value) is not None or answer in _SUCCEEDED)


def whole(value: object) -> int | None:
    """A whole number, also grouped by three; None for anything else."""
    text = str(value).strip()
    return int(re.sub("[., ]", "", text)) if len(text) < 20 and _WHOLE.fullmatch(text) else None


def _check_count(claim: Claim, records: Sequence[Mapping[str, object]], headers: int) -> bool:
    """Whether a claim states how many records there are, and rightly. Raises UnreadableError where it is wrong."""
    stated = whole(claim.value)
    if claim.key not in _COUNTS or stated is None:
        return False
    if len(records) - headers <= stated <= len(records):
        return True
    sums = _sums(records[headers:], stated)
    if stated in sums.values():
        return False
    vi = f"{quoted(claim.name)} ghi {stated}, trong tệp có {len(records) - headers} bản ghi"
    en = f"{quoted(claim.name)} says {stated}, the file holds {len(records) - headers} records"
    for key, total in list(sums.items())[:1]:
        vi, en = f"{vi}, tổng cột {quoted(key)} là {total}", f"{en}, the column {quoted(key)} sums up to {total}"
    raise refuse(
        f"{vi}: tệp thiếu bản ghi hoặc chỉ là một trang, hãy xuất lại đủ",
        f"{en}: records are missing or this is one page, export them all",
    )


def _sums(records: Sequence[Mapping[str, object]], stated: int) -> dict[str, int]:
    """The sums of the columns of totals (where none is named so: of all figures), a row of their sum left out."""
    found: dict[str, int] = {}
    for key in dict.fromkeys(key for record in records for key in record):
        numbers = [whole(record.get(key)) for record in records]
        figures = [number for number in numbers if number is not None]
        texts = [record.get(key) for record, number in zip(records, numbers, strict=True) if number is None]
        if figures and not any(texts):
            total = sum(figures)
            found[key] = stated if total == 2 * stated and stated in figures else total
    totals = {key: total for key, total in found.items() if any(word in ascii_key(key) for word in _TOTAL)}
    return totals or found


def _one_page(claim: Claim) -> UnreadableError:
    name = quoted(claim.name)
    return refuse(
        f"khóa {name} cho biết tệp chỉ là một phần (còn trang khác): hãy xuất tất cả các trang vào một tệp",
        f"the key {name} says that this is only a part (there are other pages): export all pages into one file",
        value=_harmless(claim.value),
    )


def _ends(claims: Iterable[Claim]) -> bool:
    """Whether a claim says that nothing follows."""
    return any(
        (claim.key in _MORE and _truth(claim.value) is False)
        or (claim.key in _LAST and _truth(claim.value) is True)
        or (claim.key in _PAGES and whole(claim.value) in {0, 1})
        or (claim.key in _OTHER_PAGE and _is_nothing(claim.value))
        for claim in claims
    )


def _harmless(value: object) -> str | None:
    """A number or a truth; a text may be a person's name, an address may hold a password."""
    return str(value).lower() if whole(value) is not None or _truth(value) is not None else None


def _truth(value: object) -> bool | None:
    return {"true": True, "false": False}.get(str(value).strip().lower())


def _is_nothing(value: object) -> bool:
    return value is None or str(value).strip().lower() in _NOTHING
