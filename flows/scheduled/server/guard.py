"""Refuses what comes through other addresses than the server's own. Knows no Prefect and no password.

Prefect has no such setting. A page of another site that a browser shows names itself in `Origin`; a page whose name was
bound to 127.0.0.1 (DNS rebinding) stands in `Host`. Programs send no `Origin`.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UNFRAMED = (b"x-frame-options", b"DENY")  # no page of another site can put these pages under its own buttons


class OwnAddressOnly:
    """An ASGI application that hands on requests and websockets of the given addresses (`http://127.0.0.1:4200`)."""

    def __init__(self, app: ASGIApp, addresses: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(address.lower() for address in addresses)
        self._hosts = frozenset(urlsplit(address).netloc.lower() for address in addresses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, or answer 421 for a foreign Host and 403 for a foreign Origin; a websocket is not accepted."""
        status = None if scope["type"] == "lifespan" else self._refused(scope)
        if scope["type"] == "http" and status is None:
            await self._app(scope, receive, _unframed(send))
        elif status is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            answer = PlainTextResponse("Địa chỉ này không phải của tyle up (docs/runbook.md)\n", status)
            await answer(scope, receive, send)

    def _refused(self, scope: Scope) -> int | None:
        if len(hosts := _values(scope, b"host")) != 1 or hosts[0] not in self._hosts:
            return 421
        return None if all(origin in self._origins for origin in _values(scope, b"origin")) else 403


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").lower() for key, value in scope["headers"] if key.lower() == name]


def _unframed(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), _UNFRAMED]}
        await send(message)

    return sending
