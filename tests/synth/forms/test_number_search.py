"""The style of a sample of numbers in text."""

import numpy as np
import pytest

from synth.forms.number_search import conventions_of, cut, search
from synth.forms.number_style import BEFORE, PARENTHESES, TRAILING, FloatStyle, NumberStyle
from tests.synth.forms.texts import texts

RNG = np.random.default_rng(10)
AMOUNTS = np.round(RNG.lognormal(6, 2, 400), 2)


def style_of(values: list[str], min_entities: int = 10) -> NumberStyle | FloatStyle | None:
    found = search(texts(values), min_entities)
    return None if found is None else found.style


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("-1.234,50 €", ("1.234,50", BEFORE, "-", "", " €")),
        ("($5)", ("5", PARENTHESES, "", "$", "")),
        ("5-", ("5", TRAILING, "-", "", "")),
        ("+3 %", ("3", "+", "", "", " %")),
        (".5", (".5", "", "", "", "")),
        ("CHF 12'000", ("12'000", "", "", "CHF ", "")),
    ],
)
def test_texts_are_cut(text: str, parts: tuple[str, ...]) -> None:
    found = cut(text)
    assert found is not None and tuple(found) == parts


@pytest.mark.parametrize(
    "text", ["", "abc", "A12", "12-A", "1-2", "3/4", "10x20", "ORD-1", "#5", "1:2", "5 m2"]
)
def test_what_is_no_number(text: str) -> None:
    assert cut(text) is None


def test_points_and_commas_by_their_use() -> None:
    german = [f"{v:,.2f}".translate(str.maketrans(",.", ".,")) for v in AMOUNTS]
    assert style_of(german) == NumberStyle(",", ".", least=2, most=2)
    assert style_of([f"{v:.2f}".replace(".", ",") for v in AMOUNTS]) == NumberStyle(
        ",", least=2, most=2
    )
    thousands = [f"{int(v):,}" for v in AMOUNTS * 10]
    assert style_of(thousands) == NumberStyle(".", ",")


def test_what_can_be_read_in_two_ways_is_said() -> None:
    values = RNG.integers(1_000, 99_999, 400)
    commas = search(texts([f"{v:,}" for v in values]), 10)
    points = search(texts([f"{v / 1000:.3f}" for v in values]), 10)
    assert commas is not None and commas.ambiguous and commas.style == NumberStyle(".", ",")
    assert points is not None and points.ambiguous and points.style == NumberStyle(least=3, most=3)
    named = search(texts([f"{v:,}" for v in values]), 10, conventions_of("1.234,56"))
    assert named is not None and named.style == NumberStyle(",", least=3, most=3)


def test_decimals_by_their_use() -> None:
    assert style_of([f"{v:g}" for v in AMOUNTS.round(1)]) == NumberStyle(most=1)
    assert style_of([str(v) for v in AMOUNTS]) == NumberStyle(least=1, most=2)
    halves = [f"{v:.2f}".replace(".00", "") for v in np.round(AMOUNTS * 2) / 2]
    assert style_of(halves) == NumberStyle(least=2, most=2, bare_whole=True)
    assert style_of([repr(v) for v in RNG.normal(size=400).tolist()]) == FloatStyle()
    assert style_of([f"{v:.2E}" for v in AMOUNTS]) == FloatStyle(2, "E")


def test_a_rare_longer_number_does_not_change_the_style() -> None:
    values = [f"{v:g}" for v in AMOUNTS.round(1)]
    assert style_of([*values, "0.30000000000000004"]) == NumberStyle(most=1)


def test_affixes_are_those_that_enough_rows_share() -> None:
    values = [f"{v:.2f} {'EUR' if i % 3 else 'USD'}" for i, v in enumerate(AMOUNTS)]
    style = style_of([*values, "3.00 Bitcoins"])
    assert isinstance(style, NumberStyle) and style.affixes == (("", " EUR"), ("", " USD"))
    assert style_of([f"{i}{'ABCDEF'[i % 6]}" for i in range(400)]) is None  # seats
    assert style_of([f"{i}{'st' if i % 10 == 1 else 'th'}" for i in range(400)]) is None
    assert style_of([f"Room {i}" for i in range(400)]) is None


def test_conventions_of_an_example() -> None:
    assert {c[:2] for c in conventions_of("1.234,56 €")} == {(".", ","), ("", ",")}
    assert {c[:2] for c in conventions_of("12,5")} == {("", ",")}
    assert (",", ".") in {c[:2] for c in conventions_of("1,234")}
    assert conventions_of("1234") == () and conventions_of("ORD-2024-1") == ()
