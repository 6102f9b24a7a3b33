"""The guide book: what it is made of, how it is checked, how it becomes a site.

Data flows one way, load → check → render → judge → report:

    source, html, yaml_tree ← collect, front_matter ← references, pieces ← parse ← around ← cache, load
    model ← parse ← load          model ← resolve          model ← labs
    model, resolve, labs ← checks/*          model ← built, report
    load, checks, labs, render, built, report ← build.py
    html ← rendered ← built, verdict          fetch ← verdict ← external ← build.py (only with --external)
    load, resolve ← hooks.py          run.py imports only the standard library
"""
