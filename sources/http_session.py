"""One unit's requests to an HTTP(S) server, by httpx: with limits, repeated, credentials sent to one host only.

Knows no dates, no paging and no file format.
"""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from ssl import SSLContext, SSLError
from types import TracebackType
from typing import Self

import httpx

from sources.export import ExportError, SourceError, UnreachableError
from sources.patience import Patience, retrying

_NOTHING_THERE = frozenset({204, 404, 410})
_REFUSED = frozenset({401, 403, 407})
_ASK_AGAIN = frozenset({408, 425, 429})
_NOT_MODIFIED = 304
_MAX_REDIRECTS = 5


@dataclass(frozen=True)
class Answer:
    """The body of an answer, its ETag and its Last-Modified (UTC without zone) where given."""

    content: bytes = field(repr=False)
    etag: str | None
    modified_at: datetime | None


class Budget:
    """The bytes and seconds that one export may still take, over all its requests."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._bytes = patience.max_bytes
        self._until = time.monotonic() + patience.total_seconds

    def check(self, size: int, where: str) -> None:
        """Raise ExportError when `size` more bytes are too many, or the time is up."""
        if size > self._bytes:
            raise ExportError(f"{where}: {self._patience.too_large()}")
        if time.monotonic() > self._until:
            raise ExportError(f"{where}: tải lâu hơn {self._patience.total_seconds:g} giây")

    def spend(self, size: int) -> None:
        """Take off the bytes of an answer that arrived whole."""
        self._bytes -= size


class HttpSession:
    """A context manager around the connections to one server.

    `credentials` are headers; they are sent to the host, port and scheme of the address asked for, and are taken off
    when the server sends on to another. `ca_file`: certificates to trust beside the system's.
    """

    def __init__(self, credentials: Mapping[str, str], patience: Patience, ca_file: Path | None = None) -> None:
        self._credentials = httpx.Headers(credentials)
        self._patience = patience
        self._client = httpx.Client(
            timeout=httpx.Timeout(patience.read_seconds, connect=patience.connect_seconds),
            verify=_trust(ca_file),
        )

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.__exit__(kind, error, trace)

    def budget(self) -> Budget:
        """What one export may take."""
        return Budget(self._patience)

    @staticmethod
    def shown(url: str) -> str:
        """An address as error messages name it: without user and query."""
        return str(httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None))

    def get(
        self,
        url: str,
        parameters: Mapping[str, int] | None = None,
        etag: str | None = None,
        budget: Budget | None = None,
    ) -> Answer | None:
        """The answer of an address; None when there is nothing, or nothing new since `etag`.

        Asks again on 408, 425, 429, 5xx and broken connections, after as long as Retry-After says. Raises
        UnreachableError when that did not help, SourceError when the server refuses, ExportError when the answer is
        too large, too slow or not one of the expected.
        """
        target = httpx.URL(url).copy_merge_params(dict(parameters or {}))
        headers = self._credentials.copy()
        if etag:
            headers["If-None-Match"] = etag
        return retrying(self._patience)(self._ask, target, headers, budget or self.budget(), self.shown(url))

    def _ask(self, url: httpx.URL, headers: httpx.Headers, budget: Budget, where: str) -> Answer | None:
        request = self._client.build_request("GET", url, headers=headers)
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                response = self._client.send(request, stream=True)
                with closing(response):
                    if response.next_request is None:
                        return _take(response, budget, where)
                request = self._onward(response.next_request, url, where)
            raise ExportError(f"{where}: máy chủ chuyển hướng hơn {_MAX_REDIRECTS} lần")
        except httpx.TimeoutException:
            raise UnreachableError(f"{where}: máy chủ không trả lời trong thời gian chờ") from None
        except httpx.TransportError as error:
            if _is_about_certificates(error):
                raise SourceError(f"{where}: chứng chỉ TLS của máy chủ không được tin cậy") from None
            raise UnreachableError(f"{where}: không kết nối được với máy chủ ({type(error).__name__})") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ExportError(f"{where}: câu trả lời không hợp lệ ({type(error).__name__})") from None

    def _onward(self, request: httpx.Request, home: httpx.URL, where: str) -> httpx.Request:
        """The request that follows a redirect, without credentials unless it stays at the same origin."""
        if request.url.scheme != "https" and home.scheme == "https":
            raise SourceError(f"{where}: máy chủ chuyển hướng sang địa chỉ không mã hóa")
        if _origin(request.url) != _origin(home):
            for name in self._credentials:
                request.headers.pop(name, None)
        return request


def _take(response: httpx.Response, budget: Budget, where: str) -> Answer | None:
    """The body of a last answer, within the budget; None when there is none."""
    if not _has_content(response, where):
        return None
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        budget.check(len(content), where)
    budget.spend(len(content))
    return Answer(bytes(content), response.headers.get("ETag"), _time(response, "Last-Modified"))


def _has_content(response: httpx.Response, where: str) -> bool:
    """Whether the status says that an export follows. Raises what it says otherwise."""
    status = response.status_code
    if status == httpx.codes.OK:
        return True
    if status in _NOTHING_THERE or (status == _NOT_MODIFIED and "If-None-Match" in response.request.headers):
        return False
    if status in _REFUSED:
        raise SourceError(f"{where}: máy chủ từ chối ({status}); xem lại thông tin đăng nhập")
    if status in _ASK_AGAIN or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise UnreachableError(f"{where}: máy chủ báo lỗi {status}", _retry_after(response))
    raise ExportError(f"{where}: máy chủ trả lời {status}")


def _retry_after(response: httpx.Response) -> float:
    """Seconds the server asks to wait; a date is taken against the server's own clock."""
    asked = response.headers.get("Retry-After", "")
    if asked.isdecimal():
        return float(asked)
    until, now = _time(response, "Retry-After"), _time(response, "Date")
    return max(0.0, (until - now).total_seconds()) if until and now else 0


def _time(response: httpx.Response, header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(response.headers.get(header, ""))
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _trust(ca_file: Path | None) -> SSLContext:
    context = httpx.create_ssl_context()
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, SSLError):
            raise SourceError(f"{ca_file.name}: không đọc được chứng chỉ CA") from None
    return context


def _is_about_certificates(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
