# /// script
# requires-python = ">=3.11"
# dependencies = ["pyiceberg[sql-sqlite,pyarrow]>=0.12", "duckdb>=2"]
# ///
"""Rename a column, give its old name to a column of another type: files read by name, and a table read by field id.

The catalogue is a SQLite file, the warehouse a temporary folder. A second part lets two stale writers commit and
shows which changes the table format repeats by itself and which it refuses.
"""
import logging
import pathlib
import tempfile
import warnings

try:
    import duckdb
    import pyarrow as pa
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.exceptions import CommitFailedException, ValidationException
    from pyiceberg.types import StringType
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'pyiceberg[sql-sqlite,pyarrow]>=0.12' 'duckdb>=2'") from None

TABLE = "shop.orders"


# region: evolve
def evolve(catalogue: SqlCatalog):
    """Two orders, a renamed column, its old name for something else, one more order; the table and its first snapshot."""
    table = catalogue.create_table(TABLE, pa.schema([("id", pa.int64()), ("amt", pa.int32())]))
    table.append(pa.table({"id": [1, 2], "amt": pa.array([10, 20], pa.int32())}))
    first = table.current_snapshot().snapshot_id
    with table.update_schema() as change:
        change.rename_column("amt", "amount")
    with table.update_schema() as change:
        change.add_column("amt", StringType())                # now: the kind of amount
    table.append(pa.table({"id": [3], "amount": pa.array([30], pa.int32()), "amt": ["gross"]}))
    return table, first
# endregion


# region: by-name
def read_by_name(table) -> list[tuple]:
    """What an engine sees that is given the table's own Parquet files and matches columns by name."""
    files = [task.file.file_path.removeprefix("file://") for task in table.scan().plan_files()]
    return duckdb.sql(f"SELECT id, amount, amt FROM read_parquet({files}, union_by_name=true) ORDER BY id").fetchall()


def read_by_id(table, snapshot: int | None = None) -> list[tuple]:
    rows = table.scan(snapshot_id=snapshot).to_arrow().to_pylist()
    return sorted((tuple(row.values()) for row in rows), key=lambda row: row[0])
# endregion


# region: stale
def stale(catalogue: SqlCatalog, first, second) -> str:
    """Two clients load the same version; the second commits after the first. What becomes of the second?"""
    one, two = catalogue.load_table(TABLE), catalogue.load_table(TABLE)
    first(one)
    try:
        second(two)
        return "repeated on the new version by itself"
    except (CommitFailedException, ValidationException) as refusal:
        return f"refused with {type(refusal).__name__}"
# endregion


def order(number: int) -> pa.Table:
    return pa.table({"id": [number], "amount": pa.array([40], pa.int32()), "amt": ["net"]})


def add_column(table, name: str) -> None:
    with table.update_schema() as change:
        change.add_column(name, StringType())


def main() -> None:
    logging.disable(logging.WARNING)          # the library says when it repeats a commit
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        catalogue = SqlCatalog("lab", uri=f"sqlite:///{(base / 'catalogue.db').as_posix()}", warehouse=(base / "warehouse").as_posix())
        catalogue.create_namespace("shop")
        table, first = evolve(catalogue)

        named, identified = read_by_name(table), read_by_id(table)
        assert sum(row[1] or 0 for row in named) == 30 and sum(row[1] for row in identified) == 60
        print("the same two files, columns matched by name:")
        for row in named:
            print(f"  id {row[0]}: amount {row[1]}, amt {row[2]!r}")
        print(f"  sum of amount: {sum(row[1] or 0 for row in named)}")
        print("through the table, columns matched by field id:")
        for row in identified:
            print(f"  id {row[0]}: amount {row[1]}, amt {row[2]!r}")
        print(f"  sum of amount: {sum(row[1] for row in identified)}")
        print(f"the first snapshot, under its own schema: {[{'id': i, 'amt': a} for i, a in read_by_id(table, first)]}")

        print("the second of two stale writers:")
        print("  append, append:", stale(catalogue, lambda t: t.append(order(4)), lambda t: t.append(order(5))))
        print("  delete in one file, twice:", stale(catalogue, lambda t: t.delete("id = 1"), lambda t: t.delete("id = 2")))
        print("  new column, new column:", stale(catalogue, lambda t: add_column(t, "note"), lambda t: add_column(t, "tag")))
        left = sorted(row[0] for row in read_by_id(catalogue.load_table(TABLE)))
        assert left == [2, 3, 4, 5]
        print(f"  orders left: {left}")
        catalogue.engine.dispose()            # Windows does not delete an open file


if __name__ == "__main__":
    main()
