"""What the server answers to other addresses than its own; in a real browser: tests/end_to_end/test_closed.py."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send

from flows.scheduled.server.guard import OwnAddressOnly

OWN, PROXY = "http://127.0.0.1:4200", "https://tyle.example.vn"
HOST = ("Host", "127.0.0.1:4200")


async def application(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer a request, or accept a websocket."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})
    else:
        await send({"type": "websocket.accept"})


def answer(kind: str, headers: Sequence[tuple[str, str]]) -> list[Message]:
    """What is sent for a request or a websocket with these headers."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": f"{kind}.disconnect"}

    scope = {"type": kind, "headers": [(name.lower().encode(), value.encode()) for name, value in headers]}
    asyncio.run(OwnAddressOnly(application, [OWN, PROXY])(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": OWN}, 200),
        ({"Origin": OWN.upper()}, 200),
        ({"Host": "tyle.example.vn", "Origin": PROXY}, 200),
        ({"Host": "127.0.0.1:4201"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Host": "evil.example:4200"}, 421),
        ({"Host": "127.0.0.1:4200.evil.example"}, 421),
        ({"Host": ""}, 421),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Origin": "https://127.0.0.1:4200"}, 403),
        ({"Origin": "http://127.0.0.1:4200.evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
    ],
)
def test_only_its_own_addresses_get_an_answer(headers: dict[str, str], status: int) -> None:
    pairs = [HOST, *headers.items()] if "Host" not in headers else [*headers.items()]
    start, body = answer("http", pairs)
    assert (start["status"], body["body"] == b"hello") == (status, status == 200)
    assert ((b"x-frame-options", b"DENY") in start["headers"]) == (status == 200)
    (first,) = answer("websocket", pairs)
    assert first["type"] == ("websocket.accept" if status == 200 else "websocket.close")


def test_a_second_host_or_origin_hides_none() -> None:
    hosts = [HOST, ("Host", "evil.example")]
    origins = [HOST, ("Origin", OWN), ("Origin", "http://evil.example")]
    assert [answer("http", headers)[0]["status"] for headers in (hosts, origins, [])] == [421, 403, 421]
