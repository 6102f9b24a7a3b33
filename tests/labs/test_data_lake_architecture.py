"""What the reader of docs/DataLakeArchitecture.md is meant to see in its labs."""
import re

import pytest

LOST = "data-lake-architecture/lost_updates.py"
SMALL = "data-lake-architecture/small_files.py"
RENAME = "data-lake-architecture/iceberg_rename.py"


@pytest.fixture
def lost_updates(run_lab):
    return run_lab("data-lake-architecture/lost_updates.py")


@pytest.fixture
def small_files(run_lab):
    return run_lab("data-lake-architecture/small_files.py")


@pytest.fixture
def iceberg_rename(run_lab):
    return run_lab("data-lake-architecture/iceberg_rename.py")


def line(text: str, start: str) -> str:
    """The first line that begins so."""
    return next(found for found in text.splitlines() if found.strip().startswith(start))


def test_lost_updates_prints_what_the_guide_shows(lost_updates):
    lost_updates.matches_recorded()


def test_an_atomic_file_replacement_loses_updates_without_an_error(lost_updates):
    found = line(lost_updates.out, "replace_file")
    assert int(re.search(r"sold (\d+)", found)[1]) < 80
    assert "no error" in found


def test_repeating_only_the_write_loses_updates_although_every_conflict_was_reported(lost_updates):
    found = line(lost_updates.out, "retry_the_write")
    assert int(re.search(r"sold (\d+)", found)[1]) < 80
    assert "80 commits" in found
    assert int(re.search(r"(\d+) \[\d+\.\.\d+\] refused", found)[1]) > 0


def test_repeating_the_whole_transaction_loses_nothing(lost_updates):
    assert "sold 80, 80 commits" in line(lost_updates.out, "retry_the_transaction")


def test_appends_lose_nothing_and_are_never_refused(lost_updates):
    assert "sold 80, 80 commits, 0 refused" in line(lost_updates.out, "append_a_row")


def test_a_thread_that_fails_fails_the_race(load_lab, tmp_path):
    lab = load_lab(LOST)

    def broken(path, conflicts):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        lab.race(broken, str(tmp_path))


def test_small_files_prints_what_the_guide_shows(small_files):
    small_files.matches_recorded()


def test_compaction_names_one_file_and_keeps_the_old_ones(small_files):
    assert "1 file named, 202 on the disk" in small_files.out


def test_compaction_alone_keeps_time_travel(small_files):
    before = small_files.out.split("vacuum with")[0]
    assert line(before, "version 50:") == "version 50: 2600 rows"


def test_vacuum_below_the_retention_is_refused_by_default(small_files):
    assert "with 0 hours: DeltaError" in small_files.out


def test_vacuum_ends_time_travel_and_cuts_off_a_planned_query(small_files):
    after = small_files.out.split("check switched off")[1]
    assert line(after, "version 50:") == "version 50: FileNotFoundError"
    assert line(after, "the query that had planned before:").endswith("FileNotFoundError")


def test_vacuum_leaves_the_newest_version_and_the_log(small_files):
    after = small_files.out.split("check switched off")[1]
    assert line(after, "newest version:") == "newest version: 10100 rows"
    assert line(after, "versions that the log still lists:").startswith("versions that the log still lists: 204")


def test_an_attempt_reports_rows_or_the_error_by_its_name(load_lab):
    lab = load_lab(SMALL)
    assert lab.attempt(lambda: 7) == "7 rows"
    assert lab.attempt(lambda: [][1]) == "IndexError"


def test_iceberg_rename_prints_what_the_guide_shows(iceberg_rename):
    iceberg_rename.matches_recorded()


def test_matching_by_name_loses_half_of_the_amount(iceberg_rename):
    by_name, by_id = iceberg_rename.out.split("through the table")
    assert "sum of amount: 30" in by_name
    assert "sum of amount: 60" in by_id


def test_the_first_snapshot_keeps_its_own_schema(iceberg_rename):
    assert "[{'id': 1, 'amt': 10}, {'id': 2, 'amt': 20}]" in line(iceberg_rename.out, "the first snapshot")


def test_a_stale_append_is_repeated_and_a_stale_delete_or_schema_change_is_refused(iceberg_rename):
    assert "repeated" in line(iceberg_rename.out, "append, append:")
    assert "refused with ValidationException" in line(iceberg_rename.out, "delete in one file")
    assert "refused with CommitFailedException" in line(iceberg_rename.out, "new column")


def test_an_order_has_the_columns_of_the_evolved_table(load_lab):
    assert load_lab(RENAME).order(4).column_names == ["id", "amount", "amt"]
