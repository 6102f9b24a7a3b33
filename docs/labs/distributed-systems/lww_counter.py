# /// script
# requires-python = ">=3.11"
# dependencies = ["hypothesis>=6.170"]
# ///
"""Hypothesis finds the shortest schedule in which a replicated counter forgets or invents an addition.

Three merge rules for one counter on three replicas: last writer wins, add on merge, and a G-Counter (a CRDT).
"""
from dataclasses import dataclass, field
from random import Random

try:
    from hypothesis import HealthCheck, find, settings, strategies as st
    from hypothesis.errors import NoSuchExample
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'hypothesis>=6.170'") from None

REPLICAS = "ABC"
EXAMPLES = 1_000


# region: rules
@dataclass
class LastWriterWins:
    """Keep the value with the later timestamp; the replica's name breaks ties."""
    name: str
    total: int = 0
    stamp: tuple[int, str] = (0, "")

    def add(self, now: int) -> None:
        self.total, self.stamp = self.total + 1, (now, self.name)

    def merge(self, other: "LastWriterWins") -> None:
        if other.stamp > self.stamp:
            self.total, self.stamp = other.total, other.stamp


@dataclass
class AddOnMerge:
    """The tempting repair: nothing may be overwritten, so add what the other side has."""
    name: str
    total: int = 0

    def add(self, now: int) -> None:
        self.total += 1

    def merge(self, other: "AddOnMerge") -> None:
        self.total += other.total


@dataclass
class GCounter:
    """One slot for each replica, only its owner raises it; merge takes the larger slot."""
    name: str
    slots: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.slots.values())

    def add(self, now: int) -> None:
        self.slots[self.name] = self.slots.get(self.name, 0) + 1

    def merge(self, other: "GCounter") -> None:
        for name, count in other.slots.items():
            self.slots[name] = max(count, self.slots.get(name, 0))
# endregion


# region: property
STEP = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(REPLICAS)),
    st.tuples(st.just("merge"), st.sampled_from(REPLICAS), st.sampled_from(REPLICAS)),
)


def play(rule: type, schedule: list[tuple]) -> list[int]:
    """Run the schedule, let everyone hear from everyone else, and return the total that each replica shows."""
    replicas = {name: rule(name) for name in REPLICAS}
    for now, (step, at, *source) in enumerate(schedule, start=1):
        if step == "add":
            replicas[at].add(now)
        elif source[0] != at:
            replicas[at].merge(replicas[source[0]])
    for _ in range(2):
        for at in REPLICAS:
            for source in REPLICAS.replace(at, ""):
                replicas[at].merge(replicas[source])
    return [replica.total for replica in replicas.values()]


def wrong(rule: type, schedule: list[tuple]) -> bool:
    truth = sum(step[0] == "add" for step in schedule)
    return play(rule, schedule) != [truth] * len(REPLICAS)


def shortest(rule: type) -> list[tuple] | None:
    """The smallest schedule that breaks the rule, or None if no example does."""
    quiet = settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    try:
        return find(st.lists(STEP, max_size=12), lambda schedule: wrong(rule, schedule),
                    settings=quiet, random=Random(7))
    except NoSuchExample:
        return None
# endregion


def main() -> None:
    for rule in (LastWriterWins, AddOnMerge, GCounter):
        schedule = shortest(rule)
        if schedule is None:
            print(f"{rule.__name__}: no counterexample in {EXAMPLES} examples")
            continue
        print(f"{rule.__name__}: wrong after {len(schedule)} step(s)")
        for step, at, *source in schedule:
            print(f"  {step} on {at}" if step == "add" else f"  {at} merges {source[0]}")
        truth = sum(step[0] == "add" for step in schedule)
        print(f"  added {truth}, replicas show {play(rule, schedule)}")


if __name__ == "__main__":
    main()
