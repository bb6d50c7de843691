"""A real browser that notes what a page asks for: headless Chromium, driven through its DevTools.

One process serves all tests of a session; each call has a page in a browser context of its own, so no cookie, storage
or cache of another call reaches it.
"""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_PATIENCE = 60
_NOWHERE = "127.0.0.1:9"  # a proxy that does not answer: nothing gets out, whoever asks
_OPTIONS = (
    "--headless",
    "--no-sandbox",  # for those who run the tests as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    f"--proxy-server={_NOWHERE}",
    "--remote-debugging-port=0",
)
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


@dataclass(frozen=True)
class Judged:
    """What axe finds serious or critical in a page, how wide it is at a screen's width, and what it asked for."""

    faults: tuple[str, ...]
    width: int
    asked: frozenset[str]


class Browser:
    """A running Chromium: opens files and addresses, each call in a page of its own."""

    def __init__(self, connection: ClientConnection) -> None:
        self._devtools = _DevTools(connection)

    def open(self, file: Path) -> Opened:
        """Open a file as a reader would."""
        with self._page() as page:
            page.load(file.as_uri())
            dom = page.evaluate("document.documentElement.outerHTML")
            return Opened(dom, page.asked(file.as_uri()))

    def judge(self, paths: Sequence[Path], width: int) -> list[Judged]:
        """Open files one after another on a screen `width` pixels wide, and let axe judge them."""
        axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
        judged = []
        with self._page(width, 900) as page:  # one for all: a page for each takes twice the processor time
            for path in paths:
                page.load(path.as_uri())
                page.evaluate(axe)
                found = page.evaluate(_JUDGE)
                judged.append(Judged(tuple(found["faults"]), found["width"], page.asked(path.as_uri())))
        return judged

    def see(self, address: str, text: str, picture: Path, before: str = "") -> str:
        """What a page of a server shows once it shows `text`, and a picture of it.

        `before`: a script that runs ahead of the page's own, such as one that logs a person in.
        """
        with self._page(1400, 1000) as page:
            page.ask("Page.addScriptToEvaluateOnNewDocument", source=before)
            page.ask("Page.navigate", url=address)
            until, shown = time.monotonic() + _PATIENCE, ""
            while text not in shown and time.monotonic() < until:
                time.sleep(0.5)
                shown = page.evaluate("document.body.innerText") or ""
            picture.write_bytes(base64.b64decode(page.ask("Page.captureScreenshot")["data"]))
        assert text in shown, shown
        return shown

    def run(self, address: str, script: str) -> Any:
        """What a script gives (a promise: what it becomes) that a page of a server carries."""
        with self._page() as page:
            page.load(address)
            return page.evaluate(script)

    @contextmanager
    def _page(self, width: int = 1280, height: int = 900) -> Iterator["_Page"]:
        """An empty page in a context of its own."""
        ask = self._devtools.ask
        context = ask("Target.createBrowserContext", proxyServer=_NOWHERE)["browserContextId"]
        try:
            target = ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
            page = _Page(self._devtools, ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
            for domain in ("Network", "Page"):
                page.ask(f"{domain}.enable")
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
            page.ask("Emulation.setDeviceMetricsOverride", **size)
            yield page
        finally:
            ask("Target.disposeBrowserContext", browserContextId=context)


class _DevTools:
    """Commands to DevTools, and the events that come in between."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = count(1)
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": params}
        self._connection.send(json.dumps(command | ({"sessionId": session} if session else {})))
        while (message := self.next()).get("id") != number:
            pass
        assert "result" in message, message
        return message["result"]

    def next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._connection.recv(timeout=_PATIENCE))
        if "method" in message:
            self.events.append(message)
        return message


class _Page:
    """One page: commands to it, and its own events."""

    def __init__(self, devtools: _DevTools, session: str) -> None:
        self._devtools = devtools
        self._session = session

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._devtools.ask(method, self._session, **params)

    def evaluate(self, expression: str) -> Any:
        answer = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def load(self, address: str) -> None:
        self._devtools.events.clear()  # of what was loaded before
        self.ask("Page.navigate", url=address)
        while not self._events("Page.loadEventFired"):
            self._devtools.next()

    def asked(self, own: str) -> frozenset[str]:
        """The addresses it asked for, without its own and what is written in it."""
        sent = {event["request"]["url"] for event in self._events("Network.requestWillBeSent")}
        assert own in sent
        return frozenset(url for url in sent if url != own and not url.startswith("data:"))

    def _events(self, method: str) -> list[dict[str, Any]]:
        mine = [event for event in self._devtools.events if event.get("sessionId") == self._session]
        return [event["params"] for event in mine if event["method"] == method]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all tests of a session (with xdist: of a worker)."""
    if _CHROMIUM is None:
        pytest.skip("no Chromium on this machine; .ci/run installs it")
    profile = tmp_path_factory.mktemp("chromium")
    process = subprocess.Popen(
        [_CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        port, path = _address(profile / "DevToolsActivePort", process)
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None) as connection:
            yield Browser(connection)
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
