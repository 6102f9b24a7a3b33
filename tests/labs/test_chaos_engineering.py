"""What the reader of docs/ChaosEngineering.md is meant to see in its labs."""

import pytest


@pytest.fixture
def dark_cache(run_lab):
    return run_lab("chaos-engineering/dark_cache.py")


@pytest.fixture
def abort(run_lab):
    return run_lab("chaos-engineering/abort.py")


@pytest.fixture
def catalogue(load_lab):
    return load_lab("chaos-engineering/catalogue.py")


def below(text: str, heading: str) -> str:
    """The indented lines under the line that is or starts with the heading and a colon."""
    lines = iter(text.splitlines())
    assert any(line.startswith(f"{heading}: ") for line in lines), f"no line starts with {heading!r}"
    found = []
    for line in lines:
        if not line.startswith("  "):
            break
        found.append(line)
    return "\n".join(found)


def test_dark_cache_prints_what_the_guide_shows(dark_cache):
    dark_cache.matches_recorded()


def test_without_a_timeout_the_steady_state_deviates(dark_cache):
    assert "no timeout: DEVIATED" in dark_cache.out


def test_without_a_timeout_static_pages_fail_too(dark_cache):
    assert "static 20" not in below(dark_cache.out, "no timeout").splitlines()[1]


def test_without_a_timeout_the_rollback_brings_nothing_back(dark_cache):
    assert "after the rollback  product 0, static 0  of 20 each" in below(dark_cache.out, "no timeout")


def test_a_timeout_and_a_fallback_serve_every_page(dark_cache):
    assert "while it lasts      product 20, static 20  of 20 each" in below(dark_cache.out, "100 ms timeout, then the database")


def test_the_same_timeout_is_too_little_in_a_sale_but_recovers(dark_cache):
    assert "the same in a sale: DEVIATED" in dark_cache.out
    assert "after the rollback  product 160, static 160" in below(dark_cache.out, "the same in a sale")


def test_a_circuit_breaker_holds_in_the_sale(dark_cache):
    assert "while it lasts      product 160, static 160" in below(dark_cache.out, "the same in a sale, with a circuit breaker")


def test_abort_prints_what_the_guide_shows(abort):
    abort.matches_recorded()


def test_a_fail_fast_stop_leaves_the_fault_on_by_default(abort):
    assert "rollbacks run: 0; the cache is STILL DARK" in below(abort.out, "25 short steps, default rollbacks")


def test_the_strategy_always_takes_the_fault_back(abort):
    assert "rollbacks run: 1; the cache is back" in below(abort.out, "25 short steps, rollbacks always")


class DeadCache:
    """Every read times out."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def get(self, key):
        self.asked += 1
        raise self.error("timed out")


def shop_with(catalogue, breaker):
    """A catalogue without server and Valkey, for its price alone."""
    shop = object.__new__(catalogue.Catalogue)
    shop.cache = DeadCache(catalogue.valkey.TimeoutError)
    shop.failures, shop.skip_until, shop.breaker = 0, 0.0, breaker
    return shop


def test_price_falls_back_to_the_database_when_the_cache_times_out(catalogue):
    assert shop_with(catalogue, breaker=False).price() == b"19.99"


def test_an_open_breaker_does_not_ask_the_cache(catalogue):
    shop = shop_with(catalogue, breaker=True)
    for _ in range(6):
        shop.price()
    assert shop.cache.asked == 3


def test_without_a_breaker_every_price_asks_the_cache(catalogue):
    shop = shop_with(catalogue, breaker=False)
    for _ in range(6):
        shop.price()
    assert shop.cache.asked == 6


def test_load_counts_a_customer_who_is_refused_as_not_served(catalogue):
    closed = catalogue.socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    assert catalogue.load(port, 20, 0.2) == {"product": [False, False], "static": [False, False]}


def test_the_experiment_rolls_back_what_its_method_does(load_lab):
    lab = load_lab("chaos-engineering/dark_cache.py")
    plan = lab.experiment()
    assert [step["provider"]["func"] for step in plan["method"] + plan["rollbacks"]] == ["darken", "heal"]
