# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Thirty days of incidents replayed, minute by minute, against six alert rules.

The standard library only. Every rule sees the same requests and the same errors;
nothing here was tuned to make one of them win.
"""
import math
import random
from itertools import accumulate

MINUTES = 30 * 24 * 60
SLO = 0.9995                      # checkouts that succeed, over 30 days
BUDGET = 1 - SLO                  # the share of errors that the objective allows
BACKGROUND = 0.0001               # the error ratio of an ordinary minute

# region: incidents
# name, first minute, length in minutes, error ratio while it fails, and every how many minutes it fails
INCIDENTS = [
    ("blip: 2 min at 5 %", 3_000, 2, 0.05, 1),
    ("hard outage: 3 min at 100 %", 8_000, 3, 1.0, 1),
    ("bad deploy: 20 min at 20 %", 13_000, 20, 0.20, 1),
    ("its relapse 2 h later: 10 min at 20 %", 13_140, 10, 0.20, 1),
    ("dependency: 60 min at 1 %", 18_000, 60, 0.01, 1),
    ("flapping: 4 h, 1 minute in 10 at 5 %", 22_000, 240, 0.05, 10),
    ("slow leak: 10 h at 0.15 %", 27_000, 600, 0.0015, 1),
    ("slower leak: 3 days at 0.06 %", 33_000, 4_320, 0.0006, 1),
]
# endregion


def error_ratios():
    """The probability of failure of a request, for each minute."""
    ratio = [BACKGROUND] * MINUTES
    for _, start, length, bad, every in INCIDENTS:
        for minute in range(start, start + length, every):
            ratio[minute] = bad
    return ratio


def traffic(per_minute, day_swing):
    """Requests per minute: a day's wave around the mean."""
    return [round(per_minute * (1 - day_swing * math.cos(2 * math.pi * m / 1440))) for m in range(MINUTES)]


def draw_errors(requests, ratios, seed):
    """Errors per minute: each request fails by chance (walks from error to error, so it is quick)."""
    rnd = random.Random(seed)
    errors = []
    for n, p in zip(requests, ratios):
        count = 0
        if p >= 1:
            count = n
        elif p > 0:
            step = -1 / math.log1p(-p)
            position = -math.log(1 - rnd.random()) * step
            while position < n:
                count += 1
                position = math.floor(position) + 1 - math.log(1 - rnd.random()) * step
        errors.append(count)
    return errors


# region: rules
class Service:
    """Requests and errors with running sums, so that any window costs one subtraction."""

    def __init__(self, requests, errors):
        self.requests, self.errors = requests, errors
        self._requests = [0, *accumulate(requests)]
        self._errors = [0, *accumulate(errors)]

    def burn(self, minute, window):
        """Error ratio over the last `window` minutes, as a multiple of what the objective allows."""
        first = max(0, minute + 1 - window)
        seen = self._requests[minute + 1] - self._requests[first]
        return (self._errors[minute + 1] - self._errors[first]) / seen / BUDGET if seen else 0.0


HOUR, DAY = 60, 1440
RULES = {
    "at the SLO: 10 m > 1": lambda b: b(10) > 1,
    "threshold: 5 m ratio > 1 %": lambda b: b(5) * BUDGET > 0.01,
    "one window: 1 h > 14.4 or 6 h > 6": lambda b: b(HOUR) > 14.4 or b(6 * HOUR) > 6,
    "two windows: (1 h, 5 m) or (6 h, 30 m)": lambda b: (
        (b(HOUR) > 14.4 and b(5) > 14.4) or (b(6 * HOUR) > 6 and b(30) > 6)
    ),
    "ticket: 3 d > 1 and 6 h > 1": lambda b: b(3 * DAY) > 1 and b(6 * HOUR) > 1,
    "tuned ticket: 6 h > 2 and 30 m > 2": lambda b: b(6 * HOUR) > 2 and b(30) > 2,
}


def replay(service, rule):
    """The alert's state for each minute."""
    return [rule(lambda window: service.burn(minute, window)) for minute in range(MINUTES)]
# endregion


def score(service, firing):
    """Notifications (rising edges), false ones, and for each incident: detection, reset, budget gone."""
    edges = [m for m in range(1, MINUTES) if firing[m] and not firing[m - 1]]
    allowed = BUDGET * sum(service.requests)
    rows, explained = [], set()
    for name, start, length, _, _ in INCIDENTS:
        end = start + length
        in_time = [m for m in edges if start <= m < end + 60]
        explained.update(in_time)
        if not in_time:
            rows.append((name, None, None, None, firing[start]))
            continue
        first = in_time[0]
        reset = next((m for m in range(max(end, first), MINUTES) if not firing[m]), MINUTES) - end
        spent = sum(service.errors[start:first + 1]) / allowed
        rows.append((name, first - start + 1, reset, spent, False))
    return edges, [m for m in edges if m not in explained], rows


def budget_by_incident(service):
    allowed = BUDGET * sum(service.requests)
    return {name: sum(service.errors[s:s + n]) / allowed for name, s, n, _, _ in INCIDENTS}


def checkout(seed=8):
    requests = traffic(2_400, 0.6)              # 40 a second on average, as in docs/shop.toml
    return Service(requests, draw_errors(requests, error_ratios(), seed))


def quiet(per_minute, seed=8):
    """An endpoint with few requests and no incident at all: only the background."""
    requests = [per_minute] * MINUTES
    return Service(requests, draw_errors(requests, [BACKGROUND] * MINUTES, seed))


def main():
    service = checkout()
    spent = budget_by_incident(service)
    print(f"budget: {BUDGET:.2%} of {sum(service.requests):,} requests; spent {sum(service.errors) / BUDGET / sum(service.requests):.0%}")
    for name, share in spent.items():
        print(f"  {share:6.1%}  {name}")
    for label, rule in RULES.items():
        edges, false, rows = score(service, replay(service, rule))
        caught = sum(1 for row in rows if row[1] is not None)
        print(f"\n{label}\n  notifications {len(edges)}, outside incidents {len(false)}, incidents notified {caught} of {len(rows)}")
        for name, detect, reset, gone, still_lit in rows:
            if detect is None:
                print(f"  {'still lit from before' if still_lit else 'missed':>36}  {name}")
            else:
                print(f"  {detect:4d} min, reset {reset:4d} min, spent {gone:5.1%}  {name}")
    for per_minute in (10, 1):
        service = quiet(per_minute)
        print(f"\n{per_minute} a minute, no incident: {sum(service.errors)} errors in 30 days, budget {BUDGET * sum(service.requests):.0f}")
        for label, rule in RULES.items():
            print(f"  {len(score(service, replay(service, rule))[0]):4d} notifications  {label}")


if __name__ == "__main__":
    main()
