"""What the tests of labs share: `run_lab` runs a program once a session, `load_lab` imports one by its path."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from lab_runs import LabRun, lacking, run_program, skip_or_fail


@pytest.fixture(scope="session")
def labs(root: Path) -> Path:
    """The folder of all labs."""
    return root / "docs" / "labs"


@pytest.fixture(scope="session")
def run_lab(root: Path, labs: Path, record: bool) -> Callable[[str], LabRun]:
    """`run_lab("distributed-systems/lost_writes.py")` runs it alone, once a session, and returns what it printed.

    A program that fails or does not finish fails the test with all that it said. With `--record` its `.out` is rewritten.
    """
    done: dict[str, LabRun] = {}

    def run(path: str) -> LabRun:
        __tracebackhide__ = True
        program = labs / path
        skip_or_fail(lacking(program, root / "pyproject.toml"))
        if path not in done:
            done[path] = run_program(program)
        found = done[path]
        if found.returncode:
            pytest.fail(f"{path} ended with {found.returncode}\n--- printed\n{found.out}\n--- errors\n{found.err}", pytrace=False)
        if record:
            program.with_suffix(".out").write_text(found.out, encoding="utf-8", newline="\n")
        return found

    return run


@pytest.fixture(scope="session")
def load_lab(root: Path, labs: Path) -> Callable[[str], ModuleType]:
    """`load_lab("distributed-systems/linearizability.py")` imports it, without running its main part."""
    done: dict[str, ModuleType] = {}

    def load(path: str) -> ModuleType:
        __tracebackhide__ = True
        program = labs / path
        skip_or_fail(lacking(program, root / "pyproject.toml"))
        if path not in done:
            done[path] = _imported(program)
        return done[path]

    return load


def _imported(program: Path) -> ModuleType:
    """Import one file under a name of its own; modules beside it are imported as it asks for them, and forgotten again."""
    name = f"lab_{program.parent.name}_{program.stem}".replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, program)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    before, wrote = set(sys.modules), sys.dont_write_bytecode
    sys.modules[name] = module  # dataclasses look themselves up there
    sys.path.insert(0, str(program.parent))
    sys.dont_write_bytecode = True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = wrote
        sys.path.remove(str(program.parent))
        # Another lab may have a module of the same name.
        for other in set(sys.modules) - before - {name}:
            if Path(getattr(sys.modules[other], "__file__", None) or "").parent == program.parent:
                del sys.modules[other]
    return module
