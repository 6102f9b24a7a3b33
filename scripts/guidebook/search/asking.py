"""Ask the search of a built site without its dialog: the readers' own query.js, under Node where there is one, else in Chromium."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guidebook.search import address

MODULE = Path(__file__).resolve().parents[3] / "overrides/assets/search/query.js"
HELD_BACK = "held-back"
_PIECE = re.compile(r"(?:index|[0-9a-f]+-(\w+))\.js")
_RANK = """
const load = (name) => { const piece = G.expect(name); new Function(pieces[name])(); return piece; };
const engine = G.engine(await load("index"), load);
const found = [];
for (const query of asked) {
  const { ranked, wanted } = await engine.rank(query);
  const top = [];
  for (const { section } of ranked.slice(0, 10)) top.push((await engine.passage(section)).address);
  found.push({ top, count: ranked.length, meant: engine.meant(query, wanted) });
}
return found;
"""
_KEYS = "return asked.map((text) => G.words(text).map((word) => [word, G.key(word)]));"


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader types, the sections that should win (as addresses), of which kind it is, and whether nothing is tuned on it."""

    text: str
    wins: tuple[str, ...]
    kind: str
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How well the right section is found: as the first, among the first three, mean reciprocal rank in ten."""

    queries: int
    first: float
    three: float
    reciprocal: float

    def __str__(self) -> str:
        return f"{self.queries} queries: success@1 {self.first:.3f}, success@3 {self.three:.3f}, MRR@10 {self.reciprocal:.3f}"


def queries(folder: Path) -> list[Query]:
    """The query sets of `tests/search/`: those to tune on, then those of its folder `held-back`."""
    return [query for below in (folder, folder / HELD_BACK) for file in sorted(below.glob("*.toml")) for query in _queries(file)]


def _queries(file: Path) -> Iterator[Query]:
    for one in tomllib.loads(file.read_text(encoding="utf-8")).get("query", []):
        yield Query(one["text"], tuple(_address(win) for win in one["wins"]), one["kind"], file.parent.name == HELD_BACK)


def _address(win: str) -> str:
    page, _, anchor = win.partition("#")
    return address(f"docs/{page}") + (f"#{anchor}" if anchor else "")


def score(asked: Sequence[Query], found: Sequence[Sequence[str]]) -> Score:
    """Judge the addresses found for each query, the best first."""
    ranks = [next((at for at, one in enumerate(top[:10], 1) if one in query.wins), 0) for query, top in zip(asked, found, strict=True)]
    count = max(len(ranks), 1)
    return Score(len(ranks), ranks.count(1) / count, sum(0 < rank <= 3 for rank in ranks) / count, sum(1 / rank for rank in ranks if rank) / count)


def rank(folder: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    """For each text the addresses of the ten best sections (`top`), how many were found, and the better spelling."""
    return _run(ranking(folder, texts))


def keys(texts: Sequence[str]) -> list[list[list[str]]]:
    """The words of each text with their keys, as query.js cuts them."""
    return _run(_program(_KEYS, texts))


def ranking(folder: Path, texts: Sequence[str]) -> str:
    """The program behind `rank`."""
    pieces = {(match[1] or "index"): file.read_text(encoding="utf-8") for file in folder.iterdir() if (match := _PIECE.fullmatch(file.name))}
    return _program(f"const pieces = {json.dumps(pieces)};\n{_RANK}", texts)


def _program(body: str, texts: Sequence[str]) -> str:
    return f"{MODULE.read_text(encoding='utf-8')}\nconst G = globalThis.guidebookSearch;\nconst asked = {json.dumps(list(texts))};\n{body}"


def _run(program: str) -> Any:
    return by_node(program) if shutil.which("node") else by_browser(program)


def by_node(program: str) -> Any:
    """What the program returns under Node."""
    script = f"(async () => {{ {program} }})().then((found) => process.stdout.write(JSON.stringify(found)));"
    done = subprocess.run([shutil.which("node") or "node", "-"], input=script, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"query.js failed under Node:\n{done.stderr}")
    return json.loads(done.stdout)


def by_browser(program: str) -> Any:
    """What the program returns in Chromium, which `run.py test` finds or fetches."""
    from playwright.sync_api import sync_playwright

    from frontdoor import chromium

    with sync_playwright() as playwright:
        executable = chromium.find() or Path(playwright.chromium.executable_path)
        with playwright.chromium.launch(executable_path=executable, chromium_sandbox=not chromium.is_root()) as browser:
            return browser.new_page().evaluate(f"(async () => {{ {program} }})()")
