"""What the reader of the guide "Stream Processing" is meant to see in its lab."""
import math
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def late(run_lab):
    return run_lab("stream-processing/windows.py")


@pytest.fixture(scope="module")
def crash(run_lab):
    return run_lab("stream-processing/checkpoint.py")


@pytest.fixture(scope="module")
def lab(load_lab):
    return load_lab("stream-processing/windows.py")


@pytest.fixture(scope="module")
def job(load_lab):
    return load_lab("stream-processing/checkpoint.py")


def row(run, name):
    """The cells of the line that begins with `name`, without its range."""
    line = next(line for line in run.out.splitlines() if line.startswith(name + "  "))
    return line[len(name):].split(" [")[0].split()


def test_the_lab_of_late_data_prints_what_is_recorded(late):
    late.matches_recorded()


def test_the_lab_of_checkpoints_prints_what_is_recorded(crash):
    crash.matches_recorded()


def test_without_waiting_a_third_of_nine_events_is_dropped(late):
    assert row(late, "delay  0 s, lateness  0 s") == ["2", "2", "open", "3"]


def test_a_delay_of_five_seconds_keeps_two_of_the_three(late):
    assert row(late, "delay  5 s, lateness  0 s") == ["3", "3", "open", "1"]


def test_a_long_delay_drops_nothing_and_leaves_windows_unanswered(late):
    assert row(late, "delay 15 s, lateness  0 s") == ["4", "open", "open", "0"]


def test_allowed_lateness_answers_early_and_corrects(late):
    assert row(late, "delay  0 s, lateness 15 s") == ["2>3>4", "2>3", "open", "0"]


def test_delay_and_lateness_of_the_same_length_keep_the_same_events_at_different_waits(late):
    waiting, updating = row(late, "delay 900 s, lateness   0 s"), row(late, "delay   5 s, lateness 900 s")
    assert waiting[0] == updating[0]
    assert int(waiting[-3]) > 90 * int(updating[-3])


def test_few_dropped_events_make_many_windows_wrong(late):
    cells = row(late, "delay   5 s, lateness   0 s")
    dropped, wrong, told = int(cells[0]), int(cells[1]), int(cells[3])
    assert dropped / 40_000 < 0.005
    assert wrong / told > 0.3


def test_a_silent_partition_holds_the_windows_of_the_others(late):
    assert row(late, "no idleness")[:3] == ["4", "of", "12"]


def test_idleness_frees_the_windows_and_drops_the_backlog(late):
    cells = row(late, "idle after 60 s")
    assert cells[:3] == ["11", "of", "12"]
    assert int(cells[6]) == 360


def test_lateness_keeps_the_backlog_of_an_idle_partition(late):
    assert row(late, "idle after 60 s, late 900 s")[-2:] == ["0", "360"]


def test_offsets_apart_from_state_lose_counts(crash):
    state, rows, lost, repeated, wrong = map(int, row(crash, "plain, offsets apart"))
    assert (state, rows, lost, repeated) == (170, 200, 0, 0)
    assert wrong >= 20


def test_a_checkpoint_makes_state_exact_and_leaves_output_repeated(crash):
    assert row(crash, "plain") == ["200", "230", "0", "30", "0"]


@pytest.mark.parametrize("sink", ["upsert by click", "two-phase"])
def test_both_repairs_of_the_sink_are_exact(crash, sink):
    assert row(crash, sink) == ["200", "200", "0", "0", "0"]


def test_a_transaction_that_expires_in_the_outage_loses_an_epoch(crash):
    assert row(crash, "two-phase, expired") == ["200", "160", "40", "0", "0"]


def told(lab, arrivals, **settings_of_engine):
    engine = lab.Windows(size=10, **settings_of_engine)
    for clock, at in enumerate(arrivals):
        engine.receive(clock, at)
    return engine


@settings(max_examples=60, deadline=None)
@given(times=st.lists(st.integers(0, 120), max_size=60), delay=st.integers(0, 30), lateness=st.integers(0, 30))
def test_each_event_is_counted_once_or_dropped_once(lab, times, delay, lateness):
    engine = told(lab, times, delay=delay, lateness=lateness)
    for start, count in Counter(at - at % 10 for at in times).items():
        held = engine.counts.get(start, engine.final().get(start, 0))
        assert held + engine.dropped[start] == count


@settings(max_examples=60, deadline=None)
@given(times=st.lists(st.integers(0, 120), min_size=1, max_size=60), seed=st.integers(0, 9))
def test_a_delay_as_long_as_the_disorder_makes_the_order_of_arrival_irrelevant(lab, times, seed):
    shuffled = random.Random(seed).sample(times, len(times))
    closing = [1_000]                                        # moves the watermark past every window
    assert told(lab, shuffled + closing, delay=121).final() == told(lab, sorted(times) + closing, delay=121).final()


@settings(max_examples=60, deadline=None)
@given(times=st.lists(st.tuples(st.integers(0, 120), st.integers(0, 2)), max_size=60))
def test_the_watermark_never_goes_back(lab, times):
    engine, marks = lab.Windows(size=10, partitions=(0, 1, 2), idle_after=5), [-math.inf]
    for clock, (at, partition) in enumerate(times):
        engine.receive(clock, at, partition)
        marks.append(engine.watermark)
    assert marks == sorted(marks)


def test_state_of_a_window_ends_with_its_lateness(lab):
    engine = told(lab, [1, 12, 25], lateness=10)
    assert sorted(engine.counts) == [10, 20]


def test_the_tail_of_the_clicks_is_the_shops(lab):
    arrivals = lab.clicks(seed=3)
    late_share = sum(now - at > 60 for now, at, _ in arrivals) / len(arrivals)
    very_late = sum(now - at > 900 for now, at, _ in arrivals) / len(arrivals)
    assert 0.002 < late_share < 0.004
    assert 0.0005 < very_late < 0.0015


def test_a_two_phase_sink_shows_nothing_before_its_commit(job, tmp_path):
    sink = job.open_sink(tmp_path / "sink.db")
    output = job.TwoPhase(sink, "epoch-1")
    output.write(1, "product-1", 1)
    assert sink.execute("select count(*) from visible").fetchone() == (0,)
    output.commit("epoch-1")
    output.commit("epoch-1")                                 # committing again is harmless
    assert sink.execute("select count(*) from visible").fetchone() == (1,)


def test_a_checkpoint_is_replaced_as_a_whole(job, tmp_path):
    path = tmp_path / "checkpoint.json"
    job.save(path, {"number": 1})
    job.save(path, {"number": 2})
    assert path.read_text() == '{"number": 2}'
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.json"]
