"""What the reader of the guide "Data Engineering" is meant to see in its lab."""
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

EVENTS = ("nothing", "late 1 day", "late 2 days", "rerun", "sent twice", "corrected")


@pytest.fixture(scope="module")
def late(run_lab):
    return run_lab("data-engineering/late_row.py")


@pytest.fixture(scope="module")
def publishing(run_lab):
    return run_lab("data-engineering/publish.py")


@pytest.fixture(scope="module")
def lab(load_lab):
    return load_lab("data-engineering/late_row.py")


def cells(run, name):
    """The six verdicts of a strategy, by event."""
    line = next(line for line in run.out.split("after three runs")[1].splitlines() if line.startswith(name))
    words = line[len(name):].split()
    return dict(zip(EVENTS, zip(map(int, words[::2]), words[1::2])))


def reads(run, name):
    line = next(line for line in run.out.splitlines() if line.startswith(f"  {name} "))
    return [int(word) for word in line[len(name) + 2:].split("tests")[0].split()]


def test_the_lab_of_the_late_row_prints_what_is_recorded(late):
    late.matches_recorded()


def test_the_lab_of_publishing_prints_what_is_recorded(publishing):
    publishing.matches_recorded()


def test_a_row_that_is_a_day_late_leaves_the_tests_green_and_the_total_wrong(late):
    assert cells(late, "append above the maximum")["late 1 day"] == (60, "wrong")


def test_a_look_back_of_a_day_with_a_key_repairs_the_late_row(late):
    assert cells(late, "delete+insert by key, look back")["late 1 day"] == (65, "right")


def test_a_look_back_of_a_day_does_not_find_a_row_that_is_two_days_late(late):
    assert cells(late, "delete+insert by key, look back")["late 2 days"] == (60, "wrong")
    assert cells(late, "overwrite two partitions")["late 2 days"] == (60, "wrong")


def test_looking_back_while_appending_doubles_rows_even_if_nothing_happens(late):
    assert cells(late, "append, look back a day")["nothing"] == (100, "red")


def test_a_duplicate_fails_unique_after_the_table_was_published(late):
    assert "tests RED (unique)  dashboard 75, truth 65" in late.out


def test_overwriting_the_touched_partitions_is_right_after_everything(late):
    assert {verdict for _, verdict in cells(late, "overwrite what was touched").values()} == {"right"}


def test_reconciling_by_day_finds_every_wrong_total_that_the_tests_let_pass(late):
    assert "wrong and green: 5; of these, a reconciliation with the source by day finds 5, with 0 false alarms" in late.out


def test_in_place_the_dashboard_reads_the_duplicate_before_and_after_the_red_test(publishing):
    assert reads(publishing, "in_place") == [80, 130, 130, 120]


def test_write_audit_publish_shows_old_or_right_figures_only(publishing):
    assert reads(publishing, "write_audit_publish") == [80, 80, 80, 120]


def test_a_repeated_append_backfill_adds_everything_again(publishing):
    assert reads(publishing, "append") == [480, 1680, 2880]


def test_a_repeated_overwrite_backfill_ends_at_the_same_total(publishing):
    assert reads(publishing, "overwrite") == [480, 1200, 1200]


def test_a_zombie_backfill_overwrites_new_results_with_green_tests(publishing):
    assert "without a fence         36    40  tests green, attempt 1 published" in publishing.out


def test_a_fence_refuses_the_zombie(publishing):
    assert "with a fence            36    36  tests green, attempt 1 refused" in publishing.out


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_overwriting_what_was_touched_equals_the_truth_for_any_arrivals(lab, data):
    rows = []
    for number in range(data.draw(st.integers(0, 5))):
        day = data.draw(st.integers(1, 3))
        rows.append(lab.order(data.draw(st.sampled_from([11, 22, 90 + number])), f"{day:02} 12:00", data.draw(st.integers(1, 50)), loaded=data.draw(st.integers(day, 3))))
    # one row for each order, day of sale and day of arrival: two versions that arrive together have no order
    rows = list({(row[0], row[3]): row for row in rows}.values())
    first = {}
    rows = [(row[0], first.setdefault(row[0], row[1]), *row[2:]) for row in rows]
    known = {row[0]: row[1] for row in lab.PUNCTUAL}
    rows = [(number, known.get(number, ordered), amount, loaded) for number, ordered, amount, loaded in rows]
    for total, truth, red, unreconciled in lab.simulate("overwrite what was touched", rows):
        assert (total, red, unreconciled) == (truth, [], 0)
