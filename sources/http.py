"""Exports from an HTTP(S) address: one request per business date, or several pages. Knows no file format.

How a request is made, repeated and bounded is decided in sources.http_session.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import msgspec

from sources.export import Export, ExportError, Faults, SourceError, UnfinishedError, Window
from sources.http_session import Answer, HttpSession
from sources.templates import UnitAddress, fill


@dataclass(frozen=True)
class Paging:
    """How an address hands out the pages of a list.

    `counts`: "page" where `parameter` is a page's number, "offset" where it is the number of items before the page;
    `first`: the number of the first page; `total` and `items`: the names of the two keys of each answer.
    """

    counts: str
    parameter: str
    first: int
    size_parameter: str
    size: int
    total: str
    items: str


def bearer(token: str) -> dict[str, str]:
    """The header of a bearer token. Raises SourceError for a token that no header can hold."""
    return header("Authorization", f"Bearer {token}")


def header(name: str, value: str) -> dict[str, str]:
    """A header that authenticates. Raises SourceError for a value that no header can hold; names nothing of it."""
    if not (value.isascii() and value.isprintable()):
        raise SourceError(f"bí mật cho tiêu đề {name} có ký tự mà HTTP không cho phép (có dấu, hoặc xuống dòng)")
    return {name: value}


def basic(user: str, password: str) -> dict[str, str]:
    """The header of a user and a password."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"}


def pull_http(
    session: HttpSession,
    url: str,
    paging: Paging | None,
    unit: UnitAddress,
    window: Window,
    etags: Mapping[str, str],
) -> Iterator[Export]:
    """The export of each day of the window that an address (template with `{date}`) has, in order.

    `etags`: uri → the mark of what was taken from there last; what is unchanged since is not handed over again.
    An answer 204, 404 or 410 is no export. Pages become one JSON document `{"total": n, "items": […]}`, each item as
    it was sent. Raises SourceError when the server refuses, or does not answer after all attempts, and at the end
    for single days whose answer is no export.
    """
    faults = Faults()
    with session:
        for day in window.days():
            uri = fill(url, unit, day)
            answer = None
            with faults.of_one_export():
                known = etags.get(uri)
                answer = _pages(session, uri, paging, known) if paging else session.get(uri, etag=known)
            if answer:
                name = _name(uri, day, "json" if paging else "")
                yield Export(day, uri, name, answer.modified_at, answer.content, answer.etag)
    faults.report()


def _pages(session: HttpSession, url: str, paging: Paging, etag: str | None) -> Answer | None:
    """All pages as one document. Its mark is kept only where one page is all: it says nothing of other pages."""
    where = session.shown(url)
    budget = session.budget()
    items: list[msgspec.Raw] = []
    previous: list[msgspec.Raw] | None = None
    total: int | None = None
    answer: Answer | None = None
    while total is None or len(items) < total:
        pages = 0 if previous is None else -(-len(items) // paging.size)
        number = paging.first + pages if paging.counts == "page" else len(items)
        parameters = {paging.parameter: number, paging.size_parameter: paging.size}
        answer = session.get(url, parameters, etag if previous is None else None, budget)
        if answer is None and previous is None:
            return None
        count, page = _page(answer, paging, where)
        if total is not None and count != total:
            raise UnfinishedError(f"{where}: số bản ghi đổi trong khi tải ({total} → {count}); lần chạy sau sẽ tải lại")
        if page and page == previous:
            raise ExportError(f"{where}: hai trang liền nhau giống hệt; xem lại tham số trang “{paging.parameter}”")
        total, previous = count, page
        items += page
        if len(items) > total or (not page and len(items) < total):
            raise ExportError(f"{where}: “{paging.total}” = {total} nhưng các trang có {len(items)} bản ghi")
    assert answer is not None  # noqa: S101 - the loop ran at least once
    content = b'{"total": %d, "items": [\n%s\n]}\n' % (total, b",\n".join(bytes(item) for item in items))
    whole = previous is not None and len(previous) == len(items)
    return Answer(content, answer.etag if whole else None, answer.modified_at if whole else None)


def _page(answer: Answer | None, paging: Paging, where: str) -> tuple[int, list[msgspec.Raw]]:
    """The total and the items of a page, the items' bytes as they were."""
    try:
        document = msgspec.json.decode(answer.content if answer else b"", type=dict[str, msgspec.Raw])
        total = msgspec.json.decode(document[paging.total], type=int)
        return total, msgspec.json.decode(document[paging.items], type=list[msgspec.Raw])
    except (msgspec.DecodeError, KeyError, RecursionError):
        shape = json.dumps({paging.total: "…", paging.items: ["…"]}, ensure_ascii=False)
        raise ExportError(f"{where}: câu trả lời không có dạng {shape}") from None


def _name(url: str, day: date, suffix: str) -> str:
    """A file name for the answer: the last part of the address's path, with the day in it."""
    last = PurePosixPath(unquote(urlsplit(url).path)).name or "export"
    stem, dot, given = last.rpartition(".")
    stem, suffix = (stem, given) if dot and stem else (last, suffix)
    dated = stem if day.isoformat() in stem else f"{stem}-{day}"
    return f"{dated}.{suffix}" if suffix else dated
