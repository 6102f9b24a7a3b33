"""The guide book: what it is made of, how it is checked, how it becomes a site.

Data flows one way, load → check → render → judge → report. Nothing here knows MkDocs but `rendering.renderer` (and `scripts/hooks.py`).

    model       what everything is: Site, Page, Link, Fence, Diagnostic; frozen
    parse       Markdown text → Page   (source, pieces, collect, elements, markup, html, front_matter, references)
    load        docs/ and what stands around it → Site   (navigation, around, cache, installed, allowances)
    resolve     Link + Site → target, or the nearest guesses   (guess)
    paragraphs  what is judged as one statement; claims: which digits in it need a source   (prose)
    checks/     Site → Diagnostics, one module a family of rules; verdicts: what was found clean is not asked again
    labs, runner, numbers, languages, manifests      code that is true
    diagrams, quiz, glossary, parts, comments         what a page is made of   (engine, palette, metrics, slim, tooltips)
    render      Site → the files of the site   (rendering/: what is rendered anew, and the preview; hooks call furniture, landing, lean and paths)
    copies, feed, sitemap, policy, search   what is made beside the pages, or of all of them
    built       judges what was rendered   (rendered, shipped, trace, built_search, budget)
    artefacts   what goes with a release: a zip for reading from the disk (offline), PDFs (pdf)
    external    asks other people's servers   (fetch, verdict, memory, hosts; releases)
    changed     what a change can have caused; staged: the next commit as a tree
    aside       a task in a process of its own
    edits       Edits → files; report: Diagnostics → text, GitHub, JSON, SARIF
    scaffold, freshness, statistics                   for those who write
"""
