# /// script
# requires-python = ">=3.11"
# dependencies = ["prometheus-client>=0.26"]
# ///
"""What a histogram can know: classic buckets, native buckets, and percentiles that were averaged."""
import math
import random

try:
    from prometheus_client import CollectorRegistry, Histogram
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'prometheus-client>=0.26'") from None

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


def latencies(seed=8):
    """Two kinds of request: nine in ten come from a cache, one in ten waits 1.2 s for the payment provider."""
    rnd = random.Random(seed)
    fast = [math.exp(rnd.normalvariate(-3, 0.4)) for _ in range(9_000)]
    slow = [rnd.normalvariate(1.2, 0.02) for _ in range(1_000)]
    return fast + slow


def truth(values, q):
    """The quantile of the values themselves: the smallest with at least q of them at or below it."""
    return sorted(values)[math.ceil(q * len(values)) - 1]


# region: classic
def scrape(values, bounds):
    """Observe with the real client; return its cumulative buckets as (upper bound, count)."""
    histogram = Histogram("checkout_seconds", "latency", buckets=bounds, registry=CollectorRegistry())
    for value in values:
        histogram.observe(value)
    samples = next(iter(histogram.collect())).samples
    return [(float(s.labels["le"]), s.value) for s in samples if s.name.endswith("_bucket")]


def classic_quantile(buckets, q):
    """histogram_quantile() on classic buckets: assume that values are spread evenly within one."""
    rank = q * buckets[-1][1]
    lower, below = 0.0, 0
    for upper, count in buckets:
        if count >= rank:
            if math.isinf(upper):
                return lower                      # beyond the last bound nothing is known
            return lower + (upper - lower) * (rank - below) / (count - below)
        lower, below = upper, count
# endregion


# region: native
def native_buckets(values, schema):
    """Exponential buckets: bucket i holds the values in (base**(i-1), base**i], base = 2**(2**-schema)."""
    base = 2 ** (2 ** -schema)
    counts = {}
    for value in values:
        index = math.ceil(math.log(value, base))
        counts[index] = counts.get(index, 0) + 1
    return base, dict(sorted(counts.items()))


def native_quantile(base, counts, q):
    """histogram_quantile() on native buckets: interpolate on the logarithmic scale."""
    rank, below = q * sum(counts.values()), 0
    for index, count in counts.items():
        if below + count >= rank:
            return base ** (index - 1 + (rank - below) / count)
        below += count
# endregion


def pods(seed=9):
    """Twelve pods: eleven serve 1,000 fast requests each, one is cold and serves 20 slow ones."""
    rnd = random.Random(seed)
    healthy = [[math.exp(rnd.normalvariate(-3, 0.4)) for _ in range(1_000)] for _ in range(11)]
    return healthy + [[rnd.normalvariate(3.0, 0.1) for _ in range(20)]]


def main():
    values = latencies()
    buckets = scrape(values, BOUNDS)
    print(f"99th percentile of {len(values):,} requests")
    print(f"  truth                                   {truth(values, 0.99):.2f} s")
    print(f"  classic, {len(buckets)} buckets                      {classic_quantile(buckets, 0.99):.2f} s")
    for schema in (0, 3, 5):
        base, counts = native_buckets(values, schema)
        print(f"  native, schema {schema}, {len(counts):3d} buckets, x {base:.3f}   {native_quantile(base, counts, 0.99):.2f} s")
    with_bound = scrape(values, (*BOUNDS[:5], 1.25, 1.5, *BOUNDS[5:]))
    print(f"  classic, 10 buckets, bounds at the hump {classic_quantile(with_bound, 0.99):.2f} s")

    slow = [4 * value for value in values]
    print("\nthe same service four times slower")
    print(f"  truth                                   {truth(slow, 0.99):.2f} s")
    print(f"  classic, with 3 s as the last bound     {classic_quantile(scrape(slow, (*BOUNDS[:5], 3)), 0.99):.2f} s")

    print("\nshare of requests within the target of 0.8 s, when the slow tenth takes 0.81 s")
    near = [value if value < 0.8 else 0.81 for value in values]
    counts = dict(scrape(near, BOUNDS))
    guess = counts[0.5] + (counts[1] - counts[0.5]) * (0.8 - 0.5) / (1 - 0.5)
    print(f"  truth                                   {sum(v <= 0.8 for v in near) / len(near):.1%}")
    print(f"  interpolated between 0.5 and 1          {guess / len(near):.1%}")
    print(f"  with a bound at 0.8                     {dict(scrape(near, (*BOUNDS[:4], 0.8, *BOUNDS[4:])))[0.8] / len(near):.1%}")

    fleet = pods()
    everything = [value for pod in fleet for value in pod]
    print("\n99th percentile of twelve pods, one of them cold")
    print(f"  all requests pooled                     {truth(everything, 0.99):.2f} s")
    print(f"  average of the pods' percentiles        {sum(truth(pod, 0.99) for pod in fleet) / len(fleet):.2f} s")
    print(f"  maximum of the pods' percentiles        {max(truth(pod, 0.99) for pod in fleet):.2f} s")
    base, merged = native_buckets(everything, 3)
    print(f"  native buckets added, then the quantile {native_quantile(base, merged, 0.99):.2f} s")


if __name__ == "__main__":
    main()
