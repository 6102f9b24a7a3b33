"""Drift, refused commits, canaries and pruning: what the labs of GitOps show."""

import json
import re

import pytest


def numbers(run, start):
    """The numbers in the first printed line that begins so, after its label."""
    (found, *_) = (row for row in run.out.splitlines() if row.strip().startswith(start))
    return [int(text) for text in re.findall(r"\d+", found.strip().removeprefix(start))]


def line(run, start):
    """The first printed line that begins so."""
    (found, *_) = (row for row in run.out.splitlines() if row.strip().startswith(start))
    return found


@pytest.fixture
def traffic(run_lab):
    return run_lab("gitops/reconcile.py")


@pytest.fixture
def model(run_lab):
    return run_lab("gitops/loop.py")


@pytest.fixture
def loop(load_lab):
    return load_lab("gitops/loop.py")


@pytest.fixture
def reconcile(load_lab):
    return load_lab("gitops/reconcile.py")


class Target:
    """Stands in for Envoy: a text, and how often it was written."""

    def __init__(self, text):
        self.text, self.writes = text, 0

    def read(self):
        return self.text

    def write(self, text):
        self.text, self.writes = text, self.writes + 1


class Repository:
    """Stands in for Git: a commit and the desired state in it."""

    def __init__(self, text):
        self.text = text

    def read(self):
        return b"c0ffee", self.text


def test_programs_print_what_is_recorded(traffic, model):
    traffic.matches_recorded()
    model.matches_recorded()


def test_deploy_on_commit_never_notices_a_hand_edit(traffic):
    assert numbers(traffic, "failed requests, right after the edit")[0] > 0
    assert numbers(traffic, "after 3 rounds of deploy-on-commit")[0] > 0


def test_reconcile_heals_a_hand_edit_in_one_write(traffic):
    assert numbers(traffic, "after 3 rounds of reconcile")[:2] == [0, 200]
    assert line(traffic, "after 3 rounds of reconcile").endswith("wrote in rounds [True, False, False]")


def test_envoy_accepts_a_commit_that_names_a_missing_cluster(traffic):
    accepted = line(traffic, "as it is")
    assert "failed 100 of 100" in accepted and "rejected 0" in accepted and accepted.endswith("True")


def test_validated_routes_are_refused_while_the_file_equals_git(traffic):
    refused = line(traffic, "with validate_clusters")
    assert "failed   0 of 100" in refused and "rejected 1" in refused and refused.endswith("True")


def test_gate_names_the_missing_cluster(reconcile):
    assert reconcile.gate(reconcile.routes({"v9": 50, "v1": 50}), {"v1", "v2"}) == ["v9"]
    assert reconcile.gate(reconcile.routes({"v1": 95, "v2": 5}), {"v1", "v2"}) == []


def test_small_canary_promotes_a_version_that_fails_three_in_ten(traffic):
    least, most, promoted, of = numbers(traffic, "300 requests, then judge     version 2 saw")
    assert least < 25 and most < 25 and 0 < promoted < of == 30


def test_canary_with_enough_requests_does_not(traffic):
    least, _, promoted, _ = numbers(traffic, "until 25 reach version 2     version 2 saw")
    assert least >= 25 and promoted <= 2


def test_revert_commit_takes_all_traffic_from_the_canary(traffic):
    assert numbers(traffic, "after the revert commit      version 2 sees") == [0, 200, 0]


def test_second_round_of_reconcile_writes_nothing(reconcile):
    target = Target("old")
    assert [reconcile.reconcile(Repository("new"), target) for _ in range(3)] == [True, False, False]
    assert target.text == "new" and target.writes == 1


def test_deploy_on_commit_writes_nothing_while_the_commit_is_old(reconcile):
    target = Target("edited by hand")
    assert reconcile.deploy_on_commit(Repository("new"), target, b"c0ffee") == b"c0ffee"
    assert target.text == "edited by hand"


def test_routes_ask_envoy_to_check_clusters_only_when_strict(reconcile):
    checked = [json.loads(reconcile.routes({"v1": 1}, strict))["resources"][0]["validate_clusters"] for strict in (False, True)]
    assert checked == [False, True]


@pytest.mark.parametrize("prune", [False, True])
def test_hand_delete_lasts_until_the_next_look_with_self_heal_and_for_ever_without(loop, prune):
    edits = [(10, "live", "orders", None)]
    assert loop.tell(edits, self_heal=True, prune=prune)[1] < loop.INTERVAL
    assert loop.tell(edits, self_heal=False, prune=prune)[1] == loop.MINUTES - 10


def test_pruning_turns_an_accident_in_git_into_an_outage(loop):
    edits = [(10, "git", "orders", None), (25, "git", "orders", 24)]
    assert loop.tell(edits, self_heal=True, prune=False)[1] == 0
    assert loop.tell(edits, self_heal=True, prune=True)[1] == 15


def test_without_pruning_a_retired_object_stays(loop):
    edits = [(10, "git", "orders-route", None)]
    assert loop.tell(edits, self_heal=True, prune=False)[2] == ["orders-route"]
    assert loop.tell(edits, self_heal=True, prune=True)[2] == []


def test_agent_never_deletes_what_it_did_not_apply(loop):
    live, agent = {"orders": 24, "stranger": 1}, {"desired": {"orders": 24}, "applied": {"orders"}}
    loop.look({}, live, agent, self_heal=True, prune=True)
    assert live == {"stranger": 1}


def test_long_interval_never_sees_a_mistake_that_is_reverted_quickly(loop):
    edits = [(10, "git", "orders", None), (11, "git", "orders", 24)]
    assert loop.tell(edits, True, True, interval=3)[1] == 0
    assert loop.tell(edits, True, True, interval=10)[1] == 10


@pytest.mark.parametrize("interval", [1, 3, 10])
@pytest.mark.parametrize("lasted", [1, 5])
def test_averaged_over_all_phases_every_interval_loses_what_the_mistake_lasted(loop, interval, lasted):
    lost = [loop.tell([(10 + shift, "git", "orders", None), (10 + shift + lasted, "git", "orders", 24)], True, True, interval)[1]
            for shift in range(interval)]
    assert sum(lost) == lasted * interval
