"""The guide book: what it is made of, how it is checked, how it becomes a site.

Data flows one way, load → check → render → judge → report:

    model ← parse ← load          model ← resolve          model ← labs
    model, resolve, labs ← checks/*          model ← built, report
    load, checks, labs, render, built, report ← build.py
    load, resolve ← hooks.py          run.py imports only the standard library
"""
