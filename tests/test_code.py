"""Code, numbers and manifests of every page: run, recomputed, validated. A test's id is the place in the page.

One page: `python3 scripts/run.py test tests/test_code.py -k GitOps`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from guidebook import languages, manifests
from guidebook.load import load_site
from guidebook.model import Fence, Page
from guidebook.runner import Run, blocks, run_page

ROOT = Path(__file__).resolve().parent.parent
SITE = load_site(ROOT)


def places(of_page: Callable[[Page], list[str]]) -> list[object]:
    """A parameter (page, position in the page) for each thing that a page has, with its place as the id."""
    return [pytest.param(path, at, id=place) for path, page in sorted(SITE.pages.items()) for at, place in enumerate(of_page(page))]


def block_places(page: Page) -> list[str]:
    return [f"{page.path}:{block.fence.location.line}" for block in blocks(page)]


def number_places(page: Page) -> list[str]:
    return [str(number.location) for number in page.numbers if number.text]


def manifests_of(page: Page) -> list[Fence]:
    """The fences with a document that has a published schema."""
    wanted = (fence for fence in page.fences if fence.language in ("yaml", "json") and not languages.unchecked(fence.title))
    parsed = (fence for fence in wanted if not languages.problems(fence.language, fence.code))
    return [fence for fence in parsed if manifests.schemas(fence.code, fence.title)]


def manifest_places(page: Page) -> list[str]:
    return [f"{page.path}:{fence.location.line}" for fence in manifests_of(page)]


@cache
def run_of(path: str) -> Run:
    """A page is run once, for all its tests."""
    return run_page(SITE.pages[path], SITE.shop)


@pytest.mark.parametrize(("path", "at"), places(block_places))
def test_block(path: str, at: int) -> None:
    """The block runs behind those above it, and prints what the page shows."""
    problem = run_of(path).blocks[at].problem

    assert not problem, problem


@pytest.mark.parametrize(("path", "at"), places(number_places))
def test_number(path: str, at: int) -> None:
    """The number is what its formula gives, to the digits shown."""
    problem = run_of(path).values[at].problem

    assert not problem, problem


@pytest.mark.parametrize(("path", "at"), places(manifest_places))
def test_manifest(path: str, at: int) -> None:
    """The document fits its published schema."""
    fence = manifests_of(SITE.pages[path])[at]

    problems = [
        f"{path}:{fence.code_line + problem.line - 1}:{len(fence.indent) + problem.column}: {problem.message}"
        for problem in manifests.problems(fence.code, fence.title)
    ]

    assert not problems, "\n".join(problems)
