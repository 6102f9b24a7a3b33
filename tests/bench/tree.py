"""A tree of guides to measure with: prose, tables, code and links between the guides, all of which lead somewhere."""

from __future__ import annotations

import random
import sys
from pathlib import Path

WORDS = """a lease token grows with each grant so that the resource can refuse what an old holder sends while the log keeps every record in order and
the follower copies it before the leader may answer which costs one more round trip but loses nothing when the network splits""".split()
CODE = '```python\nattempts = 1 + 3\nprint(f"{attempts} requests")\n```\n'


def write_tree(root: Path, pages: int, links: int = 18, seed: int = 4) -> None:
    """Write `pages` guides below `root/docs`, each with `links` links to others, and the index that lists them."""
    chance = random.Random(seed)
    docs = root / "docs"
    (docs / "images").mkdir(parents=True, exist_ok=True)
    (docs / "images/saga.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>\n', encoding="utf-8")
    names = [f"Guide{number:04}" for number in range(pages)]
    for name in names:
        (docs / f"{name}.md").write_text(_guide(name, names, links, chance), encoding="utf-8", newline="\n")
    lines = [f"- [Guide {name[5:]}](./{name}.md): what it is about" for name in names]
    (docs / "README.md").write_text("# Guides\n\nAll of them.\n\n" + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _guide(name: str, names: list[str], links: int, chance: random.Random) -> str:
    parts = [f"---\ntitle: Guide {name[5:]}\ndescription: One sentence about it.\n---\n\n# Guide {name[5:]}\n"]
    for section in range(10):
        parts.append(f"## Part {section} of it\n")
        for paragraph in range(3):
            number = section * 3 + paragraph
            prose = " ".join(chance.choice(WORDS) for _ in range(45))
            link = ""
            if number < links:
                other, there = chance.choice(names), chance.randrange(10)
                link = f" See [part {there} of {other} ({number})]({other}.md#part-{there}-of-it)."
            parts.append(f"{prose.capitalize()}, `WAIT {number}`, **which** matters.{link}\n")
        if section % 4 == 1:
            parts.append("| name | value |\n| --- | --- |\n" + "".join(f"| row {row} | {chance.randrange(999)} |\n" for row in range(6)))
        if section % 4 == 2:
            parts.append(CODE)
    parts.append("![A saga: a circle](images/saga.svg)\n\nSource: [the paper](https://example.org/raft.pdf).\n")
    return "\n".join(parts)


if __name__ == "__main__":
    write_tree(Path(sys.argv[1]), int(sys.argv[2]))
