"""What the reader of docs/PerformanceEngineering.md is meant to see in its labs."""
import re

import pytest

OMISSION = "performance-engineering/coordinated_omission.py"
USL = "performance-engineering/usl.py"
BALANCING = "performance-engineering/balancing.py"


@pytest.fixture
def omission(run_lab):
    return run_lab("performance-engineering/coordinated_omission.py")


@pytest.fixture
def scaling(run_lab):
    return run_lab("performance-engineering/usl.py")


@pytest.fixture
def balanced(run_lab):
    return run_lab("performance-engineering/balancing.py")


def number(text: str, before: str) -> float:
    """The first number behind some words."""
    found = re.search(re.escape(before) + r"\s*([\d.,]+)", text)
    assert found, f"no number behind {before!r}"
    return float(found[1].rstrip(".,").replace(",", ""))


# Coordinated omission


def test_coordinated_omission_prints_what_the_guide_shows(omission):
    assert omission.returncode == 0
    omission.matches_recorded()


def test_the_same_stall_meets_the_objective_closed_and_misses_it_open(omission):
    verdicts = dict(re.findall(r"^(closed loop|open loop) +: .*objective (met|missed)$", omission.out, re.MULTILINE))
    assert verdicts == {"closed loop": "met", "open loop": "missed"}


def test_the_closed_loop_did_not_send_what_was_due(omission):
    assert number(omission.out, "closed loop sent") < 0.85 * number(omission.out, "open loop")


def test_the_correction_adds_the_requests_that_were_not_sent(load_lab):
    lab = load_lab(OMISSION)
    assert lab.corrected([0.004, 0.005], 0.01) == [0.004, 0.005]
    assert lab.corrected([0.045], 0.01) == pytest.approx([0.045, 0.035, 0.025, 0.015])


# Universal Scalability Law


def test_the_scalability_law_prints_what_the_guide_shows(scaling):
    assert scaling.returncode == 0
    scaling.matches_recorded()


def test_forty_eight_workers_do_less_than_sixteen(scaling):
    assert number(scaling.out, "48:") < number(scaling.out, "16:")


def test_the_universal_law_predicts_the_fall_and_amdahl_does_not(scaling):
    wrong = {name: number(scaling.out.split(name, 1)[1], "measured:") for name in ("linear", "Amdahl", "USL")}
    assert abs(wrong["USL"] - 1) < abs(wrong["Amdahl"] - 1) < abs(wrong["linear"] - 1)


def test_one_broadcast_gives_the_throughput_back(scaling):
    assert number(scaling.out, "48 workers do") > 1.5 * number(scaling.out, "48:")


def test_the_fit_finds_the_parameters_of_a_curve_without_noise(load_lab):
    lab = load_lab(USL)
    workers = (1, 2, 4, 8, 16)
    assert lab.fit(workers, lab.usl(workers, 50.0, 0.05, 0.002)) == pytest.approx((50.0, 0.05, 0.002))


def test_without_coherence_the_fit_is_amdahls_law(load_lab):
    lab = load_lab(USL)
    workers = (1, 2, 4, 8, 16)
    one, contention, coherence = lab.fit(workers, lab.usl(workers, 50.0, 0.1, 0.0), coherent=False)
    assert (one, contention, coherence) == pytest.approx((50.0, 0.1, 0.0))
    assert lab.usl(10**9, one, contention, coherence) == pytest.approx(50.0 / 0.1)


# Load balancing


def test_balancing_prints_what_the_guide_shows(balanced):
    assert balanced.returncode == 0
    balanced.matches_recorded()


@pytest.fixture(scope="module")
def lab(load_lab):
    return load_lab(BALANCING)


@pytest.fixture(scope="module")
def slow_p99(lab):
    return {name: lab.p99(lab.simulate(policy, slowdown=3.0)) for name, policy in lab.POLICIES.items()}


def test_every_policy_meets_the_same_arrivals(lab):
    lengths = {len(lab.simulate(policy)) for policy in lab.POLICIES.values()}
    assert len(lengths) == 1


def test_one_server_and_random_choice_agree_with_the_queueing_formula(lab, monkeypatch):
    """With all servers equal and random choice each is an M/M/1 queue: mean WORK / (1 - LOAD)."""
    monkeypatch.setattr(lab, "SECONDS", 200)
    latencies = [latency for latency, _ in lab.simulate(lab.at_random)]
    assert sum(latencies) / len(latencies) == pytest.approx(lab.WORK / (1 - lab.LOAD), rel=0.08)


def test_round_robin_and_random_drown_the_slow_server(slow_p99):
    assert min(slow_p99["round robin"], slow_p99["random"]) > 10_000


def test_two_choices_survive_the_slow_server(slow_p99):
    assert slow_p99["two choices, true counts"] < 150
    assert slow_p99["two choices, own latency x count"] < 150


def test_the_least_of_stale_counts_is_worse_than_two_choices_of_them(slow_p99):
    assert slow_p99["least of all, counts 250 ms old"] > 2 * slow_p99["two choices, counts 250 ms old"]


def test_two_choices_bound_what_a_fast_failing_server_attracts(lab):
    for name in ("two choices, true counts", "two choices, own latency x count"):
        attracted = lab.share(lab.simulate(lab.POLICIES[name], fails_after=0.001), lab.BROKEN)
        assert 12 < attracted < 100 * 2 / lab.SERVERS


def test_the_table_of_policies_shows_the_recorded_milliseconds(root):
    docs = root / "docs"
    recorded = (docs / "labs/performance-engineering/balancing.out").read_text()
    table = (docs / "PerformanceEngineering.md").read_text().split("### Which load-balancing policy", 1)[1].split("###", 1)[0]
    shown = [figure for cell in re.findall(r"\| ([^|]*\d ms[^|]*) \|", table) for figure in re.findall(r"\d+(?:,\d{3})*", cell)]
    assert len(shown) == 6
    assert all(re.search(rf"(?<![\d,]){figure}(?![\d,])", recorded) for figure in shown)
