"""The preview over HTTP: its pages with a script that fetches them again when they change, and shows what is wrong."""

from __future__ import annotations

import json
import mimetypes
import posixpath
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

if TYPE_CHECKING:
    from guidebook.rendering.preview import Edition, Preview

SCRIPT = Path(__file__).with_name("preview.js")
_EVENTS, _SCRIPT = "__preview/events", "__preview/preview.js"
_PATIENCE = 60.0  # seconds that the first request waits for the first edition
_HEARTBEAT = 15.0  # seconds
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".md": "text/markdown", ".css": "text/css", ".svg": "image/svg+xml", ".xml": "application/xml"}


def occupied(host: str, port: int) -> bool:
    """Whether something answers there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return probe.connect_ex((host, port)) == 0


def listen(preview: Preview, host: str, port: int) -> ThreadingHTTPServer:
    """A server for the preview; who connects before it serves has to wait."""

    class Bound(_Handler):
        pass

    Bound.preview = preview
    server = ThreadingHTTPServer((host, port), Bound)
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    preview: Preview
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        place = posixpath.normpath(unquote(path.path)).lstrip("/")
        try:
            if place == _EVENTS:
                self._events(parse_qs(path.query))
            elif place == _SCRIPT:
                self._send(200, "text/javascript", SCRIPT.read_bytes())
            else:
                self._file("" if place == "." else place, path.path)
        except (ConnectionError, TimeoutError):  # the browser has gone
            self.close_connection = True

    do_HEAD = do_GET

    def _file(self, place: str, asked: str) -> None:
        edition = self._edition()
        if edition is None:
            self._send(503, "text/html; charset=utf-8", _page("There is no site yet: the terminal says why.", "", "-0"))
            return
        index = posixpath.join(place, "index.html")
        if asked.endswith("/") or not place:
            place = index
        elif index in edition.files and place not in edition.files:
            self.send_response(301)
            self.send_header("Location", quote(f"/{place}/"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content = edition.content(place)
        status, shown = (200, place) if content is not None else (404, "404.html")
        if content is None:
            content = edition.content(shown) or b"<p>There is no page here.</p>"
        if shown.endswith((".html", ".htm")):
            content = _with_script(content, place, edition.state(place))
        self._send(status, _type(shown), content)

    def _edition(self) -> Edition | None:
        end = time.monotonic() + _PATIENCE
        while self.preview.edition is None and not self.preview.findings and time.monotonic() < end:
            time.sleep(0.05)
        return self.preview.edition

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _events(self, query: dict[str, list[str]]) -> None:
        """Server-sent events for one page: what is wrong with it, and `reload` once it differs from what the browser has."""
        place, seen = query.get("place", [""])[0], query.get("seen", [""])[0]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        told = ""
        while not self.preview.over:
            edition = self.preview.edition
            if edition and edition.state(place) != seen:
                self._tell("reload", "")
                return
            findings = json.dumps([_plain(finding) for finding in self.preview.about(place)])
            self._tell("findings", findings) if findings != told else self._tell("", "")
            told = findings
            with self.preview.news:
                if self.preview.edition is edition:
                    self.preview.news.wait(_HEARTBEAT)

    def _tell(self, event: str, data: str) -> None:
        self.wfile.write(f"event: {event}\ndata: {data}\n\n".encode() if event else b": still here\n\n")
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Requests are not worth a line."""


def _plain(finding: Any) -> dict[str, str]:
    return {"place": str(finding.location), "rule": finding.rule, "message": finding.message, "help": finding.help}


def _with_script(content: bytes, place: str, state: str) -> bytes:
    """The page with our script at its end; its policy allows scripts of the same host."""
    script = f'<script src="/{_SCRIPT}" data-place="{quote(place)}" data-seen="{state}" defer></script>'.encode()
    head, mark, tail = content.rpartition(b"</body>")
    return head + script + mark + tail if mark else content + script


def _page(words: str, place: str, state: str) -> bytes:
    return _with_script(f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Preview</title><body><p>{words}</p></body></html>'.encode(), place, state)


def _type(place: str) -> str:
    kind = _TYPES.get(posixpath.splitext(place)[1]) or mimetypes.guess_type(place)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in ("application/json", "application/xml") else kind
