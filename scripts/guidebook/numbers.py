"""Calculated numbers in prose, `1,600<!--= shop.orders.peak_per_second * 4 -->`: evaluated, compared, rewritten."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from types import CodeType
from typing import Any

from guidebook.model import Edit, Number, Page

# What a formula may call besides what its page defines: arithmetic, nothing that reads or writes.
KNOWN: Mapping[str, Any] = {
    **{name: getattr(math, name) for name in dir(math) if not name.startswith("_")},
    **{function.__name__: function for function in (abs, float, int, len, max, min, pow, range, round, sorted, sum)},
}
_SIGN = re.compile(r"(?<![\w.)\]])[-\u2212][$\u20ac\u00a3]?$")
_FLOAT_DIGITS = Context(prec=14)  # beyond these, floating point shows its noise: 0.285 * 100 is 28.499999999999996


def compiled(formula: str) -> CodeType:
    """The formula as code. Raises SyntaxError if it is not one expression; it may go over several lines."""
    if not formula.strip():
        raise SyntaxError("an empty formula")
    return compile(ast.parse(f"({formula}\n)", "<formula>", "eval"), "<formula>", "eval")


def evaluate(formula: str, namespace: Mapping[str, Any]) -> Decimal:
    """The value of a formula among the names of its page. Raises whatever the formula raises, TypeError if it is no number."""
    return as_decimal(eval(compiled(formula), {**KNOWN, **namespace, "__builtins__": {}}))


def as_decimal(value: Any) -> Decimal:
    """The number as written out; NumPy's scalars included. Raises TypeError or ValueError if it is none, or not finite."""
    if hasattr(value, "item") and callable(value.item):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Fraction)):
        raise TypeError(f"the formula gives a {type(value).__name__}, not a number")
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ValueError(f"the formula gives {value}")
    return number


def difference(page: Page, number: Number, value: Decimal) -> str:
    """How the number shown differs from the formula's value, rounded to the digits shown; empty if it does not."""
    if _signed(page, number) in _roundings(number.text, value):
        return ""
    minus = "-" if _is_negative(page, number) else ""
    return f"number says {minus}{number.text} but the formula gives {written(number.text, value)}"


def edits(page: Page, values: Mapping[Number, Decimal]) -> list[Edit]:
    """Rewrite each number that its formula contradicts. A sign stands before the number, so a changed sign is left to the author."""
    return [
        Edit(page.path, *number.span, written(number.text, abs(value)))
        for number, value in values.items()
        if number.text and difference(page, number, value) and (value < 0) == _is_negative(page, number)
    ]


def written(like: str, value: Decimal) -> str:
    """The value in the form of `like`: as many digits after the point, and commas where `like` has them or was too short to."""
    whole = like.split(".")[0]
    rounded = _rounded(value, _places(like), ROUND_HALF_UP)
    return f"{rounded:,f}" if "," in whole or len(whole) < 4 else f"{rounded:f}"


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _rounded(value: Decimal, places: int, rounding: str) -> Decimal:
    with localcontext() as context:
        context.prec = 100
        return value.quantize(Decimal(1).scaleb(-places), rounding=rounding)


def _roundings(text: str, value: Decimal) -> set[Decimal]:
    """Both ways to round a half are right, and so is a value without floating-point noise."""
    return {_rounded(candidate, _places(text), rounding) for candidate in (value, _FLOAT_DIGITS.plus(value)) for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


def _signed(page: Page, number: Number) -> Decimal:
    digits = Decimal(number.text.replace(",", ""))
    return -digits if _is_negative(page, number) else digits


def _is_negative(page: Page, number: Number) -> bool:
    return bool(_SIGN.search(page.text, max(0, number.span[0] - 4), number.span[0]))
