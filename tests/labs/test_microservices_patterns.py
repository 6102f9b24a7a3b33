"""What the labs of the guide to microservices patterns show, one fact a test."""
import re

import pytest

OUTBOX = "microservices-patterns/outbox.py"


@pytest.fixture(scope="module")
def outbox(run_lab):
    return run_lab("microservices-patterns/outbox.py")


@pytest.fixture(scope="module")
def cursor(run_lab):
    return run_lab("microservices-patterns/cursor.py")


def section(text, title):
    """The lines below one title of the lab's output, up to the next empty line."""
    return text.split(f"{title}\n", 1)[1].split("\n\n", 1)[0]


def outcomes(text, title):
    return dict(re.findall(r"^  (\S.*?) +\d +\d   (\S+)", section(text, title), flags=re.MULTILINE))


def test_prints_what_the_guide_shows(outbox):
    assert outbox.returncode == 0
    outbox.matches_recorded()


def test_a_crash_between_commit_and_publish_loses_the_event(outbox):
    found = outcomes(outbox.out, "order then publish")
    assert {step for step, outcome in found.items() if outcome.startswith("LOST")} == {"order committed"}


def test_a_crash_between_publish_and_commit_ships_a_phantom(outbox):
    found = outcomes(outbox.out, "publish then order")
    assert {step for step, outcome in found.items() if outcome.startswith("PHANTOM")} == {"event published"}


def test_the_outbox_loses_nothing_and_invents_nothing(outbox):
    found = outcomes(outbox.out, "transactional outbox")
    assert len(found) == 5
    assert not {outcome for outcome in found.values() if outcome.startswith(("LOST", "PHANTOM"))}


def test_a_crash_of_the_relay_publishes_twice(outbox):
    assert outcomes(outbox.out, "transactional outbox")["both committed"] == "DUPLICATE"


def test_only_the_idempotent_consumer_reserves_what_was_bought(outbox):
    figures = section(outbox.out, "consumers of the outbox's events: 6 items were bought")
    assert "idempotent         reserved 6" in figures
    assert "naive              reserved 9" in figures


def test_a_relay_by_position_loses_an_event_without_any_crash(cursor):
    assert cursor.returncode == 0
    cursor.matches_recorded()
    assert re.search(r"^ByPosition .* order 1$", cursor.out, flags=re.MULTILINE)


def test_a_relay_below_the_snapshot_horizon_keeps_the_order(cursor):
    assert re.search(r"^BySnapshot +- +order 1, order 2 +-$", cursor.out, flags=re.MULTILINE)


@pytest.mark.parametrize(("orders", "events", "starts"), [
    (False, 0, "nothing happened"), (True, 1, "consistent"), (True, 0, "LOST"), (False, 1, "PHANTOM"),
    (True, 2, "DUPLICATE")])
def test_each_mismatch_of_order_and_event_has_its_name(load_lab, orders, events, starts):
    assert load_lab(OUTBOX).verdict(orders, events).startswith(starts)


def test_every_step_that_a_handler_names_is_crashed_at(load_lab, monkeypatch):
    """The schedule covers every failpoint: a handler that gains a step without a crash fails here."""
    lab = load_lab(OUTBOX)
    for handler, steps in lab.STEPS.items():
        reached = []
        monkeypatch.setattr(lab, "step", reached.append)
        monkeypatch.setattr(lab, "publish", lambda *_: None)
        handler(Pretender(), None, 1)
        assert [*dict.fromkeys(reached), None] == steps, handler.__name__


class Pretender:
    """Stands for the database connection: answers every statement with one row of an outbox."""

    def execute(self, *_):
        return self

    def fetchall(self):
        return [("order-placed-1", 1)]

    def transaction(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False
