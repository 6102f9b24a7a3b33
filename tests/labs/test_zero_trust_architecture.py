"""What the reader of docs/ZeroTrustArchitecture.md is meant to see in its labs."""
from __future__ import annotations

import pytest


@pytest.fixture
def identity(run_lab):
    return run_lab("zero-trust-architecture/identity.py")


@pytest.fixture
def policy(run_lab):
    return run_lab("zero-trust-architecture/policy.py")


@pytest.fixture
def rules(load_lab):
    return load_lab("zero-trust-architecture/policy.py")


def columns(text: str, start: str) -> list[str]:
    """The columns after the label of the one line that starts with it."""
    found = [line.strip() for line in text.splitlines() if line.strip().startswith(start)]
    assert len(found) == 1, f"{len(found)} lines start with {start!r}"
    return found[0].removeprefix(start).split()


def test_identity_prints_what_the_guide_shows(identity):
    assert identity.returncode == 0, identity.err
    identity.matches_recorded()


def test_a_network_rule_admits_everybody_on_the_network(identity):
    for caller in ("orders, POST /refund", "catalogue, POST /charge", "nobody, no certificate", "orders, signed by a thief"):
        assert columns(identity.out, caller)[0] == "200"


def test_mutual_tls_alone_authenticates_and_authorises_nothing(identity):
    assert columns(identity.out, "nobody, no certificate")[1] == "refused"
    assert columns(identity.out, "orders, signed by a thief")[1] == "refused"
    assert columns(identity.out, "catalogue, POST /charge")[1] == "200"


def test_an_identity_rule_admits_one_caller_to_one_path(identity):
    assert columns(identity.out, "orders, POST /charge")[2] == "200"
    assert columns(identity.out, "orders, POST /refund")[2] == "403"
    assert columns(identity.out, "catalogue, POST /charge")[2] == "403"


def test_a_forged_client_certificate_header_survives_unless_it_is_replaced(identity):
    assert columns(identity.out, "always forward") == ["/ns/admin/sa/root"]
    assert columns(identity.out, "append")[0] == "/ns/admin/sa/root,"
    assert columns(identity.out, "sanitise, then set") == ["/ns/orders/sa/orders"]


def test_an_expired_certificate_fails_a_full_handshake_only(identity):
    assert columns(identity.out, "as configured above") == ["200", "200", "200", "refused"]


def test_a_limit_on_connection_age_does_not_stop_a_resumed_session(identity):
    assert columns(identity.out, "connections live one second") == ["200", "refused", "200", "refused"]


def test_expiry_counts_when_connections_age_and_sessions_do_not_resume(identity):
    assert columns(identity.out, "and sessions do not resume") == ["200", "refused", "refused", "refused"]


def test_policy_prints_what_the_guide_shows(policy):
    assert policy.returncode == 0, policy.err
    policy.matches_recorded()


def test_no_answer_of_the_identity_rules_turns_on_the_network(rules):
    turned, of = rules.moved_by(rules.decide(rules.IDENTITY), 2, rules.NETWORKS)

    assert (turned, of) == (0, 36)


def test_no_answer_of_the_perimeter_rules_turns_on_who_asks(rules):
    decisions = rules.decide(rules.PERIMETER)

    assert rules.moved_by(decisions, 0, rules.ROLES)[0] == 0
    assert rules.moved_by(decisions, 1, rules.DEVICES)[0] == 0


def test_a_failed_forbid_is_skipped_and_the_permit_wins(rules):
    assert rules.ask(rules.QUARANTINE, "finance", "payout", {}) == ("allow", 1)


def test_a_failed_permit_denies(rules):
    assert rules.ask(rules.IDENTITY, "finance", "payout", {"device": 2, "network": "office"}) == ("deny", 1)


def test_a_forbid_that_asks_for_proof_denies_without_an_error(rules):
    assert rules.ask(rules.QUARANTINE_CLOSED, "finance", "payout", {}) == ("deny", 0)
    assert rules.ask(rules.QUARANTINE_CLOSED, "finance", "payout", {"quarantined": False}) == ("allow", 0)


def test_the_schema_stops_an_incomplete_request_before_the_policies(rules):
    assert rules.ask(rules.QUARANTINE, "finance", "payout", {}, schema=rules.SCHEMA) == ("none", 1)
    assert rules.ask(rules.QUARANTINE, "finance", "payout", {"quarantined": False}, schema=rules.SCHEMA) == ("allow", 0)


def test_the_matrix_misses_the_condition_that_it_never_varies(policy):
    assert columns(policy.out, "fresh login not asked") == ["NO"]
    assert policy.out.count("  yes\n") == 4
