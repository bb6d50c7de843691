"""Exports from an HTTP(S) address, against servers in this process."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.sources.pulling import FIRST, LAST, SECRET, failure, pull

DAY = "2022-08-01"


def settings(server: HTTPServer, path: str = "/xuat/{date}.csv", **own: Any) -> dict[str, Any]:
    return {"kind": "http", "url": server.url_for(path), **own}


def bearer() -> dict[str, Any]:
    return {"kind": "bearer", "token": {"env": "TEST_SECRET"}}


def test_a_file_for_each_day_that_has_one(httpserver: HTTPServer, tmp_path: Path) -> None:
    headers = {"Last-Modified": "Mon, 01 Aug 2022 10:00:00 GMT", "ETag": '"v1"'}
    httpserver.expect_request(f"/xuat/so-y-te/{DAY}.csv").respond_with_data(b"so lieu", headers=headers)
    own = settings(httpserver, "/xuat/{unit_id}/{date}.csv")
    (export,) = pull(own, tmp_path, last=FIRST)
    assert (export.business_date, export.content, export.name) == (FIRST, b"so lieu", f"{DAY}.csv")
    assert (export.modified_at, export.etag) == (datetime(2022, 8, 1, 10), '"v1"')
    assert export.uri == httpserver.url_for(f"/xuat/so-y-te/{DAY}.csv")


def test_a_day_without_an_answer_is_no_export(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/xuat/2022-08-01.csv").respond_with_data(status=404)
    httpserver.expect_request("/xuat/2022-08-02.csv").respond_with_data(status=204)
    assert pull(settings(httpserver), tmp_path) == []


def test_the_date_in_the_unit_s_own_writing_and_its_code(httpserver: HTTPServer, tmp_path: Path) -> None:
    query = {"ngay": "01/08/2022", "ma": "H55.09"}
    httpserver.expect_request("/bao-cao", query_string=query).respond_with_data(b"x")
    (export,) = pull(settings(httpserver, "/bao-cao?ngay={date:%d/%m/%Y}&ma={code}"), tmp_path, last=FIRST)
    assert export.name == "bao-cao-2022-08-01"


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (bearer(), "Authorization", f"Bearer {SECRET}"),
        ({"kind": "basic", "user": "tyle", "password": {"env": "TEST_SECRET"}}, "Authorization", None),
        ({"kind": "header", "name": "X-API-Key", "value": {"env": "TEST_SECRET"}}, "X-API-Key", SECRET),
    ],
)
def test_ways_to_say_who_asks(
    httpserver: HTTPServer, tmp_path: Path, auth: dict[str, Any], header: str, value: str | None
) -> None:
    def answer(request: Request) -> Response:
        if value is None:
            right = request.authorization is not None and request.authorization.password == SECRET
        else:
            right = request.headers.get(header) == value
        return Response(b"x", 200 if right else 401)

    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_handler(answer)
    assert len(pull(settings(httpserver, auth=auth), tmp_path, last=FIRST)) == 1
    assert "máy chủ từ chối (401)" in failure(settings(httpserver), tmp_path)


def test_a_refused_token_is_sent_once_and_shown_nowhere(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_data(f"bad token {SECRET}", status=403)
    assert "máy chủ từ chối (403)" in failure(settings(httpserver, auth=bearer()), tmp_path)
    assert len(httpserver.log) == 1


def test_what_is_unchanged_is_not_sent_again(httpserver: HTTPServer, tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return Response(status=304)
        return Response(b"so lieu", headers={"ETag": '"v1"'})

    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_handler(answer)
    (export,) = pull(settings(httpserver), tmp_path, last=FIRST)
    assert pull(settings(httpserver), tmp_path, last=FIRST, etags={export.uri: '"v1"'}) == []
    assert len(pull(settings(httpserver), tmp_path, last=FIRST, etags={export.uri: '"v0"'})) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again_and_not_for_ever(
    httpserver: HTTPServer, tmp_path: Path, status: int
) -> None:
    httpserver.expect_oneshot_request(f"/xuat/{DAY}.csv").respond_with_data(status=status)
    httpserver.expect_oneshot_request(f"/xuat/{DAY}.csv").respond_with_data(b"x")
    assert len(pull(settings(httpserver), tmp_path, last=FIRST)) == 1
    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_data(status=status)
    assert f"máy chủ báo lỗi {status}" in failure(settings(httpserver, auth=bearer()), tmp_path)
    assert len(httpserver.log) == 4


@pytest.mark.parametrize("as_date", [False, True])
def test_a_server_is_left_alone_for_as_long_as_it_asks(httpserver: HTTPServer, tmp_path: Path, as_date: bool) -> None:
    asked: list[float] = []

    def answer(request: Request) -> Response:
        asked.append(time.monotonic())
        until = formatdate(time.time() + 2, usegmt=True) if as_date else "1"
        return Response(b"x") if len(asked) > 1 else Response(status=429, headers={"Retry-After": until})

    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_handler(answer)
    assert len(pull(settings(httpserver), tmp_path, last=FIRST)) == 1
    assert asked[1] - asked[0] >= 1


def test_a_server_that_asks_for_an_hour_is_left_to_the_next_run(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_data(status=503, headers={"Retry-After": "3600"})
    assert "máy chủ báo lỗi 503" in failure(settings(httpserver), tmp_path)
    assert len(httpserver.log) == 1


def test_one_day_s_fault_does_not_take_the_others_away(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/xuat/2022-08-01.csv").respond_with_data(b"x" * 2000)
    httpserver.expect_request("/xuat/2022-08-02.csv").respond_with_data(b"x" * 900)
    from flows.intake.clients import pull_source
    from flows.settings.sources import HttpSource
    from sources.export import SourceError, Window
    from tests.sources.pulling import NOW, UNIT

    source = HttpSource(**settings(httpserver, max_mb=0.001))
    exports = pull_source(source, UNIT, Window(FIRST, LAST, NOW), tmp_path, {})
    assert next(exports).business_date == LAST
    with pytest.raises(SourceError, match=r"2022-08-01\.csv: lớn hơn 0\.001 MB$"):
        next(exports)


def test_an_answer_without_end_is_cut_off(httpserver: HTTPServer, tmp_path: Path) -> None:
    def forever() -> Iterator[bytes]:
        while True:
            yield b"x" * 10_000

    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_handler(lambda _: Response(forever()))
    assert "lớn hơn 0.1 MB" in failure(settings(httpserver, max_mb=0.1), tmp_path, last=FIRST)


def test_a_packed_answer_is_unpacked_and_measured_unpacked(httpserver: HTTPServer, tmp_path: Path) -> None:
    packed = gzip.compress(b"x" * 3_000_000)
    headers = {"Content-Encoding": "gzip"}
    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_data(packed, headers=headers)
    (export,) = pull(settings(httpserver), tmp_path, last=FIRST)
    assert len(export.content) == 3_000_000
    assert "lớn hơn 1 MB" in failure(settings(httpserver, max_mb=1), tmp_path, last=FIRST)


def test_an_answer_that_drips_is_given_up_in_the_end(httpserver: HTTPServer, tmp_path: Path) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x"
            time.sleep(0.05)

    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_handler(lambda _: Response(drip()))
    own = settings(httpserver, total_seconds=0.3)
    assert "tải lâu hơn 0.3 giây" in failure(own, tmp_path, last=FIRST)


def test_a_silent_server_is_not_waited_for_for_ever(
    httpserver: HTTPServer, tmp_path: Path, silent_port: int, closed_port: int
) -> None:
    own = settings(httpserver, auth=bearer(), read_seconds=0.3)
    silent = own | {"url": f"http://127.0.0.1:{silent_port}/{{date}}"}
    assert "không trả lời trong thời gian chờ" in failure(silent, tmp_path)
    closed = own | {"url": f"http://127.0.0.1:{closed_port}/{{date}}"}
    assert "không kết nối được" in failure(closed, tmp_path)


def test_an_answer_cut_short_is_no_answer(tmp_path: Path) -> None:
    def answer(listener: socket.socket) -> None:
        for body in (b"so", b"so lieu"):
            with listener.accept()[0] as connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n" + body)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/{{date}}"
        (export,) = pull({"kind": "http", "url": url}, tmp_path, last=FIRST)
        thread.join()
    assert export.content == b"so lieu"


@pytest.fixture
def other_server() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1", 0) as server:
        yield server


@pytest.mark.parametrize("auth", [bearer(), {"kind": "header", "name": "X-API-Key", "value": {"env": "TEST_SECRET"}}])
def test_credentials_do_not_follow_to_another_host(
    httpserver: HTTPServer, other_server: HTTPServer, tmp_path: Path, auth: dict[str, Any]
) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(str(request.headers))
        return Response(b"x")

    moved = {"Location": other_server.url_for("/kho")}
    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_data(status=302, headers=moved)
    other_server.expect_request("/kho").respond_with_handler(answer)
    assert len(pull(settings(httpserver, auth=auth), tmp_path, last=FIRST)) == 1
    assert len(seen) == 1
    assert SECRET not in seen[0]


def test_credentials_stay_on_the_way_within_the_host(httpserver: HTTPServer, tmp_path: Path) -> None:
    own = {"Authorization": f"Bearer {SECRET}"}
    moved = {"Location": "/moi"}
    httpserver.expect_request(f"/xuat/{DAY}.csv", headers=own).respond_with_data(status=307, headers=moved)
    httpserver.expect_request("/moi", headers=own).respond_with_data(b"x")
    assert len(pull(settings(httpserver, auth=bearer()), tmp_path, last=FIRST)) == 1


def test_a_server_that_sends_round_in_circles_is_left(httpserver: HTTPServer, tmp_path: Path) -> None:
    moved = {"Location": f"/xuat/{DAY}.csv"}
    httpserver.expect_request(f"/xuat/{DAY}.csv").respond_with_data(status=302, headers=moved)
    assert "chuyển hướng hơn 5 lần" in failure(settings(httpserver), tmp_path, last=FIRST)


def test_a_certificate_of_an_unknown_authority_is_refused_until_it_is_named(
    tls_server: HTTPServer, authority: trustme.CA, tmp_path: Path
) -> None:
    tls_server.expect_request(f"/xuat/{DAY}.csv").respond_with_data(b"x")
    own = settings(tls_server, auth=bearer())
    assert "chứng chỉ TLS của máy chủ không được tin cậy" in failure(own, tmp_path)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    assert len(pull(own | {"ca_file": "ca.pem"}, tmp_path, last=FIRST)) == 1
    (tmp_path / "ca.pem").write_text("x", encoding="utf-8")
    assert "ca.pem: không đọc được chứng chỉ CA" in failure(own | {"ca_file": "ca.pem"}, tmp_path)


def test_an_encrypted_address_does_not_send_on_to_a_plain_one(
    tls_server: HTTPServer, httpserver: HTTPServer, authority: trustme.CA, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    moved = {"Location": httpserver.url_for("/kho")}
    tls_server.expect_request(f"/xuat/{DAY}.csv").respond_with_data(status=302, headers=moved)
    message = failure(settings(tls_server, auth=bearer(), ca_file="ca.pem"), tmp_path, last=FIRST)
    assert "chuyển hướng sang địa chỉ không mã hóa" in message
    assert httpserver.log == []


# --- pages ---

PAGE = {"parameter": "trang", "size_parameter": "so_dong", "size": 2, "total": "tong", "items": "ho_so"}
ITEMS = [b'{"MaHoSo": "A-1", "LePhi": 1.10}', b'{"MaHoSo": "A-2"}', b'{"LePhi":1e3, "MaHoSo":"A-3"}']


def list_page(start: int, total: int = 3) -> Response:
    page = ITEMS[start : start + 2]
    return Response(b'{"ho_so": [%s], "tong": %d}' % (b", ".join(page), total), headers={"ETag": f'"{start}"'})


@pytest.mark.parametrize(("counts", "first"), [("page", 1), ("page", 0), ("offset", 1)])
def test_pages_become_one_document_with_each_item_as_it_was_sent(
    httpserver: HTTPServer, tmp_path: Path, counts: str, first: int
) -> None:
    def answer(request: Request) -> Response:
        number = int(request.args["trang"])
        assert request.args["so_dong"] == "2"
        return list_page(number if counts == "offset" else (number - first) * 2)

    httpserver.expect_request("/ho-so").respond_with_handler(answer)
    paging = PAGE | {"counts": counts, "first": first}
    (export,) = pull(settings(httpserver, "/ho-so?ngay={date}", paging=paging), tmp_path, last=FIRST)
    assert export.content == b'{"total": 3, "items": [\n' + b",\n".join(ITEMS) + b"\n]}\n"
    assert json.loads(export.content)["total"] == 3
    assert (export.name, export.etag) == ("ho-so-2022-08-01.json", None)
    assert export.uri == httpserver.url_for(f"/ho-so?ngay={DAY}")
    assert len(httpserver.log) == 2


def test_a_mark_counts_only_where_one_page_is_all(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/ho-so").respond_with_handler(lambda _: list_page(0, total=2))
    (export,) = pull(settings(httpserver, "/ho-so?ngay={date}", paging=PAGE), tmp_path, last=FIRST)
    assert export.etag == '"0"'


def test_a_list_of_nothing_is_an_export_that_says_so(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/ho-so").respond_with_json({"tong": 0, "ho_so": []})
    (export,) = pull(settings(httpserver, "/ho-so?ngay={date}", paging=PAGE), tmp_path, last=FIRST)
    assert json.loads(export.content) == {"total": 0, "items": []}


@pytest.mark.parametrize(
    ("totals", "starts", "why"),
    [
        ((3, 3), (0, 0), "hai trang liền nhau giống hệt; xem lại tham số trang “trang”"),
        ((3, 4), (0, 2), "số bản ghi đổi trong khi tải (3 → 4)"),
        ((4, 4, 4), (0, 2, 4), "“tong” = 4 nhưng các trang có 3 bản ghi"),
        ((1,), (0,), "“tong” = 1 nhưng các trang có 2 bản ghi"),
    ],
)
def test_pages_that_do_not_add_up_are_refused(
    httpserver: HTTPServer, tmp_path: Path, totals: tuple[int, ...], starts: tuple[int, ...], why: str
) -> None:
    for total, start in zip(totals, starts, strict=True):
        page = list_page(start, total)
        httpserver.expect_ordered_request("/ho-so").respond_with_response(page)
    own = settings(httpserver, "/ho-so?ngay={date}", paging=PAGE)
    assert why in failure(own, tmp_path, last=FIRST)


@pytest.mark.parametrize(
    "body", [b"<html>Dang nhap</html>", b"[1]", b'{"tong": 1}', b'{"tong": "1", "ho_so": []}', b"[" * 100_000]
)
def test_an_answer_of_another_shape_is_refused(httpserver: HTTPServer, tmp_path: Path, body: bytes) -> None:
    httpserver.expect_request("/ho-so").respond_with_data(body)
    own = settings(httpserver, "/ho-so?ngay={date}", paging=PAGE)
    assert 'không có dạng {"tong": "…", "ho_so": ["…"]}' in failure(own, tmp_path, last=FIRST)


def test_all_pages_together_may_not_be_too_large(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/ho-so").respond_with_handler(lambda r: list_page(2 * int(r.args["trang"]) - 2))
    own = settings(httpserver, "/ho-so?ngay={date}", paging=PAGE, max_mb=0.0001)
    assert "lớn hơn 0.0001" in failure(own, tmp_path, last=FIRST)


@pytest.mark.parametrize("secret", ["mật-khẩu", "a\nb"])
def test_a_secret_that_no_header_can_hold_is_said_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("TEST_SECRET", secret)
    auth = {"kind": "bearer", "token": {"env": "TEST_SECRET"}}
    message = failure({"kind": "http", "url": "http://127.0.0.1:9/{date}", "auth": auth}, tmp_path)
    assert message.startswith("bí mật cho tiêu đề Authorization")
    assert secret not in message
