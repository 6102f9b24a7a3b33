"""A sample, a chain and an erasure: what the labs of Compliance and Governance show."""

import copy
import random

import pytest

PROGRAMS = ("audit_sample", "tamper", "erasure")


def columns(run, start):
    """The words after the first printed line that starts so."""
    (found, *_) = (row for row in run.out.splitlines() if row.strip().startswith(start))
    return found.strip().removeprefix(start).split()


@pytest.fixture
def sample(load_lab):
    return load_lab("compliance-governance/audit_sample.py")


@pytest.fixture
def tamper(load_lab):
    return load_lab("compliance-governance/tamper.py")


@pytest.fixture
def erasure(load_lab):
    return load_lab("compliance-governance/erasure.py")


@pytest.fixture
def evidence(sample):
    return sample.evidence(random.Random(sample.SEED))


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_prints_what_is_recorded(run_lab, program):
    run = run_lab(f"compliance-governance/{program}.py")
    assert run.returncode == 0
    run.matches_recorded()


def test_sample_of_25_misses_all_15_of_500_nearly_every_second_time(sample):
    assert 0.45 < sample.misses_all(500, 15, 25) < 0.47


def test_sample_size_for_95_percent_is_the_smallest_that_suffices(sample):
    size = sample.needed(500, 15, 0.95)
    assert sample.misses_all(500, 15, size) <= 0.05 < sample.misses_all(500, 15, size - 1)


def test_full_sample_misses_nothing(sample):
    assert sample.misses_all(500, 15, 500) == 0


def test_list_of_the_forbidden_passes_what_the_export_does_not_say(sample, evidence):
    changes, planted, _ = evidence
    found = sample.judge(changes, "forbidden")
    assert not found & planted["approver missing in the export"]
    assert not found & planted["ticket field is empty"]


def test_list_of_the_allowed_finds_every_planted_violation_and_accuses_nobody_else(sample, evidence):
    changes, planted, _ = evidence
    assert sample.judge(changes, "unproved") == set().union(*planted.values())


@pytest.mark.parametrize("rule", ["forbidden", "unproved"])
def test_cedar_gives_the_answers_of_rego(sample, evidence, rule):
    if not sample.Interpreter:
        pytest.skip("regopy has no wheel for this platform")
    changes, _, _ = evidence
    assert sample.with_cedar(changes, rule) == sample.with_rego(changes, rule)


def test_no_rule_sees_a_deployment_that_is_not_in_the_export(sample, evidence):
    changes, _, deployments = evidence
    unknown = set(deployments) - {change["id"] for change in changes}
    assert len(unknown) == 3 and not unknown & sample.judge(changes, "unproved")


@pytest.mark.parametrize("position", [0, 1, 250, 499])
def test_chain_locates_an_edited_entry(tamper, position):
    log = tamper.chained(tamper.events())
    log[position]["entry"]["amount"] = -1
    assert tamper.first_broken(log) == position


def test_chain_locates_a_removed_and_a_swapped_entry(tamper):
    log = tamper.chained(tamper.events())
    without = log[:250] + log[251:]
    swapped = [*log[:250], log[251], log[250], *log[252:]]
    assert tamper.first_broken(without) == tamper.first_broken(swapped) == 250


def test_rewritten_chain_is_valid_and_contradicts_the_next_anchor(tamper):
    log = tamper.chained(tamper.events())
    anchors = tamper.anchored(log)
    tamper.rewrite(log)
    assert tamper.first_broken(log) is None
    assert tamper.first_contradicted(log, anchors) == 300


@pytest.mark.parametrize(("count", "noticed"), [(1, False), (20, False), (21, True), (100, True)])
def test_cut_end_is_noticed_only_if_an_anchor_is_cut(tamper, count, noticed):
    log = tamper.chained(tamper.events())
    anchors = tamper.anchored(log)
    tamper.drop_end(log, count)
    assert tamper.first_broken(log) is None
    assert (tamper.first_contradicted(log, anchors) is not None) is noticed


def test_attacks_do_not_change_the_honest_log(tamper):
    honest = tamper.chained(tamper.events())
    before = copy.deepcopy(honest)
    for attack in tamper.ATTACKS.values():
        attack(copy.deepcopy(honest))
    assert honest == before


def test_delete_leaves_the_backup_the_log_and_their_copies_readable(erasure):
    shop = erasure.Shop(sealed=False)
    erasure.delete_row(shop)
    left = shop.readable()
    assert left.pop("database") == 0
    assert all(count > 0 for count in left.values())


def test_destroyed_key_reaches_the_log_and_its_backup_and_no_plaintext_copy(erasure):
    shop = erasure.Shop(sealed=True)
    erasure.shred(shop)
    left = shop.readable()
    assert left["event log"] == left["event log backup"] == 0
    assert left["search index"] == left["application log"] == 20


def test_destroyed_key_leaves_everybody_elses_events_readable(erasure):
    shop = erasure.Shop(sealed=True)
    erasure.shred(shop)
    assert sum(erasure.unseal(shop.keys, record) is not None for record in shop.log) == erasure.EVENTS - 20


def test_restored_key_table_brings_the_person_back_unless_erasures_are_replayed(erasure):
    shop, asked = erasure.Shop(sealed=True), set()
    erasure.erase(shop, asked)
    erasure.restore(shop)
    assert shop.readable()["event log"] == 20
    erasure.restore(shop, asked)
    assert shop.readable()["event log"] == shop.readable()["database"] == 0


def test_erasure_is_complete_when_the_last_backup_has_expired(erasure):
    shop = erasure.Shop(sealed=True)
    erasure.erase(shop, set())
    assert sum(shop.readable().values()) == 1
    shop.backup()
    assert sum(shop.readable().values()) == 0


def test_record_does_not_open_under_another_persons_key(erasure):
    shop = erasure.Shop(sealed=True)
    customer, nonce, ciphertext = shop.log[0]
    assert erasure.unseal(shop.keys, ((customer + 1) % erasure.CUSTOMERS, nonce, ciphertext)) is None


def test_unkeyed_hash_of_an_address_is_reversed_by_a_list_of_addresses(erasure):
    people = [erasure.address(customer) for customer in range(10)]
    assert erasure.recovered(map(erasure.plain_hash, people), people, erasure.plain_hash) == 10
    assert erasure.recovered(map(erasure.keyed_hash(b"a"), people), people, erasure.keyed_hash(b"b")) == 0
