"""Take the pictures of the site in `.github/pictures/` anew: `python tests/bench/pictures.py` after a build."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from side_by_side import ROOT, chromium, serving

OUT = ROOT / ".github" / "pictures"
SHOTS = {  # name → page, width, height, palette
    "index-desktop-light": ("", 1280, 860, "light"),
    "index-phone-dark": ("", 390, 860, "dark"),
    "guide-desktop-dark": ("GitOps/#reconciliation-is-a-control-loop", 1280, 860, "dark"),
    "guide-phone-light": ("GitOps/", 390, 860, "light"),
}
MOST = 400 * 1024  # bytes of all together


def take(browser: Browser, address: str, width: int, height: int, palette: str) -> bytes:
    """A page as WebP."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=palette)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    shot = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    context.close()
    return base64.b64decode(shot["data"])


def main() -> None:
    """Take each, say what they weigh."""
    site = ROOT / "site"
    if not (site / "index.html").is_file():
        sys.exit("there is no site yet: python3 scripts/run.py build")
    OUT.mkdir(exist_ok=True)
    with serving(site) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find() or Path(playwright.chromium.executable_path), args=["--no-sandbox"] if chromium.is_root() else []
        )
        pictures = {name: take(browser, url + path, *rest) for name, (path, *rest) in SHOTS.items()}
        browser.close()
    if sum(map(len, pictures.values())) > MOST:
        sys.exit(f"too heavy for the repository: {sum(map(len, pictures.values())) / 1024:.0f} KiB")
    for name, data in pictures.items():
        (OUT / f"{name}.webp").write_bytes(data)
        print(f"{name}.webp: {len(data) / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
