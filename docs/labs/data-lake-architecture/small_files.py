# /// script
# requires-python = ">=3.11"
# dependencies = ["deltalake>=1.6.6", "duckdb>=2", "pyarrow>=26"]
# ///
"""Two hundred small commits, one compaction, one VACUUM: what each costs, and who is cut off.

Everything lies on the local disk, where opening a file is nearly free; on an object store each file costs a request
and its latency, so the ratio there is larger. The times depend on the machine: only their ratio is printed.
"""
import pathlib
import tempfile
import time

try:
    import duckdb
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'deltalake>=1.6.6' 'duckdb>=2' 'pyarrow>=26'") from None

FIRST, COMMITS, ROWS = 100, 200, 50           # rows at creation, then commits and rows in each
TOTAL = FIRST + COMMITS * ROWS
VERSION = 50                                  # where time travel goes


def clicks(first: int, count: int) -> pa.Table:
    return pa.table({"click": pa.array(range(first, first + count), pa.int64()), "cents": pa.array([60] * count, pa.int64())})


# region: measures
def scan(path: str) -> float:
    """Seconds to open the table and sum it up; the best of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        found = duckdb.arrow(DeltaTable(path).to_pyarrow_dataset()).aggregate("count(*), sum(cents)").fetchall()
        times.append(time.perf_counter() - start)
        assert found == [(TOTAL, TOTAL * 60)]
    return min(times)


def files(path: str) -> tuple[int, int]:
    """How many data files the newest version names, and how many lie on the disk."""
    return len(DeltaTable(path).file_uris()), len(list(pathlib.Path(path).glob("*.parquet")))


def attempt(action) -> str:
    """What came of it, with the error's own first words."""
    try:
        return f"{action()} rows"
    except Exception as error:
        return f"{type(error).__name__}"
# endregion


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / "clicks")
        write_deltalake(path, clicks(0, FIRST))
        for commit in range(COMMITS):
            write_deltalake(path, clicks(FIRST + commit * ROWS, ROWS), mode="append")
        named, on_disk = files(path)
        print(f"after {COMMITS} appends: {named} files named, {on_disk} on the disk")
        slow = scan(path)

        # region: compact
        DeltaTable(path).optimize.compact()
        # endregion
        named, on_disk = files(path)
        ratio = slow / scan(path)
        assert ratio > 1
        print(f"after compaction: {named} file named, {on_disk} on the disk; the scan is {ratio:.0f} [2..500] times as fast")
        print(f"version {VERSION}: {attempt(lambda: DeltaTable(path, version=VERSION).to_pyarrow_table().num_rows)}")

        # region: vacuum
        reader = DeltaTable(path, version=COMMITS).to_pyarrow_dataset()       # a query that planned before the clean-up
        table = DeltaTable(path)
        careful = len(table.vacuum(dry_run=True))
        refused = attempt(lambda: len(table.vacuum(retention_hours=0, dry_run=True)))
        deleted = len(table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False))
        # endregion
        print(f"vacuum with the default retention would delete {careful} files; with 0 hours: {refused}")
        named, on_disk = files(path)
        assert (deleted, named, on_disk) == (COMMITS + 1, 1, 1)
        print(f"vacuum, 0 hours, check switched off: {deleted} files deleted, {on_disk} on the disk")
        print(f"newest version: {attempt(lambda: DeltaTable(path).to_pyarrow_table().num_rows)}")
        print(f"version {VERSION}: {attempt(lambda: DeltaTable(path, version=VERSION).to_pyarrow_table().num_rows)}")
        print(f"the query that had planned before: {attempt(lambda: reader.to_table().num_rows)}")
        print(f"versions that the log still lists: {len(DeltaTable(path).history())} [202..204]")


if __name__ == "__main__":
    main()
