"""The patterns of a column together."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.check_digits import Check
from synth.forms.grammar import Grammar
from synth.forms.pattern import Field, Pattern
from synth.forms.segments import Literal, Places

DIGITS = "0123456789"
LAND = Field("prefix", ("DE", "FR"), (3, 1))
LONG = Pattern("AA99", (LAND, Places((DIGITS,) * 2)), r"\A(?P<f0>[A-Z]{2})[0-9]{2}\z", 300)
SHORT = Pattern("x9", (Literal("x"), Places((DIGITS,))), r"\Ax[0-9]\z", 100)
GRAMMAR = Grammar((LONG, SHORT))


def test_each_text_has_its_pattern() -> None:
    which, fields = GRAMMAR.read(pa.array(["x1", "DE12", None, "IT12", "?"]))
    assert which.tolist() == [1, 0, -1, 0, -1]
    assert fields["prefix"].to_pylist() == [None, "DE", None, None, None]


def test_what_is_read_is_written() -> None:
    which = np.array([1, 0, -1, 0])
    fields = {"prefix": pa.array([None, "FR", None, "DE"])}
    texts = GRAMMAR.write(which, fields, np.random.default_rng(0)).to_pylist()
    assert [text and text[:2].rstrip(DIGITS) for text in texts] == ["x", "FR", None, "DE"]


def test_rows_beyond_the_room_move_to_the_roomiest_pattern_and_then_grow() -> None:
    rows = 300
    which = np.arange(rows) % 2
    fields = {"prefix": pa.array(["DE"] * rows)}
    texts = GRAMMAR.write(which, fields, np.random.default_rng(0), np.arange(rows)).to_pylist()
    assert GRAMMAR.room == 100
    assert len(set(texts)) == rows
    assert sum(text.startswith("x") for text in texts) == 5
    assert all(len(text) <= 4 for text in texts[:100])
    assert all(len(text) > 4 for text in texts[100:])


def test_a_simulation_draws_by_the_shares() -> None:
    texts = GRAMMAR.draw(4000, np.random.default_rng(0)).to_pylist()
    assert abs(sum(t.startswith("x") for t in texts) / 4000 - 0.25) < 0.03
    assert abs(sum(t.startswith("FR") for t in texts) / 4000 - 0.75 / 4) < 0.03


def test_it_comes_back_from_json_and_tells_itself() -> None:
    assert Grammar.from_json(json.loads(json.dumps(GRAMMAR.to_json()))) == GRAMMAR
    assert GRAMMAR.labels == ("prefix",)
    assert GRAMMAR.types == {"prefix": "string"}
    assert GRAMMAR.describe() == "<prefix><2 digits> or x<1 digits>"


CHECK = Places(("0",), check=True)
TWO_CHECKS = Places(("0",) * 2, check=True)
HEAD, COUNT = Places(("12", "0", "0", "7", "0", "0")), Places((DIGITS,) * 2)
COUNTRY = Field("country", ("DE",), (100,))
CHECKED = {
    "Luhn": (Literal("D-"), HEAD, COUNT, CHECK),
    "Verhoeff": (Literal("D-"), HEAD, COUNT, CHECK),
    "MOD 97-10": (Literal("D-"), HEAD, COUNT, TWO_CHECKS),
    "EAN": (Literal("D-"), Literal("4012345678"), Places((DIGITS,)), CHECK),
    "IBAN": (COUNTRY, TWO_CHECKS, Literal("3704004405320"), COUNT),
}


def checked(scheme: str, segments: tuple[Any, ...]) -> Pattern:
    """A pattern whose letters and digits behind ``D-`` keep a scheme."""
    start = 2 if segments[0] == Literal("D-") else 0
    length = 2 * (segments[0] == COUNTRY) + sum(
        len(s.text) if isinstance(s, Literal) else len(s.alphabets)
        for s in segments
        if s is not COUNTRY
    )
    return Pattern("D", segments, r"\A.*\z", 300, Check(scheme), tuple(range(start, length)))


@pytest.mark.parametrize("scheme", CHECKED)
def test_check_digits_are_right_beyond_the_room(scheme: str) -> None:
    pattern = checked(scheme, CHECKED[scheme])
    grammar, rows = Grammar((pattern,)), 9 * pattern.capacity
    given = {"country": pa.array(["DE"] * rows)} if scheme == "IBAN" else {}
    rng = np.random.default_rng(0)
    texts = grammar.write(np.zeros(rows, np.int64), given, rng, np.arange(rows)).to_pylist()
    assert grammar.unchecked is None
    assert len(set(texts)) == rows and len({len(text) for text in texts}) == 2
    for text in texts:
        codes = np.frombuffer(text.removeprefix("D-").encode(), np.uint8)[None]
        assert (Check(scheme).applied(codes) == codes).all(), text


def test_a_scheme_of_one_length_is_said_to_end_with_its_room() -> None:
    segments = (Literal("1234567"), Places((DIGITS,) * 2), CHECK)
    grammar = Grammar((checked("ISBN-10 or ISSN", segments),))
    assert grammar.unchecked == "ISBN-10 or ISSN"
    made = grammar.write(
        np.zeros(200, np.int64), {}, np.random.default_rng(0), np.arange(200)
    ).to_pylist()
    assert len(set(made)) == 200 and {len(text) for text in made} == {10, 11}
