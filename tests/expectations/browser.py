"""A real browser that notes what a page asks for: headless Chromium, looked at through its DevTools."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; .ci/run installs it")
_PATIENCE = 60
_OPTIONS = (
    "--headless",
    "--no-sandbox",  # for those who run the tests as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--proxy-server=127.0.0.1:9",  # nothing gets out, whoever asks
    "--remote-debugging-port=0",
)


_SENT = "Network.requestWillBeSent"
_JUDGE = """axe.run().then(found => ({
  faults: found.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => one.id + ": " + one.nodes[0].html.slice(0, 200)),
  width: document.documentElement.scrollWidth,
}))"""


@dataclass(frozen=True)
class Opened:
    """A page as the browser has it once loaded, and every address it asked for but its own."""

    dom: str
    asked: frozenset[str]


def open_page(page: Path, scratch: Path) -> Opened:
    """Open a file as a reader would."""
    with _browser(scratch / "profile") as browser:
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.ask("Network.enable")
        browser.ask("Page.enable")
        browser.ask("Page.navigate", url=page.as_uri())
        browser.wait_for("Page.loadEventFired")
        dom = browser.ask("Runtime.evaluate", expression="document.documentElement.outerHTML")["result"]["value"]
        sent = [event["params"] for event in browser.events if event["method"] == _SENT]
    asked = {event["request"]["url"] for event in sent}
    assert page.as_uri() in asked
    return Opened(dom, frozenset(url for url in asked if url != page.as_uri() and not url.startswith("data:")))


@dataclass(frozen=True)
class Judged:
    """What axe finds serious or critical in a page, how wide it is at a screen's width, and what it asked for."""

    faults: tuple[str, ...]
    width: int
    asked: frozenset[str]


def judge(pages: Sequence[Path], width: int, scratch: Path) -> list[Judged]:
    """Open files one after another on a screen `width` pixels wide, scripts forbidden, and let axe judge them."""
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    found = []
    with _browser(scratch / f"profile-{width}") as browser:
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Page"):
            browser.ask(f"{domain}.enable")
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.ask("Emulation.setDeviceMetricsOverride", **size)
        for page in pages:
            browser.events.clear()
            browser.ask("Page.navigate", url=page.as_uri())
            browser.wait_for("Page.loadEventFired")
            browser.ask("Runtime.evaluate", expression=axe)
            answer = browser.ask("Runtime.evaluate", expression=_JUDGE, awaitPromise=True, returnByValue=True)
            said = answer["result"]["value"]
            sent = {event["params"]["request"]["url"] for event in browser.events if event["method"] == _SENT}
            asked = frozenset(url for url in sent if url != page.as_uri() and not url.startswith("data:"))
            found.append(Judged(tuple(said["faults"]), said["width"], asked))
    return found


def see(address: str, text: str, picture: Path) -> str:
    """What a page of a server shows once it shows `text`, and a picture of it."""
    with _browser(picture.with_suffix(".profile")) as browser:
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.ask("Page.enable")
        size = {"width": 1400, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
        browser.ask("Emulation.setDeviceMetricsOverride", **size)
        browser.ask("Page.navigate", url=address)
        until, shown = time.monotonic() + _PATIENCE, ""
        while text not in shown and time.monotonic() < until:
            time.sleep(0.5)
            shown = browser.ask("Runtime.evaluate", expression="document.body.innerText")["result"].get("value", "")
        picture.write_bytes(base64.b64decode(browser.ask("Page.captureScreenshot")["data"]))
    assert text in shown, shown
    return shown


class _Browser:
    """Commands to DevTools and the events that come in between."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.session: str | None = None
        self.events: list[dict[str, Any]] = []
        self.last = 0

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self.last += 1
        command = {"id": self.last, "method": method, "params": params}
        self.connection.send(json.dumps(command | ({"sessionId": self.session} if self.session else {})))
        while True:
            message = self._next()
            if message.get("id") == self.last:
                assert "result" in message, message
                return message["result"]

    def wait_for(self, method: str) -> None:
        while all(event["method"] != method for event in self.events):
            self._next()

    def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.connection.recv(timeout=_PATIENCE))
        if "method" in message:
            self.events.append(message)
        return message


@contextmanager
def _browser(profile: Path) -> Iterator[_Browser]:
    assert CHROMIUM
    process = subprocess.Popen(
        [CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        port, path = _address(profile / "DevToolsActivePort", process)
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None) as connection:
            yield _Browser(connection)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _address(file: Path, process: "subprocess.Popen[bytes]") -> list[str]:
    """Where the browser listens, once it has written it down."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        lines = file.read_text().split() if file.exists() else []
        if len(lines) == 2:
            return lines
        time.sleep(0.05)
    raise TimeoutError(f"Chromium does not start: {process.poll()}")
