"""A real browser that looks at the real site, served as GitHub Pages serves it: under a base path, by a plain file server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from frontdoor import chromium

HERE = Path(__file__).resolve().parent
BASE = "/guides/"
HEIGHT = {390: 844, 1280: 800}  # a phone, a laptop
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)

PageAt = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: while Playwright runs, no other test could start an event loop of its own."""
    items.sort(key=lambda item: HERE in item.path.parents)


class SiteHandler(SimpleHTTPRequestHandler):
    """Files below the base path, nothing outside it, the site's own 404 page, and no log."""

    def translate_path(self, path: str) -> str:
        """A path outside the base leads nowhere."""
        if not path.startswith(BASE):
            return str(Path(self.directory) / "outside the base path")
        return super().translate_path("/" + path.removeprefix(BASE))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer as GitHub Pages does: 404.html with the status 404."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site_url(built_site: Path) -> Iterator[str]:
    """The address of the built site, with the slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SiteHandler, directory=str(built_site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{BASE}"
        server.shutdown()


def launch(playwright: Playwright, executable: Path) -> Browser:
    """Start the browser, in its sandbox where this machine has one for it."""
    start = partial(playwright.chromium.launch, executable_path=executable, args=QUIET)
    if chromium.is_root():  # Chrome refuses to sandbox itself then
        return start(chromium_sandbox=False)
    try:
        return start(chromium_sandbox=True)
    except Error as error:
        if "sandbox" not in str(error).lower():
            raise
        return start(chromium_sandbox=False)  # a container, or an Ubuntu that reserves user namespaces


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chrome or Chromium: the one that `run.py test` found, or else an installed one, or Playwright's."""
    with sync_playwright() as playwright:
        executable = chromium.find() or Path(playwright.chromium.executable_path)
        if not executable.is_file():
            pytest.fail("there is no browser: `python3 scripts/run.py test` finds or fetches one")
        with launch(playwright, executable) as browser:
            yield browser


@pytest.fixture
def page_at(browser: Browser, site_url: str) -> Iterator[PageAt]:
    """Opens a page of the site in a fresh profile; the page is closed after the test.

    The path is relative to the site, as in `page_at("DistributedSystems/#raft", width=390)`.
    """
    contexts = []

    def open_page(
        path: str = "", width: int = 1280, scheme: Literal["light", "dark"] = "light", javascript: bool = True
    ) -> Page:
        size = {"width": width, "height": HEIGHT.get(width, 800)}
        context = browser.new_context(viewport=size, color_scheme=scheme, java_script_enabled=javascript)
        contexts.append(context)
        page = context.new_page()
        page.goto(site_url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
