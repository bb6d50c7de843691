"""Sends a message through apprise, to one URL at a time. URLs are secrets: none is shown, apprise's log is off.

What is sent holds no live link, no mention and no markup, whatever the channel makes of text.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from pydantic import SecretStr

from flows.alerts.texts import Message
from flows.settings.alerts import Url
from flows.settings.secrets import Secret
from reports import neutral


def tag(url: Url) -> str:
    """The ledger's name of a destination: it differs for each URL and reveals nothing of the URL."""
    named = url.get_secret_value() if isinstance(url, SecretStr) else f"{url.env}|{url.block}"
    return blake2b(named.encode(), digest_size=3).hexdigest()


def deliver(url: Url, message: Message, root: Path, *, recovery: bool) -> None:
    """Send one message. Raises DeliveryError, one line without the URL, when the message did not arrive."""
    import apprise

    address = url.read(root) if isinstance(url, Secret) else url.get_secret_value()
    kind = apprise.NotifyType.SUCCESS if recovery else apprise.NotifyType.WARNING
    with _silence():
        try:
            channel = apprise.Apprise()
            if not channel.add(address):
                raise DeliveryError("không phải địa chỉ apprise hợp lệ")
            arrived = channel.notify(
                body="\n".join(map(neutral.message, message.lines)),
                title=neutral.message(message.title),
                notify_type=kind,
                body_format=apprise.NotifyFormat.TEXT,  # apprise escapes it for channels of HTML and Markdown
            )
        except DeliveryError:
            raise
        except Exception as error:  # noqa: BLE001 - a channel may fail in any way, and none may stop a run
            raise DeliveryError(f"không gửi được ({type(error).__name__})") from None
    if not arrived:
        raise DeliveryError("không gửi được")


class DeliveryError(Exception):
    """A message did not arrive; the error text contains no address."""


@contextmanager
def _silence() -> Iterator[None]:
    """Turn apprise's log off for the block: it shows addresses and answers. Runs report failures themselves."""
    logger = logging.getLogger("apprise")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
