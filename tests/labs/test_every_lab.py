"""What holds for every lab: its output is recorded, a test runs it, and it says what it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook.labs import programs
from guidebook.load import load_site
from lab_runs import dependencies, lacking, run_program, skip_or_fail

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = [path.removeprefix("docs/labs/") for path in programs(load_site(ROOT))]
TESTS = [file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("test_*.py"))]


def test_labs_are_found() -> None:
    """There are labs: the tests below have something to test."""
    assert PROGRAMS


@pytest.mark.parametrize("path", PROGRAMS)
def test_lab_has_its_output_recorded(path: str, labs: Path) -> None:
    """What the lab printed stands beside it, and is not empty."""
    assert (labs / path).with_suffix(".out").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("path", PROGRAMS)
def test_lab_is_run_by_a_test(path: str) -> None:
    """The tests of a guide's labs ask for this program by its name."""
    folder, name = path.split("/")

    assert any("run_lab(" in text and f'"{folder}' in text and f'{name}"' in text for text in TESTS)


@pytest.mark.parametrize("path", [path for path in PROGRAMS if dependencies(ROOT / "docs" / "labs" / path)])
def test_lab_says_which_module_is_missing(path: str, root: Path, labs: Path) -> None:
    """Without its packages a lab ends with one line that says how to install them, and with a failure."""
    skip_or_fail(lacking(labs / path, root / "pyproject.toml"))

    run = run_program(labs / path, flags=("-S", "-E", "-s"))  # no site-packages, and nothing from the environment

    assert run.returncode != 0
    assert len(run.err.strip().splitlines()) == 1, run.err
    assert "pip install" in run.err
    assert run.out == ""
