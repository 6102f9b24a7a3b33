# /// script
# requires-python = ">=3.11"
# dependencies = ["opentelemetry-sdk>=1.45"]
# ///
"""Head against tail sampling with the OpenTelemetry SDK: what is kept, what is lost, what is counted wrongly."""
import math
import random
from collections import defaultdict

try:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.id_generator import IdGenerator
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased, TraceIdRatioBased
    from opentelemetry.trace import Status, StatusCode
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'opentelemetry-sdk>=1.45'") from None

TRACES, SHARE = 20_000, 0.05
ERROR_SHARE = 0.01


class SeededIds(IdGenerator):
    """Trace and span ids from a seed, so that every run samples the same traces."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def generate_trace_id(self):
        return self._random.getrandbits(128) or 1

    def generate_span_id(self):
        return self._random.getrandbits(64) or 1


class Kept(SpanProcessor):
    """Collects the spans that reach an exporter, by trace."""

    def __init__(self):
        self.traces = defaultdict(list)

    def on_end(self, span):
        if span.context.trace_flags.sampled:
            self.traces[span.context.trace_id].append(span)


# region: requests
def run_requests(sampler, seed=8):
    """20,000 checkouts of three spans; one in a hundred fails, and only its last span knows."""
    kept, rnd = Kept(), random.Random(seed + 1)
    provider = TracerProvider(sampler=sampler, id_generator=SeededIds(seed))
    provider.add_span_processor(kept)
    tracer = provider.get_tracer("shop")
    failed = 0
    for _ in range(TRACES):
        fails = rnd.random() < ERROR_SHARE
        failed += fails
        with tracer.start_as_current_span("gateway"):
            with tracer.start_as_current_span("orders"):
                with tracer.start_as_current_span("payments") as span:
                    if fails:
                        span.set_status(Status(StatusCode.ERROR))
    return failed, dict(kept.traces)
# endregion


def has_error(spans):
    return any(span.status.status_code is StatusCode.ERROR for span in spans)


# region: tail
RANDOM_BITS = 56


def threshold(share):
    """Consistent probability sampling: reject the first (1 - share) of 2**56 values."""
    return round((1 - share) * 2 ** RANDOM_BITS)


def keeps(trace_id, share):
    """R >= T, with R the rightmost 56 bits of the trace id: everyone who asks gets the same answer."""
    return trace_id & (2 ** RANDOM_BITS - 1) >= threshold(share)


def tail_sample(traces, share):
    """Keep every error and a fair share of the rest; return each kept trace with the number that it stands for."""
    kept = {}
    for trace_id, spans in traces.items():
        if has_error(spans):
            kept[trace_id] = (spans, 1.0)
        elif keeps(trace_id, share):
            kept[trace_id] = (spans, 1 / share)
    return kept
# endregion


def split(traces, collectors, route):
    """What each of several tail-sampling collectors sees when `route` places the spans."""
    seen = [defaultdict(list) for _ in range(collectors)]
    for trace_id, spans in traces.items():
        for number, span in enumerate(spans):
            seen[route(trace_id, number, span) % collectors][trace_id].append(span)
    return seen


def complete_errors(traces, collectors, route):
    """Failed traces of which all three spans were kept by the collectors together, and those kept in part."""
    kept = defaultdict(int)
    for view in split(traces, collectors, route):
        for trace_id, (spans, _) in tail_sample(view, SHARE).items():
            kept[trace_id] += len(spans)
    counts = [kept[trace_id] for trace_id, spans in traces.items() if has_error(spans)]
    return sum(n == 3 for n in counts), sum(0 < n < 3 for n in counts)


def whole_traces(services, share, decide):
    """How many of TRACES are complete when each service samples for itself."""
    rnd = random.Random(8)
    ids = [rnd.getrandbits(128) for _ in range(TRACES)]
    return sum(all(decide(trace_id, service, share) for service in range(services)) for trace_id in ids)


def main():
    failed, head = run_requests(ParentBased(TraceIdRatioBased(SHARE)))
    expected, spread = failed * SHARE, 2 * math.sqrt(failed * SHARE * (1 - SHARE))
    errors = sum(map(has_error, head.values()))
    print(f"{TRACES:,} traces, {failed} failed")
    print(f"head sampling at {SHARE:.0%}: kept {len(head)} traces, {errors} of the errors "
          f"(chance allows {expected - spread:.0f} to {expected + spread:.0f})")

    failed, everything = run_requests(ALWAYS_ON)
    assert len(everything) == TRACES and all(len(spans) == 3 for spans in everything.values())
    tail = tail_sample(everything, SHARE)
    errors = sum(has_error(spans) for spans, _ in tail.values())
    print(f"tail sampling, errors and {SHARE:.0%} of the rest: kept {len(tail)} traces, {errors} of the errors")

    weight = sum(weight for _, weight in tail.values())
    print(f"error ratio: true {failed / TRACES:.2%}, counted from the kept traces {errors / len(tail):.1%}, "
          f"with their weights {errors / weight:.2%}")

    print("\nthree tail-sampling collectors, spans routed")
    for label, route in (
        ("round robin", lambda trace_id, number, span: number),
        ("by trace id", lambda trace_id, number, span: trace_id),
    ):
        whole, part = complete_errors(everything, 3, route)
        print(f"  {label}: {whole} of {failed} failed traces whole, {part} in part")

    print("\nthree services, each keeps 10 % for itself: whole traces")
    rnd = random.Random(9)
    print(f"  each throws its own dice: {whole_traces(3, 0.1, lambda *_: rnd.random() < 0.1)} of {TRACES:,}")
    print(f"  all compare the trace id: {whole_traces(3, 0.1, lambda trace_id, _, share: keeps(trace_id, share))} of {TRACES:,}")


if __name__ == "__main__":
    main()
