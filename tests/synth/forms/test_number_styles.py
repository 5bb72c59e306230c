"""The styles of a column: several of them, and texts that are filled up."""

import numpy as np
import pytest

from synth.forms.number_style import INSIDE, NumberStyle
from synth.forms.number_styles import find_styles
from tests.synth.forms.texts import texts

AMOUNTS = np.round(np.random.default_rng(3).lognormal(5, 1.5, 400), 2)


def styles_of(values: list[str], min_entities: int = 10) -> list[NumberStyle]:
    found = find_styles(texts(values), min_entities)
    return [] if found is None else [s for s in found.styles if isinstance(s, NumberStyle)]


@pytest.mark.parametrize(
    ("layout", "style"),
    [
        ("{:>9.2f}", NumberStyle(least=2, most=2, width=9)),
        ("{:09.2f}", NumberStyle(least=2, most=2, width=9, fill="0")),
        ("{:.2f}", NumberStyle(least=2, most=2)),
        (" {:.2f}", NumberStyle(least=2, most=2, affixes=((" ", ""),))),
    ],
)
def test_texts_that_are_filled_up(layout: str, style: NumberStyle) -> None:
    assert styles_of([layout.format(v) for v in AMOUNTS]) == [style]


def test_a_second_style_needs_enough_rows() -> None:
    values = [f"{v:.2f}" for v in AMOUNTS]
    some = [v.replace(".", ",") if i < 40 else v for i, v in enumerate(values)]
    assert [style.decimal for style in styles_of(some)] == [".", ","]
    assert [style.decimal for style in styles_of(some, min_entities=41)] == ["."]


def test_units_belong_to_the_style_that_they_have() -> None:
    values = [
        f"€ {v:.2f}".replace(".", ",") if i % 2 else f"$ {v:.2f}" for i, v in enumerate(AMOUNTS)
    ]
    assert {(s.decimal, s.affixes) for s in styles_of(values)} == {
        (".", (("$ ", ""),)),
        (",", (("€ ", ""),)),
    }


def test_brackets_behind_the_currency() -> None:
    values = [f"$({v:.2f})" if i % 3 else f"${v:.2f}" for i, v in enumerate(AMOUNTS)]
    assert [style.sign for style in styles_of(values)] == [INSIDE]
