"""The patterns of a column together."""

import json

import numpy as np
import pyarrow as pa

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
