"""Calculated numbers, as far as they can be judged without running anything; tests recompute them."""

from __future__ import annotations

from collections.abc import Iterator

from guidebook.model import Diagnostic, Number, Site


def number_no_digits(site: Site) -> Iterator[Diagnostic]:
    """A formula stands directly behind the number that it gives.

    Bad:  1,600 calls<!--= 400 * 4 -->
    Good: 1,600<!--= 400 * 4 --> calls
    """
    for number in _numbers(site):
        if not number.text:
            help_ = "put the comment directly behind the last digit: `38.4<!--= 0.384 * 100 --> %`"
            yield Diagnostic(number.location, f"no number stands before the formula `{number.formula}`", help_)


def number_bad_formula(site: Site) -> Iterator[Diagnostic]:
    """A formula is one Python expression.

    Bad:  1,600<!--= 400 x 4 -->
    Good: 1,600<!--= 400 * 4 -->
    """
    from guidebook.numbers import compiled  # with decimals and fractions, for pages that are new

    for number in _numbers(site):
        try:
            compiled(number.formula)
        except (SyntaxError, ValueError):
            yield Diagnostic(number.location, f"the formula `{number.formula}` is not an expression", "write one Python expression: `400 * 4`")


def _numbers(site: Site) -> Iterator[Number]:
    return (number for page in site.pages.values() for number in page.numbers)
