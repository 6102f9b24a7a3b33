"""A library to measure with: as many guides as wanted, remixed from the real ones' paragraphs and code, which pass all checks."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORDS = 6000  # of a guide, code included
SECTIONS = ("In one minute", "The mental model", "Mechanisms", "Choosing", "Lab", "In production", "When it breaks", "What is current",
            "Discussion questions and answers", "Check yourself", "Further reading", "Related guides")  # fmt: skip
_STATISTICS = "## Content statistics\n\n<!-- statistics: written by `build.py sync` -->\n\n<!-- /statistics -->\n"
_FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$\n", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?")
_LANGUAGES = {"python", "yaml", "json", "bash", "go", "java", "hcl", "toml"}


def write_library(root: Path, guides: int, seed: int = 4) -> None:
    """Write a checkout with that many guides, an index, a glossary, the real configuration, templates and hooks."""
    chance = random.Random(seed)
    paragraphs, fences = _material()
    docs = root / "docs"
    docs.mkdir(parents=True)
    shutil.copytree(ROOT / "overrides", root / "overrides")
    (root / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/hooks.py", root / "scripts")
    shutil.copy(ROOT / "mkdocs.yml", root)
    names = [f"Guide{number:04}" for number in range(guides)]
    glossary = (ROOT / "docs/Glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^### (.+)$", glossary, re.MULTILINE)
    for number, name in enumerate(names):
        said = f"It is also about {', '.join(terms[number::guides])}.\n"
        _write(docs / f"{name}.md", _guide(name, names, paragraphs, fences, chance) + f"\n{said if number < len(terms) else ''}")
    listed = "\n".join(f"- [{_title(name)}](./{name}.md): what it is about" for name in names)
    _write(docs / "README.md", f"---\ntitle: Library\ndescription: Many guides.\n---\n\n# Library\n\nAll of them.\n\n## Guides\n\n### Backend\n\n{listed}\n\n{_STATISTICS}")
    _write(docs / "Glossary.md", re.sub(r"\]\((?!#)[^)\s]*\)", "](Guide0000.md#mechanisms)", glossary))
    _write(docs / ".pages", "nav:\n  - Index: README.md\n  - Backend:\n" + "".join(f"      - {name}.md\n" for name in names) + "  - Glossary.md\n")


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


def _title(name: str) -> str:
    return f"Guide {name[5:]}"


def _material() -> tuple[list[str], list[str]]:
    """Paragraphs of prose without links, and fences that stand for themselves."""
    paragraphs, fences = [], []
    for file in sorted((ROOT / "docs").glob("*.md")):
        text = file.read_text(encoding="utf-8")
        if file.name in ("README.md", "Glossary.md"):
            continue
        for fence in _FENCE.finditer(text):
            if fence[1] in _LANGUAGES and "title=" not in fence[0] and fence[0].count("\n") < 30:
                fences.append(fence[0])
        for block in _FENCE.sub("", text).split("\n\n"):
            prose = _LINK.sub(r"\1", " ".join(block.split()))
            if len(prose) > 200 and prose[0].isalpha() and not re.search(r"[|<>\[\]{}]|\*Figure", prose):
                paragraphs.append(prose)
    return paragraphs, fences


def _guide(name: str, names: list[str], paragraphs: list[str], fences: list[str], chance: random.Random) -> str:
    parts = [f"---\ntitle: {_title(name)}\ndescription: One sentence about it.\nprerequisites: []\nreviewed: 2026-11-01\ncovers: []\n---\n\n# {_title(name)}\n"]
    count, others = 0, chance.sample(names, min(10, len(names)))
    for section in SECTIONS:
        parts.append(f"## {section}\n")
        until = count + WORDS / len(SECTIONS)
        number = 0
        while count < until:
            number += 1
            parts.append(f"### {section} {number}\n")
            for _ in range(2):
                parts.append(chance.choice(paragraphs) + " <!-- basis: assumption -->\n")
            if number == 1:
                other = chance.choice(others)
                parts.append(f"See [the mechanisms of {_title(other)}, {section.lower()}]({other}.md#mechanisms).\n")
            parts.append(chance.choice(fences))
            if number == 2:
                parts.append("| name | value |\n| --- | ---: |\n" + "".join(f"| row {row} | {chance.randrange(999)} |\n" for row in range(8)))
            count += sum(len(part.split()) for part in parts[-4:])
    return "\n".join(parts)
