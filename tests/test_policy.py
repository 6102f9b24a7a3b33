"""The Content-Security-Policy: hashes of what stands in the page, nothing unsafe for scripts."""

from __future__ import annotations

from pathlib import Path

from guidebook import policy

PAGE = (
    '<!doctype html><html><head>\n<meta charset="utf-8">\n<style>p{}</style><script>var a = "<b>" && 1</script>'
    '<script type="application/json">{"a": 1}</script><script src="x.js"></script></head><body><svg><style>a&gt;b{}</style></svg></body></html>'
)


def test_policy_names_scripts_and_styles_by_hash() -> None:
    """The text as the browser has it: entities stay in a script of HTML, and are decoded in a style of SVG."""
    scripts, styles = policy.inline(PAGE)

    assert scripts == [policy.source_hash('var a = "<b>" && 1')]
    assert styles == [policy.source_hash("p{}"), policy.source_hash("a>b{}")]


def test_hash_is_the_browsers() -> None:
    """The example of https://www.w3.org/TR/CSP3/#external-hash, base64 of SHA-256."""
    assert policy.source_hash("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_policy_stands_before_what_it_is_about() -> None:
    """Directly behind the character set."""
    assert '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src \'self\' \'sha256-' in policy.with_policy(PAGE)


def test_built_pages_let_no_unnamed_script_run(built_site: Path) -> None:
    """Every page has a policy without `unsafe-inline` or `unsafe-eval` for scripts; so have the headers."""
    pages = [file.read_text(encoding="utf-8") for file in built_site.rglob("*.html")]
    rules = [page.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0] for page in pages]

    assert pages and all("script-src 'self'" in rule for rule in rules)
    assert not [rule for rule in rules if "unsafe" in rule.replace("style-src-attr 'unsafe-inline'", "")]
    assert "unsafe" not in (built_site / "_headers").read_text(encoding="utf-8")
