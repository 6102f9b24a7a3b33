"""Checks that remember: they say what they said without."""

from __future__ import annotations

import datetime
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from guidebook import checks, verdicts
from guidebook.load import load_site
from guidebook.model import Site
from guidebook.rendering.store import Store

RULES = Path(__file__).parent / "rules"
FOLDERS = [RULES / checks.rule_id(rule) / "bad" for rule in sorted(checks.ALONE, key=checks.rule_id)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_findings_are_said_again(folder: Path, tmp_path: Path) -> None:
    """The first time, the second time, and after a clean page became one with a finding."""
    good, bad = load_site(folder.parent / "good"), load_site(folder)
    store = Store(tmp_path)
    expected = checks.run(bad)

    assert verdicts.run(good, store) == checks.run(good)
    assert verdicts.run(bad, store) == expected
    assert verdicts.run(bad, Store(tmp_path)) == expected
    assert verdicts.run(good, Store(tmp_path)) == checks.run(good)


def test_rule_that_is_asked_of_one_page_alone_needs_no_other(site: Site) -> None:
    """Every rule of `ALONE` says of each page of the book and of all bad examples what it says with the others beside it."""
    for one in [site, *(load_site(folder) for folder in FOLDERS)]:
        together = {replace(finding, rule=checks.rule_id(rule)) for rule in checks.ALONE for finding in rule(one)}
        assert together == set(checks.run(one, checks.ALONE))


SMALL = Path(__file__).parent / "sites" / "small"
TERM = "---\ntitle: Glossary\n---\n\n# Glossary\n\n## Terms\n\n### {}\n\nWhat it is.\n[GitOps](GitOps.md#lab)\n"


class Copy:
    """A site that is edited and asked again, each time by a process that remembers only what lies on the disk."""

    def __init__(self, folder: Path) -> None:
        self.root, self.store = folder / "site", folder / "store"
        shutil.copytree(SMALL, self.root)

    def write(self, path: str, text: str) -> Copy:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return self

    def edit(self, path: str, old: str, new: str) -> Copy:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        return self.write(path, text.replace(old, new))

    def rules(self) -> list[str]:
        """The rules that find something, which must be the same with and without memory."""
        site = load_site(self.root)
        found = verdicts.run(site, Store(self.store))
        assert found == checks.run(site)
        return [finding.rule for finding in found]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A small site, found clean and remembered."""
    copy = Copy(tmp_path)
    assert copy.rules() == []
    return copy


def test_edit_breaks_a_link_of_another_page(copy: Copy) -> None:
    """The page that holds the finding was clean and is unchanged; and it is clean again when the edit is taken back."""
    copy.edit("docs/README.md", "Git-based deployment", "Git-based deployment\n\nSee [its lab](GitOps.md#lab).")
    assert copy.rules() == []
    assert "link-missing-anchor" in copy.edit("docs/GitOps.md", "## Lab\n", "## Laboratory\n").rules()
    assert copy.edit("docs/GitOps.md", "## Laboratory\n", "## Lab\n").rules() == []


def test_last_use_of_a_term_goes_and_comes_back(copy: Copy) -> None:
    """It is looked for where it was found, and then in all other guides; a new spelling is looked for anew."""
    copy.write("docs/Glossary.md", TERM.format("Flux capacitor")).edit("docs/.pages", "- GitOps.md", "- GitOps.md\n  - Glossary.md")
    assert copy.rules() == ["glossary-unused"]
    assert copy.edit("docs/GitOps.md", "repository says", "flux capacitor").rules() == []
    assert copy.edit("docs/GitOps.md", "What runs", "What flies").rules() == []
    assert copy.edit("docs/GitOps.md", "flux capacitor", "big capacitor").rules() == ["glossary-unused"]
    assert copy.edit("docs/Glossary.md", "Flux capacitor", "Capacitor").rules() == []
    assert copy.edit("docs/Glossary.md", "Capacitor", "Inductor").rules() == ["glossary-unused"]
    assert copy.edit("docs/Glossary.md", "What it is.", "*Also:* capacitor\n\nWhat it is.").rules() == []
    assert copy.edit("docs/Glossary.md", "*Also:* capacitor", "*Also:* resistor").rules() == ["glossary-unused"]


def test_term_is_found_in_a_guide_that_answers_for_another(copy: Copy) -> None:
    """What is known of a guide is not all that it uses: when the other guide loses the term, this one is read again."""
    landed = (copy.root / "docs/GitOps.md").read_text(encoding="utf-8").replace("GitOps", "Service Mesh")
    copy.write("docs/ServiceMesh.md", landed + "\nInductors and capacitors.\n")
    copy.edit("docs/README.md", "- Service Mesh: Istio, Linkerd *(in preparation)*", "- [Service Mesh](./ServiceMesh.md): Istio, Linkerd")
    copy.write("docs/Glossary.md", TERM.format("Capacitor") + "\n### Inductor\n\nWhat it is.\n[GitOps](GitOps.md#lab)\n")
    copy.edit("docs/GitOps.md", "## Lab\n", "## Lab\n\nA capacitor.\n")
    assert "glossary-unused" not in copy.rules()
    assert "glossary-unused" not in copy.edit("docs/GitOps.md", "A capacitor.", "A resistor.").rules()
    assert "glossary-unused" in copy.edit("docs/ServiceMesh.md", "and capacitors", "alone").rules()


def test_page_becomes_a_guide(copy: Copy) -> None:
    """A rule about guides is asked of a page that was clean as long as the index did not list it."""
    text = (copy.root / "docs/GitOps.md").read_text(encoding="utf-8").replace("GitOps", "Edge").replace("## Lab\n", "## Lab\n\nIt takes 42 seconds.\n")
    copy.write("docs/Edge.md", text).edit("docs/README.md", "## Content", "[Edge](Edge.md)\n\n## Content")
    assert "prose-unsourced" not in copy.rules()
    assert "prose-unsourced" in copy.edit("docs/README.md", "- Service Mesh", "- [Edge](./Edge.md): near\n- Service Mesh").rules()


def test_statistics_count_again(copy: Copy) -> None:
    """Words of another page make the index's table stale."""
    assert copy.edit("docs/GitOps.md", "## Lab\n", "## Lab\n\nThree more words.\n").rules() == ["statistics-stale"]


def test_files_come_and_go(copy: Copy) -> None:
    """No text changes, but what there is does."""
    picture = copy.root / "docs/images/old.png"
    picture.parent.mkdir()
    picture.write_bytes(b"\x89PNG")
    assert copy.rules() == ["asset-unused"]
    picture.unlink()
    assert copy.rules() == []


def test_text_that_is_no_page_changes(copy: Copy) -> None:
    """Nothing else does."""
    allow = '[[allow]]\naddress = "images/old.png"\nrule = "asset-unused"\nreason = "shown in a talk"\nexpires = 2999-01-01\n'
    assert copy.write(".github/links.toml", "").rules() == []
    assert copy.write(".github/links.toml", allow).rules() == ["allowance-expired", "allowance-unused"]


def test_bytes_that_are_no_text_are_not_the_text_that_stands_for_them(copy: Copy) -> None:
    """A page that cannot be read and one that holds the sign for it have the same text, and other findings."""
    page = '# Notes\n\n```json\n{"a": "@",}\n```\n'
    (copy.root / "docs/Notes.md").write_bytes(page.encode().replace(b"@", b"\xff"))
    assert "page-unreadable" in copy.rules()
    assert "fence-does-not-parse" in copy.write("docs/Notes.md", page.replace("@", "\ufffd")).rules()


class _Clock(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, TODAY)


TODAY = datetime.date


class _Earlier(datetime.date, metaclass=_Clock):
    """The calendar of three days ago."""

    @classmethod
    def today(cls) -> datetime.date:
        return TODAY.today() - datetime.timedelta(days=3)


def test_day_passes(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that ended since then is a finding, though no file has changed."""
    address = "http://example.org/"
    end = TODAY.today() - datetime.timedelta(days=1)
    copy.write(".github/links.toml", f'[[allow]]\naddress = "{address}"\nrule = "link-insecure"\nreason = "it has no certificate"\nexpires = {end}\n')
    copy.edit("docs/GitOps.md", "2026-11-23", "2026-01-01").edit("docs/README.md", "## Content", f"[Plain]({address})\n\n## Content")
    monkeypatch.setattr(datetime, "date", _Earlier)
    assert copy.rules() == []
    monkeypatch.undo()

    assert copy.rules() == ["allowance-expired"]


def test_clean_site_is_not_asked_again(copy: Copy) -> None:
    """What is remembered of it is not written again; after an edit it is."""
    (entry,) = copy.store.iterdir()
    before = entry.stat().st_mtime_ns
    assert copy.rules() == []
    assert entry.stat().st_mtime_ns == before
    assert copy.edit("docs/README.md", "Git-based", "Git-led").rules() == []
    assert entry.stat().st_mtime_ns > before
