"""How the Python of a page is run."""

from __future__ import annotations

from pathlib import Path

from guidebook.edits import edited
from guidebook.model import Site
from guidebook.parse import parse_page
from guidebook.runner import Run, blocks, run_page, runs, sync_edits

SHOP = {"orders": {"peak_per_second": 400, "tiers": [{"name": "a"}]}}


def run(text: str, limit: float = 20) -> Run:
    """Run a page with this body, whose first line is line 3."""
    return run_page(parse_page("docs/A.md", f"# A\n\n{text}"), SHOP, limit)


def block(code: str, title: str = "", output: str | None = None) -> str:
    """A Python fence, with the output that the page shows for it."""
    mark = f' title="{title}"' if title else ""
    shown = "" if output is None else f'```text title="output"\n{output}\n```\n\n'
    return f"```python{mark}\n{code}\n```\n\n{shown}"


def test_blocks_share_one_namespace() -> None:
    """A block sees what those above it defined."""
    found = run(block("a = 2") + block("print(a * 3)", output="6"))

    assert [outcome.problem for outcome in found.blocks] == ["", ""]


def test_pages_do_not_share_it() -> None:
    """A page starts with a fresh interpreter."""
    run(block("import json; json.leaked = True"))

    assert run(block("import json; print(hasattr(json, 'leaked'))")).blocks[0].printed == "False\n"


def test_shop_is_there_with_its_integers() -> None:
    """`shop` holds the figures as nested names, whole numbers as whole numbers."""
    assert run(block("print(shop.orders.peak_per_second // 3, shop.orders.tiers[0].name)", output="133 a")).blocks[0].problem == ""


def test_printed_text_is_compared() -> None:
    """Another output is a problem at the place of the output fence, and shows both."""
    problem = run(block("print(1)", output="2")).blocks[0].problem

    assert problem == "docs/A.md:7:1: the block prints something else\nshown:   2\nprinted: 1"


def test_block_without_shown_output_may_print() -> None:
    """A page need not show what a block prints."""
    assert run(block("print(1)")).blocks[0].problem == ""


def test_failure_is_told_at_the_lines_of_the_page() -> None:
    """A traceback names the page and its lines, shows them, and begins in the page."""
    problem = run(block("def f():\n    return 1 / 0") + block("f()")).blocks[1].problem

    assert problem.startswith("docs/A.md:8:1: the block fails\nTraceback")
    assert 'File "docs/A.md", line 9, in <module>\n    f()' in problem
    assert 'File "docs/A.md", line 5, in f\n    return 1 / 0' in problem
    assert "runner.py" not in problem
    assert problem.endswith("ZeroDivisionError: division by zero")


def test_syntax_error_is_told_at_its_line() -> None:
    """A block that is not Python fails at its line of the page."""
    assert 'File "docs/A.md", line 5\n' in run(block("a = 1\nb = = 2")).blocks[0].problem


def test_failing_block_does_not_stop_the_others() -> None:
    """Blocks behind a failing one run all the same."""
    assert [bool(outcome.error) for outcome in run(block("raise SystemExit") + block("print(1)")).blocks] == [True, False]


def test_block_that_hangs_fails() -> None:
    """A block over its time is a failure, and what follows it is said not to have been reached."""
    first, second = run(block("while True: pass") + block("print(1)"), limit=2).blocks

    assert first.error == "it did not finish within 2 seconds"
    assert second.error == "not reached: a block before it did not finish"


def test_block_that_ends_the_interpreter_fails() -> None:
    """A block that ends its process is a failure like any other, told with what it wrote on the way out."""
    found = run(block("import os, sys; print('gone', file=sys.stderr, flush=True); os._exit(0)")).blocks[0]

    assert "the interpreter is gone" in found.error
    assert found.error.endswith("gone")


def test_child_of_a_block_does_not_disturb() -> None:
    """What a block's own processes print goes nowhere; only what the block prints is compared."""
    code = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'])\nprint(2)"

    assert run(block(code, output="2")).blocks[0].problem == ""


def test_dataclasses_and_pickles_work() -> None:
    """The namespace is a module, as libraries expect that look a class up by its name."""
    code = "import pickle\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    b: 'int'\nprint(pickle.loads(pickle.dumps(A(1))))"

    assert run(block(code, output="A(b=1)")).blocks[0].problem == ""


def test_which_fences_run() -> None:
    """Python runs, but not what says why it does not, and not what is mirrored from a lab."""
    page = parse_page("docs/A.md", block("1") + block("2", "not run: no cluster") + block("3", "labs/a/b.py") + "```bash\nls\n```\n")

    assert [runs(fence) for fence in page.fences] == [True, False, False, False]
    assert [found.fence.code for found in blocks(page)] == ["1\n"]


def test_formulas_see_the_page_after_its_last_block() -> None:
    """A number above the blocks may use what they define."""
    found = run("There are 6<!--= a * 3 --> and 7<!--= a * 3 -->.\n\n" + block("a = 2"))

    assert [value.problem for value in found.values] == ["", "docs/A.md:3:32: number says 7 but the formula gives 6"]


def test_failing_formula_is_told_at_its_number() -> None:
    """A formula that fails is a problem at the place of its number."""
    assert run("So 6<!--= a * 3 -->.\n").values[0].problem == "docs/A.md:3:4: the formula `a * 3` fails: NameError: name 'a' is not defined"


def test_page_without_python_is_not_run() -> None:
    """Nothing is started for a page that has nothing to run."""
    assert run("Prose.\n") == Run((), ())


def test_sync_rewrites_stale_numbers(tmp_path: Path) -> None:
    """Numbers that their formulas contradict are rewritten; right ones, and those whose formula fails, are left."""
    text = "There are 6<!--= a * 3 -->, 7<!--= a * 3 --> and 8<!--= b -->.\n\n" + block("a = 2")
    page = parse_page("docs/A.md", text)

    assert edited(text, sync_edits(Site(tmp_path, {page.path: page}))) == text.replace("7<", "6<")
