"""Grammars learned from samples."""

import json
import re

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.grammar import Grammar
from synth.forms.induce import Induction, induce
from tests.synth.forms.codes import codes

RNG = np.random.default_rng(0)


def learned(texts: list[str], **how: bool) -> Grammar:
    grammar = induce(pa.array(texts), Induction(10, **how))
    assert grammar is not None
    return grammar


@pytest.mark.parametrize("kind", list(codes(1)))
def test_a_simulation_of_codes_keeps_their_shape(kind: str) -> None:
    values, expression = codes(600)[kind]
    grammar = learned(values)
    assert Grammar.from_json(json.loads(json.dumps(grammar.to_json()))) == grammar
    drawn = grammar.draw(400, np.random.default_rng(0)).to_pylist()
    assert not [text for text in drawn if not re.fullmatch(expression, text)]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("order", "<prefix>-<year>-<6 digits>"),
        ("joined order", "ORD<year><6 digits>"),
        ("uuid", "<8 hex digits>-<4 hex digits>-4<3 hex digits>-<4 hex digits>-<12 hex digits>"),
        ("sha1", "<40 capital hex digits>"),
        ("ean", "400<9 digits><check> with EAN check digits"),
        ("base36", "<6 capital letters and digits>"),
    ],
)
def test_grammars_in_words(kind: str, words: str) -> None:
    assert learned(codes(800)[kind][0]).describe() == words


def test_lengths_of_codes_are_shapes_of_their_own_and_those_of_words_are_not() -> None:
    two = [f"{n:06d}" if n % 2 else f"{n:09d}" for n in RNG.integers(0, 10**6, 600)]
    assert [pattern.label for pattern in learned(two).patterns] in (
        [["999999", "999999999"], ["999999999", "999999"]]
    )
    words = ["".join(RNG.choice(list("abcdefgh"), int(n))) for n in RNG.integers(3, 9, 600)]
    assert len(learned(words).patterns) == 1


def test_patterns_share_a_field_that_stands_in_the_same_place() -> None:
    texts = [f"{RNG.choice(['DE', 'FR'])}-{RNG.integers(10**4):04d}" for _ in range(400)]
    texts += [f"{RNG.choice(['DE', 'FR'])}-{RNG.integers(10**4):04d}-X" for _ in range(400)]
    grammar = learned(texts)
    assert len(grammar.patterns) == 2
    assert grammar.labels == ("prefix",)


def test_without_fields_few_values_are_drawn() -> None:
    grammar = learned(codes(800)["order"][0], fields=False)
    assert grammar.labels == ()
    drawn = grammar.draw(200, np.random.default_rng(0)).to_pylist()
    assert all(re.fullmatch(codes(1)["order"][1], text) for text in drawn)


def test_numbers_end_where_those_of_the_seed_do() -> None:
    texts = [
        f"10.{RNG.integers(0, 4)}.{RNG.integers(0, 256)}.{n}" for n in RNG.integers(0, 256, 900)
    ]
    drawn = learned(texts).draw(3000, np.random.default_rng(0)).to_pylist()
    octets = np.array([[int(part) for part in text.split(".")] for text in drawn])
    assert octets.max(axis=0).tolist()[:2] == [10, 3]
    assert octets.max() <= 255


@pytest.mark.parametrize("odd", ["", " ", "x y", "ümläut-1", "tab\there", "a\nb", "\\d(", "100%"])
def test_odd_texts_are_only_kept_where_enough_rows_share_them(odd: str) -> None:
    base = [f"K{n:05d}" for n in RNG.integers(0, 10**5, 500)]
    assert learned([*base, odd]).read(pa.array([odd]))[0].tolist() == [-1]
    grammar = learned([*base, *[odd] * 100])
    which, _ = grammar.read(pa.array([odd, base[0]]))
    assert which[0] >= 0
    assert which[1] >= 0
    drawn = set(grammar.draw(500, np.random.default_rng(0)).to_pylist())
    assert odd in drawn


def test_texts_without_shape_have_none() -> None:
    texts = ["(" * int(n) + "x" + "]" * int(m) for n, m in RNG.integers(1, 40, (300, 2))]
    assert induce(pa.array(texts), Induction(10)) is None
