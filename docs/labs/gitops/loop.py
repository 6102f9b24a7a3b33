# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Live and desired state, edited separately: what self-heal, pruning and the interval do.

A model with a clock of minutes and no randomness; it needs Python alone. Desired state is a folder
in Git, live state is a cluster; both map names to numbers of replicas. The agent looks every INTERVAL
minutes. It remembers what it applied, as Argo CD's tracking annotation and Flux's inventory do, and
prunes only that. Each story is a list of edits by people, to Git or to the cluster.
"""

MINUTES, INTERVAL = 60, 3
ORDERS = {"orders": 24, "orders-route": 1}


# region: agent
def look(desired, live, agent, self_heal, prune):
    """One round: apply what is desired, delete what was applied and is no longer desired."""
    changed = desired != agent["desired"]               # Git has moved since the last round
    if not changed and not self_heal:
        return                                          # drift is reported, and left alone
    gone = set(agent["applied"]) - set(desired)
    for name in gone if prune else ():
        live.pop(name, None)
    live.update(desired)
    agent["desired"] = dict(desired)
    agent["applied"] = set(desired) | (set() if prune else gone)
# endregion


# region: story
def tell(edits, self_heal, prune, interval=INTERVAL):
    """Play an hour; return minutes of drift, minutes without orders, and what is left over."""
    desired, live = dict(ORDERS), dict(ORDERS)
    agent = {"desired": dict(ORDERS), "applied": set(ORDERS)}
    drift = outage = 0
    for minute in range(MINUTES):
        for at, where, name, replicas in edits:
            if at == minute:
                state = desired if where == "git" else live
                state.pop(name, None) if replicas is None else state.update({name: replicas})
        if minute % interval == 0:
            look(desired, live, agent, self_heal, prune)
        drift += live != desired
        outage += "orders" not in live
    return drift, outage, sorted(set(live) - set(desired))
# endregion


STORIES = {
    "hand edit: 24 to 40 replicas":        [(10, "live", "orders", 40)],
    "hand delete of orders":               [(10, "live", "orders", None)],
    "git deletes orders, reverted at 25":  [(10, "git", "orders", None), (25, "git", "orders", 24)],
    "git retires the route on purpose":    [(10, "git", "orders-route", None)],
}
SETTINGS = {"neither": (False, False), "self-heal": (True, False), "prune": (False, True), "both": (True, True)}


def main():
    print(f"one hour, the agent looks every {INTERVAL} minutes; minutes of drift / minutes without orders / left over")
    print(" " * 36 + "".join(f"{name:>14}" for name in SETTINGS))
    for story, edits in STORIES.items():
        cells = []
        for self_heal, prune in SETTINGS.values():
            drift, outage, left = tell(edits, self_heal, prune)
            cells.append(f"{drift} / {outage} / {len(left)}")
        print(f"{story:<36}" + "".join(f"{cell:>14}" for cell in cells))

    print("\nhand delete of orders at any minute of the cycle, self-heal on: minutes without orders")
    for interval in (1, 3, 10):
        waits = [tell([(20 + shift, "live", "orders", None)], True, True, interval)[1] for shift in range(interval)]
        print(f"  interval {interval:>2}: mean {sum(waits) / len(waits):4.1f}, worst {max(waits)}")

    print("\ngit deletes orders, prune on, and somebody notices: minutes without orders")
    for noticed in (1, 5, 15):
        edits = [(10, "git", "orders", None), (10 + noticed, "git", "orders", 24)]
        print(f"  reverted after {noticed:>2}: " + ", ".join(
            f"interval {interval} loses {tell(edits, True, True, interval)[1]}" for interval in (1, 3, 10)))


if __name__ == "__main__":
    main()
