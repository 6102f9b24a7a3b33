"""What the reader of the guide "Event-Driven Architecture" is meant to see in its lab."""
import pytest

ORDER = {"id": "order-7-placed", "order": 7}


@pytest.fixture(scope="module")
def run(run_lab):
    return run_lab("event-driven-architecture/offsets.py")


@pytest.fixture()
def lab(load_lab):
    return load_lab("event-driven-architecture/offsets.py")


@pytest.fixture()
def state(lab, tmp_path):
    connection = lab.open_state(str(tmp_path / "state.db"))
    yield connection
    connection.close()


class Killed(BaseException):
    pass


def die():
    raise Killed


def live():
    pass


def effects(state):
    return state.execute("select count(*) from effect").fetchone()[0]


def row(run, name, block):
    lines = run.out.split("\n\n")[block].splitlines()
    return next([int(n) for n in line.split()[1:]] for line in lines if line.startswith(name + " "))


def test_the_lab_prints_what_is_recorded(run):
    assert run.returncode == 0
    run.matches_recorded()


def test_offset_first_loses_one_effect_for_each_crash(run):
    assert row(run, "offset_first", 0) == [294, 6, 0]


def test_state_first_repeats_one_effect_for_each_crash(run):
    assert row(run, "state_first", 0) == [306, 0, 6]


def test_an_inbox_makes_repeats_harmless(run):
    assert row(run, "state_and_inbox_first", 0) == [300, 0, 0]


def test_state_and_offset_in_one_transaction_is_exact_under_crashes(run):
    assert row(run, "state_with_offset", 0) == [300, 0, 0]


def test_a_stored_offset_does_not_see_that_the_producer_sent_twice(run):
    assert row(run, "state_with_offset", 1) == [305, 0, 5]


def test_an_inbox_keyed_by_event_id_sees_that_the_producer_sent_twice(run):
    assert row(run, "state_and_inbox_first", 1) == [300, 0, 0]


@pytest.mark.parametrize("mode, committed, applied", [
    ("offset_first", [1], 0),
    ("state_first", [], 1),
    ("state_and_inbox_first", [], 1),
    ("state_with_offset", [], 0),
])
def test_what_stands_after_a_death_between_the_steps(lab, state, mode, committed, applied):
    commits = []
    with pytest.raises(Killed):
        lab.MODES[mode](ORDER, 0, state, commits.append, die)
    assert (commits, effects(state)) == (committed, applied)


@pytest.mark.parametrize("mode", ["offset_first", "state_first", "state_and_inbox_first", "state_with_offset"])
def test_without_a_crash_every_order_of_steps_applies_once(lab, state, mode):
    lab.MODES[mode](ORDER, 0, state, [].append, live)
    assert effects(state) == 1


def test_the_inbox_and_the_effect_roll_back_together(lab, state):
    with pytest.raises(Killed), lab.transaction(state):
        assert lab.first_time(state, ORDER)
        die()
    assert lab.first_time(state, ORDER)


def test_a_replaced_consumer_cannot_apply_an_offset_twice(lab, state):
    lab.state_with_offset(ORDER, 0, state, None, live)
    with pytest.raises(RuntimeError, match="fenced"):
        lab.state_with_offset(ORDER, 0, state, None, live)
    assert effects(state) == 1


def test_the_resent_orders_are_seeded(lab):
    assert len(lab.RESENT) == 5 == len(set(lab.RESENT))
