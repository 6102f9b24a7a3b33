"""What a release holds beside the site: the zip for reading from the disk, and the PDFs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from frontdoor import chromium
from guidebook import offline, pdf
from guidebook.built import address_of
from guidebook.guess import nearest
from guidebook.misuse import Misuse
from guidebook.model import Diagnostic, Site
from guidebook.rendered import read_html


def write_offline(out: Path, into: Path, say: Callable[[str], None]) -> list[Diagnostic]:
    """Write the zip of the rendered site in `out` into the directory `into`, unless a link in it would lead nowhere."""
    found = offline.files(out)
    findings = sorted(set(offline.judge(found)))
    if not findings:
        offline.write(found, into / offline.NAME)
        say(f"wrote {into / offline.NAME}: unpack it and open {offline.FOLDER}/index.html")
    return findings


def write_pdfs(site: Site, out: Path, into: Path, names: Sequence[str], say: Callable[[str], None]) -> list[Diagnostic]:
    """Print the PDFs of the rendered site in `out` into the directory `into`: those that are named, or all. Raises Misuse without a browser."""
    known = {sheet.name: sheet for sheet in pdf.sheets(site)}
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise Misuse(f"there is no PDF `{name}`", f"did you mean `{near}`?" if near else "one of: " + ", ".join(known))
    browser = chromium.find()
    if browser is None:
        raise Misuse("PDFs are printed by Chrome or Chromium, and none was found", "install one, or name it in CHROME")
    findings = []
    for sheet in known.values():
        if not names or sheet.name in names:
            file = into / f"{sheet.name}.pdf"
            wrong = pdf.write(sheet, out, address(out), browser, file, sandbox=not chromium.is_root())
            findings += wrong
            say(f"could not write {file}" if wrong else f"wrote {file}")
    return findings


def address(out: Path) -> str:
    """Where the rendered site says that it is published, with a slash at the end; empty if it does not say."""
    found = address_of(read_html("index.html", (out / "index.html").read_text(encoding="utf-8")))
    return found if "//" in found else ""
