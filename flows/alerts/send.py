"""Messages by apprise, one URL at a time. URLs are secrets: they are shown nowhere, and apprise's own log is silent."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from pydantic import SecretStr

from flows.alerts.texts import Message
from flows.settings.alerts import Url
from flows.settings.secrets import Secret


def tag(url: Url) -> str:
    """What the ledger calls a destination: tells URLs apart, and says nothing of what stands in them."""
    named = url.get_secret_value() if isinstance(url, SecretStr) else f"{url.env}|{url.block}"
    return blake2b(named.encode(), digest_size=3).hexdigest()


def deliver(url: Url, message: Message, root: Path, *, recovery: bool) -> None:
    """Send one message. Raises DeliveryError in one line without the URL when it did not arrive."""
    import apprise

    address = url.read(root) if isinstance(url, Secret) else url.get_secret_value()
    kind = apprise.NotifyType.SUCCESS if recovery else apprise.NotifyType.WARNING
    with _silence():
        try:
            ways = apprise.Apprise()
            if not ways.add(address):
                raise DeliveryError("không phải địa chỉ apprise hợp lệ")
            arrived = ways.notify(
                body=message.body, title=message.title, notify_type=kind, body_format=apprise.NotifyFormat.TEXT
            )
        except DeliveryError:
            raise
        except Exception as error:  # noqa: BLE001 - a way of sending may fail in any way, and none may stop a run
            raise DeliveryError(f"không gửi được ({type(error).__name__})") from None
    if not arrived:
        raise DeliveryError("không gửi được")


class DeliveryError(Exception):
    """A message did not arrive; what is said of it names no address."""


@contextmanager
def _silence() -> Iterator[None]:
    """Apprise logs addresses and answers; a run says in a line of its own what did not arrive."""
    logger = logging.getLogger("apprise")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
