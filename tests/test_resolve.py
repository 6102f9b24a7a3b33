"""What a link points to, and what it may have meant."""

from __future__ import annotations

import pytest

from guidebook.load import load_site
from guidebook.model import Site
from guidebook.resolve import nearest, nearest_file, resolve


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("tree")
    for name in ("docs/A.md", "docs/sub/B.md", "docs/sub/ü n.md", "docs/d.svg", "README.md", ".github/C.md", "scripts/x.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("# T\n", encoding="utf-8")
    return load_site(root)


@pytest.mark.parametrize(
    ("page", "target", "kind", "path"),
    [
        ("docs/A.md", "sub/B.md", "page", "docs/sub/B.md"),
        ("docs/A.md", "./sub/../A.md#x", "page", "docs/A.md"),
        ("docs/A.md", "sub/%C3%BC%20n.md", "page", "docs/sub/ü n.md"),
        ("docs/A.md", "#x", "page", "docs/A.md"),
        ("docs/A.md", "#", "page", "docs/A.md"),
        ("docs/A.md", "?q=1", "page", "docs/A.md"),
        ("docs/A.md", "", "empty", "docs/A.md"),
        ("docs/A.md", "d.svg?v=2#part", "file", "docs/d.svg"),
        ("docs/A.md", "sub/", "directory", "docs/sub"),
        ("docs/A.md", ".", "directory", "docs"),
        ("docs/A.md", "../README.md", "outside", "README.md"),
        ("docs/A.md", "/A.md", "absolute", "docs/A.md"),
        ("docs/A.md", "a.md", "missing", "docs/a.md"),
        ("docs/A.md", "C:/A.md", "missing", "docs/C:/A.md"),
        ("docs/A.md", "mailto:a@example.org", "external", "mailto:a@example.org"),
        ("docs/A.md", "//example.org", "external", "//example.org"),
        ("docs/A.md", "http://[x", "malformed", ""),
        ("docs/sub/B.md", "../A.md", "page", "docs/A.md"),
        ("README.md", "docs/A.md", "page", "docs/A.md"),
        ("README.md", "scripts/x.py", "file", "scripts/x.py"),
        ("README.md", "scripts", "directory", "scripts"),
        ("README.md", "/.github/C.md", "page", ".github/C.md"),
        ("README.md", "../../issues", "external", "../../issues"),
        ("README.md", "../elsewhere", "outside", "../elsewhere"),
        (".github/C.md", "../README.md", "page", "README.md"),
        (".github/C.md", "README.md", "missing", ".github/README.md"),
    ],
)
def test_target_of(tree: Site, page: str, target: str, kind: str, path: str) -> None:
    """From a page of the site within docs/, from a page beside it within the repository."""
    found = resolve(tree, tree.pages.get(page) or tree.around[page], target)

    assert (found.kind, found.path) == (kind, path)


def test_fragment_is_decoded(tree: Site) -> None:
    """As browsers do before they look for the id."""
    assert resolve(tree, tree.pages["docs/A.md"], "#f%C3%BCr").fragment == "für"


def test_nearest_of_many_is_that_of_few() -> None:
    """Looking at the likely names only does not change the answer."""
    names = frozenset(f"guide-number-{number}" for number in range(2_000)) | {"leases-and-fencing"}

    assert nearest("leases-and-fencng", names) == "leases-and-fencing"
    assert nearest("something else", names) == ""


def test_nearest_file_prefers_the_same_name() -> None:
    """Moved before misspelt."""
    known = frozenset({"docs/sub/Sagas.md", "docs/Saga.md", "docs/Sagas.svg"})

    assert nearest_file("docs/Sagas.md", known) == "docs/sub/Sagas.md"
    assert nearest_file("docs/Sagass.md", known) == "docs/sub/Sagas.md"
    assert nearest_file("docs/Quorum.md", known) == ""
