# /// script
# requires-python = ">=3.11"
# dependencies = ["duckdb>=2"]
# ///
"""The late row: an incremental model whose tests are green and whose total is wrong.

DuckDB runs the statements to which dbt's incremental strategies compile; no dbt is needed. Three daily runs load
the shop's orders, two a day for 10 dollars each. Five ways to load meet six things that happen to a pipeline.
"""
from datetime import datetime, timedelta

try:
    import duckdb
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'duckdb>=2'") from None

DAYS = [datetime(2026, 11, day) for day in (1, 2, 3)]


def order(number, ordered, amount=10, loaded=None):
    """One landed row; `ordered` is "day hour:minute" of the sale, `loaded` the day on which the row reached us."""
    at = datetime.strptime(f"2026-11-{ordered}", "%Y-%m-%d %H:%M")
    landed = at.replace(hour=23, minute=0, day=loaded) if loaded else at
    return number, at, amount, landed


# region: events
PUNCTUAL = [order(10 * day + n, f"{day:02} {hour}") for day in (1, 2, 3) for n, hour in ((1, "10:00"), (2, "22:00"))]
EVENTS = {                                                  # name: (rows that land besides, day whose run is repeated)
    "nothing": ([], None),
    "late 1 day": ([order(13, "01 21:50", 5, loaded=2)], None),
    "late 2 days": ([order(13, "01 21:50", 5, loaded=3)], None),
    "rerun": ([], 2),
    "sent twice": ([order(21, "02 10:00", loaded=2)], None),
    "corrected": ([order(12, "01 22:00", 7, loaded=2)], None),
}
# endregion

# region: strategies
LANDED = "SELECT order_id, ordered_at, amount FROM raw_orders WHERE loaded_at < $end"
LATEST = LANDED + " QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY loaded_at DESC, rowid DESC) = 1"
NEWEST = "coalesce((SELECT max(ordered_at) FROM orders), TIMESTAMP '1970-01-01')"

STRATEGIES = {                                              # name: the statements of one run, in one transaction
    "append above the maximum": [
        f"INSERT INTO orders FROM ({LANDED}) WHERE ordered_at > {NEWEST}"],
    "append, look back a day": [
        f"INSERT INTO orders FROM ({LANDED}) WHERE ordered_at > {NEWEST} - INTERVAL 1 DAY"],
    "delete+insert by key, look back": [
        f"CREATE TEMP TABLE batch AS FROM ({LANDED}) WHERE ordered_at > {NEWEST} - INTERVAL 1 DAY",
        "DELETE FROM orders WHERE order_id IN (SELECT order_id FROM batch)",
        "INSERT INTO orders FROM batch",
        "DROP TABLE batch"],
    "overwrite two partitions": [
        "DELETE FROM orders WHERE ordered_at >= $start::TIMESTAMP - INTERVAL 1 DAY",
        f"INSERT INTO orders FROM ({LATEST}) WHERE ordered_at >= $start::TIMESTAMP - INTERVAL 1 DAY"],
    "overwrite what was touched": [
        "CREATE TEMP TABLE touched AS SELECT DISTINCT ordered_at::DATE AS day FROM raw_orders WHERE loaded_at >= $start AND loaded_at < $end",
        "DELETE FROM orders WHERE ordered_at::DATE IN (FROM touched)",
        f"INSERT INTO orders FROM ({LATEST}) WHERE ordered_at::DATE IN (FROM touched)",
        "DROP TABLE touched"],
}
# endregion

# region: tests
TESTS = {                                                   # as dbt's data tests: rows returned are failures
    "unique": "SELECT order_id FROM orders GROUP BY order_id HAVING count(*) > 1",
    "not_null": "FROM orders WHERE order_id IS NULL OR ordered_at IS NULL OR amount IS NULL",
    "positive": "FROM orders WHERE amount <= 0",
    "fresh": "SELECT 1 WHERE NOT EXISTS (FROM orders WHERE ordered_at >= $start)",
}
RECONCILE = f"""
    WITH source AS (SELECT ordered_at::DATE AS day, count(*) AS rows, sum(amount) AS total FROM ({LATEST}) GROUP BY day),
         table_ AS (SELECT ordered_at::DATE AS day, count(*) AS rows, sum(amount) AS total FROM orders GROUP BY day)
    FROM source FULL JOIN table_ USING (day)
    WHERE source.rows IS DISTINCT FROM table_.rows OR source.total IS DISTINCT FROM table_.total"""
# endregion


def failures(database, query, **run):
    used = {name: value for name, value in run.items() if f"${name}" in query}
    return len(database.execute(query, used).fetchall())


def simulate(strategy, rows, repeated=None):
    """Three daily runs. Returns for each: what a dashboard reads, the truth, failed tests, days that do not reconcile."""
    database = duckdb.connect()
    database.execute("CREATE TABLE raw_orders (order_id INT, ordered_at TIMESTAMP, amount INT, loaded_at TIMESTAMP)")
    database.execute("CREATE TABLE orders (order_id INT, ordered_at TIMESTAMP, amount INT)")
    database.executemany("INSERT INTO raw_orders VALUES (?, ?, ?, ?)", PUNCTUAL + rows)
    told = []
    for start in DAYS:
        run = {"start": start, "end": start + timedelta(days=1)}
        for _ in range(2 if start.day == repeated else 1):
            database.execute("BEGIN")
            for statement in STRATEGIES[strategy]:
                database.execute(statement, {name: value for name, value in run.items() if f"${name}" in statement})
            database.execute("COMMIT")
        total = database.execute("SELECT sum(amount) FROM orders").fetchone()[0]
        truth = database.execute(f"SELECT sum(amount) FROM ({LATEST})", {"end": run["end"]}).fetchone()[0]
        red = [name for name, query in TESTS.items() if failures(database, query, **run)]
        told.append((total, truth, red, failures(database, RECONCILE, **run)))
    database.close()
    return told


def story(title, strategy, rows):
    print(title)
    for day, (total, truth, red, _) in zip(DAYS, simulate(strategy, rows)):
        tests = f"RED ({', '.join(red)})" if red else "green"
        print(f"  run of {day.day} Nov: tests {tests:12}  dashboard {total}, truth {truth}")


def main():
    late, twice = EVENTS["late 1 day"][0], [order(31, "03 10:00", loaded=3)]
    story("append above the maximum; order 13 arrives a day late", "append above the maximum", late)
    story("delete+insert by key, look back a day", "delete+insert by key, look back", late)
    story("the same, and order 31 is sent twice", "delete+insert by key, look back", late + twice)

    print("\nafter three runs; wrong: every test was green; red: a test failed, and the table was already published")
    print(f"{'':33}" + "".join(f"{event:>12}" for event in EVENTS))
    unseen = caught = false_alarms = 0
    truths = [simulate("overwrite what was touched", *event)[-1][1] for event in EVENTS.values()]
    print(f"{'truth':33}" + "".join(f"{truth:>12}" for truth in truths))
    for strategy in STRATEGIES:
        cells = []
        for event in EVENTS.values():
            runs = simulate(strategy, *event)
            total, truth, _, unreconciled = runs[-1]
            red = any(red for _, _, red, _ in runs)
            cells.append(f"{total} {'red' if red else 'right' if total == truth else 'wrong'}")
            unseen += total != truth and not red
            caught += total != truth and not red and unreconciled > 0
            false_alarms += total == truth and unreconciled > 0
        print(f"{strategy:33}" + "".join(f"{cell:>12}" for cell in cells))
    print(f"\nwrong and green: {unseen}; of these, a reconciliation with the source by day finds {caught}, with {false_alarms} false alarms")
    assert unseen == caught and not false_alarms


if __name__ == "__main__":
    main()
