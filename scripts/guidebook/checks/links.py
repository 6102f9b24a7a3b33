"""Does every link lead somewhere? What the rendered page decides is judged again in built.py."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote

from guidebook.model import Diagnostic, Edit, Link, Page, Site
from guidebook.references import AGAIN
from guidebook.resolve import (
    Target,
    alike,
    all_directories,
    by_lower_case,
    directories,
    headings_by_anchor,
    ids,
    nearest,
    nearest_file,
    page_at,
    relative,
    resolve,
    target_of,
)

_NOT_HERE = ("reference", "undefined", "email")  # a reference is judged once, at its definition


def sources(site: Site) -> Iterator[Page]:
    """Everything that points somewhere, pages first."""
    yield from site.pages.values()
    yield from (page for path, page in site.around.items() if path not in site.pages)


@lru_cache(maxsize=2)
def resolved(site: Site) -> tuple[tuple[Page, Link, Target], ...]:
    """Every link with what it points to; a reference once, at its definition; what a template writes relative to each page, not at all."""
    return tuple(
        (page, link, target_of(site, page, link))
        for page in sources(site)
        for link in page.links
        if link.kind not in _NOT_HERE
        and link.text != AGAIN
        and not (page.path.startswith("overrides/") and link.kind == "html" and page.path.endswith(".html"))
    )


def _is_page(path: str) -> bool:
    return path.endswith(".md") or "." not in posixpath.basename(path)


def _missing(site: Site) -> Iterator[tuple[Page, Link, Target]]:
    """Links whose file is not there in any spelling, and that no other rule explains."""
    redirects = redirect_maps(site)
    for page, link, target in resolved(site):
        if target.kind == "missing" and not right_case(site, target.path) and not built(site, page, link, target) and target.path not in redirects:
            yield page, link, target


def link_missing_page(site: Site) -> Iterator[Diagnostic]:
    """A link to a page names a file that is there.

    Bad:  `[leases](DistributedSystem.md)`
    Good: `[leases](DistributedSystems.md)`
    """
    for page, link, target in _missing(site):
        if _is_page(target.path) and not link.target.endswith("/"):
            yield Diagnostic(link.location, f"there is no file `{target.path}`", *_nearest(site, page, link, target))


def link_missing_file(site: Site) -> Iterator[Diagnostic]:
    """A link to an image, a program or another file names one that is there.

    Bad:  `![the saga](images/sagas.svg)`
    Good: `![the saga](images/saga.svg)`
    """
    for page, link, target in _missing(site):
        if not _is_page(target.path) and not link.target.endswith("/"):
            yield Diagnostic(link.location, f"there is no file `{target.path}`", *_nearest(site, page, link, target))


def link_missing_directory(site: Site) -> Iterator[Diagnostic]:
    """A directory that is named is there.

    Bad:  `custom_dir: override` in mkdocs.yml
    Good: `custom_dir: overrides`
    """
    for page, link, target in _missing(site):
        if link.target.endswith("/"):
            folders = directories(site) if page.path.startswith("docs/") else all_directories(site)
            guess = nearest(target.path, folders - {"docs", ""})
            yield Diagnostic(link.location, f"there is no directory `{target.path}/`", f"did you mean `{relative_to(page, guess)}/`?" if guess else "")


def _nearest(site: Site, page: Page, link: Link, target: Target) -> tuple[str, Edit | None]:
    name = posixpath.basename(target.path).removesuffix(".md")
    if any(guide.name == name and not guide.link for guide in site.guides):
        return f"the guide {name} is in preparation: write its name without a link until it lands", None
    if link.target.lower().startswith("www."):
        return f"write `https://{link.target}`", replaced(page, link, f"https://{link.target}")
    if "@" in link.target and "/" not in link.target:
        return f"write `mailto:{link.target}`", replaced(page, link, f"mailto:{link.target}")
    if "\\" in link.target:
        forward = link.target.replace("\\", "/")
        there = resolve(site, page, forward).kind in ("page", "file")
        return f"write `{forward}`", replaced(page, link, forward) if there else None
    known = site.files if page.path.startswith("docs/") else site.repository
    guess = nearest_file(target.path, known)
    if not guess:
        return "", None
    written = relative_to(page, guess)
    return f"did you mean `{written}`?", _moved(site, page, link, target, guess)


def _moved(site: Site, page: Page, link: Link, target: Target, guess: str) -> Edit | None:
    """A file that is the only one of its name, in another directory, and that has the anchor, has been moved there."""
    name = posixpath.basename(target.path)
    same = [path for path in (site.files if page.path.startswith("docs/") else site.repository) if posixpath.basename(path) == name]
    if same != [guess] or name in ("README.md", "index.md", ".pages"):
        return None
    there = site.pages.get(guess)
    return rewritten(page, link, guess) if not target.fragment or (there and target.fragment in ids(there)) else None


def link_wrong_case(site: Site) -> Iterator[Diagnostic]:
    """A link writes the file's name with the letters that it has on disk, since servers tell case apart.

    Bad:  `[leases](distributedSystems.md)`
    Good: `[leases](DistributedSystems.md)`
    """
    for page, link, target in resolved(site):
        if target.kind == "missing" and (right := right_case(site, target.path)):
            written = relative_to(page, right)
            how = "case" if unicodedata.normalize("NFC", right) != unicodedata.normalize("NFC", target.path) else "the composition of its letters"
            yield Diagnostic(link.location, f"`{link.target}` differs in {how} from `{right}`", f"write `{written}`", rewritten(page, link, right))


def right_case(site: Site, path: str) -> str:
    """The file whose name is `path` but for the case, or the composition, of its letters."""
    return by_lower_case(site).get(alike(path), "")


def relative_to(page: Page, path: str) -> str:
    """How `page` writes `path`: mkdocs.yml writes it from docs/."""
    return path.removeprefix("docs/") if page.path == "mkdocs.yml" else relative(page, path)


def replaced(page: Page, link: Link, address: str) -> Edit | None:
    """The repair that puts another address there."""
    return Edit(page.path, *link.span, address) if link.span else None


def rewritten(page: Page, link: Link, path: str) -> Edit | None:
    """Replace the path of the link's address by that of a file, keeping query and fragment."""
    tail = link.target[min((link.target.find(mark) for mark in "?#" if mark in link.target), default=len(link.target)) :]
    prefix = "./" if link.target.startswith("./") else ""
    written = relative_to(page, path)
    return replaced(page, link, prefix + (quote(written, safe="/~!$&'*+,;=:@") if " " in written else written) + tail)


def link_missing_anchor(site: Site) -> Iterator[Diagnostic]:
    """The fragment of a link is the id of a heading, or of an element, in the file that it points to.

    Bad:  `[compaction](StreamProcessing.md#log-compacton)`
    Good: `[compaction](StreamProcessing.md#log-compaction)`
    """
    for page, link, target in resolved(site):
        there = site.pages.get(target.path) or site.around.get(target.path)
        if target.kind not in ("page", "file") or there is None or there.unreadable or _answers(page, there, target.fragment):
            continue
        where = "this page" if there is page else f"`{relative_to(page, there.path)}`"
        what = "heading" if there.path.endswith(".md") else "id"
        help_text, edit = _nearest_anchor(site, page, there, link, target)
        yield Diagnostic(link.location, f"{where} has no {what} `#{target.fragment}`", help_text, edit)


def _answers(page: Page, there: Page, fragment: str) -> bool:
    """Whether a browser finds the fragment: an id, the top, a text, or a view of a drawing."""
    if fragment.lower() in ("", "top") or fragment.startswith((":~:", "__")) or fragment in ids(there):
        return True
    if not there.path.endswith(".md"):
        return not there.path.endswith((".svg", ".html", ".htm")) or "=" in fragment or "(" in fragment
    fragment = fragment.partition(":~:")[0]
    return fragment in ids(there) or (not page.path.startswith("docs/") and fragment in github_ids(there))


@lru_cache(maxsize=256)
def github_ids(page: Page) -> frozenset[str]:
    """The fragments that GitHub gives a Markdown file: links from outside docs/ are read there."""
    seen: dict[str, int] = {}
    found = set()
    for heading in page.headings:
        anchor = "".join(c for c in heading.text.lower() if c.isalnum() or c in " -_").replace(" ", "-")
        count = seen.get(anchor, -1) + 1
        seen[anchor] = count
        found.add(f"{anchor}-{count}" if count else anchor)
    return frozenset(found)


def _nearest_anchor(site: Site, page: Page, there: Page, link: Link, target: Target) -> tuple[str, Edit | None]:
    known = ids(there)
    same = [anchor for anchor in known if alike(anchor) == alike(target.fragment)]
    elsewhere = headings_by_anchor(site).get(target.fragment, ())
    if len(elsewhere) == 1 and not same:
        moved = site.pages[elsewhere[0]]
        path = "" if moved is page else relative(page, moved.path)
        return f"that heading is now in `{relative(page, moved.path)}#{target.fragment}`", replaced(page, link, f"{path}#{target.fragment}")
    guess = same[0] if len(same) == 1 else nearest(target.fragment, known)
    line = next((f" ({there.path}:{heading.location.line})" for heading in there.headings if heading.anchor == guess), "")
    edit = replaced(page, link, link.target.partition("#")[0] + f"#{same[0]}") if len(same) == 1 else None
    return (f"did you mean `#{guess}`{line}?", edit) if guess else ("", None)


def built(site: Site, page: Page, link: Link, target: Target) -> str:
    """The page whose built address the link is, seen from the file or from the page's own address; nothing for SVG, which is not rewritten."""
    if target.kind not in ("missing", "outside") or not (page.path.startswith("docs/") or page.path == "mkdocs.yml") or link.attribute == "url":
        return ""
    if posixpath.splitext(target.path)[1] not in ("", ".html") and not link.target.partition("#")[0].endswith("/"):
        return ""
    if there := page_at(site, target.path):
        return there
    path = link.target.partition("#")[0].partition("?")[0]
    return page_at(site, posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path[3:]))) if path.startswith("../") else ""


def redirect_maps(site: Site) -> dict[str, str]:
    """Old page → new one, both from the root, as the plugin `redirects` in mkdocs.yml has them."""
    plugins = site.config.get("plugins")
    entries = plugins if isinstance(plugins, list) else [plugins]
    found: dict[str, str] = {}
    for entry in entries:
        maps = (entry.get("redirects") or {}) if isinstance(entry, dict) else {}
        pairs = maps.get("redirect_maps") if isinstance(maps, dict) else None
        if isinstance(pairs, dict):
            found.update({f"docs/{old}": str(new) for old, new in pairs.items()})
    return found
