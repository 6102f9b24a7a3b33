"""Calculated numbers: their formulas, their comparison, their rewriting."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy
import pytest

from guidebook.edits import edited
from guidebook.numbers import as_decimal, difference, edits, evaluate, written
from guidebook.parse import parse_page


def compared(text: str, value: str) -> str:
    """What is said of the first number of a page when its formula gives `value`."""
    page = parse_page("docs/A.md", f"# A\n\n{text}\n")
    return difference(page, page.numbers[0], Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,600<!--= x --> calls", "1600"),
        ("38.4<!--= x --> %", "38.44"),
        ("0.3<!--= x -->", "0.25"),
        ("0.2<!--= x -->", "0.25"),
        ("28.5<!--= x -->", "28.499999999999996"),
        ("29<!--= x -->", "28.499999999999996"),
        ("$1.2<!--= x --> million", "1.2"),
        ("-3<!--= x -->", "-3"),
        ("\u22123<!--= x -->", "-3"),
        ("-$3<!--= x -->", "-3"),
        ("from 2-3<!--= x --> calls", "3"),
        ("2,000,000,000,000<!--= x -->", "2000000000000"),
        ("**7**, 7<!--= x -->", "7.4"),
    ],
)
def test_number_fits_its_formula(text: str, value: str) -> None:
    """A number is right if the value rounds to the digits shown, halves either way, with the sign before it."""
    assert compared(text, value) == ""


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("1,600<!--= x -->", "1750", "number says 1,600 but the formula gives 1,750"),
        ("38.4<!--= x --> %", "38.35001", ""),
        ("38.4<!--= x --> %", "38.34", "number says 38.4 but the formula gives 38.3"),
        ("3<!--= x -->", "-3", "number says 3 but the formula gives -3"),
        ("-3<!--= x -->", "3", "number says -3 but the formula gives 3"),
        ("999<!--= x -->", "1000", "number says 999 but the formula gives 1,000"),
        ("2026<!--= x -->", "2027", "number says 2026 but the formula gives 2027"),
    ],
)
def test_number_that_is_wrong_is_told_in_its_own_form(text: str, value: str, said: str) -> None:
    """The right number is said with as many digits, and commas, as the wrong one has."""
    assert compared(text, value) == said


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("shop.orders.peak * 4", "1600"),
        ("calls(3)", "6"),
        ("ceil(10 / 3) + sqrt(16) + max(1, 2) + sum(n for n in range(3) if n < limit)", "13.0"),
        ("round(1617, -2)", "1600"),
        ("(\n  1 +\n  2\n)", "3"),
    ],
)
def test_formula_sees_its_page_and_arithmetic(formula: str, value: str) -> None:
    """A formula may use the shop, every name of the page, mathematics, and several lines."""
    limit = 3
    names = {"shop": SimpleNamespace(orders=SimpleNamespace(peak=400)), "calls": lambda n: n * 2, "limit": limit}

    assert evaluate(formula, names) == Decimal(value)


@pytest.mark.parametrize("formula", ["open('x')", "__import__('os')", "print(1)", "nothing"])
def test_formula_cannot_reach_further(formula: str) -> None:
    """A formula does arithmetic: what reads, writes or imports is not there."""
    with pytest.raises(NameError):
        evaluate(formula, {})


@pytest.mark.parametrize("formula", ["", "a = 8", "400 x 4", "1; 2"])
def test_formula_is_one_expression(formula: str) -> None:
    """Nothing, a statement or two, and something that is not Python are refused."""
    with pytest.raises(SyntaxError):
        evaluate(formula, {})


@pytest.mark.parametrize(("value", "number"), [(7, "7"), (0.1, "0.1"), (Fraction(1, 4), "0.25"), (Decimal("1.50"), "1.50"), (numpy.float64(2.5), "2.5")])
def test_value_becomes_a_decimal(value: object, number: str) -> None:
    """Every kind of number counts by what it is written as."""
    assert as_decimal(value) == Decimal(number)


@pytest.mark.parametrize("value", ["7", True, None, float("inf"), float("nan"), [1], (1, 2)])
def test_value_that_is_no_number_is_refused(value: object) -> None:
    """A text, a truth value, infinity: none of them can be shown as a number."""
    with pytest.raises((TypeError, ValueError)):
        as_decimal(value)


def test_edits_rewrite_stale_numbers_only() -> None:
    """A number that its formula contradicts is rewritten in place; right ones, and a changed sign, are left."""
    text = "---\ntitle: A\n---\n\n# A\n\nÄ 1,600<!--= a --> and 38.4<!--= b --> %\n\n- 7<!--= c --> and -5<!--= d -->\n"
    page = parse_page("docs/A.md", text)
    values = dict(zip(page.numbers, map(Decimal, ("1750", "38.41", "1200", "5")), strict=True))

    assert edited(text, edits(page, values)) == text.replace("1,600", "1,750").replace("7<", "1,200<")


@pytest.mark.parametrize(("like", "value", "text"), [("1.0", "2", "2.0"), ("10,000", "900", "900"), ("1000", "20000", "20000"), (".5", "0.25", "0.3")])
def test_number_is_written_like_the_old_one(like: str, value: str, text: str) -> None:
    """As many digits after the point, and commas only where the old number shows that it has them."""
    assert written(like, Decimal(value)) == text
