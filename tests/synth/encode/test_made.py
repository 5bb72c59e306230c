"""What is made anew: keys count on, texts follow shapes, constants are written as they are."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings
from synth.encode.made import FALLBACK, ConstantEncoding, KeyEncoding, MadeEncoding, Shapes
from synth.statistics.column_state import ColumnState, TextState, new_state
from synth.table.schema import Column

SETTINGS = EncoderSettings(min_entities=3)


def state_of(values: list[object], type_: str = "string") -> ColumnState:
    state = new_state(Column("c", type_, key=True))
    state.update(pa.array(values, state.column.arrow_type))
    return state


def texts_of(*values: str | None) -> TextState:
    state = state_of(list(values))
    assert isinstance(state, TextState)
    return state


def test_shapes_of_enough_rows_are_kept_and_no_text_is() -> None:
    shapes = Shapes.fit(texts_of("AB1", "XY2", "ZZ9", "secret"), SETTINGS)
    assert shapes == Shapes(("AA9",), (3,))
    assert Shapes.fit(texts_of("one", "TWO"), SETTINGS).shapes == (FALLBACK,)
    assert Shapes.from_json(json.loads(json.dumps(shapes.to_json()))) == shapes


def test_texts_are_drawn_by_the_shares_of_shapes() -> None:
    shapes = Shapes(("A-9", "aa.a"), (30, 10))
    drawn = shapes.draw(4000, np.random.default_rng(0)).to_pylist()
    plates = [text for text in drawn if len(text) == 3]
    assert len(plates) / 4000 == pytest.approx(0.75, abs=0.03)
    assert all(text[0].isupper() and text[1] == "-" and text[2].isdigit() for text in plates)
    words = [text for text in drawn if len(text) == 4]
    assert len(plates) + len(words) == 4000
    assert all(text[2] == "." and (text[:2] + text[3]).islower() for text in words)
    assert shapes.draw(50, np.random.default_rng(1)).equals(
        shapes.draw(50, np.random.default_rng(1))
    )
    assert Shapes(("",), (3,)).draw(2, np.random.default_rng(0)).to_pylist() == ["", ""]


def test_of_made_texts_only_null_or_not_is_learned() -> None:
    state = texts_of("Ann", "Bob", None, "Eve")
    encoding = MadeEncoding.fit(state.column, state, SETTINGS)
    codes = encoding.encode(pa.array(["Ann", None]))
    assert codes.tolist() == [[0], [1]]
    assert [sub.cardinality for sub in encoding.sub_columns] == [2]
    made = encoding.decode(codes, np.random.default_rng(0)).to_pylist()
    assert made[1] is None and made[0].isalpha() and len(made[0]) == 3
    full = MadeEncoding.fit(state.column, texts_of("Ann", "Bob", "Eve"), SETTINGS)
    assert full.sub_columns == () and full.encode(pa.array(["Ann"])).shape == (1, 0)
    for one in (encoding, full):
        assert MadeEncoding.from_json(one.column, json.loads(json.dumps(one.to_json()))) == one


def drawn_keys(encoding: KeyEncoding, first_row: int, rows: int) -> pa.Array:
    no_codes = np.zeros((rows, 0), np.int32)
    return encoding.draw(no_codes, np.random.default_rng(0), first_row).values(None)


@pytest.mark.parametrize(
    ("type_", "first_row", "keys"),
    [
        ("bigint", 0, ["1", "2"]),
        ("int", 99, ["100", "101"]),
        ("decimal(10,0)", 4, ["5", "6"]),
        ("decimal(20,0)", 4, ["5", "6"]),
    ],
)
def test_keys_of_numbers_count_on(type_: str, first_row: int, keys: list[str]) -> None:
    state = state_of([10, 20, 30], type_)
    made = drawn_keys(KeyEncoding.fit(state.column, state, SETTINGS), first_row, 2)
    assert made.type == state.column.arrow_type
    assert made.cast(pa.string()).to_pylist() == keys


def test_keys_of_text_count_in_the_shape_that_most_of_them_have() -> None:
    state = texts_of(*(f"C-{place:03d}" for place in range(900)), "odd", "ODD", "x")
    encoding = KeyEncoding.fit(state.column, state, SETTINGS)
    assert drawn_keys(encoding, 99, 2).to_pylist() == ["A-100", "A-101"]
    assert drawn_keys(encoding, 999, 2).to_pylist() == ["B-000", "B-001"]
    # Beyond the shape's last (Z-999) the rest is put in front, so that keys stay unique.
    assert drawn_keys(encoding, 25_998, 2).to_pylist() == ["Z-999", "1A-000"]
    assert len(set(drawn_keys(encoding, 0, 60_000).to_pylist())) == 60_000
    assert KeyEncoding.from_json(state.column, encoding.to_json()) == encoding


@pytest.mark.parametrize(
    ("text", "type_", "value"), [("7", "int", 7), (None, "date", None), ("x", "string", "x")]
)
def test_a_constant_is_written_as_it_is(text: str | None, type_: str, value: object) -> None:
    encoding = ConstantEncoding(Column("c", type_), text)
    made = encoding.decode(np.zeros((2, 0), np.int32), np.random.default_rng(0))
    assert made.to_pylist() == [value, value]
    assert made.type == Column("c", type_).arrow_type
    assert ConstantEncoding.from_json(encoding.column, encoding.to_json()) == encoding


def test_columns_of_no_learned_value_are_compared_by_null_alone() -> None:
    encoding = ConstantEncoding(Column("c", "string", sensitive=True), "x")
    assert encoding.bin_of(pa.array(["x", None, "y"])).tolist() == [0, 1, 0]
    assert encoding.bins().labels == ("(any value)", "(null)")
    assert encoding.bins().sensitive
