# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=2.2"]
# ///
"""Universal Scalability Law: fit it to throughput measured with few workers, predict it for many, then measure.

Workers go in rounds: each waits for its remote calls (all in parallel), then merges its result into a shared
table (one at a time) and, before it lets go of the table, tells every other worker that its copy is stale.
The waits are real, and nobody tells the fit how long they are: it sees throughput only.
"""
import threading
import time

try:
    import numpy as np
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'numpy>=2.2'") from None

PARALLEL = 0.020      # seconds: remote calls of one job
SERIAL = 0.0010       # seconds with the lock: the merge
TELL = 0.00010        # seconds with the lock: one message to one other worker
SECONDS = 0.5         # at least so long is each measurement
REPEATS = 3           # and so often; a busy machine only ever slows one down, so the best counts
FIT_AT = (1, 2, 4, 8, 12, 16)
CHECK_AT = 48


# region: measure
def throughput(workers: int, tell: float, seconds: float = SECONDS) -> float:
    """Jobs a second that so many workers really finish together."""
    table, jobs, deadline = threading.Lock(), [0] * workers, [0.0]
    running = [True]

    def end_of_round() -> None:
        running[0] = time.perf_counter() < deadline[0]

    together = threading.Barrier(workers, action=end_of_round)

    def work(me: int) -> None:
        while running[0]:
            time.sleep(PARALLEL)
            with table:
                time.sleep(SERIAL + tell * (workers - 1))
            jobs[me] += 1
            together.wait()

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(workers)]
    begin = time.perf_counter()
    deadline[0] = begin + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(set(jobs)) != 1:
        raise AssertionError("every worker takes part in every round")
    return sum(jobs) / (time.perf_counter() - begin)
# endregion


# region: fit
def usl(workers, one, contention, coherence):
    """Gunther's law: linear growth, less queueing for what is shared, less the talk between all pairs."""
    n = np.asarray(workers, dtype=float)
    return one * n / (1 + contention * (n - 1) + coherence * n * (n - 1))


def fit(workers, measured, coherent=True):
    """Least squares on n / X(n), which is linear in the unknowns; contention alone is Amdahl's law."""
    n, x = np.asarray(workers, dtype=float), np.asarray(measured, dtype=float)
    columns = [np.ones_like(n), n - 1] + ([n * (n - 1)] if coherent else [])
    weight = x / n                                # so that errors count in proportion
    unknown = np.linalg.lstsq(np.stack(columns, axis=1) * weight[:, None], np.ones_like(n), rcond=None)[0]
    return 1 / unknown[0], unknown[1] / unknown[0], unknown[2] / unknown[0] if coherent else 0.0
# endregion


def best(workers: int, tell: float = TELL) -> float:
    return max(throughput(workers, tell) for _ in range(REPEATS))


def main() -> None:
    threading.stack_size(256 * 1024)
    measured = {workers: best(workers) for workers in FIT_AT}
    truth = best(CHECK_AT)
    print("workers: jobs a second, measured")
    for workers, jobs in measured.items():
        print(f"  {workers:2}: {jobs:.0f} [{workers * 5}..{workers * 50}]")
    print(f"  {CHECK_AT}: {truth:.0f} [40..180]")

    laws = {
        "linear  ": (measured[1], 0.0, 0.0),
        "Amdahl  ": fit(FIT_AT, list(measured.values()), coherent=False),
        "USL     ": fit(FIT_AT, list(measured.values())),
    }
    ranges = {"linear  ": "900..2500 8..30", "Amdahl  ": "150..700 1.3..6", "USL     ": "40..300 0.5..2"}
    print(f"predicted for {CHECK_AT} from at most {FIT_AT[-1]}")
    for name, law in laws.items():
        predicted, (span, factor) = float(usl(CHECK_AT, *law)), ranges[name].split()
        print(f"  {name} {predicted:.0f} [{span}], times what was measured: {predicted / truth:.2f} [{factor}]")
    _, contention, coherence = laws["USL     "]
    if coherence <= 0:
        raise SystemExit("This machine is too busy to measure on: the fit found no coherence cost. Run it again.")
    print("what the fit found")
    print(f"  contention {100 * contention:.1f} % [0..15], coherence {100 * coherence:.2f} % [0.15..1.2]")
    print(f"  peak at {np.sqrt((1 - contention) / coherence):.0f} [8..25] workers")
    print(f"one broadcast instead of a message to each: {CHECK_AT} workers do {best(CHECK_AT, tell=0.0):.0f} [200..720]")


if __name__ == "__main__":
    main()
