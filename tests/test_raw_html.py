"""HTML in a page points to files, and is published pointing to their places."""

from __future__ import annotations

import pytest

from guidebook.raw_html import repoint

PUBLISHED = {
    "README.md": "index.html",
    "GitOps.md": "GitOps/index.html",
    "more/Sagas.md": "more/Sagas/index.html",
    "images/two words.svg": "images/two words.svg",
    "images/saga.svg": "images/saga.svg",
}


@pytest.mark.parametrize(
    ("page", "html", "expected"),
    [
        ("GitOps.md", '<a href="more/Sagas.md#undo">s</a>', '<a href="../more/Sagas/#undo">s</a>'),
        ("GitOps.md", "<img src='images/saga.svg'>", "<img src='../images/saga.svg'>"),
        ("GitOps.md", '<img src="images/two%20words.svg">', '<img src="../images/two%20words.svg">'),
        ("GitOps.md", '<source srcset="images/saga.svg 1x, images/saga.svg?v=2 2x">', '<source srcset="../images/saga.svg 1x, ../images/saga.svg?v=2 2x">'),
        ("GitOps.md", '<a href="README.md">h</a>', '<a href="../">h</a>'),
        ("README.md", '<a href="GitOps.md">g</a>', '<a href="GitOps/">g</a>'),
        ("README.md", '<a href="README.md#x">h</a>', '<a href="./#x">h</a>'),
        ("more/Sagas.md", '<a href="../GitOps.md">g</a>', '<a href="../../GitOps/">g</a>'),
        ("GitOps.md", '<a href="../more/Sagas/">s</a>', '<a href="../more/Sagas/">s</a>'),
        ("GitOps.md", '<a href="../images/saga.svg">s</a>', '<a href="../images/saga.svg">s</a>'),
        ("GitOps.md", '<a href="#x">x</a> <a href="https://example.org/GitOps.md">x</a>', '<a href="#x">x</a> <a href="https://example.org/GitOps.md">x</a>'),
        (
            "GitOps.md",
            '<a href="Gone.md">x</a> <!-- <a href="README.md"> --> href="README.md"',
            '<a href="Gone.md">x</a> <!-- <a href="README.md"> --> href="README.md"',
        ),
    ],
)
def test_address_becomes_that_of_the_published_file(page: str, html: str, expected: str) -> None:
    """From the page's file to the page's address; what leads somewhere already, or nowhere, stays."""
    assert repoint(html, page, PUBLISHED) == expected
