"""Styles of numbers: what is written is read back, against Python's own formatting."""

import numpy as np
import pytest

from synth.forms.number_style import (
    BEHIND_PREFIX,
    PARENTHESES,
    TRAILING,
    FloatStyle,
    NumberStyle,
)
from tests.synth.forms.texts import texts

RNG = np.random.default_rng(9)
NUMBERS = np.concatenate(
    [
        np.array([0, 1, -1, 9, 10, 99, 100, -100, 999, 1000, 99_999, 100_000, 12_345_678, 1050]),
        (RNG.lognormal(8, 4, 500) * RNG.choice([-1, 1], 500)).astype(np.int64),
        np.array([10**18 - 1, 1 - 10**18, 10**17]),
    ]
)
EURO, DOLLAR = (("", " €"),), (("$", ""),)
STYLES = [
    NumberStyle(),
    NumberStyle(most=2, least=2),
    NumberStyle(most=3),
    NumberStyle(least=1, most=4),
    NumberStyle(",", ".", least=2, most=2, affixes=EURO),
    NumberStyle(".", ",", affixes=DOLLAR),
    NumberStyle(".", ",", indian=True, least=2, most=2),
    NumberStyle(",", "\u202f", least=1, most=1),
    NumberStyle(".", "’", sign=TRAILING),
    NumberStyle(".", ",", sign=PARENTHESES, affixes=DOLLAR),
    NumberStyle(least=2, most=2, sign=BEHIND_PREFIX, affixes=DOLLAR),
    NumberStyle(minus="−", plus=True),
    NumberStyle(least=2, most=2, bare_whole=True),
    NumberStyle(most=2, leading_zero=False),
    NumberStyle(least=2, most=2, affixes=(("", " EUR"), ("US$ ", ""), ("", ""))),
]


@pytest.mark.parametrize("style", STYLES, ids=[style.words() for style in STYLES])
def test_what_is_written_is_read(style: NumberStyle) -> None:
    affix = RNG.integers(0, len(style.affixes), len(NUMBERS))
    written = style.write(NUMBERS, affix, np.ones(len(NUMBERS), bool))
    numbers, found, read = style.read(written)
    assert read.all() and np.array_equal(numbers, NUMBERS) and np.array_equal(found, affix)
    assert NumberStyle.from_json(style.to_json()) == style
    assert style.read(texts(["", "x", None, "--1", "1 2", "1,", "€", "9" * 30]))[2].sum() == 0


def test_python_writes_the_same() -> None:
    some = NUMBERS[np.abs(NUMBERS) < 10**12]
    valid, affix = np.ones(len(some), bool), np.zeros(len(some), np.int64)
    grouped = NumberStyle(".", ",", least=2, most=2).write(some * 100, affix, valid)
    assert grouped.to_pylist() == [f"{number:,}.00" for number in some.tolist()]
    signed = NumberStyle(plus=True).write(some, affix, valid)
    assert signed.to_pylist() == [f"{n:+d}" if n else "0" for n in some.tolist()]


@pytest.mark.parametrize(
    ("style", "number", "text"),
    [
        (NumberStyle(",", ".", least=2, most=2, affixes=EURO), -123_450, "-1.234,50 €"),
        (NumberStyle(".", ",", sign=PARENTHESES, affixes=DOLLAR), -1_234, "($1,234)"),
        (NumberStyle(least=2, most=2, sign=BEHIND_PREFIX, affixes=DOLLAR), -5, "$-0.05"),
        (NumberStyle(".", ",", indian=True), 123_456_789, "12,34,56,789"),
        (NumberStyle(most=3), 1_500, "1.5"),
        (NumberStyle(most=3), 1_000, "1"),
        (NumberStyle(least=1, most=3), 1_000, "1.0"),
        (NumberStyle(least=2, most=2, bare_whole=True), 1_000, "10"),
        (NumberStyle(least=2, most=2, bare_whole=True), 1_050, "10.50"),
        (NumberStyle(most=3, leading_zero=False), -500, "-.5"),
        (NumberStyle(sign=TRAILING), -5, "5-"),
    ],
)
def test_styles_by_hand(style: NumberStyle, number: int, text: str) -> None:
    one = np.array([number]), np.zeros(1, np.int64), np.ones(1, bool)
    assert style.write(*one).to_pylist() == [text]
    assert style.read(texts([text]))[0].tolist() == [number]


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (NumberStyle(), "007"),
        (NumberStyle(), "-0"),
        (NumberStyle(), "+5"),
        (NumberStyle(), "1.0"),
        (NumberStyle(least=2, most=2), "1.5"),
        (NumberStyle(most=2), "1.50"),
        (NumberStyle(most=2), "1."),
        (NumberStyle(".", ","), "1234"),
        (NumberStyle(".", ","), "12,34"),
        (NumberStyle(".", ","), ",123"),
        (NumberStyle(affixes=EURO), "5"),
        (NumberStyle(affixes=EURO), "5 €€"),
        (NumberStyle(sign=PARENTHESES), "(5"),
        (NumberStyle(sign=PARENTHESES), "5)"),
        (NumberStyle(affixes=(("€", ""), ("", "$"))), "€5$"),
        (NumberStyle(), "1234567890123456789"),
    ],
)
def test_what_is_written_otherwise_is_not_read(style: NumberStyle, text: str) -> None:
    assert not style.read(texts([text]))[2].any()


@pytest.mark.parametrize("style", [FloatStyle(), FloatStyle(3), FloatStyle(2, "E")])
def test_floats(style: FloatStyle) -> None:
    values = RNG.lognormal(0, 20, 300) * RNG.choice([-1, 1], 300)
    written = style.write(values, np.zeros(300, np.int64), np.ones(300, bool))
    numbers, _, read = style.read(written)
    assert read.all()
    assert np.allclose(numbers, values, rtol=10.0 ** -(style.digits or 16))
    assert style.write(numbers, np.zeros(300, np.int64), read).equals(written)
    assert FloatStyle.from_json(style.to_json()) == style
    assert not style.read(texts(["nan", "inf", "1e", None, "", "1e999"]))[2].any()
