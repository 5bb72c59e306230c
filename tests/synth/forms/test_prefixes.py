"""Prefixes of digits that go on differently."""

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.induce import Induction, induce
from synth.forms.levels import CLASSES
from synth.forms.prefixes import prefixes_of
from synth.forms.tokens import described, tokens_of_texts

RNG = np.random.default_rng(9)


def digits(count: int) -> str:
    return "".join(map(str, RNG.integers(0, 10, count)))


PHONES = pa.array(
    [f"+49{RNG.integers(15, 18)}{digits(7)}" if i % 3 else f"+447{digits(8)}" for i in range(900)]
)


def groups(texts: pa.Array, signature: str) -> int:
    tokens = described(tokens_of_texts(texts, signature, CLASSES), 10)
    return len(prefixes_of(tokens, 10))


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([f"{RNG.choice([4, 5])}{digits(9)}" for _ in range(900)], 0),
        ([f"{RNG.integers(2020, 2025)}{digits(6)}" for _ in range(900)], 0),
        ([f"4{digits(9)}" if i % 2 else f"51{digits(8)}" for i in range(900)], 2),
        ([digits(10) for _ in range(900)], 0),
    ],
)
def test_only_digits_that_go_on_differently(values: list[str], found: int) -> None:
    assert groups(pa.array(values), "9") == found


def test_each_prefix_has_a_shape_of_its_own() -> None:
    assert groups(PHONES, "+9") == 2
    grammar = induce(PHONES, Induction(10))
    assert grammar is not None and len(grammar.patterns) == 2
    assert (grammar.read(PHONES)[0] >= 0).all()
    made = grammar.draw(400, RNG).to_pylist()
    assert all(text[:4] in ("+491", "+447") and len(text) == 12 for text in made)
    assert all(text[4] in "567" for text in made if text.startswith("+49"))
