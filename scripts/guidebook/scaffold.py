"""A new guide, lab, term or rule from a template, put in everywhere where it must be; nothing that is there is overwritten."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path

from guidebook import labs, statistics
from guidebook.edits import apply
from guidebook.glossary import PAGE as GLOSSARY
from guidebook.glossary import spellings
from guidebook.load import QUERIES, guide_name, load_site
from guidebook.misuse import Misuse
from guidebook.model import INDEX, Edit, Guide, Location, Page, Site, Term
from guidebook.resolve import nearest

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
CHECKS = "scripts/guidebook/checks"


@dataclass(frozen=True)
class Plan:
    """Files to make, edits of files that are there, and what a person has to do then."""

    files: dict[str, str]
    edits: list[Edit] = field(default_factory=list)
    left: tuple[str, ...] = ()


def carry_out(root: Path, plan: Plan) -> list[str]:
    """Write what is planned, then what `sync` writes. Returns the paths; raises Misuse, before writing anything, if a new file is there already."""
    for path in plan.files:
        if (root / path).exists():
            raise Misuse(f"{path} is there already", "choose another name, or edit that file")
    for path, text in plan.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    written = [*plan.files, *apply(root, plan.edits)]
    site = load_site(root)
    return list(dict.fromkeys(written + apply(root, [*labs.sync_edits(site), *statistics.sync_edits(site)])))


def template(file: str, /, **values: str) -> str:
    """The template's text with each `{{key}}` replaced."""
    text = (TEMPLATES / file).read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text)


def guide(site: Site, name: str, section: str, today: datetime.date) -> Plan:
    """A page with all sections to write, its line in the index, its place in the sidebar, and its queries. `name` is a title, or one in camel case."""
    title = name if " " in name else re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", name)
    if not re.fullmatch(r"[A-Z][\w-]*(?: [\w-]+)*", title, re.ASCII):
        raise Misuse(f"`{name}` is not a title", "letters, digits, spaces and dashes, a capital first: `Edge Computing`")
    file = guide_name(title)
    promised = next((one for one in site.guides if one.name == file), None)
    if promised and promised.link:
        raise Misuse(f"{file} is in the index already", f"edit docs/{file}.md")
    section = promised.section if promised else _section(site, section)
    line = f"- [{title}](./{file}.md): {promised.description if promised else 'to be described <!-- to write: what it is about, in a few words -->'}"
    slug = "-".join(re.findall(r"\w+", title.lower()))
    before = _before(site, promised, section)
    edits = [_index_edit(site, promised, section, line), *_navigation_edits(site, before, file)]
    files = {
        f"docs/{file}.md": template("guide.md", title=title, slug=slug, today=today.isoformat()),
        f"{QUERIES}{file}.toml": template("search.toml", file=file, words=title.lower()),
    }
    return Plan(files, edits)


def _section(site: Site, wanted: str) -> str:
    known = list(dict.fromkeys(guide.section for guide in site.guides))
    if wanted in known:
        return wanted
    guess = nearest(wanted, tuple(known)) if wanted else ""
    raise Misuse(
        f"the index has no section `{wanted}`" if wanted else "in which section of the index?",
        f"did you mean `{guess}`?" if guess else "say `--section NAME`, one of " + ", ".join(f"`{name}`" for name in known),
    )


def _before(site: Site, promised: Guide | None, section: str) -> Guide | None:
    """The landed guide after which the new one stands: the last one above its line, or of its section and those above."""
    order = list(dict.fromkeys(guide.section for guide in site.guides))
    above = [one for one in site.guides if (one.location < promised.location if promised else order.index(one.section) <= order.index(section))]
    return next((one for one in reversed(above) if site.page(one.name)), None)


def _index_edit(site: Site, promised: Guide | None, section: str, line: str) -> Edit:
    if promised:
        return _line_edit(site.pages[INDEX].text, INDEX, promised.location.line, line, replace=True)
    last = max(one.location.line for one in site.guides if one.section == section)
    return _line_edit(site.pages[INDEX].text, INDEX, last, line)


def _navigation_edits(site: Site, before: Guide | None, file: str) -> list[Edit]:
    place = next((place for path, place in site.navigation if before and path == f"docs/{before.name}.md"), None)
    if not place:
        return []
    text = site.texts["docs/.pages"]
    indent = re.match(r"\s*", text.split("\n")[place.line - 1])
    return [_line_edit(text, "docs/.pages", place.line, f"{indent[0] if indent else ''}- {file}.md")]


def _line_edit(text: str, path: str, line: int, new: str, replace: bool = False) -> Edit:
    """Put a line behind the given one, or in its place."""
    lines = text.split("\n")
    end = len("\n".join(lines[:line]))
    return Edit(path, end - len(lines[line - 1]), end, new) if replace else Edit(path, end, end, f"\n{new}")


def lab(site: Site, name: str) -> Plan:
    """A program with a region and its output, their mirror in the guide, and a test. `name` is `guide/name`, as in docs/labs/."""
    folder, _, stem = name.removesuffix(".py").partition("/")
    slugs = {_slug(one): page for one in site.guides if (page := site.page(one.name))}
    if folder not in slugs:
        guess = nearest(folder, tuple(slugs))
        raise Misuse(f"no guide has labs in `{folder}`", f"did you mean `{guess}/{stem or 'name'}`?" if guess else "say `guide/name`, the guide one of " + ", ".join(slugs))
    if not re.fullmatch(r"[a-z][a-z\d_]*", stem):
        raise Misuse(f"`{stem}` is not the name of a lab", f"small letters, digits and underscores: `{folder}/lost_writes`")
    page, file = slugs[folder], f"labs/{folder}/{stem}"
    tests = f"tests/labs/test_{folder.replace('-', '_')}.py"
    test = template("lab_test.py", name=stem, folder=folder)
    there = (site.root / tests).is_file()
    end = len((site.root / tests).read_text(encoding="utf-8")) if there else 0
    files = {f"docs/{file}.py": template("lab.py"), f"docs/{file}.out": template("lab.out")}
    edits = [_section_edit(page, "Lab", template("lab_section.md", title=stem.replace("_", " ").capitalize(), file=file))]
    if there:
        edits.append(Edit(tests, end, end, test))
    else:
        files[tests] = template("lab_tests.py", guide=page.name) + test
    return Plan(files, edits, (f"the output, once the program is yours: `python3 scripts/run.py test {tests} --record`, then `python3 scripts/run.py sync`",))


def _slug(one: Guide) -> str:
    return "-".join(re.findall(r"\w+", one.title.lower()))


def _section_edit(page: Page, heading: str, text: str) -> Edit:
    """Put text at the end of a second-level section, or of the page."""
    second = [one for one in page.headings if one.level == 2]
    after = next((second[at + 1] for at, one in enumerate(second[:-1]) if one.text == heading), None)
    lines = page.text.split("\n")
    start = len("\n".join(lines[: after.location.line - 1])) + 1 if after else len(page.text)
    return Edit(page.path, start, start, f"{text}\n")


def term(site: Site, name: str) -> Plan:
    """An entry at its place in the Glossary, which leads to the section that seems to explain it."""
    if GLOSSARY not in site.pages or not site.terms:
        raise Misuse(f"there is no {GLOSSARY} with terms", "write the first entry by hand")
    for other in site.terms:
        if name.casefold() in {spelling.casefold() for spelling in (other.name, *other.aliases)}:
            raise Misuse(f"`{name}` stands for `{other.name}` already ({other.location})", "edit that entry")
    following = next((other for other in site.terms if _order(other.name) > _order(name)), None)
    text = site.pages[GLOSSARY].text
    start = len("\n".join(text.split("\n")[: following.location.line - 1])) + 1 if following else len(text)
    section, target = _explained(site, name)
    entry = template("term.md", name=name, section=section, target=target)
    left = () if target != "README.md" else (f"use `{name}` in a guide, and link the entry to the section that explains it",)
    return Plan({}, [Edit(GLOSSARY, start, start, entry if following else "\n" + entry.rstrip("\n") + "\n")], left)


def _order(name: str) -> str:
    """As the rule glossary-order sorts: letters and digits alone count."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _explained(site: Site, name: str) -> tuple[str, str]:
    """(heading, address) of the section that has the term in its heading, else of the first that uses it; else the index."""
    used = spellings([Term(name, (), "", "", Location(GLOSSARY))])
    pages = [page for one in site.guides if (page := site.page(one.name))]
    for page in pages:
        for heading in page.headings:
            if heading.level > 1 and any(used.uses(heading.text)):
                return heading.text, f"{page.name}.md#{heading.anchor}"
    for page in pages:
        if found := next(used.uses(page.text), None):
            line = page.text.count("\n", 0, found[0]) + 1
            heading = next((one for one in reversed(page.headings) if one.location.line <= line), None)
            if heading:
                return heading.text, f"{page.name}.md#{heading.anchor}"
    return "Index", "README.md"


def rule(site: Site, name: str) -> Plan:
    """A check in the module of its family, its registration, and the two small sites that specify it. `name` is `noun-problem`."""
    name = name.replace("_", "-")
    if not re.fullmatch(r"[a-z]+(?:-[a-z]+)+", name):
        raise Misuse(f"`{name}` is not the name of a rule", "a noun and its problem in small letters: `heading-too-long`")
    function, mark, noun = name.replace("-", "_"), f"breaks {name}", name.partition("-")[0]
    registry = f"{CHECKS}/__init__.py"
    text = (site.root / registry).read_text(encoding="utf-8")
    family = next((one for one in (f"{noun}s", noun) if (site.root / CHECKS / f"{one}.py").is_file()), noun)
    if f".{function}," in text:
        raise Misuse(f"there is a rule {name} already", f"edit {CHECKS}/")
    module = f"{CHECKS}/{family}.py"
    there = (site.root / module).is_file()
    code = template("rule.py", function=function, mark=mark)
    old = (site.root / module).read_text(encoding="utf-8") if there else ""
    folder = f"tests/rules/{name}"
    files = {
        f"{folder}/bad/docs/README.md": f"# Bad\n\nThis line {mark}.\n",
        f"{folder}/bad/expect.txt": f"docs/README.md:3:11: error[{name}]: to write: what is wrong\n  help: to write: what to do\n",
        f"{folder}/good/docs/README.md": "# Good\n\nThis line does not.\n",
    }
    edits = [_registered(registry, text, f"    {family}.{function},\n", "ALL: tuple[Check, ...] = (\n")]
    if there:
        edits += [*_imports(module, old), Edit(module, len(old), len(old), code)]
    else:
        files[module] = template("checks.py", family=family.capitalize()) + code
        edits.append(_registered(registry, text, f"    {family},\n", "from guidebook.checks import (\n"))
    left = [f"{module}: what `{function}` asks", f"{folder}: sites that break and keep it, then `python3 scripts/run.py test tests/test_rules.py -k {name} --record`"]
    return Plan(files, edits, tuple(left))


def _registered(path: str, text: str, line: str, opening: str) -> Edit:
    """Put a line into the list behind `opening`: behind its family, or in the order of the letters."""
    start = text.index(opening) + len(opening)
    listed = text[start : text.index("\n)", start) + 1].splitlines(keepends=True)
    family = [at for at, other in enumerate(listed) if "." in line and other.partition(".")[0] == line.partition(".")[0]]
    at = family[-1] + 1 if family else next((at for at, other in enumerate(listed) if "." not in line and other > line), len(listed))
    offset = start + sum(map(len, listed[:at]))
    return Edit(path, offset, offset, line)


def _imports(path: str, text: str) -> list[Edit]:
    """What the template of a rule takes from the model, added to what a module imports from there in one line."""
    match = re.search(r"^from guidebook\.model import ([\w, ]+)$", text, re.MULTILINE)
    names = set(match[1].split(", ")) if match else set()
    wanted = names | {"Diagnostic", "Location", "Site"}
    return [Edit(path, *match.span(1), ", ".join(sorted(wanted, key=lambda name: (not name.isupper(), name))))] if match and wanted != names else []
