

def {{function}}(site: Site) -> Iterator[Diagnostic]:
    """To write: what holds if the rule is kept, in a sentence.

    Bad:  `{{mark}}`
    Good: `to write`
    """
    for page in site.pages.values():
        for number, line in enumerate(page.text.split("\n"), 1):
            if (column := line.find("{{mark}}") + 1) > 0:
                yield Diagnostic(Location(page.path, number, column), "to write: what is wrong", "to write: what to do")
