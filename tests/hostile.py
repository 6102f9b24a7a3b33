"""A server that does everything that the web does to a link checker, on 127.0.0.1 only."""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b'<!doctype html><title>p</title><h1 id="there">There</h1><a name="named"></a><p id="f\xc3\xbcr">x</p>'
BOMB = gzip.compress(b"\0" * 200_000_000, 9)  # 200 kB that become 200 MB


class Hostile(ThreadingHTTPServer):
    """`requests` counts (method, path); `most_at_once` is the highest number of requests to `/slow` that were open together."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: Counter[tuple[str, str]] = Counter()
        self.times: dict[str, list[float]] = {}
        self.agents: set[str] = set()
        self.said: dict[str, bytes] = {}  # path → JSON
        self.open = self.most_at_once = 0
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests are about."""


@contextmanager
def hostile() -> Iterator[Hostile]:
    """A running server."""
    server = Hostile()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Hostile
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        server = self.server
        path = self.path.partition("?")[0]
        with server.lock:
            server.requests[self.command, path] += 1
            server.times.setdefault(path, []).append(time.monotonic())
            server.agents.add(self.headers.get("User-Agent", ""))
        getattr(self, "_" + path.strip("/").partition("/")[0].replace("-", "_"), self._missing)(path)

    def _send(self, status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _times(self, path: str) -> int:
        return sum(count for (_, other), count in self.server.requests.items() if other == path)

    def _missing(self, path: str) -> None:
        self._send(404)

    def _ok(self, path: str) -> None:
        self._send(200, PAGE)

    def _page(self, path: str) -> None:
        self._send(200, PAGE)

    def _slow(self, path: str) -> None:
        server = self.server
        with server.lock:
            server.open += 1
            server.most_at_once = max(server.most_at_once, server.open)
        time.sleep(0.1)
        with server.lock:  # before the client can know that it has its answer
            server.open -= 1
        self._send(200, PAGE)

    def _gone(self, path: str) -> None:
        self._send(410)

    def _forbidden(self, path: str) -> None:
        self._send(403)

    def _robot(self, path: str) -> None:
        self._send(999)

    def _head_refused(self, path: str) -> None:
        self._send(405 if self.command == "HEAD" else 200, PAGE)

    def _head_lies(self, path: str) -> None:
        self._send(404 if self.command == "HEAD" else 200, PAGE)

    def _limited(self, path: str) -> None:
        first = self._times(path) == 1
        self._send(429, Retry_After="1") if first else self._send(200, PAGE)

    def _always_limited(self, path: str) -> None:
        self._send(429, Retry_After="1")

    def _hours(self, path: str) -> None:
        self._send(429, Retry_After="7200")

    def _flaky(self, path: str) -> None:
        self._send(503 if self._times(path) < 3 else 200, PAGE)

    def _broken(self, path: str) -> None:
        self._send(500)

    def _moved(self, path: str) -> None:
        self._send(301, Location="/ok")

    def _moved_page(self, path: str) -> None:
        self._send(308, Location="/page")

    def _for_now(self, path: str) -> None:
        self._send(302, Location="/ok")

    def _moved_for_now(self, path: str) -> None:
        self._send(301, Location="/for-now")

    def _tagged(self, path: str) -> None:
        """`/tagged/v1.2/releases/latest` leads to the tag, as GitHub does."""
        self._send(302, Location=f"{self.server.address}/some/where/releases/tag/{path.split('/')[2]}")

    def _untagged(self, path: str) -> None:
        self._send(302, Location=f"{self.server.address}/some/where/releases")

    def _renamed(self, path: str) -> None:
        self._send(301, Location=self.server.address + path.replace("/renamed/", "/tagged/"))

    def _said(self, path: str) -> None:
        self._send(200, self.server.said[path], "application/json")

    def _loop(self, path: str) -> None:
        self._send(302, Location="/loop")

    def _endless(self, path: str) -> None:
        number = int(path.rpartition("/")[2] or 0) if path.count("/") > 1 else 0
        self._send(302, Location=f"/endless/{number + 1}")

    def _to_private(self, path: str) -> None:
        self._send(302, Location="http://10.0.0.1/secret")

    def _to_metadata(self, path: str) -> None:
        self._send(302, Location="http://169.254.169.254/latest/meta-data/")

    def _to_file(self, path: str) -> None:
        self._send(302, Location="file:///etc/passwd")

    def _to_itself(self, path: str) -> None:
        self._send(302, Location=f"http://localhost:{self.server.server_port}/secret")

    def _secret(self, path: str) -> None:
        self._send(200, PAGE)

    def _charset(self, path: str) -> None:
        self._send(200, '<p id="für">x</p><p id="there">'.encode("latin-1"), "text/html; charset=no-such-charset")

    def _bytes(self, path: str) -> None:
        self._send(200, bytes(range(256)) * 40, "text/html; charset=utf-16")

    def _bomb(self, path: str) -> None:
        self._send(200, BOMB, Content_Encoding="gzip")

    def _not_gzip(self, path: str) -> None:
        self._send(200, b"this is no gzip", Content_Encoding="gzip")

    def _pdf(self, path: str) -> None:
        self._send(200, b"%PDF-1.7", "application/pdf")

    def _drip(self, path: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        for _ in range(600):
            self.wfile.write(b"<p>")
            self.wfile.flush()
            time.sleep(0.1)

    def _drip_head(self, path: str) -> None:
        for character in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 600:
            self.wfile.write(bytes([character]))
            self.wfile.flush()
            time.sleep(0.1)

    def _flood(self, path: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        for _ in range(100_000):
            self.wfile.write(b"<p>" * 10_000)

    def _hang(self, path: str) -> None:
        time.sleep(30)

    def _hang_up(self, path: str) -> None:
        self.close_connection = True
        self.connection.close()

    def _no_http(self, path: str) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        self.close_connection = True
