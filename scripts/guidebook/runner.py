"""Runs the Python of a page: all its blocks from top to bottom in one namespace, in a process of their own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

from guidebook.languages import runs, shows_output
from guidebook.model import Edit, Fence, Number, Page, Site
from guidebook.numbers import difference as number_difference
from guidebook.numbers import edits
from guidebook.outputs import difference

LIMIT = 20.0  # seconds that one block may take


@dataclass(frozen=True)
class Block:
    """A Python fence that runs, and the output fence behind it, if there is one."""

    fence: Fence
    output: Fence | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a block: what it printed, and why it failed, if it did."""

    block: Block
    printed: str
    error: str = ""

    @property
    def problem(self) -> str:
        """Why the block is not what its page says, with the place to look at; empty if it is."""
        if self.error:
            return f"{self.block.fence.location}: the block fails\n{self.error}"
        shown = self.block.output
        differs = difference(shown.code, self.printed) if shown else ""
        return f"{shown.location}: the block prints something else\n{differs}" if shown and differs else ""


@dataclass(frozen=True)
class Value:
    """What became of a formula: its value, or why it has none."""

    page: Page
    number: Number
    value: Decimal | None
    error: str = ""

    @property
    def problem(self) -> str:
        """Why the number is not what its formula gives; empty if it is."""
        if self.value is None:
            return f"{self.number.location}: the formula `{self.number.formula}` fails: {self.error}"
        differs = number_difference(self.page, self.number, self.value)
        return f"{self.number.location}: {differs}" if differs else ""


@dataclass(frozen=True)
class Run:
    """All that running a page brought."""

    blocks: tuple[Outcome, ...]
    values: tuple[Value, ...]


def blocks(page: Page) -> Iterator[Block]:
    """The blocks of a page that run, in order, each with the output that the page shows for it."""
    following = [*page.fences[1:], None]
    for fence, after in zip(page.fences, following, strict=False):
        if runs(fence):
            yield Block(fence, after if after and shows_output(after) else None)


def run_page(page: Page, shop: Mapping[str, Any], limit: float = LIMIT) -> Run:
    """Run a page's blocks, then its formulas. A block that takes longer than `limit` seconds fails, and so does what follows it."""
    found = tuple(blocks(page))
    numbers = tuple(number for number in page.numbers if number.text)
    if not found and not numbers:
        return Run((), ())
    work = {
        "path": page.path,
        "text": page.text,
        "shop": shop,
        "blocks": [[block.fence.code_line, block.fence.code] for block in found],
        "formulas": [number.formula for number in numbers],
    }
    answers = _answers(json.dumps(work), len(found) + len(numbers), limit)
    return Run(
        tuple(Outcome(block, *answer) for block, answer in zip(found, answers, strict=False)),
        tuple(Value(page, number, Decimal(text) if not error else None, error) for number, (text, error) in zip(numbers, answers[len(found) :], strict=True)),
    )


def sync_edits(site: Site, limit: float = LIMIT) -> list[Edit]:
    """Rewrite every number that its formula contradicts. Runs the pages that have numbers; formulas that fail are left to the tests."""
    runs_ = [(page, run_page(page, site.shop, limit)) for page in site.pages.values() if page.numbers]
    return [edit for page, run in runs_ for edit in edits(page, {value.number: value.value for value in run.values if value.value is not None})]


def _answers(work: str, count: int, limit: float) -> list[tuple[str, str]]:
    """(result, error) of each piece of work, from a fresh interpreter that is killed when one takes too long."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, tempfile.TemporaryFile() as stray:
        command = [sys.executable, "-P", "-B", "-X", "utf8", "-m", "guidebook.interpreter"]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stray, cwd=folder, env=environment)
        try:
            answers = list(_collect(_replies(process, work), count, limit))
        finally:
            process.kill()
            process.wait()
        if answers and answers[-1][1] == _GONE:
            stray.seek(0)
            said = stray.read().decode("utf-8", "replace")
            answers = [(result, f"{error}\n{said}".strip() if error == _GONE else error) for result, error in answers]
    return answers


_GONE = "the interpreter is gone: the code ended it, or the one before did"


def _replies(process: subprocess.Popen[bytes], work: str) -> Queue[bytes]:
    """The process's lines as they come, through a thread: Windows cannot wait for a pipe with a time limit."""
    replies: Queue[bytes] = Queue()

    def forward(pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                replies.put(line)
        replies.put(b"")

    assert process.stdin and process.stdout
    Thread(target=forward, args=(process.stdout,), daemon=True).start()
    with contextlib.suppress(OSError):
        process.stdin.write(work.encode("utf-8"))
        process.stdin.close()
    return replies


def _collect(replies: Queue[bytes], count: int, limit: float) -> Iterator[tuple[str, str]]:
    failure = ""
    for _ in range(count):
        if failure:
            yield "", failure
            continue
        try:
            line = replies.get(timeout=limit)
        except Empty:
            yield "", f"it did not finish within {limit:g} seconds"
            failure = "not reached: a block before it did not finish"
            continue
        if line:
            result, error = json.loads(line)
            yield result, error
        else:
            failure = _GONE
            yield "", failure
