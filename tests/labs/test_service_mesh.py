"""Retries and ejections of a real Envoy: what the labs of Service Mesh show."""

import re

import pytest

PROGRAMS = ("retries", "ejection", "canary")
ROW = re.compile(r"  (?P<name>.+?)\s{2,}(?P<success>[\d.]+)(?: \[\S+\])? % succeed, (?P<calls>[\d.]+)(?: \[\S+\])? calls a request")


@pytest.fixture
def retry_rows(run_lab):
    """Success and calls a request by section (10 %, 90 %, down) and policy."""
    sections, rows = iter(("mild", "severe", "down")), {}
    for line in run_lab("service-mesh/retries.py").out.splitlines():
        if not line.startswith(" "):
            section = next(sections)
        elif found := ROW.fullmatch(line):
            rows[section, found["name"]] = float(found["success"]), float(found["calls"])
    return rows


@pytest.fixture
def ejection_rows(run_lab):
    """Success and the notes behind it, by case."""
    rows = {}
    for line in run_lab("service-mesh/ejection.py").out.splitlines():
        what, success, notes = re.fullmatch(r"(.+?)\s+([\d.]+) \[\S+\] % succeed: (.+)", line).groups()
        rows[what] = float(success), notes.split(", ")
    return rows


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_prints_what_the_guide_shows(run_lab, program):
    run_lab(f"service-mesh/{program}.py").matches_recorded()


def test_retries_cure_a_mild_failure_for_little_load(retry_rows):
    success, calls = retry_rows["mild", "3 retries, no limit"]
    assert success > 99 and calls < 1.2


def test_retries_more_than_triple_the_load_of_a_failing_service(retry_rows):
    success, calls = retry_rows["severe", "3 retries, no limit"]
    assert success < 50 and calls > 3


def test_a_budget_bounds_the_load_of_a_failing_service(retry_rows):
    assert retry_rows["severe", "3 retries, 20 % budget"][1] < 2 < retry_rows["severe", "3 retries, no limit"][1]


def test_a_budget_costs_success_when_the_failure_is_mild(retry_rows):
    assert retry_rows["mild", "no retries"][0] < retry_rows["mild", "3 retries, 20 % budget"][0] <= retry_rows["mild", "3 retries, no limit"][0]


def test_attempts_of_application_and_mesh_multiply(retry_rows):
    assert retry_rows["down", "3 retries, no limit"] == (0, 12)


def test_default_limit_ejects_nobody_below_ten_pods(ejection_rows):
    for what in ("1 of 3 bad, Envoy's defaults", "1 of 8 bad, Envoy's defaults"):
        assert ejection_rows[what][1] == ["0 out", "ejection forbidden"]
    assert ejection_rows["1 of 10 bad, Envoy's defaults"][1] == ["1 out"]


def test_a_wider_limit_ejects_the_bad_pod_of_three(ejection_rows):
    success, notes = ejection_rows["1 of 3 bad, up to 50 % ejected"]
    assert success > 94 and notes == ["1 out"]


def test_a_pod_that_fails_now_and_then_stays_in(ejection_rows):
    assert ejection_rows["1 of 3 fails 20 %, up to 50 %"][1] == ["0 out"]


def test_ejecting_more_than_half_brings_all_back(ejection_rows):
    panicked, bounded = ejection_rows["5 of 8 bad, up to 100 %: panic"], ejection_rows["5 of 8 bad, up to 50 % ejected"]
    assert "panic" in panicked[1] and panicked[0] < bounded[0]


def test_stub_fails_in_an_order_that_the_seed_fixes(load_lab):
    module = load_lab("service-mesh/retries.py")
    answers = []
    for _ in range(2):
        backend = module.Backend(0.5, seed=3)
        answers.append([backend.decide() for _ in range(50)])
        backend.server_close()
    assert answers[0] == answers[1] and set(answers[0]) == {200, 503}


def test_budget_replaces_the_limit_on_retries(load_lab):
    limits = load_lab("service-mesh/retries.py").limits
    assert "max_retries" not in limits(budget=20)["thresholds"][0]
    assert limits(retries_at_once=3)["thresholds"][0]["max_retries"] == 3


def test_proxy_listens_on_loopback_only(load_lab):
    config = load_lab("service-mesh/retries.py").configuration([1, 2], retries=3)
    assert set(re.findall(r"'address': '([^']+)'", str(config))) == {"127.0.0.1"}


@pytest.fixture
def canary_rows(run_lab):
    """Failed requests (%), failed calls of the canary (%), calls of the canary, by case."""
    _, *lines = run_lab("service-mesh/canary.py").out.splitlines()
    return {line[:26].strip(): [float(number) for number in re.findall(r"([\d.]+) \[", line)] for line in lines}


def test_retries_hide_a_failing_canary_from_the_customers_error_rate(canary_rows):
    assert canary_rows["fails 30 %, 2 retries"][0] < canary_rows["fails 30 %, no retries"][0]
    assert canary_rows["fails 30 %, 2 retries"][1] > 20


def test_retries_behind_a_weighted_route_stay_with_the_sick_version(canary_rows):
    failed, _, calls = canary_rows["down, 2 retries"]
    assert failed > 13 and calls == pytest.approx(3 * 6 * failed, rel=0.02)


def test_ejection_does_not_empty_a_pool_whose_only_pod_is_sick(canary_rows):
    assert canary_rows["down, 2 retries, ejection"][0] > 13


def test_ejection_and_retries_rescue_customers_when_versions_share_a_pool(canary_rows):
    assert canary_rows["down, one pool, both"][0] < 3
