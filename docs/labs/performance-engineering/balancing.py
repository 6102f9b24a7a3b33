# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Load balancing with one slow server: round robin, random, power of two choices, and what stale counts do.

A simulation with a fixed seed, so that every policy meets the same arrivals and the same work.
Ten servers, each with one worker and a queue; eight balancers in front, each of which sees only what it knows.
"""
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

SERVERS = 10
BALANCERS = 8
WORK = 0.010          # seconds of work in a request, mean; exponentially distributed
LOAD = 0.6            # of the capacity of ten healthy servers
SECONDS = 60
REFRESH = 0.25        # seconds between two reports of the queue lengths, where they are stale
DECAY = 0.9           # weight of the past in the moving average of latency
SLOW, BROKEN = 0, 0   # the server that is slow, or that fails at once


@dataclass
class View:
    """What one balancer can know when it chooses."""

    everywhere: list[int]                         # requests in each server now, whoever sent them
    reported: list[int]                           # the same, as of the last report
    own: list[int] = field(default_factory=lambda: [0] * SERVERS)       # those that this balancer sent
    latency: list[float] = field(default_factory=lambda: [WORK] * SERVERS)
    turn: int = 0


Policy = Callable[[View, random.Random], int]


# region: policies
def round_robin(view: View, chance: random.Random) -> int:
    view.turn = (view.turn + 1) % SERVERS
    return view.turn


def at_random(view: View, chance: random.Random) -> int:
    return chance.randrange(SERVERS)


def least(counts: list[int], chance: random.Random) -> int:
    return min(range(SERVERS), key=lambda server: (counts[server], chance.random()))


def better_of_two(cost: Callable[[int], float], chance: random.Random) -> int:
    return min(chance.sample(range(SERVERS), 2), key=cost)


POLICIES: dict[str, Policy] = {
    "round robin": round_robin,
    "random": at_random,
    "two choices, true counts": lambda view, chance: better_of_two(lambda s: view.everywhere[s], chance),
    "two choices, own counts": lambda view, chance: better_of_two(lambda s: view.own[s], chance),
    "two choices, own latency x count": lambda view, chance: better_of_two(lambda s: view.latency[s] * (view.own[s] + 1), chance),
    "two choices, counts 250 ms old": lambda view, chance: better_of_two(lambda s: view.reported[s], chance),
    "least of all, true counts": lambda view, chance: least(view.everywhere, chance),
    "least of all, counts 250 ms old": lambda view, chance: least(view.reported, chance),
}
# endregion


# region: simulate
def simulate(policy: Policy, slowdown: float = 1.0, fails_after: float | None = None, seed: int = 14):
    """Latency of each request and the server that it went to, in order of arrival."""
    work, choice = random.Random(seed), random.Random(seed + 1)
    everywhere, reported, free_at = [0] * SERVERS, [0] * SERVERS, [0.0] * SERVERS
    views = [View(everywhere, reported, turn=n) for n in range(BALANCERS)]
    finishing: list[tuple[float, int, int, float]] = []
    now, next_report, result = 0.0, 0.0, []
    while (now := now + work.expovariate(SERVERS * LOAD / WORK)) < SECONDS:
        while finishing and finishing[0][0] <= now:
            ended, server, sender, sent = heapq.heappop(finishing)
            everywhere[server] -= 1
            view = views[sender]
            view.own[server] -= 1
            view.latency[server] = DECAY * view.latency[server] + (1 - DECAY) * (ended - sent)
        if now >= next_report:
            reported[:] = everywhere
            next_report = now + REFRESH
        sender, needs = work.randrange(BALANCERS), work.expovariate(1 / WORK)
        server = policy(views[sender], choice)
        if fails_after is not None and server == BROKEN:
            ends = now + fails_after              # an error at once, without queueing
        else:
            ends = max(now, free_at[server]) + needs * (slowdown if server == SLOW else 1.0)
            free_at[server] = ends
        everywhere[server] += 1
        views[sender].own[server] += 1
        heapq.heappush(finishing, (ends, server, sender, now))
        result.append((ends - now, server))
    return result
# endregion


def percentile(latencies: list[float], share: float) -> float:
    return sorted(latencies)[int(share * len(latencies))]


def p99(result) -> float:
    return percentile([latency for latency, _ in result], 0.99) * 1000


def share(result, server: int) -> float:
    return 100 * sum(chosen == server for _, chosen in result) / len(result)


def main() -> None:
    print(f"{SERVERS} servers at {LOAD:.0%} load: p99 in ms with all of them equal, with one three times slower, and the share that it gets")
    for name, policy in POLICIES.items():
        equal, slow = simulate(policy), simulate(policy, slowdown=3.0)
        print(f"  {name:32} {p99(equal):7,.0f} {p99(slow):8,.0f} {share(slow, SLOW):7.1f} %")
    print("one server answers every request with an error after 1 ms: its share of the requests")
    for name in ("round robin", "two choices, true counts", "two choices, own latency x count", "least of all, true counts"):
        print(f"  {name:32} {share(simulate(POLICIES[name], fails_after=0.001), BROKEN):24.1f} %")


if __name__ == "__main__":
    main()
