# /// script
# requires-python = ">=3.11"
# dependencies = ["duckdb>=2"]
# ///
"""Late data: what a watermark drops, what waiting costs, and what an idle partition holds up.

A small exact engine of event-time windows runs on a simulated clock, so every figure is the same on every machine.
DuckDB counts the same events as one finished batch; engine and batch must agree on every window.
"""
import heapq
import math
import random
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

try:
    import duckdb
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'duckdb>=2'") from None

NINE = [2, 7, 11, 5, 14, 23, 17, 8, 26]                     # event times, in the order of arrival
HOURS, CLICKS, MINUTE = 4, 40_000, 60
# The shop: 0.3 % of its clicks arrive more than a minute late, 0.1 % more than 900 s.
LATE_SHARE, LATE_P999 = 0.003, 900
TAIL = math.log(LATE_SHARE / 0.001) / math.log(LATE_P999 / MINUTE)


# region: engine
@dataclass
class Windows:
    """Counts in tumbling windows of event time. The watermark of a partition is its highest event time minus `delay`;
    the watermark of the job is the lowest of its active partitions, and never goes back."""
    size: int
    delay: int = 0
    lateness: int = 0
    partitions: tuple = (0,)
    idle_after: float = math.inf
    watermark: float = -math.inf
    results: list = field(default_factory=list)             # (arrival clock, window start, count, is an update)
    dropped: Counter = field(default_factory=Counter)       # window start -> events refused

    def __post_init__(self):
        self.highest = dict.fromkeys(self.partitions, -math.inf)
        self.seen = dict.fromkeys(self.partitions, 0.0)
        self.counts, self.fired, self.to_fire, self.to_delete, self.most_open = {}, set(), [], [], 0

    def receive(self, now, timestamp, partition=0):
        start = timestamp - timestamp % self.size
        if start + self.size + self.lateness <= self.watermark:
            self.dropped[start] += 1                        # no error, no log line: this is the silent drop
        else:
            if start not in self.counts:
                heapq.heappush(self.to_fire, start)
                heapq.heappush(self.to_delete, start)
            self.counts[start] = self.counts.get(start, 0) + 1
            self.most_open = max(self.most_open, len(self.counts))
            if start in self.fired:
                self.results.append((now, start, self.counts[start], True))
        self.highest[partition] = max(self.highest[partition], timestamp)
        self.seen[partition] = now
        self.advance(now)

    def advance(self, now):
        active = [p for p in self.partitions if now - self.seen[p] < self.idle_after]
        if active:
            self.watermark = max(self.watermark, min(self.highest[p] for p in active) - self.delay)
        while self.to_fire and self.to_fire[0] + self.size <= self.watermark:
            start = heapq.heappop(self.to_fire)
            self.fired.add(start)
            self.results.append((now, start, self.counts[start], False))
        while self.to_delete and self.to_delete[0] + self.size + self.lateness <= self.watermark:
            start = heapq.heappop(self.to_delete)           # the state of the window ends here
            self.fired.remove(start)
            del self.counts[start]
# endregion

    def final(self):
        """The last count told to the reader for each window."""
        return {start: count for _, start, count, _ in self.results}


def batch(times, size):
    """The truth: the same events as one finished batch, in DuckDB."""
    query = "select (t // $size) * $size, count(*) from (select unnest($times) as t) group by 1"
    return dict(duckdb.execute(query, {"times": times, "size": size}).fetchall())


def check(engine, events):
    """Every event is counted once or dropped once."""
    told, open_now = engine.final(), engine.counts
    for start, count in batch(events, engine.size).items():
        held = open_now[start] if start in open_now else told.get(start, 0)
        assert held + engine.dropped[start] == count, f"window {start}: {held} + {engine.dropped[start]} != {count}"


def nine():
    print("nine events, windows of 10 s; event times in order of arrival:", *NINE)
    print(f"{'':30}{'[0,10)':>10}{'[10,20)':>10}{'[20,30)':>10}  dropped")
    for delay, lateness in ((0, 0), (5, 0), (15, 0), (0, 10), (0, 15)):
        engine = Windows(size=10, delay=delay, lateness=lateness)
        for clock, at in enumerate(NINE):
            engine.receive(clock, at)
        check(engine, NINE)
        cells = [">".join(str(c) for _, s, c, _ in engine.results if s == start) or "open" for start in (0, 10, 20)]
        print(f"delay {delay:2} s, lateness {lateness:2} s     " + "".join(f"{c:>10}" for c in cells) + f"{sum(engine.dropped.values()):9}")


def clicks(seed):
    """(arrival, event time, partition) in order of arrival; delays have the shop's heavy tail, cut at an hour."""
    draw, events = random.Random(seed), []
    for _ in range(CLICKS):
        at = draw.randrange(HOURS * 3_600)
        late = draw.random() < LATE_SHARE
        wait = min(3_600, MINUTE * draw.paretovariate(TAIL)) if late else min(MINUTE, draw.expovariate(1 / 2))
        events.append((at + wait, at, draw.randrange(4)))
    return sorted(events)


def cost():
    events = clicks(seed=11)
    truth = batch([at for _, at, _ in events], MINUTE)
    print(f"\n{CLICKS:,} clicks of {HOURS} hours, windows of 60 s, 4 partitions")
    print(f"{'':30}dropped  wrong windows  updates  median wait  most open")
    for delay, lateness in ((0, 0), (5, 0), (60, 0), (900, 0), (5, 60), (5, 900)):
        engine = Windows(MINUTE, delay, lateness, partitions=(0, 1, 2, 3))
        for now, at, partition in events:
            engine.receive(now, at, partition)
        check(engine, [at for _, at, _ in events])
        first = {start: now for now, start, _, update in reversed(engine.results) if not update}
        wrong = sum(told != truth[start] for start, told in engine.final().items())
        wait = median(now - start - MINUTE for start, now in first.items())
        print(f"delay {delay:3} s, lateness {lateness:3} s   {sum(engine.dropped.values()):7}{wrong:8} of {len(first)}"
              f"{sum(r[3] for r in engine.results):9}{wait:11.0f} s{engine.most_open:11}")


# region: idle
def idle():
    """Three partitions for 20 minutes; the third is cut off from minute 5 to 12 and then delivers its backlog, in order."""
    def arrival(at, partition):
        return 720 if partition == 2 and 300 <= at < 720 else at

    events = sorted((arrival(at, p), at, p) for at in range(1_200) for p in (0, 1, 2))
    print("\n3 partitions, one cut off from minute 5 to 12, then its backlog arrives; 1 event/s each, delay 5 s")
    print(f"{'':30}told by minute 12  told in the end  dropped  updates")
    for name, idle_after, lateness in (("no idleness", math.inf, 0), ("idle after 60 s", 60, 0), ("idle after 60 s, late 900 s", 60, 900)):
        engine = Windows(MINUTE, delay=5, lateness=lateness, partitions=(0, 1, 2), idle_after=idle_after)
        for now, at, partition in events:
            engine.receive(now, at, partition)
        check(engine, [at for _, at, _ in events])
        early = sum(not update for now, _, _, update in engine.results if now < 720)
        updates = sum(update for _, _, _, update in engine.results)
        print(f"{name:30}{early:11} of 12{len(engine.final()):11} of 20{sum(engine.dropped.values()):9}{updates:9}")
# endregion


if __name__ == "__main__":
    nine()
    cost()
    idle()
