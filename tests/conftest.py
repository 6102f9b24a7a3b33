"""What all tests share: the repository, its site as it is loaded, and as it is built (once a session)."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook import built, render
from guidebook.load import load_site
from guidebook.model import Site

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="rewrite expected outputs by what was found, to be read in the diff")


@pytest.fixture(scope="session")
def record(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are to be rewritten."""
    return bool(request.config.getoption("--record"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def site() -> Site:
    """The real docs."""
    return load_site(ROOT)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Path:
    """The real docs, rendered for an address below a path, as on GitHub Pages, and judged."""
    out = tmp_path_factory.mktemp("built") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", "https://example.org/guides/")
        findings = render.render(ROOT, out) or built.judge(site, out)
    assert not findings, "\n".join(map(str, findings))
    return out
