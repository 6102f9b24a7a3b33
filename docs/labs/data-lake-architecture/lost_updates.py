# /// script
# requires-python = ">=3.11"
# dependencies = ["deltalake>=1.6.6", "pyarrow>=26"]
# ///
"""Four writers raise one counter twenty times each: what a file, a table format and a careless retry make of 80.

The counter is the number of units sold of one article. The race on the plain file is widened by a sleep
between reading and writing, so its count is not a natural rate of loss; the conflicts of the Delta tables are real.
"""
import os
import pathlib
import tempfile
import threading
import time

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from deltalake import DeltaTable, write_deltalake
    from deltalake.exceptions import CommitFailedError
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'deltalake>=1.6.6' 'pyarrow>=26'") from None

WRITERS, TIMES, PAUSE = 4, 20, 0.002          # seconds between read and write on the plain file
EXPECTED = WRITERS * TIMES


class Conflicts:
    """Counts the commits that the table format refused, from several threads."""

    def __init__(self) -> None:
        self.seen, self.lock = 0, threading.Lock()

    def add(self) -> None:
        with self.lock:
            self.seen += 1


def counter(sold: int) -> pa.Table:
    return pa.table({"article": ["a-1"], "sold": pa.array([sold], pa.int64())})


# region: writers
def replace_file(path: str, conflicts: Conflicts) -> None:
    """Plain Parquet: read, add one, put a new file in the old one's place. The replacement is atomic."""
    sold = pq.read_table(path)["sold"][0].as_py()
    time.sleep(PAUSE)
    mine = f"{path}.{threading.get_ident()}"
    pq.write_table(counter(sold + 1), mine)
    os.replace(mine, path)


def retry_the_write(path: str, conflicts: Conflicts) -> None:
    """Delta: read once, and repeat the refused commit until it is accepted."""
    sold = DeltaTable(path).to_pyarrow_table()["sold"][0].as_py()
    while True:
        try:
            return write_deltalake(path, counter(sold + 1), mode="overwrite")
        except CommitFailedError:
            conflicts.add()


def retry_the_transaction(path: str, conflicts: Conflicts) -> None:
    """Delta: after a refused commit, read again; commit against the version that was read."""
    while True:
        table = DeltaTable(path)
        sold = table.to_pyarrow_table()["sold"][0].as_py()
        try:
            return write_deltalake(table, counter(sold + 1), mode="overwrite")
        except CommitFailedError:
            conflicts.add()


def append_a_row(path: str, conflicts: Conflicts) -> None:
    """Delta: don't update at all; add a row that says "one more", and sum when reading."""
    write_deltalake(path, counter(1), mode="append")
# endregion


def race(write, path: str) -> int:
    """All writers at once; returns how many commits were refused."""
    conflicts, failed = Conflicts(), []

    def work() -> None:
        try:
            for _ in range(TIMES):
                write(path, conflicts)
        except Exception as error:            # a thread's exception would vanish
            failed.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return conflicts.seen


def sold_in(path: str) -> int:
    return sum(DeltaTable(path).to_pyarrow_table()["sold"].to_pylist())


def main() -> None:
    print(f"{WRITERS} writers, {TIMES} increments each: {EXPECTED} are expected")
    with tempfile.TemporaryDirectory() as folder:
        file = str(pathlib.Path(folder) / "counter.parquet")
        pq.write_table(counter(0), file)
        race(replace_file, file)
        sold = pq.read_table(file)["sold"][0].as_py()
        assert sold < EXPECTED
        print(f"replace_file           sold {sold} [5..70], no error")

        for write, bounds, refusals in ((retry_the_write, " [5..70]", " [20..2000]"), (retry_the_transaction, "", " [20..2000]"),
                                        (append_a_row, "", "")):
            path = str(pathlib.Path(folder) / write.__name__)
            write_deltalake(path, counter(0))
            refused = race(write, path)
            sold, version = sold_in(path), DeltaTable(path).version()
            assert version == EXPECTED, "each increment is one commit, whatever the counter says"
            assert (sold < EXPECTED) == (write is retry_the_write)
            print(f"{write.__name__:22} sold {sold}{bounds}, {version} commits, {refused}{refusals} refused and retried")


if __name__ == "__main__":
    main()
