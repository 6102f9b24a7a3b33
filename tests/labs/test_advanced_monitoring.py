"""What the reader of the Advanced Monitoring guide is meant to see."""
import math
import re

import pytest

BURN = "advanced-monitoring/burn_rate.py"
QUANTILES = "advanced-monitoring/quantiles.py"
SAMPLING = "advanced-monitoring/sampling.py"


@pytest.fixture(scope="module")
def burn(load_lab):
    return load_lab(BURN)


@pytest.fixture(scope="module")
def replayed(burn):
    service = burn.checkout()
    return {label: burn.score(service, burn.replay(service, rule)) for label, rule in burn.RULES.items()}


def rule(replayed, start):
    return next(result for label, result in replayed.items() if label.startswith(start))


def row(result, start):
    return next(r for r in result[2] if r[0].startswith(start))


def test_the_replay_of_thirty_days_prints_what_was_recorded(run_lab):
    run = run_lab("advanced-monitoring/burn_rate.py")
    assert run.returncode == 0
    run.matches_recorded()


def test_the_quantiles_print_what_was_recorded(run_lab):
    run = run_lab("advanced-monitoring/quantiles.py")
    assert run.returncode == 0
    run.matches_recorded()


def test_the_sampling_prints_what_was_recorded(run_lab):
    run = run_lab("advanced-monitoring/sampling.py")
    assert run.returncode == 0
    run.matches_recorded()


def test_a_window_of_constant_errors_burns_at_ratio_over_budget(burn):
    service = burn.Service([1_000] * burn.MINUTES, [1] * burn.MINUTES)
    assert math.isclose(service.burn(10_000, 60), 0.001 / burn.BUDGET)


def test_errors_are_drawn_at_the_ratio_asked_for(burn):
    errors = burn.draw_errors([2_400] * 2_000, [0.01] * 2_000, seed=3)
    assert 0.0095 < sum(errors) / (2_400 * 2_000) < 0.0105
    assert burn.draw_errors([7], [1.0], seed=1) == [7]


def test_incidents_do_not_overlap(burn):
    spans = [(start, start + length) for _, start, length, _, _ in burn.INCIDENTS]
    assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:]))


def test_alerting_at_the_objective_itself_catches_everything_and_notifies_hundreds_of_times(replayed):
    edges, _, rows = rule(replayed, "at the SLO")
    assert len(edges) > 200 and all(r[1] is not None for r in rows)


def test_two_windows_page_as_early_as_one_and_reset_sooner(replayed):
    one, two = rule(replayed, "one window"), rule(replayed, "two windows")
    for name in ("hard outage", "bad deploy", "dependency", "flapping"):
        assert row(one, name)[1] == row(two, name)[1]
        assert row(two, name)[2] * 4 < row(one, name)[2]


def test_one_window_is_still_lit_when_the_incident_returns_two_hours_later(replayed):
    assert row(rule(replayed, "one window"), "its relapse")[4]
    assert row(rule(replayed, "two windows"), "its relapse")[1] is not None


def test_no_page_and_no_recommended_ticket_sees_the_ten_hour_leak(replayed):
    for start in ("threshold", "one window", "two windows", "ticket"):
        assert row(rule(replayed, start), "slow leak")[1] is None
    assert row(rule(replayed, "tuned ticket"), "slow leak")[1] is not None


def test_the_tuned_ticket_misses_the_three_day_leak_that_the_recommended_ticket_sees(replayed):
    assert row(rule(replayed, "tuned ticket"), "slower leak")[1] is None
    assert row(rule(replayed, "ticket"), "slower leak")[1] > 48 * 60


def test_at_one_request_a_minute_every_error_is_a_page(burn):
    service = burn.quiet(1)
    two = next(r for label, r in burn.RULES.items() if label.startswith("two windows"))
    assert len(burn.score(service, burn.replay(service, two))[0]) == sum(service.errors) > 0


def test_classic_buckets_almost_double_the_percentile_and_fine_native_ones_do_not(load_lab):
    lab = load_lab(QUANTILES)
    values = lab.latencies()
    truth = lab.truth(values, 0.99)
    assert lab.classic_quantile(lab.scrape(values, lab.BOUNDS), 0.99) > 1.8 * truth
    assert abs(lab.native_quantile(*lab.native_buckets(values, 3), 0.99) / truth - 1) < 0.0905
    assert abs(lab.native_quantile(*lab.native_buckets(values, 5), 0.99) / truth - 1) < 0.022


def test_a_quantile_beyond_the_last_bound_reads_the_last_bound(load_lab):
    lab = load_lab(QUANTILES)
    assert lab.classic_quantile(lab.scrape([10.0] * 50, lab.BOUNDS), 0.99) == 5


def test_native_buckets_hold_every_value_within_their_bounds(load_lab):
    lab = load_lab(QUANTILES)
    base, counts = lab.native_buckets([1.0, 1.0001, 2.0], 0)
    assert (base, counts) == (2.0, {0: 1, 1: 2})


def test_averaged_percentiles_are_far_from_the_percentile_of_all(load_lab):
    lab = load_lab(QUANTILES)
    fleet = lab.pods()
    pooled = lab.truth([value for pod in fleet for value in pod], 0.99)
    assert sum(lab.truth(pod, 0.99) for pod in fleet) / len(fleet) > 2 * pooled


def test_tail_sampling_keeps_every_error_and_head_sampling_about_its_share(run_lab):
    out = run_lab("advanced-monitoring/sampling.py").out
    failed = int(re.search(r"traces, (\d+) failed", out)[1])
    head, low, high = map(int, re.search(r"(\d+) of the errors \(chance allows (\d+) to (\d+)", out).groups())
    assert low <= head <= high < failed / 5
    assert f"{failed} of the errors\nerror ratio" in out


def test_the_threshold_keeps_the_share_and_nests(load_lab):
    lab = load_lab(SAMPLING)
    ids = [lab.SeededIds(n).generate_trace_id() for n in range(5_000)]
    kept = [trace_id for trace_id in ids if lab.keeps(trace_id, 0.05)]
    assert 0.035 < len(kept) / len(ids) < 0.065
    assert all(lab.keeps(trace_id, 0.5) for trace_id in kept)
    assert f"{lab.threshold(0.01):014x}".startswith("fd70a3d70a3d7")


def test_round_robin_collectors_tear_failed_traces_apart(run_lab):
    out = run_lab("advanced-monitoring/sampling.py").out
    whole, failed = map(int, re.search(r"round robin: (\d+) of (\d+)", out).groups())
    assert whole < failed / 5
    assert f"by trace id: {failed} of {failed} failed traces whole, 0 in part" in out
