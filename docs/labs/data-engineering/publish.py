# /// script
# requires-python = ">=3.11"
# dependencies = ["duckdb>=2"]
# ///
"""Publish only what passed, and repeat a backfill until it is done: write-audit-publish, partition overwrite, fencing.

A dashboard reads while an order that was sent twice is loaded; a backfill of 30 days loses its process and is started
again; a backfill with old code wakes up after the new one has finished.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import duckdb
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'duckdb>=2'") from None

DAYS, PER_DAY, KILLED = 30, 4, 9
NOVEMBER = f"range(TIMESTAMP '2026-11-01', TIMESTAMP '2026-11-01' + INTERVAL {DAYS} DAY, INTERVAL 1 DAY)"


def open_shop(path):
    """Landed orders of 30 days, 4 a day for 10 dollars each, and an empty table for the readers."""
    database = duckdb.connect(str(path))
    database.execute(f"CREATE TABLE raw_orders AS SELECT 100 * day(d) + n AS order_id, d::DATE AS day, 10 AS amount FROM {NOVEMBER} t(d), range({PER_DAY}) r(n)")
    database.execute("CREATE TABLE orders (order_id INT, day DATE, amount INT)")
    database.execute("CREATE TABLE fence (day DATE PRIMARY KEY, attempt INT)")
    return database


def total(database):
    return database.execute("SELECT coalesce(sum(amount), 0)::INT FROM orders").fetchone()[0]


# region: publish
def write(database, table, day, amount="amount"):
    database.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT order_id, day, {amount} AS amount FROM raw_orders WHERE day = ?", [day])


def audit(database, table):
    """What must hold before a reader may see it: the key is unique, and there is about a day's worth of rows."""
    rows, orders = database.execute(f"SELECT count(*), count(DISTINCT order_id) FROM {table}").fetchone()
    return rows == orders and 0.5 * PER_DAY <= rows <= 2 * PER_DAY


def publish(database, table, day, attempt=None):
    """Replace one partition in one transaction; with an attempt number, only if no later attempt has been here."""
    database.execute("BEGIN")
    if attempt is not None:
        newest = database.execute("SELECT coalesce(max(attempt), 0) FROM fence WHERE day = ?", [day]).fetchone()[0]
        if attempt < newest:
            database.execute("ROLLBACK")
            return False
        database.execute("INSERT OR REPLACE INTO fence VALUES (?, ?)", [day, attempt])
    database.execute("DELETE FROM orders WHERE day = ?", [day])
    database.execute(f"INSERT INTO orders FROM {table}")
    database.execute("COMMIT")
    return True
# endregion


def every_day(database):
    return [day for (day,) in database.execute(f"SELECT d::DATE FROM {NOVEMBER} t(d)").fetchall()]


# region: two-ways
def in_place(database, day, reads):
    database.execute("INSERT INTO orders SELECT * FROM raw_orders WHERE day = ?", [day])
    reads.append(total(database))                           # the dashboard refreshes while the tests still run
    green = audit(database, "(FROM orders WHERE day = (SELECT max(day) FROM orders))")
    reads.append(total(database))
    return green


def write_audit_publish(database, day, reads):
    write(database, "candidate", day)
    reads.append(total(database))
    green = audit(database, "candidate")
    if green:
        publish(database, "candidate", day)
    reads.append(total(database))
    return green
# endregion


def duplicate_arrives(folder, load):
    with open_shop(folder / f"{load.__name__}.db") as database:
        *done, day = every_day(database)[:3]
        for earlier in done:
            write(database, "candidate", earlier)
            publish(database, "candidate", earlier)
        reads = [total(database)]
        database.execute("INSERT INTO raw_orders SELECT * FROM raw_orders WHERE order_id = 301")
        green = load(database, day, reads)
        database.execute("CREATE OR REPLACE TABLE raw_orders AS SELECT DISTINCT * FROM raw_orders")    # the repair
        assert not green
        database.execute("DELETE FROM orders WHERE day = ?", [day])
        assert load(database, day, reads)
        return reads


# region: backfill
def backfill(path, how, die_on):
    """Runs as its own process. Each day is one transaction; on the day `die_on` the process ends before its commit."""
    with duckdb.connect(path) as database:
        for number, day in enumerate(every_day(database), 1):
            database.execute("BEGIN")
            if how == "overwrite":
                database.execute("DELETE FROM orders WHERE day = ?", [day])
            database.execute("INSERT INTO orders SELECT order_id, day, amount FROM raw_orders WHERE day = ?", [day])
            if number == die_on:
                os._exit(KILLED)
            database.execute("COMMIT")
# endregion


def killed_backfill(folder, how):
    path = folder / f"{how}.db"
    open_shop(path).close()
    totals = []
    for die_on in (13, 0, 0):                               # killed on the 13th day, repeated, and repeated once more
        life = subprocess.run([sys.executable, __file__, "backfill", str(path), how, str(die_on)])
        assert life.returncode == (KILLED if die_on else 0)
        with duckdb.connect(str(path)) as database:
            totals.append(total(database))
    return totals


def zombie(folder, fenced):
    with open_shop(folder / f"zombie-{fenced}.db") as database:
        day = every_day(database)[0]
        write(database, "old_code", day)                    # attempt 1 computes with old code, then its node freezes
        write(database, "new_code", day, "amount - 1")      # attempt 2: fees are now deducted
        publish(database, "new_code", day, 2 if fenced else None)
        before = total(database)
        published = publish(database, "old_code", day, 1 if fenced else None)
        assert audit(database, "orders")                    # every test stays green
        return before, total(database), published


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        print("an order of the third day is sent twice; the dashboard reads: before, while tests run, after them, after the repair")
        for load in (in_place, write_audit_publish):
            reads = duplicate_arrives(folder, load)
            print(f"  {load.__name__:20} {' '.join(f'{read:5}' for read in reads[:3])} {reads[-1]:5}")
        print(f"a backfill of {DAYS} days, {DAYS * PER_DAY * 10} dollars: killed on day 13, repeated, repeated again")
        for how in ("append", "overwrite"):
            print(f"  {how:20} {' '.join(f'{read:5}' for read in killed_backfill(folder, how))}")
        print("attempt 2 has published a day, then attempt 1 wakes up with its old code")
        for fenced in (False, True):
            before, after, published = zombie(folder, fenced)
            print(f"  {'with a fence' if fenced else 'without a fence':20} {before:5} {after:5}  tests green, attempt 1 {'published' if published else 'refused'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["backfill"]:
        backfill(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
