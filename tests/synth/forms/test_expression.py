"""Expressions that a user writes for codes."""

import re

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.expression import grammar_of
from synth.table.errors import InputError


@pytest.mark.parametrize(
    "expression",
    [
        r"ORD-\d{4}-\d{6}",
        r"[A-Z]{2}\d{6}",
        r"(DE|FR)[A-Z0-9_]{2,9}",
        r"user\d{1,3}\.[a-z]{3}",
        r"\[x\] \d",
        r"[äöü]{4}",
        "fixed",
    ],
)
def test_texts_of_an_expression_fit_it(expression: str) -> None:
    grammar = grammar_of(expression)
    texts = grammar.draw(300, np.random.default_rng(0))
    assert all(re.fullmatch(expression, text) for text in texts.to_pylist())
    which, _ = grammar.read(texts)
    assert (which == 0).all()
    assert (grammar.read(pa.array(["", "no such code", None]))[0] == -1).all()


def test_a_choice_is_a_field() -> None:
    grammar = grammar_of(r"(DE|FR)\d{3}")
    _, fields = grammar.read(pa.array(["FR123", "DE000", "IT000"]))
    assert fields["prefix"].to_pylist() == ["FR", "DE", None]


@pytest.mark.parametrize(
    "expression",
    [r"\w{3}", "a+", "a*", "a?", ".", "a|b", "(a", "(a|[b])", "[^a]", "[z-a]", "[", "a{2", "a{0}",
     "a{3,2}", "^a$", "a)", "\\", ""],
)  # fmt: skip
def test_what_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises(InputError, match="it may hold texts"):
        grammar_of(expression)


def test_neighbours_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(InputError, match="where one ends"):
        grammar_of(r"\d{1,3}[0-9a-f]{2,3}")
