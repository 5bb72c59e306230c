"""Texts of signs at random places."""

import base64

import numpy as np
import pyarrow as pa

from synth.forms.random_signs import is_base64, of_lengths

RNG = np.random.default_rng(8)
SECRETS = pa.array([base64.b64encode(RNG.bytes(int(n))).decode() for n in RNG.integers(9, 15, 800)])


def test_base64_is_known_by_its_padding() -> None:
    assert is_base64(SECRETS)
    assert not is_base64(pa.array(["ABCD"] * 50))  # a word of four letters
    assert not is_base64(pa.array([*SECRETS.to_pylist(), "a=bc"]))


def test_lengths_and_padding_stay() -> None:
    grammar = of_lengths(SECRETS, 10)
    assert grammar is not None
    made = grammar.draw(500, RNG).to_pylist()
    assert {(len(text), text.count("=")) for text in made} == {
        (len(text), text.count("=")) for text in SECRETS.to_pylist()
    }
    assert all(base64.b64decode(text, validate=True) for text in made)
    assert of_lengths(pa.array(["with a space"] * 50), 10) is None
