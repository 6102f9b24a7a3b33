# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=2.2"]
# ///
"""Coordinated omission: one server, one stall of a second, two load generators that disagree about the p99.

The server answers in about a millisecond, and holds every answer for one second in the middle of the run.
A closed-loop client waits for each answer before it sends again; an open-loop client keeps to a schedule.
"""
import asyncio
import time
from contextlib import suppress

try:
    import numpy as np
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'numpy>=2.2'") from None

SECONDS = 4.0         # length of each run
STALL = (1.5, 2.5)    # the server holds its answers from here to here
WORKERS = 5           # connections of the closed-loop client
PAUSE = 0.01          # each of them starts a request every 10 ms, if the last one is back
RATE = WORKERS / PAUSE
TARGET = 0.8          # seconds: the objective is 99 % within this


class Server:
    """Answers each line at once, except during the stall, when it answers at its end."""

    def __init__(self) -> None:
        self.stall = (0.0, 0.0)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.readline():
                begins, ends = self.stall
                now = time.perf_counter()
                if begins <= now < ends:
                    await asyncio.sleep(ends - now)
                writer.write(b"ok\n")
                await writer.drain()
        writer.close()


class Client:
    """A pool of connections to the server."""

    def __init__(self, port: int) -> None:
        self.port, self.idle = port, []

    async def call(self) -> None:
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"get\n")
        if await reader.readline() != b"ok\n":
            raise ConnectionError("the server went away")
        self.idle.append((reader, writer))

    async def close(self) -> None:
        for _, writer in self.idle:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


# region: closed
async def closed_loop(client: Client) -> list[float]:
    """Each worker waits for its answer before it sends again; the clock starts when it sends."""
    latencies = []
    end = time.perf_counter() + SECONDS

    async def worker() -> None:
        while (sent := time.perf_counter()) < end:
            await client.call()
            latencies.append(time.perf_counter() - sent)
            await asyncio.sleep(max(0.0, sent + PAUSE - time.perf_counter()))

    await asyncio.gather(*(worker() for _ in range(WORKERS)))
    return latencies
# endregion


# region: open
async def open_loop(client: Client) -> list[float]:
    """Requests start on schedule, whatever became of the earlier ones; the clock starts when one is due."""
    latencies = []
    begin = time.perf_counter()

    async def request(due: float) -> None:
        await client.call()
        latencies.append(time.perf_counter() - due)

    async with asyncio.TaskGroup() as running:
        for number in range(int(SECONDS * RATE)):
            due = begin + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            running.create_task(request(due))
    return latencies
# endregion


# region: corrected
def corrected(latencies: list[float], interval: float) -> list[float]:
    """Add the requests that a blocked worker did not send: one each interval, each waiting that much less."""
    added = [late - skipped * interval for late in latencies for skipped in range(1, int(late / interval))]
    return latencies + added
# endregion


def report(name: str, latencies: list[float], p99_range: str, late_range: str) -> None:
    p99 = np.percentile(latencies, 99) * 1000
    late = 100 * np.mean(np.array(latencies) > TARGET)
    verdict = "met" if late <= 1 else "missed"
    print(f"{name}: p99 {p99:.0f} [{p99_range}] ms, over {TARGET * 1000:.0f} ms: {late:.1f} % [{late_range}], objective {verdict}")


async def main() -> None:
    server = Server()
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    planned = int(SECONDS * RATE)
    results = {}
    for loop in (closed_loop, open_loop):
        client = Client(port)
        now = time.perf_counter()
        server.stall = (now + STALL[0], now + STALL[1])
        results[loop] = await loop(client)
        await client.close()
    listener.close()
    closed, opened = results[closed_loop], results[open_loop]
    if len(opened) != planned:
        raise AssertionError("the open loop must send what is planned")
    print(f"{planned:,} requests due in {SECONDS:.0f} s, one stall of {STALL[1] - STALL[0]:.0f} s")
    print(f"closed loop sent {len(closed):,} [500..{planned:,}], open loop {len(opened):,}")
    report("closed loop           ", closed, "0..500", "0.2..0.9")
    report("open loop             ", opened, "800..3000", "3..30")
    report("closed loop, corrected", corrected(closed, PAUSE), "800..3000", "3..30")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
