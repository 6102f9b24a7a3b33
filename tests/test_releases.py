"""Newer releases of what guides cover: asked of a server on 127.0.0.1."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import Hostile, hostile
from test_external import asker

import build
from guidebook import releases
from guidebook.load import load_site
from guidebook.releases import Covered, Unknown

TABLE = """
[github]
"Istio" = "tagged/v1.32.0"
"Istio Gateway" = "tagged/v9"
"Iceberg" = "tagged/apache-iceberg-1.11.2"
"etcd" = "tagged/v3.7.1"
"Broken" = "hang-up"

[eol]
"PostgreSQL" = "postgresql"

[by-hand]
"GDPR" = "a law"
"""


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile() as running:
        yield running


def addresses(server: Hostile) -> dict[str, str]:
    return {"github": server.address + "/{}/releases/latest", "eol": server.address + "/said/eol/{}", "pypi": server.address + "/said/pypi/{}"}


def covers(root: Path, entries: str) -> list[Covered]:
    (root / "docs").mkdir()
    (root / ".github").mkdir()
    (root / ".github/releases.toml").write_text(TABLE, encoding="utf-8")
    (root / "docs/README.md").write_text("# Guides\n\n### A\n\n- [Mesh](./Mesh.md): x\n", encoding="utf-8")
    (root / "docs/Mesh.md").write_text(f"---\ntitle: Mesh\ncovers: {entries}\n---\n\n# Mesh\n", encoding="utf-8")
    return list(releases.covered(load_site(root)))


@pytest.mark.parametrize(
    ("entry", "version", "name"),
    [
        ("Istio 1.31", (1, 31), "tagged/v1.32.0"),
        ("Istio v26", (26,), "tagged/v1.32.0"),
        ("Istio 1.x", (1,), "tagged/v1.32.0"),
        ("Istio 1.1 and 1.2", (1, 2), "tagged/v1.32.0"),
        ("Istio 1.11 (spec v3, 2026)", (1, 11), "tagged/v1.32.0"),
        ("Istio Gateway 2", (2,), "tagged/v9"),
        ("Istios 2", (2,), ""),
        ("GDPR", (), "a law"),
    ],
)
def test_entry_names_a_product_and_its_highest_version(tmp_path: Path, entry: str, version: tuple[int, ...], name: str) -> None:
    """The longest name in the data file that fits; what stands in brackets is no version of it."""
    (found,) = covers(tmp_path, f"['{entry}']")

    assert (found.version, found.name) == (version, name)


@pytest.mark.parametrize(("entry", "newer"), [("Istio 1.31", True), ("Istio 1.32", False), ("Istio 1", False), ("Istio 1.32.1", False), ("Iceberg 1.9", True)])
def test_newer_release_is_told_by_the_places_that_the_guide_names(tmp_path: Path, server: Hostile, entry: str, newer: bool) -> None:
    """1.32.0 is newer than 1.31, not than 1; 1.11 is newer than 1.9."""
    found, silent = releases.check(covers(tmp_path, f"[Python 3, {entry}]"), asker(), lambda _: None, addresses(server))

    assert [(str(finding.location), finding.rule) for finding in found] == [("docs/Mesh.md:3:20", "covers-newer-release")] * newer
    assert [finding.message for finding in silent] == ["nobody was asked about `Python 3`: it has no line in .github/releases.toml"]


def test_guide_that_covers_the_newest_beside_an_older_one_is_not_behind(tmp_path: Path, server: Hostile) -> None:
    """And the product is asked about once."""
    assert releases.check(covers(tmp_path, "[etcd 3.6, etcd 3.7]"), asker(), lambda _: None, addresses(server)) == ([], [])
    assert server.requests == {("HEAD", "/tagged/v3.7.1/releases/latest"): 1}


@pytest.mark.parametrize(
    ("kind", "name", "newest"),
    [
        ("github", "tagged/v1.32.0", "1.32.0"),
        ("github", "renamed/v1.32.0", "1.32.0"),
        ("github", "tagged/k6-v2.3.0", "2.3.0"),
        ("github", "tagged/cloudevents%40v1.0.2", "1.0.2"),
        ("github", "tagged/ATT%26CK-v19.1", "19.1"),
        ("github", "tagged/v3.6.0.Final", "3.6.0"),
        ("eol", "with-patch", "18.4"),
        ("eol", "without-patch", "27"),
        ("pypi", "polars", "2.1.3"),
    ],
)
def test_newest_release_is_what_the_server_says(server: Hostile, kind: str, name: str, newest: str) -> None:
    """GitHub by where it leads, endoflife.date and PyPI by their JSON."""
    server.said = {
        "/said/eol/with-patch": json.dumps({"result": {"name": "18", "latest": {"name": "18.4"}}}).encode(),
        "/said/eol/without-patch": json.dumps({"result": {"name": "27", "latest": None}}).encode(),
        "/said/pypi/polars": json.dumps({"info": {"version": "2.1.3"}, "releases": {}}).encode(),
    }

    assert releases.newest(Covered("X 1", releases.Location("docs/X.md"), (1,), kind, name), asker(), addresses(server)) == newest


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("", "", "it has no line in .github/releases.toml"),
        ("by-hand", "a law", "a law"),
        ("github", "untagged/x", "leads to no release, it answers 302"),
        ("github", "tagged/nightly", "`nightly` is no version of a release"),
        ("github", "tagged/v2.0.0-rc.1", "`v2.0.0-rc.1` is no version of a release"),
        ("github", "hang-up", "it does not speak HTTP"),
        ("github", "nowhere", "it answers 404"),
        ("eol", "broken", "answers 200, and not as it is documented"),
        ("eol", "other", "answers 200, and not as it is documented"),
        ("pypi", "deep", "answers 200, and not as it is documented"),
    ],
)
def test_what_cannot_be_asked_is_said_with_the_reason(server: Hostile, kind: str, name: str, reason: str) -> None:
    """Whatever a server does: no traceback, and no verdict."""
    server.said = {"/said/eol/broken": b"{", "/said/eol/other": b"[1]", "/said/pypi/deep": b"[" * 100_000}
    with pytest.raises(Unknown) as told:
        releases.newest(Covered("X 1", releases.Location("docs/X.md"), (1,), kind, name), asker(), addresses(server))

    assert reason in str(told.value)


@pytest.mark.parametrize(("entries", "unheard"), [("[Istio 1.31, Broken 1]", False), ("[Broken 1, GDPR, Python 3]", True), ("[GDPR, Istio]", False)])
def test_silence_of_all_is_not_the_absence_of_news(tmp_path: Path, server: Hostile, entries: str, unheard: bool) -> None:
    """Else an issue would be closed because a network was down."""
    found = covers(tmp_path, entries)
    _, silent = releases.check(found, asker(), lambda _: None, addresses(server))

    assert releases.unheard(found, silent) is unheard


def test_newest_release_of_a_private_address_is_not_asked(server: Hostile) -> None:
    """The careful client is the only one that asks."""
    with pytest.raises(Unknown, match="not on the public internet"):
        releases.newest(Covered("X 1", releases.Location("docs/X.md"), (1,), "eol", "x"), asker(), {"eol": "http://10.0.0.1/{}"})


def test_freshness_releases_says_what_nobody_was_asked_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the side, so that an issue is opened for newer releases alone."""
    covers(tmp_path, "[GDPR, Amazon S3]")

    assert build.main(["--root", str(tmp_path), "freshness", "--releases"]) == 0
    printed = capsys.readouterr()
    assert not printed.out
    assert "docs/Mesh.md:3:10: note[covers-not-asked]: nobody was asked about `GDPR`: a law" in printed.err


def test_data_file_of_the_project_names_known_places() -> None:
    """Each table is one that can be asked, or is by hand; products are listed once."""
    tables = tomllib.loads((Path(__file__).parent.parent / releases.FILE).read_text(encoding="utf-8"))
    products = [product for table in tables.values() for product in table]

    assert set(tables) == {*releases.ADDRESSES, releases.BY_HAND}
    assert len(products) == len(set(products))
