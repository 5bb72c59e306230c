"""Segments one after the other."""

import json

import numpy as np
import pytest

from synth.forms.segments import Choice, Literal, Number, Places, Run
from synth.forms.sequences import (
    Free,
    Mixture,
    capacity_of,
    counter_of,
    drawn,
    merged,
    numbered,
    segment_from_json,
)

DIGITS = "0123456789"
WORD = Run("abc", "abc", (2, 9), (1, 1))


@pytest.mark.parametrize(
    ("segments", "counter", "capacity"),
    [
        ((Literal("A"), Places((DIGITS,) * 3)), (1,), 1000),
        ((Places((DIGITS,) * 2), Literal("-"), Places(("ab",))), (2, 0), 200),
        ((Choice(("x", "y"), (1, 1)), Number(2, ((10, 14, 9),))), (1, 0), 10),
        ((Places((DIGITS,) * 2), Number(0, ((1, 9, 9),), start=1)), (1,), 2**46),
        ((WORD, Literal("-"), Places(("ab",))), (0,), 3**9),
        ((Literal("A"),), (), 1),
    ],
)
def test_what_tells_rows_apart(
    segments: tuple[Free, ...], counter: tuple[int, ...], capacity: int
) -> None:
    assert counter_of(segments) == counter
    assert capacity_of(segments) == capacity
    numbers = np.arange(min(capacity, 3000))
    texts = numbered(segments, numbers, np.random.default_rng(0)).to_pylist()
    assert len(set(texts)) == len(numbers)


def test_neighbours_of_fixed_length_are_drawn_at_once() -> None:
    segments = (Literal("A"), Places(("01",)), Literal("-"), WORD, Literal("z"))
    assert merged(segments) == [Places(("A", "01", "-")), WORD, Literal("z")]
    texts = drawn(segments, 50, np.random.default_rng(0)).to_pylist()
    assert all(text[0] == "A" and text[2] == "-" and text[-1] == "z" for text in texts)


def test_a_mixture_keeps_its_shares_and_tells_rows_apart() -> None:
    mixture = Mixture(((Literal("x"), Places((DIGITS,))), (WORD,)), (300, 100))
    texts = mixture.draw(4000, np.random.default_rng(0)).to_pylist()
    assert abs(sum(text[0] == "x" for text in texts) / 4000 - 0.75) < 0.03
    told = mixture.numbered(np.arange(2000), np.random.default_rng(0)).to_pylist()
    assert len(set(told)) == 2000
    assert sum(text[0] == "x" for text in told) <= 10
    assert "<1 digits>" in mixture.describe()
    assert segment_from_json(json.loads(json.dumps(mixture.to_json()))) == mixture
